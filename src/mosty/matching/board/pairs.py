"""The pairs of a run as rows with a bar per side, and as bridges on the map."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

import citymatch
from mosty.core.access import Actor
from mosty.core.pictures.bars import ContributionBar, LegendPart, Part, contribution_bar
from mosty.core.pictures.maps import MapPicture, draw_map
from mosty.core.pictures.places import Bridge, BridgeState, MapPlace
from mosty.core.pictures.places import Side as MapSide
from mosty.core.publication import location
from mosty.matching import queries, reasons
from mosty.matching.board.analysis import Survival
from mosty.matching.models import PAIR, Pair, Policy, Round, Side
from mosty.matching.pages import PAIR_TONES
from mosty.places.models import Organisation, Theme

MAP_SIDES = {Side.LEFT: MapSide.UKRAINE, Side.RIGHT: MapSide.EU}
SORTS = ("score", "left", "right", "floor", "state")


@dataclass(frozen=True, slots=True)
class Town:
    """One end of a pair as a page shows it."""

    code: str
    name: str
    second: str
    language: str
    country: str
    country_name: str
    url: str

    @classmethod
    def of(cls, body: Organisation) -> "Town":
        country = body.country
        return cls(
            code=body.code,
            name=body.name,
            second=body.second_name,
            language=_second_language(body),
            country=country.code if country else "",
            country_name=str(country) if country else "",
            url=reverse("places:profile", args=[body.code]),
        )


def _second_language(body: Organisation) -> str:
    """In which language the name beside the first one is written, as far as it is sure."""
    if body.second_name == body.label_uk:
        return "uk"
    if body.second_name == body.label_en or body.country is None:
        return ""
    languages = body.country.languages
    return str(languages[0]) if len(languages) == 1 else ""


@dataclass(frozen=True, slots=True)
class Row:
    """A pair in the table. `score` and `floor` are points of a hundred, in the page's digits."""

    number: int
    pair: Pair
    left: Town
    right: Town
    bars: tuple[ContributionBar, ...]
    score: str
    floor: str
    themes: tuple[str, ...]
    state: str
    tone: str
    url: str
    is_shown: bool
    # How often it stands under other weights, where that is known.
    survival: Survival | None = None
    # The status of a territory in which nobody should be sent on a visit; empty elsewhere.
    flag: str = ""


def pair_url(round_: Round, left: str, right: str) -> str:
    """The board with these two towns in its panel."""
    query = urlencode({"left": left, "right": right})
    return f"{reverse('matching:board', args=[round_.slug])}?{query}#why"


def parts_of(
    parts: Mapping[str, Mapping[str, Any]], policy: Policy, side: Side
) -> tuple[Part, ...]:
    """The parts of one side's view in the policy's order; values are shares of one."""
    weights = queries.shares(policy.weights)[side.value]
    return tuple(
        Part(
            code=name,
            name=str(reasons.CRITERIA.get(name, name)),
            value=parts[name][side.value] / citymatch.MICRO,
            # A part may pass its share by the last digit, which is shared out in millionths.
            maximum=max(share, parts[name][side.value] / citymatch.MICRO),
            known=side.value not in parts[name].get("unknown", ()),
        )
        for name, share in weights.items()
        if name in parts and share > 0
    )


def bars_of(
    parts: Mapping[str, Mapping[str, Any]], policy: Policy, *, left: str, right: str
) -> tuple[ContributionBar, ...]:
    """A bar per side, labelled with the town for which it speaks."""
    names = {Side.LEFT: left, Side.RIGHT: right}
    return tuple(
        contribution_bar(parts_of(parts, policy, side), label=names[side], side=MAP_SIDES[side])
        for side in (Side.LEFT, Side.RIGHT)
    )


def rows_of(
    pairs: Iterable[Pair],
    policy: Policy,
    round_: Round,
    *,
    shown: tuple[str, str] | None,
    survivals: Mapping[tuple[str, str], Survival] | None = None,
    flags: Mapping[str, str] | None = None,
) -> list[Row]:
    """Table rows in the order given; `shown` is the pair in the panel."""
    themes = {theme.slug: str(theme) for theme in Theme.objects.all()}
    rows = []
    for number, pair in enumerate(pairs, start=1):
        left, right = Town.of(pair.left), Town.of(pair.right)
        met = [*pair.themes.get("left", ()), *pair.themes.get("right", ())]
        rows.append(
            Row(
                number=number,
                pair=pair,
                left=left,
                right=right,
                bars=bars_of(pair.parts, policy, left=left.name, right=right.name),
                score=reasons.number(pair.score / 10_000, 0),
                floor=reasons.number(pair.floor / 10_000, 0),
                themes=tuple(dict.fromkeys(themes[slug] for slug in met if slug in themes)),
                state=str(PAIR.state(pair.state).public),
                tone=PAIR_TONES[pair.state],
                url=pair_url(round_, left.code, right.code),
                is_shown=shown == (left.code, right.code),
                survival=(survivals or {}).get((left.code, right.code)),
                flag=(flags or {}).get(left.code, ""),
            )
        )
    return rows


def ordered(pairs: Sequence[Pair], sort: str) -> list[Pair]:
    """Pairs by `score`, `left`, `right`, `floor` or `state`; a leading minus turns the order."""
    field = sort.removeprefix("-")
    keys: dict[str, Any] = {
        "score": lambda pair: (pair.score, pair.left.sort_en),
        "floor": lambda pair: (pair.floor, pair.left.sort_en),
        "left": lambda pair: pair.left.sort_en,
        "right": lambda pair: pair.right.sort_en,
        "state": lambda pair: (pair.state, pair.left.sort_en),
    }
    return sorted(pairs, key=keys[field], reverse=sort.startswith("-"))


def map_of(
    pairs: Sequence[Pair],
    round_: Round,
    actor: Actor,
    *,
    shown: tuple[str, str] | None,
    others: Sequence[Organisation] = (),
) -> MapPicture:
    """The bridges of the round; `others` are towns without a partner and the two in the panel."""
    bridges = [
        Bridge(
            left=_place(pair.left, Side.LEFT, actor),
            right=_place(pair.right, Side.RIGHT, actor),
            state=BridgeState(pair.state),
            title=_("%(left)s – %(right)s, score %(score)s")
            % {
                "left": pair.left.name,
                "right": pair.right.name,
                "score": reasons.number(pair.score / 10_000, 0),
            },
            url=pair_url(round_, pair.left.code, pair.right.code),
            selected=shown == (pair.left.code, pair.right.code),
        )
        for pair in pairs
    ]
    places = [
        _place(body, Side.LEFT if body.side == "ua" else Side.RIGHT, actor) for body in others
    ]
    return draw_map("bridges", _("The pairs of this round"), bridges=bridges, places=places)


def _place(body: Organisation, side: Side, actor: Actor) -> MapPlace:
    return MapPlace(
        id=body.code, name=body.name, side=MAP_SIDES[side], location=location(body, actor)
    )


def legend_of(rows: Sequence[Row]) -> tuple[LegendPart, ...]:
    """Each criterion that stands in a bar, once, in the policy's order."""
    segments = [segment for row in rows for bar in row.bars for segment in bar.segments]
    names = {segment.code: segment.name for segment in segments}
    order = [name for name in reasons.CRITERIA if name in names]
    return tuple(LegendPart(code, names[code]) for code in order)
