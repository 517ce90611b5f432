"""Without one reviewer, by the rule of the draft: small cases worked by hand.

Two places; of the association of Latvia (Kuldīga, Gulbene) at most one body.
"""

from typing import Any

import pytest

from mosty.decisions import without
from mosty.decisions.domain import drafting
from mosty.decisions.models import Selection
from mosty.decisions.suggesting import Suggestion, suggest
from mosty.decisions.without import Lists, Without
from mosty.reviews.models import Review
from mosty.reviews.queries.results import counted
from mosty.reviews.statistics import Dropped, robustness
from tests.decisions.making import World, make_world, quota, review, reviewer
from tests.people import Bodies, Cast

pytestmark = pytest.mark.django_db
Scores = dict[str, tuple[int, int]]


@pytest.fixture
def world(bodies: Bodies, cast: Cast) -> World:
    world = make_world(bodies, cast)
    quota(world.call, "association", "LPS", most=1)
    return world


def score(world: World, scores: Scores) -> None:
    """What the expert and the funder gave."""
    for name, given in scores.items():
        for who, value in zip(("expert", "funder"), given, strict=True):
            rows = Review.objects.filter(
                assignment__application=world.pk(name),
                assignment__reviewer=world.reviewers[who],
            )
            assert rows.update(total=4 * value) == 1


def suggested(world: World, cast: Cast, *, reserve: int = 1, **held: Any) -> Selection:
    """A draft that follows the suggestion."""
    by = cast.officer.actor
    selection = drafting.begin(world.call, by=by)
    found = suggest(world.call, 2, reserve, actor=by, **held)
    drafting.keep_suggestion(selection, found, by=by)
    drafting.adopt_suggestion(selection, by=by)
    return selection


def draft(selection: Selection, cast: Cast) -> without.Draft:
    by = cast.officer.actor
    found = without.draft_of(selection, by, counted(selection.call, by))
    assert found is not None
    return found


def lists(selection: Selection, cast: Cast) -> Lists:
    found = without.work_out(draft(selection, cast), lambda _share: None)
    assert isinstance(found, Lists)
    return found


def said(world: World, found: Lists) -> dict[str, Any]:
    """Reviewer → body → what it has with and without them, or its places in the reserve."""
    bodies = {row.pk: name for name, row in world.applications.items()}
    names = {row.pk: name for name, row in world.reviewers.items()}
    return {
        names[row.reviewer]: {
            bodies[pk]: (was, then) for pk, was, then in (*row.changes, *row.moves)
        }
        for row in found.rows
    }


def by_means(world: World, cast: Cast) -> tuple[Dropped, ...]:
    return robustness(counted(world.call, cast.officer.actor).rows, 2).dropped


def test_list_hangs_on_a_reviewer_where_the_means_do_not(world: World, cast: Cast) -> None:
    # By the means Kuldīga 5 and Gulbene 4 stand first whoever is left out. The quota lets one of
    # them in; for the other place Chuhuiv (3 + 1) / 2 = 2 is before Korop (1 + 2) / 2 = 1.5, and
    # without the expert Korop 2 before Chuhuiv 1.
    score(world, {"kuldiga": (5, 5), "gulbene": (4, 4), "chuhuiv": (3, 1), "korop": (1, 2)})
    selection = suggested(world, cast)
    assert by_means(world, cast) == ()
    found = lists(selection, cast)
    assert said(world, found) == {
        "expert": {"chuhuiv": ("accepted", "declined"), "korop": ("declined", "accepted")}
    }
    assert (found.apart, found.unsure, found.rows[0].alone) == (0, (), ())


