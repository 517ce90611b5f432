"""Outcomes are set one by one or many at once; ranks stay without gaps; nothing is set by people
who have to do with an applicant."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mosty.applications.models import Application
from mosty.calls.models import GRACE, Call
from mosty.core.access import NotAllowed
from mosty.core.history import HistoryEntry
from mosty.core.texts import Text
from mosty.decisions.domain import drafting, releasing, signing
from mosty.decisions.models import Decision, Selection
from mosty.decisions.suggesting import Suggestion
from mosty.people.models import Membership
from tests.decisions.making import DAY, World, make_world, quota
from tests.people import SINCE, Bodies, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(bodies: Bodies, cast: Cast) -> World:
    return make_world(bodies, cast)


@pytest.fixture
def selection(world: World, cast: Cast) -> Selection:
    return drafting.begin(world.call, by=cast.officer.actor)


def said(selection: Selection) -> dict[str, Any]:
    rows = selection.decisions.select_related("application__organisation")
    return {row.application.organisation.label_en: (row.outcome, row.rank) for row in rows}


def test_many_are_set_at_once_and_ranks_follow(
    selection: Selection, world: World, cast: Cast
) -> None:
    by = cast.officer.actor
    drafting.set_outcomes(selection, [world.pk("kuldiga")], "accepted", by=by)
    names = ["korop", "gulbene", "chuhuiv"]
    drafting.set_outcomes(selection, [world.pk(name) for name in names], "reserve", by=by)
    drafting.set_outcomes(selection, [world.pk("chuhuiv")], "reserve", by=by, rank=1)
    assert said(selection) == {
        "Kuldīga": ("accepted", None), "Chuhuiv": ("reserve", 1), "Korop": ("reserve", 2),
        "Gulbene": ("reserve", 3),
    }  # fmt: skip
    drafting.set_outcomes(selection, [world.pk("korop")], "declined", by=by)
    assert said(selection)["Gulbene"] == ("reserve", 2)


def test_every_outcome_leaves_one_row_of_history(
    selection: Selection, world: World, cast: Cast
) -> None:
    for _time in range(2):
        drafting.set_outcomes(selection, [world.pk("korop")], "declined", by=cast.officer.actor)
    (row,) = HistoryEntry.objects.filter(verb="decisions.decide")
    assert (row.actor_name, row.after["outcome"]) == ("Programme officer", "declined")


@pytest.mark.parametrize("outcome", ["winner", "ACCEPTED"])
def test_unknown_outcome_is_refused(
    outcome: str, selection: Selection, world: World, cast: Cast
) -> None:
    with pytest.raises(ValidationError):
        drafting.set_outcomes(selection, [world.pk("korop")], outcome, by=cast.officer.actor)
    assert not Decision.objects.exists()


def test_application_of_another_call_is_refused(selection: Selection, cast: Cast) -> None:
    with pytest.raises(ValidationError, match="withdrawn"):
        drafting.set_outcomes(selection, [10**6], "accepted", by=cast.officer.actor)


def test_officer_who_reviews_sees_and_sets_nothing(
    selection: Selection, world: World, cast: Cast
) -> None:
    who = world.reviewers["expert"]
    who.user = cast.officer.user
    who.save()
    with pytest.raises(NotAllowed):
        drafting.set_outcomes(selection, [world.pk("korop")], "accepted", by=cast.officer.actor)
    response = cast.officer.client.get(f"/decisions/{world.call.slug}/")
    assert response.status_code == 403
    assert b"You review for this call" in response.content
    assert b"Kuld" not in response.content


def test_officer_who_also_acts_for_an_applicant_is_kept_out(
    selection: Selection, world: World, cast: Cast, bodies: Bodies
) -> None:
    Membership.objects.create(
        user=cast.officer.user, organisation=bodies.ukrainian_association, role="coordinator",
        since=SINCE,
    )  # fmt: skip
    # Acting for the secretariat just now.
    actor = cast.second_officer.actor.__class__(
        user_id=cast.officer.user.pk, name="x", roles=frozenset({"officer"})
    )
    for outcome in ("accepted", "declined"):
        with pytest.raises(NotAllowed):
            drafting.set_outcomes(selection, [world.pk("kuldiga")], outcome, by=actor)
    assert not Decision.objects.exists()


def test_list_needs_an_outcome_for_everybody_and_no_more_than_the_places(
    selection: Selection, world: World, cast: Cast
) -> None:
    every = [row.pk for row in world.applications.values()]
    drafting.set_outcomes(selection, every[:3], "accepted", by=cast.officer.actor)
    assert drafting.missing(selection) == [
        "Without an outcome: 1", "3 are accepted, there are 2 places."
    ]  # fmt: skip


def test_list_cannot_be_proposed_while_the_call_is_open(
    selection: Selection, world: World, cast: Cast
) -> None:
    every = [row.pk for row in world.applications.values()]
    drafting.set_outcomes(selection, every, "declined", by=cast.officer.actor)
    later = timezone.now() + DAY
    Call.objects.filter(pk=world.call.pk).update(closes_at=later)
    assert drafting.missing(Selection.objects.get()) == ["The call is still open."]


def test_decisions_begin_when_the_deadline_and_its_grace_are_over(world: World, cast: Cast) -> None:
    address = f"/decisions/{world.call.slug}/"
    for ago, status in ((GRACE - timedelta(seconds=30), 403), (GRACE + timedelta(seconds=1), 200)):
        Call.objects.filter(pk=world.call.pk).update(closes_at=timezone.now() - ago)
        page = cast.officer.client.get(f"/calls/{world.call.slug}/").content.decode()
        assert (f'href="{address}"' in page, "Applications come in until" in page) == (
            status == 200, status == 403,
        )  # fmt: skip
        response = cast.officer.client.get(address)
        assert response.status_code == status
        assert (b"Applications come in until" in response.content) == (status == 403)
        assert Selection.objects.exists() == (status == 200)


def test_approved_list_is_not_released_when_the_deadline_is_put_off(
    selection: Selection, world: World, cast: Cast
) -> None:
    every = [row.pk for row in world.applications.values()]
    drafting.set_outcomes(selection, every, "declined", by=cast.officer.actor)
    version = signing.propose(selection, by=cast.officer.actor)
    signing.approve(selection, version.pk, by=cast.second_officer.actor)
    Call.objects.filter(pk=world.call.pk).update(closes_at=timezone.now() + DAY)
    with pytest.raises(ValidationError, match="Applications come in until"):
        releasing.release(Selection.objects.get(), by=cast.officer.actor)
    assert Selection.objects.get().state == "approved"


def test_empty_list_speaks_of_a_filter_only_where_there_is_one(world: World, cast: Cast) -> None:
    address = f"/decisions/{world.call.slug}/"
    page = cast.officer.client.get(address, {"q": "nowhere"}).content.decode()
    assert "Try another filter." in page
    Application.objects.filter(call=world.call).update(state="withdrawn", version=None)
    page = cast.officer.client.get(address).content.decode()
    assert "Nobody has applied." in page
    assert "Try another filter." not in page


def test_outcome_against_the_suggestion_needs_its_reason_in_both_languages(
    selection: Selection, world: World, cast: Cast
) -> None:
    by = cast.officer.actor
    said_so = dict.fromkeys((row.pk for row in world.applications.values()), "declined")
    drafting.keep_suggestion(selection, Suggestion(said_so), by=by)
    drafting.adopt_suggestion(selection, by=by)
    korop = [world.pk("korop")]
    drafting.set_outcomes(selection, korop, "accepted", by=by, reason=Text.of(en="Balance"))
    assert [line.split(":")[0] for line in drafting.missing(selection)] == ["Korop"]
    both = Text.of(en="Balance", uk="Рівновага")
    drafting.set_outcomes(selection, korop, "accepted", by=by, reason=both)
    assert drafting.missing(selection) == []


def test_meters_follow_each_outcome_that_htmx_sends(world: World, cast: Cast) -> None:
    quota(world.call, "country", "UA", least=1, most=1)
    quota(world.call, "partners", least=2)
    quota(world.call, "size", "20-50", most=2)
    address = f"/decisions/{world.call.slug}/outcomes/"
    names = {f"one-{row.pk}": "" for row in world.applications.values()}
    chosen = str(world.pk("chuhuiv"))
    data = names | {"application": chosen, f"one-{chosen}": "accepted"}
    response = cast.officer.client.post(address, data, headers={"HX-Request": "true"})
    page = response.content.decode()
    assert 'id="quotas"' in page
    assert [part.split("<")[0] for part in page.split('<span class="meter-figure"><b>')[1:]] == [
        "1", "1", "1"
    ]  # fmt: skip
    assert "Full" in page
    assert "1 more needed" in page


@pytest.mark.parametrize("below", ["", "drafts/{}/"])
def test_list_and_decision_take_few_queries(
    below: str, world: World, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    quota(world.call, "country", "UA", least=1)
    quota(world.call, "partners", least=1)
    client = cast.officer.client
    path = f"/decisions/{world.call.slug}/{below.format(world.pk('korop'))}"
    # The first look begins the selection and fills what a process remembers.
    client.get(path)
    with django_assert_max_num_queries(25):
        assert client.get(path).status_code == 200
