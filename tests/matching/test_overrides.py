"""Locks and vetoes: a reason, the exact cost before saving, undo without deleting."""

from dataclasses import replace

import pytest

import citymatch
from mosty.core.access import NotAllowed
from mosty.core.history import HistoryEntry
from mosty.matching import domain, market, queries
from mosty.matching.models import Override
from tests.matching.making import Made, run
from tests.people import Bodies, Cast


def test_cost_shown_for_a_veto_is_what_the_next_run_loses(made: Made, bodies: Bodies) -> None:
    before = run(made)
    cost = domain.weigh_override(made.round, "veto", left=bodies.chuhuiv, right=bodies.kuldiga)
    domain.add_override(
        made.round, "veto", left=bodies.chuhuiv, right=bodies.kuldiga, reason="Asked for another.",
        by=made.officer, seen=cost.dump(),
    )  # fmt: skip
    after = run(made)
    assert (after.size, after.floor, after.score) == (cost.size, cost.floor, cost.score)
    assert cost.d_size == after.size - before.size
    assert cost.d_score == after.score - before.score
    assert cost.d_floor == after.floor - before.floor
    assert not cost.is_free
    codes = set(after.pairs.values_list("left__code", "right__code"))
    assert (bodies.chuhuiv.code, bodies.kuldiga.code) not in codes


@pytest.mark.parametrize("kind", ["lock", "veto"])
def test_cost_of_every_pair_is_what_solving_anew_gives(made: Made, kind: str) -> None:
    run(made)
    built = market.build(made.round).market
    plain = citymatch.solve(built)
    for left in made.left:
        for right in made.right:
            cost = domain.weigh_override(made.round, kind, left=left, right=right)
            key = (left.code, right.code)
            changed = (
                replace(built, locked=(key,)) if kind == "lock" else replace(built, vetoed=(key,))
            )
            anew = citymatch.solve(changed)
            assert (cost.size, cost.floor, cost.score) == (anew.size, anew.floor, anew.score)
            assert cost.d_size == anew.size - plain.size
            assert cost.d_score == anew.score - plain.score


def test_cost_counts_decisions_that_the_last_run_does_not_know(made: Made, bodies: Bodies) -> None:
    run(made)
    first = {"left": bodies.chuhuiv, "right": bodies.kuldiga}
    second = {"left": bodies.korop, "right": bodies.gulbene}
    domain.add_override(made.round, "veto", reason="No.", by=made.officer, **first)
    made.round.refresh_from_db()
    cost = domain.weigh_override(made.round, "veto", **second)
    domain.add_override(made.round, "veto", reason="No.", by=made.officer, **second)
    after = run(made)
    assert (after.size, after.floor, after.score) == (cost.size, cost.floor, cost.score)


def test_cost_of_keeping_a_chosen_pair_together_leaves_size_and_score(
    made: Made, bodies: Bodies
) -> None:
    run(made)
    cost = domain.weigh_override(made.round, "lock", left=bodies.chuhuiv, right=bodies.kuldiga)
    assert (cost.status, cost.d_size, cost.d_score) == ("ok", 0, 0)


def test_cost_of_what_leaves_no_match_is_infeasible(made: Made, bodies: Bodies) -> None:
    domain.set_quota(made.round, bodies.latvian_association, by=made.officer, least=3, most=None)
    for right in made.right[:2]:
        domain.add_override(
            made.round, "veto", left=bodies.chuhuiv, right=right, reason="No.", by=made.officer
        )
    last = {"left": bodies.chuhuiv, "right": made.right[2]}
    cost = domain.weigh_override(made.round, "veto", **last)
    assert (cost.status, cost.d_size, cost.size) == ("infeasible", None, None)
    domain.add_override(made.round, "veto", reason="No.", by=made.officer, **last)
    assert run(made).status == "infeasible"


def test_cost_of_a_withdrawal_is_what_the_next_run_gains(made: Made, bodies: Bodies) -> None:
    override = domain.add_override(
        made.round, "veto", left=bodies.chuhuiv, right=bodies.kuldiga, reason="No.",
        by=made.officer,
    )  # fmt: skip
    before = run(made)
    cost = domain.weigh_withdrawal(override)
    domain.withdraw_override(override, by=made.officer, reason="They agreed after all.")
    after = run(made)
    assert (cost.d_size, cost.d_score) == (after.size - before.size, after.score - before.score)


