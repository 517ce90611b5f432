"""Conditions and what is known of a body give the answer; nothing else is looked at."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mosty.calls.eligibility.known import Figure, Known
from mosty.calls.models import Audience, Condition
from mosty.core.dates import say_date
from mosty.core.texts import Text
from mosty.places.models import Country, Kind, Organisation
from mosty.places.territory.tables import TerritoryClass


class Verdict(StrEnum):
    """What comes out for one condition and for all of them."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Line:
    """One condition: what is asked, what comes out, and by what."""

    asked: str
    verdict: Verdict
    because: str
    # What the call says of the condition besides.
    note: Text = field(default_factory=Text)


@dataclass(frozen=True, slots=True)
class Answer:
    """All conditions. One *no* decides; without one, what is unknown stays to be cleared."""

    lines: tuple[Line, ...]

    @property
    def verdict(self) -> Verdict:
        found = {line.verdict for line in self.lines}
        if Verdict.NO in found:
            return Verdict.NO
        return Verdict.UNKNOWN if Verdict.UNKNOWN in found else Verdict.YES

    def of(self, verdict: Verdict) -> list[Line]:
        """The conditions with that outcome."""
        return [line for line in self.lines if line.verdict == verdict]


Judgement = tuple[Verdict, str]
Judge = Callable[[Mapping[str, Any], Organisation, Known], Judgement]


def judge(
    audience: str,
    countries: Sequence[Country],
    conditions: Sequence[Condition],
    body: Organisation,
    known: Known,
) -> Answer:
    """Whom the call is for, then its conditions in their order."""
    lines = [_of_audience(audience, body)]
    if countries:
        lines.append(_of_country(countries, body))
    for condition in conditions:
        verdict, because = _JUDGES[condition.kind](condition.params, body, known)
        lines.append(Line(say(condition), verdict, because, condition.note))
    return Answer(tuple(lines))


def say(condition: Condition) -> str:
    """What the condition asks, in words."""
    return _WORDS[condition.kind](condition.params)


def named(params: Mapping[str, Any]) -> list[str]:
    """The regions or associations of a condition: those that `known.name_all` found for the
    reader by their names; before it was asked, their codes."""
    codes: list[str] = params.get("codes", [])
    names: Mapping[str, str] | None = params.get("names")
    return codes if names is None else [names[code] for code in codes if code in names]


def _of_audience(audience: str, body: Organisation) -> Line:
    label = Audience(audience).label
    is_one = body.kind == audience
    because = _("It is one.") if is_one else _("%(name)s is no such body.") % {"name": body.name}
    return Line(str(label), Verdict.YES if is_one else Verdict.NO, because)


def _of_country(countries: Sequence[Country], body: Organisation) -> Line:
    asked = _("In %(countries)s") % {"countries": ", ".join(str(each) for each in countries)}
    if body.country is None:
        return Line(asked, Verdict.UNKNOWN, _("The register does not name its country."))
    is_there = body.country_id in {each.pk for each in countries}
    return Line(asked, Verdict.YES if is_there else Verdict.NO, str(body.country))


def _count(value: Any) -> str:
    return str(number_format(value, use_l10n=True, force_grouping=True))


def _figure(figure: Figure) -> str:
    parts = (say_date(figure.as_of) if figure.as_of else "", figure.source)
    said = ", ".join(part for part in parts if part)
    return f" ({said})" if said else ""


def _size(params: Mapping[str, Any], _body: Organisation, known: Known) -> Judgement:
    if known.population is None:
        return Verdict.UNKNOWN, _("Its population is not known.")
    value = known.population.value
    least, most = params.get("least"), params.get("most")
    fits = (least is None or value >= least) and (most is None or value <= most)
    said = _("%(count)s inhabitants") % {"count": _count(int(value))}
    return (Verdict.YES if fits else Verdict.NO), said + _figure(known.population)


def _say_size(params: Mapping[str, Any]) -> str:
    least, most = params.get("least"), params.get("most")
    if least is not None and most is not None:
        return _("From %(least)s to %(most)s inhabitants") % {
            "least": _count(least), "most": _count(most),
        }  # fmt: skip
    if least is not None:
        return _("At least %(least)s inhabitants") % {"least": _count(least)}
    return _("At most %(most)s inhabitants") % {"most": _count(most)}


