"""One body, with all that its page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor
from mosty.core.facts import Fact, FactKind
from mosty.core.history import HistoryEntry, history_of
from mosty.places import queries
from mosty.places.models import (
    Affiliation,
    Kind,
    Name,
    Need,
    Offer,
    Organisation,
    TextLevel,
    Theme,
)

Words = str | Promise
MEMBERS_SHOWN = 12
HISTORY_SHOWN = 20


@dataclass(frozen=True, slots=True)
class FactGroup:
    """All values of one kind: the one that is shown, and what other sources say."""

    kind: str
    label: str
    shown: Fact
    others: Sequence[Fact]

    @property
    def all(self) -> list[Fact]:
        return [self.shown, *self.others]


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a body says about one theme: what it looks for and what it can give."""

    theme: Theme
    need: Need | None
    offer: Offer | None


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not said yet, and what saying it would help."""

    key: str
    label: Words
    help: Words


def by_code(code: str, actor: Actor) -> Organisation | None:
    """The body that bears the code, if the actor may know of it."""
    rows = queries.visible_to(actor).select_related("country", "region__country")
    levels = TextLevel.objects.filter(organisation=OuterRef("pk"))
    return rows.filter(code=code).annotate(has_text_levels=Exists(levels)).first()


def by_former_code(code: str, actor: Actor) -> Organisation | None:
    """The body that bore the code before, or that bears it in other letters (ua… for UA…)."""
    rows = queries.visible_to(actor)
    bore = Name.objects.filter(use=Name.Use.CODE, text__in=[code, code.upper()])
    return (
        rows.filter(code=code.upper()).first()
        or rows.filter(pk__in=bore.values("organisation_id")).first()
    )


def fact_groups(organisation: Organisation, actor: Actor) -> list[FactGroup]:
    """The values that the actor may know of, by kind; the newest leads where none is chosen."""
    grouped: dict[str, list[Fact]] = {}
    rows = queries.facts(actor).filter(organisation=organisation).select_related("source")
    for fact in rows.order_by("kind", "-is_chosen", "-as_of", "pk"):
        grouped.setdefault(fact.kind, []).append(fact)
    return [
        FactGroup(kind.value, str(kind.label), grouped[kind][0], grouped[kind][1:])
        for kind in FactKind
        if kind in grouped
    ]


def withdrawn_facts(organisation: Organisation, actor: Actor) -> list[Fact]:
    """Values that do not count any more, with the reason; for the secretariat alone."""
    if not actor.is_officer:
        return []
    rows = Fact.objects.filter(organisation=organisation).exclude(withdrawn_reason="")
    return list(rows.select_related("source"))


def exchanges(organisation: Organisation, actor: Actor) -> list[Exchange]:
    """Needs and offers side by side, one line a theme, the weightiest first."""
    needs = {
        need.theme_id: need
        for need in queries.needs(actor).filter(organisation=organisation).select_related("theme")
    }
    offers = {
        offer.theme_id: offer
        for offer in queries.offers(actor).filter(organisation=organisation).select_related("theme")
    }
    themes = {entry.theme_id: entry.theme for entry in [*needs.values(), *offers.values()]}
    lines = [Exchange(theme, needs.get(key), offers.get(key)) for key, theme in themes.items()]
    return sorted(lines, key=_by_weight)


def _by_weight(line: Exchange) -> tuple[Any, ...]:
    need = line.need.weight if line.need else 0
    offer = line.offer.weight if line.offer else 0
    return (-need, -offer, line.theme.order)


def split_names(organisation: Organisation) -> tuple[list[Name], list[Name]]:
    """Names in force, and those that were, former codes among them."""
    rows = list(queries.names_of(organisation))
    is_past = [name.use in {Name.Use.FORMER, Name.Use.CODE} or bool(name.until) for name in rows]
    now = [name for name, past in zip(rows, is_past, strict=True) if not past]
    before = [name for name, past in zip(rows, is_past, strict=True) if past]
    order = list(Name.Use)
    now.sort(key=lambda name: (order.index(Name.Use(name.use)), name.pk))
    before.sort(key=lambda name: (name.until or name.since or "9", name.pk), reverse=True)
    return now, before


def affiliations(organisation: Organisation, actor: Actor) -> list[Affiliation]:
    """The associations of a municipality, present ones first."""
    rows = list(queries.associations_of(organisation, actor))
    return sorted(rows, key=lambda row: (bool(row.until), row.association.sort_en))


def members(organisation: Organisation, actor: Actor) -> tuple[int, list[Organisation]]:
    """How many members an association has, and the first of them by name."""
    if organisation.kind != Kind.ASSOCIATION:
        return 0, []
    rows = queries.members_of(organisation, actor)
    shown = rows.select_related("country").order_by("sort_en", "pk")[:MEMBERS_SHOWN]
    return rows.count(), list(shown)


def history(organisation: Organisation, actor: Actor) -> list[HistoryEntry]:
    """What was done to the record, newest first, as far as the actor may read it."""
    return list(history_of(organisation, actor)[:HISTORY_SHOWN])


def gaps(organisation: Organisation, actor: Actor, lines: Sequence[Exchange]) -> list[Gap]:
    """What is not said yet: told to the body itself alone."""
    if organisation.pk not in actor.organisation_ids:
        return []
    found = []
    if organisation.is_municipality and not any(line.need for line in lines):
        found.append(
            Gap("needs", _("What you look for"), _("Without a need nobody can be matched to you."))
        )
    if organisation.is_municipality and not any(line.offer for line in lines):
        found.append(
            Gap(
                "offers",
                _("What you can give"),
                _("Partners look for those who know how; civil defence counts too."),
            )
        )
    if not organisation.languages:
        found.append(
            Gap(
                "languages",
                _("Languages you work in"),
                _("Until you say so, only the official language of the country counts."),
            )
        )
    if not organisation.about:
        found.append(
            Gap("about", _("A few words about you"), _("It is the first thing a mayor reads."))
        )
    if organisation.is_municipality and not organisation.capacity:
        found.append(
            Gap(
                "capacity",
                _("Who would do the work"),
                _("Partners plan with the people and hours that are really there."),
            )
        )
    if not organisation.contacts.exists():
        found.append(Gap("contacts", _("A contact"), _("Otherwise nobody knows whom to write to.")))
    if not organisation.website:
        found.append(Gap("website", _("Your website"), _("Partners check who they talk to.")))
    return found
