"""Phases on one axis of years: bars whose places and widths are percentages of the whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from mosty.core.dates import say_date
from mosty.core.pictures.numbers import percent
from mosty.programmes.models import Phase, PhaseState

MOST_TICKS = 9


@dataclass(frozen=True, slots=True)
class Bar:
    """One phase; `left` and `width` are ready for SVG attributes."""

    phase: Phase
    when: str
    left: str
    width: str
    state: PhaseState
    runs_on: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """The first of January of a year."""

    at: str
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars in the order of the phases; `today` is empty when it lies beyond the axis."""

    bars: list[Bar]
    ticks: list[Tick]
    today: str


def say_span(phase: Phase) -> str:
    """From when to when, in the reader's words: `1 November 2022 – 30 September 2023`."""
    start = say_date(phase.starts)
    if phase.ends:
        return f"{start} – {say_date(phase.ends)}"
    return _("since %(date)s") % {"date": start}


def draw_timeline(phases: Sequence[Phase], *, today: date) -> Timeline | None:
    """None without phases. The axis covers whole years; a phase without end reaches to its edge."""
    if not phases:
        return None
    first = min(phase.starts_on.year for phase in phases)
    ends = [phase.ends_on or today for phase in phases]
    last = max(max(day.year for day in ends), max(phase.starts_on.year for phase in phases))
    begin, close = date(first, 1, 1), date(last + 1, 1, 1)
    length = (close - begin).days

    def share(day: date) -> float:
        return (day - begin).days / length

    bars = []
    for phase in phases:
        left = share(phase.starts_on)
        right = share(phase.ends_on) if phase.ends_on else 1.0
        bars.append(
            Bar(
                phase=phase,
                when=say_span(phase),
                left=percent(left),
                # A bar of a few days still has to be seen.
                width=percent(max(right - left, 0.006)),
                state=phase.state_on(today),
                runs_on=phase.ends_on is None,
            )
        )
    step = -(-(last - first + 1) // MOST_TICKS)
    ticks = [
        Tick(percent(share(date(year, 1, 1))), str(year), "start")
        for year in range(first, last + 1, step)
    ]
    inside = begin <= today < close
    return Timeline(bars, ticks, percent(share(today)) if inside else "")