def test_means_hang_on_a_reviewer_where_the_list_does_not(world: World, cast: Cast) -> None:
    # By the means Gulbene (4 + 2) / 2 = 3 is second before Chuhuiv (2 + 3) / 2 = 2.5, and without
    # the expert behind it, 2 and 3. The quota keeps it out either way, and in the reserve it stays
    # before Korop.
    score(world, {"kuldiga": (5, 5), "gulbene": (4, 2), "chuhuiv": (2, 3), "korop": (1, 1)})
    selection = suggested(world, cast)
    assert [one.reviewer for one in by_means(world, cast)] == [world.reviewers["expert"].pk]
    assert lists(selection, cast) == Lists()


def test_places_in_the_reserve_are_compared_too(world: World, cast: Cast) -> None:
    # Chosen: Kuldīga and Chuhuiv. In the reserve Gulbene 3 before Korop 2.5; without the expert
    # Gulbene 2 behind Korop 3.
    score(world, {"kuldiga": (5, 5), "gulbene": (4, 2), "chuhuiv": (4, 4), "korop": (2, 3)})
    found = lists(suggested(world, cast, reserve=2), cast)
    assert said(world, found) == {"expert": {"gulbene": (1, 2), "korop": (2, 1)}}
    assert found.rows[0].changes == ()


def test_what_people_decided_otherwise_stays(world: World, cast: Cast) -> None:
    score(world, {"kuldiga": (5, 5), "gulbene": (4, 4), "chuhuiv": (3, 1), "korop": (1, 2)})
    selection = suggested(world, cast)
    by = cast.officer.actor
    drafting.set_outcomes(selection, [world.pk("korop")], "accepted", by=by)
    drafting.set_outcomes(selection, [world.pk("chuhuiv")], "declined", by=by)
    assert draft(selection, cast).rule.take == 2
    assert lists(selection, cast) == Lists()


def test_place_that_people_gave_on_top_is_no_place_of_the_rule(world: World, cast: Cast) -> None:
    score(world, {"kuldiga": (5, 5), "gulbene": (4, 4), "chuhuiv": (3, 1), "korop": (1, 2)})
    selection = suggested(world, cast)
    by = cast.officer.actor
    drafting.set_outcomes(selection, [world.pk("korop")], "accepted", by=by)
    rule = draft(selection, cast).rule
    assert (rule.take, rule.locked) == (3, {world.pk("korop")})
    # Korop has its place; Kuldīga and Chuhuiv have the two others, whoever is left out.
    assert lists(selection, cast) == Lists()
    # One place less, and nobody is taken in for Kuldīga: Gulbene is the best one left.
    drafting.set_outcomes(selection, [world.pk("kuldiga")], "declined", by=by)
    rule = draft(selection, cast).rule
    assert (rule.take, rule.vetoed) == (2, {world.pk("kuldiga")})


def test_what_the_suggestion_held_is_held_again(world: World, cast: Cast) -> None:
    score(world, {"kuldiga": (5, 5), "gulbene": (4, 4), "chuhuiv": (3, 1), "korop": (1, 2)})
    selection = suggested(world, cast, locked=[world.pk("chuhuiv")])
    assert lists(selection, cast) == Lists()
    # Unless people decided otherwise since: then that stands.
    by = cast.officer.actor
    drafting.set_outcomes(selection, [world.pk("chuhuiv")], "declined", by=by)
    rule = draft(selection, cast).rule
    assert (rule.take, rule.locked, rule.vetoed) == (1, frozenset(), {world.pk("chuhuiv")})


def test_only_reviewer_of_an_application_is_said(world: World, cast: Cast) -> None:
    score(world, {"kuldiga": (5, 5), "gulbene": (4, 4), "chuhuiv": (1, 1), "korop": (1, 1)})
    Review.objects.filter(assignment__application=world.pk("korop")).delete()
    world.reviewers["third"] = reviewer(world.call, cast.stranger.user)
    review(world.reviewers["third"], world.applications["korop"], 3, 3)
    found = lists(suggested(world, cast), cast)
    korop, chuhuiv = world.pk("korop"), world.pk("chuhuiv")
    changes = {(korop, "accepted", "declined"), (chuhuiv, "declined", "accepted")}
    assert [(row.reviewer, set(row.changes), row.alone) for row in found.rows] == [
        (world.reviewers["third"].pk, changes, (korop,))
    ]


