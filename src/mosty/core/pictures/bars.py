"""Bars: how a view is made up, one criterion, and how full a quota is.

Shares are of a whole view, 0 to 1; what people read is points of 100. Widths are percentages in SVG
attributes, so a bar fills whatever column it stands in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _

from mosty.core.pictures.numbers import percent
from mosty.core.pictures.places import Side

# Parts come from integers of a millionth; their sum may miss the total by floating point only.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one criterion adds to a view, and the most it could add.

    ``code`` is the engine's name of the criterion; it gives the colour. A part that is not
    ``known`` stands on the published assumption for missing data and is drawn paler.
    """

    code: str
    name: str
    value: float
    maximum: float
    known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One part of a drawn bar; ``x`` and ``width`` are SVG attributes, points are out of 100.

    ``words`` say it in the reader's language: a board has four hundred of them, twice each.
    """

    code: str
    name: str
    x: str
    width: str
    points: float
    maximum_points: float
    known: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionBar:
    """A view as a bar of its parts. ``gaps`` are where one part ends and the next begins."""

    label: str
    side: Side | None
    points: float
    segments: tuple[Segment, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LegendPart:
    """A criterion's colour and name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class SideValue:
    """What a criterion adds to the view of one side, and the most it could add."""

    value: float
    maximum: float
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One side of a criterion; ``width`` is an SVG attribute, points are out of 100."""

    side: Side | None
    points: float
    maximum_points: float
    width: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionBar:
    """One criterion with its note, for one view or for both sides."""

    code: str
    name: str
    note: str
    known: bool
    rows: tuple[CriterionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaMeter:
    """How far a quota is used. ``state`` is ``short``, ``met``, ``full`` or ``over``.

    ``difference`` says by how many it is short or over. ``minimum_x`` is empty without a minimum.
    """

    label: str
    used: int
    minimum: int
    maximum: int | None
    state: str
    difference: int
    width: str
    minimum_x: str


def contribution_bar(
    parts: Sequence[Part], *, label: str, side: Side | None = None, total: float = 1.0
) -> ContributionBar:
    """Return a bar whose parts add up to the view; its full length is ``total``.

    Parts of no value are left out. Raises ValueError for a negative part, one beyond its maximum,
    or parts that add up to more than ``total``.
    """
    for part in parts:
        if not 0 <= part.value <= part.maximum + ROUNDING:
            raise ValueError(f"{part.code}: {part.value} is not between 0 and {part.maximum}")
    view = sum(part.value for part in parts)
    if view > total + ROUNDING:
        raise ValueError(f"the parts add up to {view}, more than {total}")

    segments: list[Segment] = []
    start = 0.0
    for part in parts:
        if part.value == 0:
            continue
        segments.append(
            Segment(
                code=part.code,
                name=part.name,
                x=percent(start / total),
                width=percent(part.value / total),
                points=100 * part.value,
                maximum_points=100 * part.maximum,
                known=part.known,
                words=_in_words(part),
            )
        )
        start += part.value
    return ContributionBar(
        label=label,
        side=side,
        points=100 * view,
        segments=tuple(segments),
        gaps=tuple(segment.x for segment in segments[1:]),
    )


def _in_words(part: Part) -> str:
    words = _("%(name)s: %(points)s of %(maximum)s") % {
        "name": part.name,
        "points": floatformat(100 * part.value, "-1"),
        "maximum": floatformat(100 * part.maximum, "-1"),
    }
    return words if part.known else f"{words} {_('(not known, assumed)')}"


def bars_legend(parts: Iterable[Part]) -> tuple[LegendPart, ...]:
    """Return each criterion once, in the order of its first part."""
    names: dict[str, str] = {}
    for part in parts:
        names.setdefault(part.code, part.name)
    return tuple(LegendPart(code, name) for code, name in names.items())


def criterion_bar(
    code: str, name: str, *, values: Sequence[SideValue], note: str = "", known: bool = True
) -> CriterionBar:
    """Return one criterion as bars: one for a single view, two with a side each for a pair.

    A criterion of weight 0 gets an empty bar. Raises ValueError for a value beyond its maximum.
    """
    for each in values:
        if not 0 <= each.value <= each.maximum + ROUNDING:
            raise ValueError(f"{code}: {each.value} is not between 0 and {each.maximum}")
    return CriterionBar(
        code=code,
        name=name,
        note=note,
        known=known,
        rows=tuple(
            CriterionRow(
                each.side,
                100 * each.value,
                100 * each.maximum,
                percent(min(1.0, each.value / each.maximum) if each.maximum else 0.0),
            )
            for each in values
        ),
    )


def quota_meter(
    label: str, *, used: int, minimum: int = 0, maximum: int | None = None
) -> QuotaMeter:
    """Return how far a quota is used; without a maximum the bar leaves room to grow.

    Raises ValueError for negative numbers or a minimum above the maximum.
    """
    if used < 0 or minimum < 0 or (maximum is not None and maximum < minimum):
        raise ValueError(f"no quota: {used} used of {minimum} to {maximum}")
    length = maximum if maximum is not None else max(used, minimum) * 5 / 4
    length = max(length, used) or 1
    state, difference = "met", 0
    if used < minimum:
        state, difference = "short", minimum - used
    elif maximum is not None and used > maximum:
        state, difference = "over", used - maximum
    elif used == maximum:
        state = "full"
    return QuotaMeter(
        label=label,
        used=used,
        minimum=minimum,
        maximum=maximum,
        state=state,
        difference=difference,
        width=percent(used / length),
        minimum_x=percent(minimum / length) if minimum else "",
    )