def _metropolitan(_params: Mapping[str, Any], _body: Organisation, known: Known) -> Judgement:
    if known.metropolitan is None:
        return Verdict.UNKNOWN, _("Whether it is part of a metropolitan area is not recorded.")
    is_part = bool(known.metropolitan.value)
    said = _("It is part of one") if is_part else _("It is not part of one")
    return (Verdict.NO if is_part else Verdict.YES), said + _figure(known.metropolitan)


def _say_metropolitan(_params: Mapping[str, Any]) -> str:
    return _("Not part of a metropolitan area")


def _kind(params: Mapping[str, Any], body: Organisation, _known: Known) -> Judgement:
    fits = body.kind in params.get("kinds", [])
    return (Verdict.YES if fits else Verdict.NO), str(body.get_kind_display())


def _say_kind(params: Mapping[str, Any]) -> str:
    labels = dict(Kind.choices)
    return ", ".join(str(labels[kind]) for kind in params.get("kinds", []) if kind in labels)


def _region(params: Mapping[str, Any], body: Organisation, known: Known) -> Judgement:
    if known.region is None:
        return Verdict.UNKNOWN, _("The register does not name its region.")
    fits = known.region in params.get("codes", [])
    return (Verdict.YES if fits else Verdict.NO), str(body.region)


def _say_region(params: Mapping[str, Any]) -> str:
    names = named(params)
    return _("In one of these regions: %(names)s") % {"names": ", ".join(names)}


def _territory(params: Mapping[str, Any], body: Organisation, known: Known) -> Judgement:
    if body.side != Country.Side.UKRAINE:
        return Verdict.YES, _("The list is about Ukraine only.")
    if known.territory is None:
        return Verdict.UNKNOWN, _("No list of territories is kept here yet.")
    if not known.territory:
        return Verdict.YES, _("It is in no class today.")
    label = str(TerritoryClass(known.territory).label)
    closed = known.territory in params.get("without", [])
    return (Verdict.NO if closed else Verdict.YES), label


def _say_territory(params: Mapping[str, Any]) -> str:
    labels = dict(TerritoryClass.choices)
    names = [str(labels[kind]) for kind in params.get("without", []) if kind in labels]
    return _("In none of these classes of territory: %(names)s") % {"names": ", ".join(names)}


def _association(params: Mapping[str, Any], _body: Organisation, known: Known) -> Judgement:
    wanted: Collection[str] = params.get("codes", [])
    names = known.associations
    fitting = [name for code, name in names.items() if not wanted or code in wanted]
    if fitting:
        return Verdict.YES, ", ".join(sorted(fitting))
    # The register knows only the memberships that somebody has entered.
    if names:
        said = ", ".join(sorted(names.values()))
        return Verdict.UNKNOWN, _("Recorded is only: %(names)s.") % {"names": said}
    return Verdict.UNKNOWN, _("No membership is recorded.")


def _say_association(params: Mapping[str, Any]) -> str:
    names = named(params)
    if names:
        return _("Member of %(names)s") % {"names": ", ".join(names)}
    return _("Member of a national association")


def _partners(params: Mapping[str, Any], _body: Organisation, known: Known) -> Judgement:
    fits = known.partners <= params.get("most", 0)
    said = ngettext("%(count)s partnership is known.", "%(count)s partnerships are known.",
                    known.partners) % {"count": known.partners}  # fmt: skip
    return (Verdict.YES if fits else Verdict.NO), said


def _say_partners(params: Mapping[str, Any]) -> str:
    most = params.get("most", 0)
    if most == 0:
        return _("No partnership with a foreign municipality yet")
    return ngettext("At most %(count)s partnership", "At most %(count)s partnerships", most) % {
        "count": most
    }


_JUDGES: dict[str, Judge] = {
    Condition.Kind.SIZE: _size,
    Condition.Kind.METROPOLITAN: _metropolitan,
    Condition.Kind.KIND: _kind,
    Condition.Kind.REGION: _region,
    Condition.Kind.TERRITORY: _territory,
    Condition.Kind.ASSOCIATION: _association,
    Condition.Kind.PARTNERS: _partners,
}
_WORDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    Condition.Kind.SIZE: _say_size,
    Condition.Kind.METROPOLITAN: _say_metropolitan,
    Condition.Kind.KIND: _say_kind,
    Condition.Kind.REGION: _say_region,
    Condition.Kind.TERRITORY: _say_territory,
    Condition.Kind.ASSOCIATION: _say_association,
    Condition.Kind.PARTNERS: _say_partners,
}