def test_override_saved_with_an_outdated_cost_is_refused(made: Made, bodies: Bodies) -> None:
    run(made)
    pair = {"left": bodies.chuhuiv, "right": bodies.kuldiga}
    seen = domain.weigh_override(made.round, "veto", **pair).dump()
    domain.add_override(
        made.round, "veto", left=bodies.korop, right=bodies.gulbene, reason="No.", by=made.second
    )
    with pytest.raises(domain.Refused, match="Look at the new cost"):
        domain.add_override(made.round, "veto", reason="No.", by=made.officer, seen=seen, **pair)
    assert Override.objects.filter(left=bodies.chuhuiv).count() == 0


@pytest.mark.parametrize("reason", ["", "   "])
def test_override_without_a_reason_is_refused(made: Made, bodies: Bodies, reason: str) -> None:
    with pytest.raises(domain.Refused):
        domain.add_override(
            made.round, "lock", left=bodies.chuhuiv, right=bodies.kuldiga, reason=reason,
            by=made.officer,
        )  # fmt: skip
    assert Override.objects.count() == 0


def test_override_of_a_pair_that_stands_decided_is_refused(made: Made, bodies: Bodies) -> None:
    pair = {"left": bodies.chuhuiv, "right": bodies.kuldiga}
    domain.add_override(made.round, "lock", reason="Old friends.", by=made.officer, **pair)
    with pytest.raises(domain.Refused, match="decision on this pair already"):
        domain.add_override(made.round, "veto", reason="No.", by=made.second, **pair)


def test_override_of_a_town_that_is_not_in_the_round_is_refused(made: Made, bodies: Bodies) -> None:
    row = queries.participants_of(made.round).get(organisation=bodies.kuldiga)
    domain.remove_participant(row, by=made.officer, reason="Not now.")
    with pytest.raises(domain.Refused, match="do not both take part"):
        domain.weigh_override(made.round, "lock", left=bodies.chuhuiv, right=bodies.kuldiga)


def test_two_locks_of_one_town_are_refused_by_name(made: Made, bodies: Bodies) -> None:
    domain.add_override(
        made.round, "lock", left=bodies.chuhuiv, right=bodies.kuldiga, reason="Old friends.",
        by=made.officer,
    )  # fmt: skip
    with pytest.raises(domain.Refused, match="Chuhuiv"):
        domain.weigh_override(made.round, "lock", left=bodies.chuhuiv, right=bodies.gulbene)


def test_undo_withdraws_the_newest_decision_and_keeps_it_on_record(
    made: Made, bodies: Bodies
) -> None:
    first = domain.add_override(
        made.round, "veto", left=bodies.chuhuiv, right=bodies.kuldiga, reason="No.",
        by=made.officer,
    )  # fmt: skip
    second = domain.add_override(
        made.round, "lock", left=bodies.korop, right=bodies.gulbene, reason="Yes.",
        by=made.officer,
    )  # fmt: skip
    assert domain.undo_last(made.round, by=made.second, reason="Too early.") == second
    second.refresh_from_db()
    assert (second.withdrawn_by_name, second.withdrawn_reason) == (made.second.name, "Too early.")
    assert list(queries.overrides_in_force(made.round)) == [first]
    assert Override.objects.count() == 2
    domain.add_override(
        made.round, "veto", left=bodies.korop, right=bodies.gulbene, reason="No.", by=made.second
    )
    assert Override.objects.count() == 3


def test_override_is_never_deleted(made: Made, bodies: Bodies) -> None:
    override = domain.add_override(
        made.round, "veto", left=bodies.chuhuiv, right=bodies.kuldiga, reason="No.",
        by=made.officer,
    )  # fmt: skip
    with pytest.raises(TypeError):
        override.delete()


def test_override_withdrawn_twice_is_refused(made: Made, bodies: Bodies) -> None:
    override = domain.add_override(
        made.round, "veto", left=bodies.chuhuiv, right=bodies.kuldiga, reason="No.",
        by=made.officer,
    )  # fmt: skip
    domain.withdraw_override(override, by=made.officer, reason="Yes after all.")
    with pytest.raises(domain.Refused):
        domain.withdraw_override(override, by=made.second, reason="Yes after all.")
    assert HistoryEntry.objects.filter(verb="matching.withdraw_override").count() == 1


@pytest.mark.parametrize("who", ["latvia", "chuhuiv", "expert", "stranger"])
def test_override_by_anybody_but_an_officer_is_refused(
    made: Made, bodies: Bodies, cast: Cast, who: str
) -> None:
    with pytest.raises(NotAllowed):
        domain.add_override(
            made.round, "lock", left=bodies.chuhuiv, right=bodies.kuldiga, reason="Please.",
            by=getattr(cast, who).actor,
        )  # fmt: skip
