"""Applications, reviews and decisions of two records of one body that become one."""

from typing import Any

import pytest

from mosty.applications.models import Application, Attachment
from mosty.core.access import SYSTEM
from mosty.decisions.domain import releasing
from mosty.decisions.models import Decision, Sending
from mosty.places.domain import merging
from mosty.places.models import Merger, Organisation
from mosty.reviews.models import Conflict
from tests.decisions.making import World, apply, make_world
from tests.decisions.test_releasing import approved
from tests.dumps import all_tables, differences
from tests.people import Bodies, Cast, make_town

pytestmark = pytest.mark.django_db
WRITTEN = ("places.merger", "core.historyentry")


@pytest.fixture
def world(bodies: Bodies, cast: Cast) -> World:
    return make_world(bodies, cast)


@pytest.fixture
def twin(bodies: Bodies) -> Organisation:
    return make_town("LV_9999999", "Kuldiga", "", "", in_country="LV", lat=56.9, lon=21.9,
                     population=None)  # fmt: skip


def merge(kept: Organisation, gone: Organisation) -> Merger:
    seen = merging.plan_merge(kept, gone, by=SYSTEM).mark
    return merging.merge(kept, gone, by=SYSTEM, reason="One town.", seen=seen)


def obstacles(kept: Organisation, gone: Organisation) -> list[str]:
    return [str(one) for one in merging.plan_merge(kept, gone, by=SYSTEM).obstacles]


def test_what_was_decided_goes_over_and_comes_back(
    world: World, cast: Cast, bodies: Bodies, twin: Organisation
) -> None:
    releasing.release(approved(world, cast), by=cast.officer.actor)
    for body in (bodies.kuldiga, twin):
        Conflict.objects.create(
            reviewer=world.reviewers["expert"], organisation=body, reason="-", by_name="-"
        )
    before = all_tables(but=WRITTEN)
    merger = merge(twin, bodies.kuldiga)
    moved = Application.objects.get(pk=world.pk("kuldiga"))
    assert moved.organisation == twin
    assert Sending.objects.get(decision__application=moved).organisation == twin
    assert Decision.objects.get(application=moved).is_in
    assert Conflict.objects.get().organisation == twin
    merging.undo_merge(merger, by=SYSTEM, reason="Two.")
    assert differences(before, all_tables(but=WRITTEN)) == []


@pytest.mark.parametrize("is_kept", [True, False])
def test_two_who_have_applied_to_one_call_stay_two(
    is_kept: bool, world: World, bodies: Bodies, twin: Organisation
) -> None:
    apply(world.call, twin)
    pair = (bodies.kuldiga, twin) if is_kept else (twin, bodies.kuldiga)
    before = all_tables()
    assert "Both records have applied to “A call”" in obstacles(*pair)[0]
    with pytest.raises(Exception, match="Both records have applied"):
        merge(*pair)
    assert differences(before, all_tables()) == []


@pytest.mark.parametrize("is_kept", [True, False])
def test_application_in_which_nothing_was_written_makes_room(
    is_kept: bool, world: World, bodies: Bodies, twin: Organisation
) -> None:
    Application.objects.create(call=world.call, organisation=twin)
    kept, gone = (twin, bodies.kuldiga) if is_kept else (bodies.kuldiga, twin)
    before = all_tables(but=WRITTEN)
    merger = merge(kept, gone)
    (stays,) = Application.objects.filter(call=world.call, organisation=kept)
    assert stays.pk == world.pk("kuldiga")
    assert stays.assignments.count() == 2
    merging.undo_merge(merger, by=SYSTEM, reason="Two.")
    assert differences(before, all_tables(but=WRITTEN)) == []


def test_draft_with_a_file_is_not_thrown_away(
    world: World, bodies: Bodies, twin: Organisation
) -> None:
    begun: Any = Application.objects.create(call=world.call, organisation=twin)
    Attachment.objects.create(application=begun, file_name="plan.pdf", size=1)
    assert "Both records have applied" in obstacles(bodies.kuldiga, twin)[0]
