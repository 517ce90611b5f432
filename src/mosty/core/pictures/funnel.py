"""A funnel: how many were left after each step, as bars below one another."""

from collections.abc import Iterable
from dataclasses import dataclass

from mosty.core.pictures.numbers import percent


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelStep:
    """One step; `width` is an SVG attribute, `share` what is left of the step before in per cent,
    None for the first one and after a step of none."""

    label: str
    count: int
    width: str
    share: int | None


def funnel(steps: Iterable[tuple[str, int]]) -> list[FunnelStep]:
    """Steps from label and number; bars are measured by the greatest. Raises ValueError for a
    negative number.

    >>> [(step.count, step.share) for step in funnel([("sent in", 40), ("accepted", 10)])]
    [(40, None), (10, 25)]
    """
    rows = list(steps)
    if any(count < 0 for _label, count in rows):
        raise ValueError("no step of a funnel holds less than nobody")
    most = max((count for _label, count in rows), default=0) or 1
    found: list[FunnelStep] = []
    before: int | None = None
    for label, count in rows:
        share = round(100 * count / before) if before else None
        found.append(FunnelStep(label=label, count=count, width=percent(count / most), share=share))
        before = count
    return found
