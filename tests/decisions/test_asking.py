"""The suggestion is worked out by a job: one for a selection, found again, clear when it fails."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from mosty.decisions import asking
from mosty.decisions.domain import drafting
from mosty.decisions.models import Selection, Suggesting
from tests.decisions.making import World, at_once, make_world, quota
from tests.people import Bodies, Cast

QUEUED = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}


@pytest.fixture
def world(bodies: Bodies, cast: Cast) -> World:
    return make_world(bodies, cast)


@pytest.fixture
def selection(world: World, cast: Cast) -> Selection:
    return drafting.begin(world.call, by=cast.officer.actor)


@pytest.fixture
def queued(settings: Any) -> None:
    """Jobs wait for a worker, as on a server."""
    settings.TASKS = QUEUED


def ask(selection: Selection, cast: Cast, **values: Any) -> bool:
    wanted: dict[str, Any] = {"take": 2, "reserve": 1, "keeps": False, "by": cast.officer.actor}
    return asking.ask(selection, **wanted | values)


def suggested(world: World) -> dict[str, str]:
    rows = Selection.objects.get().decisions.all()
    names = {row.pk: name for name, row in world.applications.items()}
    return {names[row.application_id]: row.suggested for row in rows}


@pytest.mark.django_db
def test_page_says_that_it_is_worked_out_and_then_what_was_found(
    queued: None, world: World, cast: Cast
) -> None:
    address = f"/decisions/{world.call.slug}/suggestion/"
    client = cast.officer.client
    page = client.post(address, {"take": "2", "reserve": "1"}, follow=True).content.decode()
    assert "Waiting for a worker" in page
    assert "Asked for by Programme officer: accept 2, reserve 1" in page
    assert "Have a list suggested" not in page
    watched = client.get(address, headers={"HX-Request": "true"})
    assert ("HX-Refresh" in watched.headers, b"hx-get" in watched.content) == (False, True)

    asking.work_out.call(Suggesting.objects.get().pk)
    assert client.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert suggested(world) == {
        "kuldiga": "accepted", "chuhuiv": "accepted", "gulbene": "reserve", "korop": "declined",
    }  # fmt: skip
    page = client.get(address).content.decode()
    assert "What was suggested" in page
    assert "Have a list suggested" in page


@pytest.mark.django_db
def test_whoever_asks_second_is_told_and_makes_no_second_job(
    queued: None, selection: Selection, cast: Cast
) -> None:
    assert ask(selection, cast)
    address = f"/decisions/{selection.call.slug}/suggestion/"
    data = {"take": "1", "reserve": "0"}
    page = cast.second_officer.client.post(address, data, follow=True).content.decode()
    assert "A list is being worked out already" in page
    assert DBTaskResult.objects.count() == 1
    assert Suggesting.objects.get().take == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_make_one_job(queued: None, selection: Selection, cast: Cast) -> None:
    said: list[bool] = []

    def go(actor: Any) -> None:
        said.append(ask(Selection.objects.select_related("call").get(), cast, by=actor))

    at_once(*(partial(go, one.actor) for one in (cast.officer, cast.second_officer)))
    assert sorted(said) == [False, True]
    assert (Suggesting.objects.count(), DBTaskResult.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_draft_is_kept_to_where_that_is_asked(
    selection: Selection, world: World, cast: Cast
) -> None:
    by = cast.officer.actor
    drafting.set_outcomes(selection, [world.pk("korop")], "accepted", by=by)
    drafting.set_outcomes(selection, [world.pk("kuldiga")], "declined", by=by)
    ask(selection, cast, keeps=True)
    assert suggested(world) == {
        "kuldiga": "declined", "chuhuiv": "accepted", "gulbene": "reserve", "korop": "accepted",
    }  # fmt: skip


@pytest.mark.django_db
def test_contradiction_is_said_in_the_language_of_whoever_reads_it(
    selection: Selection, world: World, cast: Cast
) -> None:
    quota(world.call, "country", "UA", least=2)
    quota(world.call, "country", "LV", least=1)
    ask(selection, cast)
    row = Suggesting.objects.get()
    assert row.work_state == "done"
    assert asking.conflict_of(row)[0].startswith("These cannot hold together: 2 places;")
    with translation.override("uk"):
        lines = asking.conflict_of(row)
    assert "Латвія" in lines[0]
    assert suggested(world) == {}
    page = cast.officer.client.get(f"/decisions/{world.call.slug}/suggestion/").content.decode()
    assert "No list meets all of this." in page


@pytest.mark.django_db
def test_job_that_runs_again_after_a_dead_worker_ends_the_work(
    queued: None, selection: Selection, world: World, cast: Cast
) -> None:
    ask(selection, cast)
    # As a killed worker leaves it.
    Suggesting.objects.update(work_state="running", work_step="weigh", work_share=0.3)
    asking.work_out.call(Suggesting.objects.get().pk)
    assert Suggesting.objects.get().work_state == "done"
    assert suggested(world)["korop"] == "declined"


@pytest.mark.django_db
def test_job_that_was_given_up_says_so_and_can_be_asked_again(
    queued: None, selection: Selection, world: World, cast: Cast
) -> None:
    ask(selection, cast)
    old = timezone.now() - timedelta(minutes=3)
    Suggesting.objects.update(work_state="running", at=old)
    assert asking.end_lost.call() == 0
    DBTaskResult.objects.update(status="FAILED")
    assert asking.end_lost.call() == 1
    page = cast.officer.client.get(f"/decisions/{world.call.slug}/suggestion/").content.decode()
    assert "The work was broken off, and nothing was changed. Ask again." in page
    assert "Have a list suggested" in page
    assert ask(selection, cast)


@pytest.mark.django_db
def test_nothing_is_suggested_for_somebody_who_reviews_by_now(
    queued: None, selection: Selection, world: World, cast: Cast
) -> None:
    ask(selection, cast)
    who = world.reviewers["expert"]
    who.user = cast.officer.user
    who.save()
    asking.work_out.call(Suggesting.objects.get().pk)
    row = Suggesting.objects.get()
    assert (row.work_state, row.work_error) == ("failed", "refused")
    assert suggested(world) == {}
