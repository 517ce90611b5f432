"""How a plan is said to people: what changes from what to what, and how far the work is."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from mosty.core.dates import say_date
from mosty.core.facts import FactKind
from mosty.core.languages import language_name
from mosty.core.templatetags.mosty import number
from mosty.places import themes
from mosty.places.imports.plan import Change, Outcome, PlannedRow
from mosty.places.models import Name, Organisation
from mosty.places.territory.tables import TerritoryClass

Words = str | Promise

OUTCOMES: dict[Outcome, Words] = {
    Outcome.CREATE: _("To create"),
    Outcome.CHANGE: _("To change"),
    Outcome.DOUBTFUL: _("Doubtful"),
    Outcome.REFUSED: _("Cannot be taken"),
    Outcome.SAME: _("The same"),
    Outcome.LEFT_OUT: _("Not kept here"),
}
STEPS: dict[str, Words] = {
    "": _("Waiting for a worker"),
    "reading": _("Reading the file"),
    "comparing": _("Comparing with the register"),
    "storing": _("Keeping the plan"),
    "writing": _("Writing"),
    "undoing": _("Taking it back"),
}
LAYOUTS: dict[str, Words] = {
    "codifier": _("Codifier of Ukraine (KATOTTG)"),
    "lau_workbook": _("Eurostat’s workbook of municipalities (LAU)"),
    "hromadas": _("Ukrainian hromadas (hromadas.csv)"),
    "lau": _("Municipalities of the EU (lau.csv)"),
    "own": _("Mosty’s own columns"),
    "territory": _("List of territories"),
}
MOVED: dict[str, Words] = {
    "code": _("this code has been taken meanwhile"),
    "body": _("this body is no longer there"),
    "region": _("the region has changed"),
    "name": _("the name has been added meanwhile"),
    "name_ended": _("the old name has changed"),
    "fact": _("the figure has changed"),
    "place": _("the place has changed"),
    "status": _("the status has changed"),
    "overlap": _("a row that it overlaps was entered meanwhile"),
}
_FIELDS: dict[str, Words] = {
    "scheme": _("Code list"),
    "code_year": _("Year of the code list"),
    "region": _("Region"),
    "legal_form": _("Legal form"),
    "website": _("Website"),
    "standing": _("Standing"),
    "profile": _("Profile"),
    "languages": _("Working languages"),
    "place": _("Place"),
    "name": _("Name"),
    "name_ended": _("Former name"),
    "need": _("Need"),
    "offer": _("Offer"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One change in words; `before` is empty where something is new."""

    label: str
    before: str
    after: str


def say_change(change: Change) -> Said:
    """A change as the reader sees it."""
    if change.what == "fact":
        kind, as_of, _source = change.key
        label = f"{FactKind(kind).label}, {as_of}"
        return Said(label, _figure(change.before), _figure(change.after[0]))
    if change.what == "status":
        kind, since = change.key
        label = gettext("%(class)s from %(day)s") % {
            "class": TerritoryClass(kind).label,
            "day": say_date(since),
        }
        return Said(label, _span_end(change.before), _span_end(change.after))
    label = str(_FIELDS[change.what])
    if change.what in {"name", "name_ended"}:
        text, language, use = change.key
        kind = f"{Name.Use(use).label}, {language_name(language)}"
        if change.what == "name_ended" and isinstance(change.after, list):
            day = say_date(change.after[1])
            text = gettext("%(name)s, until %(day)s") % {"name": text, "day": day}
        return Said(f"{label} ({kind})", "", text)
    if change.what in {"need", "offer"}:
        entry = themes.listed().get(change.key[0])
        named = change.key[0]
        if entry is not None:
            named = entry.name_uk if get_language() == "uk" else entry.name_en
        return Said(f"{label}: {named}", _plain(change.before), _plain(change.after))
    return Said(label, _plain(change.before), _plain(change.after))


def _span_end(values: list[str] | None) -> str:
    """Until when, and by which act."""
    if values is None:
        return ""
    until, act = values
    end = gettext("to %(day)s") % {"day": say_date(until)} if until else gettext("open")
    return f"{end}, {act}" if act else end


def _figure(value: Any) -> str:
    if value is None:
        return ""
    return str(number(float(value) if "." in str(value) else int(value)))


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join("" if one is None else str(one) for one in value)
    return str(value)


def say_new(row: PlannedRow) -> str:
    """In one line what would be made: names, people, place."""
    record = row.record
    if record is None:
        return ""
    others = [name.text for name in record.names if name.text != row.label]
    parts = [" · ".join(dict.fromkeys(others))] if others else []
    for fact in record.facts:
        if fact.kind == FactKind.POPULATION:
            parts.append(
                gettext("%(people)s people (%(year)s)")
                % {"people": _figure(fact.value), "year": fact.as_of[:4]}
            )
    if record.lat is not None:
        parts.append(f"{record.lat:.4f}, {record.lon:.4f}")
    if row.members > 1:
        parts.append(gettext("made of %(count)s rows") % {"count": row.members})
    if record.standing == Organisation.Standing.FORMER:
        parts.append(str(Organisation.Standing.FORMER.label))
    return "; ".join(parts)
