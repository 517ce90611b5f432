"""Codes of a market in the reader's words: towns, groups, themes, languages, tags, criteria."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from mosty.core.access import SYSTEM, Actor
from mosty.core.figures import figure
from mosty.core.languages import language_name
from mosty.matching.models import RoundQuota, Solved
from mosty.places.models import Country, Organisation, Region, Theme
from mosty.places.queries import visible_to

Words = str | Promise

CRITERIA: dict[str, Words] = {
    "needs": gettext_lazy("Needs met"),
    "offers": gettext_lazy("Offers wanted"),
    "languages": gettext_lazy("Common languages"),
    "size": gettext_lazy("Similar size"),
    "distance": gettext_lazy("Distance"),
    "profile": gettext_lazy("Similar profile"),
    "contact": gettext_lazy("Earlier contact"),
    "wishes": gettext_lazy("Own wishes"),
    "capacity": gettext_lazy("Capacity and experience"),
}

ABOUT_CRITERIA: dict[str, Words] = {
    "needs": gettext_lazy("How much of what a town needs its partner offers, theme by theme."),
    "offers": gettext_lazy("How much of what the partner needs this town offers."),
    "languages": gettext_lazy("One in common 75 %, two or more in full, otherwise nothing."),
    "size": gettext_lazy("Full for equal populations, nothing at a tenth or tenfold."),
    "distance": gettext_lazy("Full next door, falling evenly to nothing at 3,000 km."),
    "profile": gettext_lazy("Tags in common: urban, rural, mountain, coast, border."),
    "contact": gettext_lazy("Full for an earlier contact, half for a partner in common."),
    "wishes": gettext_lazy("Full for the town's first wish, a fifth less for each that follows."),
    "capacity": gettext_lazy(
        "What the partner can carry: nothing up to 1,000 people, in full from a million."
    ),
}

# What a policy can weigh: rounds ask towns for needs and offers, not for wishes.
OFFERED: dict[str, Words] = {code: label for code, label in CRITERIA.items() if code != "wishes"}

STAGES: dict[str, Words] = {
    "size": gettext_lazy("Size: as many pairs as possible"),
    "floor": gettext_lazy("Floor: the worst view that anyone has to accept, as high as possible"),
    "score": gettext_lazy("Score: the highest sum of mutual scores"),
}

# In a word, for a table.
STAGE_NAMES: dict[str, Words] = {
    "size": gettext_lazy("size"),
    "floor": gettext_lazy("floor"),
    "score": pgettext_lazy("of a pair", "score"),
}

TAGS: dict[str, Words] = {
    "urban": gettext_lazy("urban"),
    "rural": gettext_lazy("rural"),
    "mountain": gettext_lazy("mountain"),
    "coast": gettext_lazy("coast"),
    "border": gettext_lazy("border"),
}

FACTS: dict[str, Words] = {
    "population": gettext_lazy("population"),
    "place": gettext_lazy("place"),
    "languages": gettext_lazy("working languages"),
    "profile": gettext_lazy("profile"),
    "needs": gettext_lazy("needs"),
    "offers": gettext_lazy("offers"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """What the codes of one market are called. A town without a name here is one that the reader
    may not know of."""

    towns: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    themes: Mapping[str, str] = field(default_factory=dict)

    def town(self, code: Any) -> str:
        return self.towns.get(str(code)) or _("a municipality that is not shown")

    def group(self, key: Any) -> str:
        return self.groups.get(str(key)) or _("a group that is not shown")

    def pair(self, key: Iterable[Any]) -> str:
        left, right = key
        return f"{self.town(left)} – {self.town(right)}"

    def theme(self, slug: Any) -> str:
        return self.themes.get(str(slug), str(slug))


def names_for(run: Solved, actor: Actor) -> Names:
    """The names of what the market and result of a run or scenario speak of, as far as the actor
    may know of it; four queries."""
    market = run.market
    towns = [*market["left"], *market["right"]]
    codes = {town["id"] for town in towns}
    codes |= {code for tie in market.get("ties", []) for code in tie}
    keys = {quota["group"] for quota in market.get("quotas", [])}
    keys |= {
        group for side in ("left", "right") for town in market[side] for group in town["groups"]
    }
    return Names(
        towns={body.code: body.name for body in _bodies(codes, actor)},
        groups=_groups(keys, actor),
        themes={theme.slug: str(theme) for theme in Theme.objects.all()},
    )


def named(value: Any) -> Any:
    """A parameter of the engine as an officer reads it: codes and group keys by name."""
    if isinstance(value, list | tuple):
        return listed(str(named(one)) for one in value)
    if not isinstance(value, str):
        return value
    if ":" in value:
        return _groups([value], SYSTEM).get(value, value)
    return next((body.name for body in _bodies([value], SYSTEM)), value)


def _bodies(codes: Iterable[str], actor: Actor) -> Iterable[Organisation]:
    columns = ("code", "label_en", "label_uk", "label_native")
    return visible_to(actor).filter(code__in=set(codes)).only(*columns)


def _groups(keys: Iterable[str], actor: Actor) -> dict[str, str]:
    by_kind: dict[str, set[str]] = {kind: set() for kind in RoundQuota.Kind.values}
    for key in keys:
        kind, _colon, code = key.partition(":")
        if kind in by_kind:
            by_kind[kind].add(code)
    rows: dict[str, Iterable[Any]] = {
        RoundQuota.Kind.ASSOCIATION: _bodies(by_kind[RoundQuota.Kind.ASSOCIATION], actor),
        RoundQuota.Kind.COUNTRY: Country.objects.filter(code__in=by_kind[RoundQuota.Kind.COUNTRY]),
        RoundQuota.Kind.REGION: Region.objects.filter(code__in=by_kind[RoundQuota.Kind.REGION]),
    }
    return {f"{kind}:{row.code}": str(row) for kind, found in rows.items() for row in found}


def points(micro: int) -> str:
    """A view or score in points of a hundred, one decimal: 630000 → 63.0 (in the page's digits)."""
    return number(micro / 10_000)


def number(value: float, places: int = 1) -> str:
    """A number as the reader writes it."""
    return figure(value, places)


def share(value: float) -> str:
    """A share of one in per cent, with a decimal only where there is one."""
    percent = round(100 * value, 1)
    return number(percent, 0 if percent.is_integer() else 1)


def change(micro: int | None) -> str:
    """A difference with its sign, in points of a hundred; a true minus sign."""
    if micro is None:
        return "–"
    if micro == 0:
        return _("no change")
    return ("+" if micro > 0 else "\N{MINUS SIGN}") + points(abs(micro))


def pairs(count: int) -> str:
    return ngettext("%(count)s pair", "%(count)s pairs", count) % {"count": count}


def listed(words: Iterable[str]) -> str:
    """Words as a list is read: one, two and three."""
    rows = [str(word) for word in words]
    if len(rows) < 2:
        return "".join(rows)
    return pgettext("list of words", "%(most)s and %(last)s") % {
        "most": ", ".join(rows[:-1]),
        "last": rows[-1],
    }


def languages(codes: Iterable[Any]) -> str:
    return listed(language_name(str(code)) for code in codes)