def test_reviewer_who_moves_no_mean_is_not_asked_about(
    world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Both gave the same throughout.
    selection = suggested(world, cast)
    asked = []
    decide = without.decide

    def count(*args: Any) -> Suggestion:
        asked.append(args)
        return decide(*args)

    monkeypatch.setattr(without, "decide", count)
    assert lists(selection, cast) == Lists()
    assert len(asked) == 1
    score(world, {"kuldiga": (5, 4)})
    lists(selection, cast)
    assert len(asked) == 1 + 3


def test_draft_that_is_not_what_the_rule_gives_now_is_counted(world: World, cast: Cast) -> None:
    score(world, {"kuldiga": (5, 5), "gulbene": (4, 4), "chuhuiv": (3, 1), "korop": (1, 2)})
    selection = suggested(world, cast)
    score(world, {"chuhuiv": (1, 1)})
    assert lists(selection, cast).apart == 2


def test_contradiction_with_what_people_decided_is_said(world: World, cast: Cast) -> None:
    selection = suggested(world, cast)
    by = cast.officer.actor
    drafting.set_outcomes(selection, [world.pk("gulbene")], "accepted", by=by)
    quota(world.call, "country", "LV", least=2)
    found = without.work_out(draft(selection, cast), lambda _share: None)
    assert isinstance(found, Suggestion)
    assert found.conflict[0].startswith("These cannot hold together: ")


def test_draft_follows_no_suggestion_without_one_or_where_people_chose(
    world: World, cast: Cast
) -> None:
    by = cast.officer.actor
    selection = drafting.begin(world.call, by=by)
    found = counted(world.call, by)
    assert without.draft_of(selection, by, found) is None
    suggested(world, cast)
    assert without.draft_of(selection, by, found) is not None
    for name, outcome in (("gulbene", "accepted"), ("korop", "accepted"), ("kuldiga", "declined")):
        drafting.set_outcomes(selection, [world.pk(name)], outcome, by=by)
    # Two of three are accepted against the suggestion.
    assert without.draft_of(selection, by, found) is None


def test_digest_changes_with_all_that_the_lists_are_made_of(world: World, cast: Cast) -> None:
    selection = suggested(world, cast, reserve=2)
    known = [draft(selection, cast).digest]
    assert draft(selection, cast).digest == known[0]
    by = cast.officer.actor

    def is_new() -> bool:
        known.append(draft(selection, cast).digest)
        return known[-1] not in known[:-1]

    score(world, {"korop": (1, 1)})
    assert is_new()
    quota(world.call, "country", "UA", most=2)
    assert is_new()
    drafting.set_outcomes(selection, [world.pk("korop")], "declined", by=by)
    assert is_new()
    drafting.keep_suggestion(selection, suggest(world.call, 1, 2, actor=by), by=by)
    assert is_new()
    Review.objects.filter(assignment__application=world.pk("korop")).update(
        state="set_aside", reason="Conflict"
    )
    assert is_new()


def test_what_is_kept_is_what_was_found() -> None:
    found = Lists(3, (Without(7, ((1, "accepted", "reserve"),), ((2, 1, 4),), (1,)),), (9,))
    assert Lists.load(found.dump()) == found


def test_reserve_is_adopted_in_the_order_in_which_it_was_suggested(
    world: World, cast: Cast
) -> None:
    # Gulbene applied before Korop and is behind it.
    score(world, {"kuldiga": (5, 5), "gulbene": (2, 2), "chuhuiv": (4, 4), "korop": (3, 3)})
    selection = suggested(world, cast, reserve=2)
    ranks = dict(selection.decisions.values_list("application_id", "rank"))
    assert (ranks[world.pk("korop")], ranks[world.pk("gulbene")]) == (1, 2)
