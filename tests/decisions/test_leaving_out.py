"""The lists without one reviewer are a job: one for a selection, found again, old when what they
were made of has changed."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from mosty.decisions import asking, leaving_out, without
from mosty.decisions.domain import drafting
from mosty.decisions.models import LeavingOut, Selection
from mosty.reviews.models import Review
from tests.decisions.making import World, at_once, make_world, quota, without_tokens
from tests.decisions.matrix import released
from tests.decisions.test_without import score, suggested
from tests.people import Bodies, Cast

QUEUED = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
OLD, BUTTON = "Out of date", "Work it out"


@pytest.fixture
def world(bodies: Bodies, cast: Cast) -> World:
    """Without the expert Korop is in instead of Chuhuiv (test_without.py has the sums)."""
    world = make_world(bodies, cast)
    quota(world.call, "association", "LPS", most=1)
    score(world, {"kuldiga": (5, 5), "gulbene": (4, 4), "chuhuiv": (3, 1), "korop": (1, 2)})
    return world


@pytest.fixture
def selection(world: World, cast: Cast) -> Selection:
    return suggested(world, cast)


@pytest.fixture
def queued(settings: Any) -> None:
    """Jobs wait for a worker, as on a server."""
    settings.TASKS = QUEUED


def address(world: World) -> str:
    return f"/decisions/{world.call.slug}/reviewers/"


def shown(world: World, cast: Cast) -> str:
    return cast.officer.client.get(address(world)).content.decode()


def cells(page: str, reviewer: str) -> list[str]:
    line = page[page.index(f">{reviewer}</th>") :].split("</tr>")[0]
    return line.split("<td")[1:]


@pytest.mark.django_db
def test_page_is_asked_waits_and_says_what_hangs_on_whom(
    queued: None, selection: Selection, world: World, cast: Cast
) -> None:
    page = shown(world, cast)
    assert "by the rule of the suggestion" in page
    assert (BUTTON in page, "<table" in page) == (True, False)
    page = cast.officer.client.post(address(world), follow=True).content.decode()
    assert "Waiting for a worker" in page
    assert "Asked for by Programme officer" in page
    assert BUTTON not in page
    watched = cast.officer.client.get(address(world), headers={"HX-Request": "true"})
    assert ("HX-Refresh" in watched.headers, b"hx-get" in watched.content) == (False, True)

    leaving_out.leave_each_out.call(LeavingOut.objects.get().pk)
    watched = cast.officer.client.get(address(world), headers={"HX-Request": "true"})
    assert watched["HX-Refresh"] == "true"
    page = shown(world, cast)
    gained, lost, reserve = cells(page, "Expert")
    assert ("Korop" in gained, "declined now" in gained) == (True, True)
    assert ("Chuhuiv" in lost, "then declined" in lost) == (True, True)
    assert "<li" not in reserve
    assert ">Funder</th>" not in page
    assert (OLD in page, BUTTON in page) == (False, False)


@pytest.mark.django_db
def test_nothing_hangs_on_one_reviewer(world: World, cast: Cast) -> None:
    score(world, {"chuhuiv": (3, 3), "korop": (1, 1)})
    suggested(world, cast)
    page = cast.officer.client.post(address(world), follow=True).content.decode()
    assert "Nothing hangs on one reviewer alone" in page
    assert "every outcome and every place in the reserve stays" in page


@pytest.mark.django_db
def test_draft_without_a_suggestion_goes_by_the_means_and_says_so(
    queued: None, world: World, cast: Cast
) -> None:
    drafting.begin(world.call, by=cast.officer.actor)
    page = shown(world, cast)
    assert "by the order of the means alone" in page
    assert "This draft follows no suggestion." in page
    assert BUTTON not in page
    # Somebody whose page is old asks all the same.
    cast.officer.client.post(address(world))
    leaving_out.leave_each_out.call(LeavingOut.objects.get().pk)
    assert LeavingOut.objects.get().work_error == "no_rule"


@pytest.mark.django_db
def test_other_scores_quotas_or_drafts_make_it_old_and_it_is_asked_again(
    selection: Selection, world: World, cast: Cast
) -> None:
    client = cast.officer.client
    client.post(address(world))
    assert OLD not in shown(world, cast)
    score(world, {"korop": (2, 2)})
    page = shown(world, cast)
    assert (OLD in page, BUTTON in page, ">Expert</th>" in page) == (True, True, True)
    client.post(address(world))
    assert OLD not in shown(world, cast)
    quota(world.call, "country", "UA", most=2)
    assert OLD in shown(world, cast)
    client.post(address(world))
    by = cast.officer.actor
    drafting.set_outcomes(selection, [world.pk("korop")], "reserve", by=by)
    assert OLD in shown(world, cast)


@pytest.mark.django_db
def test_scores_that_change_while_it_runs_make_it_old(
    selection: Selection, world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_out = leaving_out.work_out

    def slowly(*args: Any) -> Any:
        found = work_out(*args)
        score(world, {"korop": (5, 5)})
        return found

    monkeypatch.setattr(leaving_out, "work_out", slowly)
    page = cast.officer.client.post(address(world), follow=True).content.decode()
    assert OLD in page
    # What stands there is of the scores before, whole.
    gained, lost, _reserve = cells(page, "Expert")
    assert ("Korop" in gained, "Chuhuiv" in lost) == (True, True)


@pytest.mark.django_db
def test_contradiction_is_said_in_the_language_of_whoever_reads_it(
    selection: Selection, world: World, cast: Cast
) -> None:
    quota(world.call, "country", "LV", least=2)
    page = cast.officer.client.post(address(world), follow=True).content.decode()
    assert "No list meets all of this." in page
    assert BUTTON not in page
    with translation.override("uk"):
        assert "Латвія" in asking.conflict_of(LeavingOut.objects.get())[0]


@pytest.mark.django_db
def test_whoever_asks_second_is_told_and_makes_no_second_job(
    queued: None, selection: Selection, world: World, cast: Cast
) -> None:
    assert leaving_out.ask(selection, by=cast.officer.actor)
    page = cast.second_officer.client.post(address(world), follow=True).content.decode()
    assert "It is being worked out already." in page
    assert DBTaskResult.objects.count() == 1
    assert LeavingOut.objects.get().by_name == "Programme officer"


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_make_one_job(queued: None, selection: Selection, cast: Cast) -> None:
    said: list[bool] = []

    def go(actor: Any) -> None:
        said.append(leaving_out.ask(Selection.objects.get(), by=actor))

    at_once(*(partial(go, one.actor) for one in (cast.officer, cast.second_officer)))
    assert sorted(said) == [False, True]
    assert (LeavingOut.objects.count(), DBTaskResult.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_worker_killed_in_the_middle_leaves_what_was_known_and_the_next_one_ends_it(
    queued: None, selection: Selection, world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaving_out.ask(selection, by=cast.officer.actor)
    row = LeavingOut.objects.get()
    leaving_out.leave_each_out.call(row.pk)
    known = LeavingOut.objects.get()
    score(world, {"chuhuiv": (2, 2), "korop": (1, 4)})
    leaving_out.ask(selection, by=cast.officer.actor)

    def killed(*_args: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(without, "_differences", killed)
        with pytest.raises(SystemExit):
            leaving_out.leave_each_out.call(row.pk)
    left = LeavingOut.objects.get()
    assert (left.work_state, left.result, left.digest) == ("running", known.result, known.digest)
    page = shown(world, cast)
    assert (OLD in page, ">Expert</th>" in page, "hx-get" in page) == (True, True, True)
    leaving_out.leave_each_out.call(row.pk)
    done = LeavingOut.objects.get()
    assert done.work_state == "done"
    assert done.digest != known.digest
    assert OLD not in shown(world, cast)


@pytest.mark.django_db
def test_job_that_was_given_up_says_so_and_comes_too_late_afterwards(
    queued: None, selection: Selection, world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaving_out.ask(selection, by=cast.officer.actor)
    work_out = leaving_out.work_out

    def too_slowly(*args: Any) -> Any:
        found = work_out(*args)
        old = timezone.now() - timedelta(minutes=3)
        LeavingOut.objects.update(at=old)
        DBTaskResult.objects.update(status="FAILED")
        assert asking.end_lost.call() == 1
        assert "The work was broken off, and nothing was changed." in shown(world, cast)
        # Somebody else asks anew, and that is taken up.
        assert leaving_out.ask(selection, by=cast.second_officer.actor)
        LeavingOut.objects.update(work_state="running")
        return found

    monkeypatch.setattr(leaving_out, "work_out", too_slowly)
    leaving_out.leave_each_out.call(LeavingOut.objects.get().pk)
    row = LeavingOut.objects.get()
    assert (row.work_state, row.digest, row.result) == ("running", "", {})


@pytest.mark.django_db
def test_failure_is_said_and_changes_nothing(
    selection: Selection, world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any) -> None:
        raise ValueError

    with monkeypatch.context() as patch:
        patch.setattr(leaving_out, "work_out", broken)
        page = cast.officer.client.post(address(world), follow=True).content.decode()
    assert "It could not be worked out. Nothing was changed. Tell us." in page
    assert BUTTON in page
    cast.officer.client.post(address(world))
    assert LeavingOut.objects.get().work_state == "done"


@pytest.mark.django_db
def test_whoever_reviews_by_now_gets_nothing_worked_out(
    queued: None, selection: Selection, world: World, cast: Cast
) -> None:
    leaving_out.ask(selection, by=cast.officer.actor)
    who = world.reviewers["expert"]
    who.user = cast.officer.user
    who.save()
    leaving_out.leave_each_out.call(LeavingOut.objects.get().pk)
    row = LeavingOut.objects.get()
    assert (row.work_state, row.work_error, row.digest) == ("failed", "refused", "")
    with pytest.raises(PermissionDenied):
        leaving_out.ask(selection, by=cast.officer.actor)


@pytest.mark.django_db
def test_officer_who_reviews_gets_the_same_bytes_before_and_after(
    selection: Selection, world: World, cast: Cast
) -> None:
    who = world.reviewers["funder"]
    who.user = cast.second_officer.user
    who.save()
    client = cast.second_officer.client

    def seen() -> list[tuple[int, str]]:
        answers = [
            client.get(address(world), headers=more) for more in ({}, {"HX-Request": "true"})
        ]
        return [(one.status_code, without_tokens(one.content.decode())) for one in answers]

    before = seen()
    assert {code for code, _content in before} == {403}
    cast.officer.client.post(address(world))
    assert LeavingOut.objects.get().result["rows"]
    assert seen() == before
    assert client.post(address(world)).status_code == 403


@pytest.mark.django_db
def test_it_can_be_asked_after_the_release_and_nothing_is_changed(
    selection: Selection, world: World, cast: Cast
) -> None:
    released(selection)
    before = list(selection.decisions.values_list("application_id", "outcome", "rank"))
    page = cast.officer.client.post(address(world), follow=True).content.decode()
    assert ">Expert</th>" in page
    assert list(selection.decisions.values_list("application_id", "outcome", "rank")) == before


@pytest.mark.django_db
def test_reviewer_and_application_that_are_gone_do_not_break_the_page(
    selection: Selection, world: World, cast: Cast
) -> None:
    cast.officer.client.post(address(world))
    row = LeavingOut.objects.get()
    kept = row.result["rows"][0]
    kept[0], kept[1][0][0] = 9_999_999, 9_999_998
    row.save()
    Review.objects.filter(assignment__application=world.pk("chuhuiv")).delete()
    page = shown(world, cast)
    assert "Somebody who reviews no more" in page
    assert OLD in page
