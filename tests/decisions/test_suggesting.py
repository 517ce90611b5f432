"""The suggestion meets overlapping quotas; a conflict is said in words; reasons are exact."""

import pytest

from mosty.decisions.domain import drafting
from mosty.decisions.scores import results
from mosty.decisions.suggesting import suggest, why
from mosty.reviews.models import Review
from tests.decisions.making import World, make_world, quota, review, reviewer
from tests.people import Bodies, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(bodies: Bodies, cast: Cast) -> World:
    return make_world(bodies, cast)


def outcomes(world: World, cast: Cast, take: int = 2, reserve: int = 1) -> dict[str, str]:
    found = suggest(world.call, take, reserve, actor=cast.officer.actor).outcomes
    names = {row.pk: name for name, row in world.applications.items()}
    return {names[pk]: outcome for pk, outcome in found.items()}


def test_best_means_are_suggested_without_quotas(world: World, cast: Cast) -> None:
    assert outcomes(world, cast) == {
        "kuldiga": "accepted", "chuhuiv": "accepted", "gulbene": "reserve", "korop": "declined",
    }  # fmt: skip


def test_overlapping_quotas_are_met_together(world: World, cast: Cast) -> None:
    # Of the association of Latvia at most one, and of the small ones at least one: Korop comes in.
    quota(world.call, "association", "LPS", most=1)
    quota(world.call, "size", "5-20", least=1)
    quota(world.call, "country", "UA", least=1, most=2)
    assert {name for name, one in outcomes(world, cast).items() if one == "accepted"} == {
        "kuldiga", "korop",
    }  # fmt: skip


def test_quotas_that_contradict_are_said_in_words(world: World, cast: Cast) -> None:
    quota(world.call, "country", "UA", least=2)
    quota(world.call, "country", "LV", least=1)
    found = suggest(world.call, 2, 0, actor=cast.officer.actor)
    assert (found.outcomes, found.conflict) == (
        {},
        [
            "These cannot hold together: 2 places; at least 1: Latvia; at least 2: Ukraine.",
            *found.conflict[1:],
        ],
    )
    assert len(found.conflict) == 2
    assert found.conflict[1].startswith("It would work with ")


def test_quota_of_whom_nobody_applies_is_said(world: World, cast: Cast) -> None:
    quota(world.call, "country", "BE", least=1)
    found = suggest(world.call, 2, 0, actor=cast.officer.actor)
    assert len(found.conflict) == 1
    assert "nobody of them applies" in found.conflict[0]


def test_reason_says_by_how_much_one_falls_short(world: World, cast: Cast) -> None:
    lines = why(world.call, world.pk("gulbene"), 2, actor=cast.officer.actor)
    assert lines == ["Not chosen: the best list with it is worse by 1.00 of a point."]


def test_review_that_is_set_aside_counts_no_more(world: World, cast: Cast) -> None:
    rows = Review.objects.filter(assignment__application=world.pk("kuldiga"))
    rows.update(state="set_aside", reason="Conflict")
    assert outcomes(world, cast)["kuldiga"] == "declined"


def test_reviewer_on_whom_the_outcome_hangs_is_named(world: World, cast: Cast) -> None:
    # The funder gives Korop nothing but praise and Chuhuiv the worst, the expert saw it otherwise.
    rows = Review.objects.filter(assignment__reviewer=world.reviewers["funder"])
    for name, value in (("chuhuiv", 1), ("korop", 5)):
        rows.filter(assignment__application=world.pk(name)).update(total=4 * value)
    page = cast.officer.client.get(f"/decisions/{world.call.slug}/reviewers/").content.decode()
    line = page[page.index(">Funder<") :].split("</tr>")[0]
    assert ["Chuhuiv" in cell for cell in line.split("<td")[1:]] == [True, False]
    assert "Korop" in line.split("<td")[2]


def test_weights_count(world: World, cast: Cast) -> None:
    rows = Review.objects.filter(assignment__application=world.pk("korop"))
    rows.update(state="set_aside", reason="Anew")
    third = reviewer(world.call, cast.stranger.user)
    # Need weighs one, plan three: (1 + 3 × 5) / 4.
    review(third, world.applications["korop"], 1, 5)
    assert results(world.call, cast.officer.actor)[world.pk("korop")].mean == 4.0


def test_draft_is_not_changed_by_a_suggestion(world: World, cast: Cast) -> None:
    selection = drafting.begin(world.call, by=cast.officer.actor)
    drafting.set_outcomes(selection, [world.pk("korop")], "accepted", by=cast.officer.actor)
    client = cast.officer.client
    address = f"/decisions/{world.call.slug}/suggestion/"
    response = client.post(address, {"take": "2", "reserve": "1"}, follow=True)
    assert "Decided otherwise" in response.content.decode()
    row = selection.decisions.get(application=world.pk("korop"))
    assert (row.outcome, row.suggested) == ("accepted", "declined")
    client.post(f"{address}adopt/")
    assert selection.decisions.get(application=world.pk("korop")).outcome == "accepted"
    assert selection.decisions.filter(outcome="").count() == 0
