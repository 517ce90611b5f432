"""Phases on one axis of years."""

from datetime import date

import pytest

from mosty.programmes.models import PhaseState
from mosty.programmes.timeline import draw_timeline, say_span
from tests.programmes.world import ProgrammeWorld, make_phase

pytestmark = pytest.mark.django_db


def test_timeline_of_nothing_is_nothing() -> None:
    assert draw_timeline([], today=date(2026, 11, 23)) is None


def test_timeline_spans_whole_years_and_marks_today(world: ProgrammeWorld) -> None:
    open_end = make_phase(world.strand, "Edition", starts="2024-01-01", ends="")

    drawn = draw_timeline([world.phase, open_end], today=date(2024, 7, 1))

    assert drawn is not None
    assert [tick.label for tick in drawn.ticks] == ["2022", "2023", "2024"]
    # 2022, 2023 and the leap year 2024 are 1,096 days; 2024 begins after 730 of them.
    assert (drawn.bars[1].left, drawn.bars[1].width) == ("66.606%", "33.394%")
    assert drawn.bars[0].left == "27.737%"
    assert drawn.today == "83.212%"
    assert [bar.state for bar in drawn.bars] == [PhaseState.ENDED, PhaseState.RUNNING]
    assert [bar.runs_on for bar in drawn.bars] == [False, True]


def test_timeline_leaves_today_out_when_it_lies_beyond(world: ProgrammeWorld) -> None:
    drawn = draw_timeline([world.phase], today=date(2026, 11, 23))

    assert drawn is not None
    assert drawn.today == ""
    assert [tick.label for tick in drawn.ticks] == ["2022", "2023"]


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2022, 10, 31), PhaseState.AHEAD),
        (date(2022, 11, 1), PhaseState.RUNNING),
        (date(2023, 9, 30), PhaseState.RUNNING),
        (date(2023, 10, 1), PhaseState.ENDED),
    ],
)
def test_phase_state_follows_its_days(world: ProgrammeWorld, day: date, state: PhaseState) -> None:
    assert world.phase.state_on(day) is state


def test_span_is_as_precise_as_the_dates(world: ProgrammeWorld) -> None:
    assert say_span(world.phase) == "1 November 2022 – 30 September 2023"
    pilot = make_phase(world.strand, "Pilot", starts="2021-03", ends="2022")
    assert say_span(pilot) == "March 2021 – 2022"
    assert say_span(make_phase(world.strand, "On", starts="2024-05-23", ends="")) == (
        "since 23 May 2024"
    )
