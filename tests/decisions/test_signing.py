"""Four eyes on one frozen list; any change voids what was signed, and says whose it was."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from mosty.applications.models import Application
from mosty.core.access import NotAllowed
from mosty.core.history import HistoryEntry
from mosty.decisions.domain import drafting, releasing, signing
from mosty.decisions.models import Release, Selection
from mosty.reviews.models import Review
from tests.decisions.making import World, make_world
from tests.people import Bodies, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(bodies: Bodies, cast: Cast) -> World:
    return make_world(bodies, cast)


@pytest.fixture
def selection(world: World, cast: Cast) -> Selection:
    by = cast.officer.actor
    made = drafting.begin(world.call, by=by)
    for name, outcome in (
        ("kuldiga", "accepted"), ("chuhuiv", "accepted"), ("gulbene", "reserve"),
        ("korop", "declined"),
    ):  # fmt: skip
        drafting.set_outcomes(made, [world.pk(name)], outcome, by=by)
    return made


def approved(selection: Selection, cast: Cast) -> Selection:
    version = signing.propose(selection, by=cast.officer.actor)
    signing.approve(selection, version.pk, by=cast.second_officer.actor)
    return selection


def test_who_proposed_does_not_approve(selection: Selection, cast: Cast) -> None:
    version = signing.propose(selection, by=cast.officer.actor)
    with pytest.raises(NotAllowed):
        signing.approve(selection, version.pk, by=cast.officer.actor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Selection.objects.update(approved_by=cast.officer.user)
    signing.approve(selection, version.pk, by=cast.second_officer.actor)
    assert (selection.state, selection.approved_by_name) == ("approved", "Second programme officer")


def test_list_that_was_not_seen_is_not_approved(
    selection: Selection, world: World, cast: Cast
) -> None:
    old = signing.propose(selection, by=cast.officer.actor)
    drafting.set_outcomes(selection, [world.pk("korop")], "reserve", by=cast.officer.actor)
    signing.propose(selection, by=cast.officer.actor)
    with pytest.raises(ValidationError, match="changed meanwhile"):
        signing.approve(selection, old.pk, by=cast.second_officer.actor)
    selection.refresh_from_db()
    assert selection.state == "proposed"


def test_change_voids_the_approval_and_says_whose_with_the_diff(
    selection: Selection, world: World, cast: Cast
) -> None:
    approved(selection, cast)
    by = cast.second_officer
    drafting.set_outcomes(selection, [world.pk("korop")], "reserve", by=by.actor)
    assert selection.state == "draft"
    row = HistoryEntry.objects.get(verb="decisions.voided")
    assert row.after == {"who": ["Programme officer", "Second programme officer"]}
    page = cast.officer.client.get(f"/decisions/{world.call.slug}/signing/").content.decode()
    assert "What was signed holds no more" in page
    assert "<li>Programme officer</li>" in page
    assert "Korop: Outcome" in page
    assert "<del>Declined</del><ins>Reserve</ins>" in page


def test_withdrawal_after_the_approval_is_not_released(
    selection: Selection, world: World, cast: Cast
) -> None:
    approved(selection, cast)
    Application.objects.filter(pk=world.pk("kuldiga")).update(state="withdrawn", version=None)
    with pytest.raises(ValidationError, match="have changed since"):
        releasing.release(selection, by=cast.officer.actor)
    selection.refresh_from_db()
    assert (selection.state, Release.objects.count()) == ("draft", 0)


def test_review_set_aside_after_the_proposal_is_not_approved(
    selection: Selection, world: World, cast: Cast
) -> None:
    version = signing.propose(selection, by=cast.officer.actor)
    rows = Review.objects.filter(assignment__application=world.pk("gulbene"))
    rows.filter(assignment__reviewer=world.reviewers["expert"]).update(
        state="set_aside", reason="Conflict"
    )
    with pytest.raises(ValidationError, match="have changed since"):
        signing.approve(selection, version.pk, by=cast.second_officer.actor)
    assert selection.state == "draft"
    assert [change.path[2] for change in signing.changed_since(selection)] == ["comments"]


def test_what_is_not_approved_is_not_released(selection: Selection, cast: Cast) -> None:
    signing.propose(selection, by=cast.officer.actor)
    with pytest.raises(ValidationError, match="second officer"):
        releasing.release(selection, by=cast.officer.actor)
    assert not Release.objects.exists()


def test_released_list_stands(selection: Selection, world: World, cast: Cast) -> None:
    releasing.release(approved(selection, cast), by=cast.officer.actor)
    with pytest.raises(ValidationError, match="stand"):
        drafting.set_outcomes(selection, [world.pk("korop")], "accepted", by=cast.officer.actor)
    with pytest.raises(ValidationError, match="stand"):
        releasing.release(selection, by=cast.second_officer.actor)
    assert Release.objects.count() == 1
