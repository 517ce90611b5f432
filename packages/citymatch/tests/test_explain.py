"""Reasons are codes with numbers that the market bears out."""

from dataclasses import replace

import pytest
from random_markets import dense_market
from scored_towns import programme

from citymatch import (
    MICRO,
    Alternative,
    Excluded,
    Explanation,
    InputError,
    Market,
    Pair,
    Policy,
    Quota,
    Reason,
    Town,
    explain,
    next_best,
    regrets,
    solve,
)


def town_pair(left: str, right: str, left_view: int, right_view: int) -> Pair:
    return Pair(left, right, left_view * MICRO // 100, right_view * MICRO // 100)


def small_market() -> Market:
    """Two of three left towns find a partner; u1–e1 is locked, u3–e2 vetoed."""
    return Market(
        (Town("u1", groups=("region:A",)), Town("u2", groups=("region:A",)), Town("u3")),
        (Town("e1"), Town("e2"), Town("e3", groups=("country:LV",))),
        (
            town_pair("u1", "e1", 50, 60),
            town_pair("u2", "e2", 80, 70),
            town_pair("u2", "e1", 90, 90),
            town_pair("u3", "e1", 20, 90),
            town_pair("u3", "e2", 90, 90),
            town_pair("u3", "e3", 75, 75),
            town_pair("u2", "e3", 30, 80),
        ),
        quotas=(Quota("region:A", 0, 2),),
        excluded=(Excluded("u1", "e2", "existing_partners", {"since": 2019}),),
        locked=(("u1", "e1"),),
        vetoed=(("u3", "e2"),),
    )


def codes(explanation: Explanation) -> list[str]:
    return [reason.code for reason in explanation.reasons]


def test_explain_locked_pair() -> None:
    market = small_market()
    found = explain(market, solve(market), "u1", "e1")
    assert found.state == "locked"
    assert found.reasons[:3] == (
        Reason("locked"),
        Reason("rank_for_left", {"rank": 1, "of": 1}),
        Reason("rank_for_right", {"rank": 3, "of": 3}),
    )
    assert (found.left_view, found.right_view, found.score) == (500_000, 600_000, 547_723)


def test_explain_chosen_pair_says_what_it_is_worth() -> None:
    market = small_market()
    result = solve(market)
    found = explain(market, result, "u2", "e2")
    assert found.state == "chosen"
    assert found.regret is not None
    assert found.regret == replace(regrets(market, result)["u2", "e2"], method="solve")
    assert found.reasons[-1] == Reason("would_lose_partnership", {"d_size": -1, "pairs": []})


def test_explain_vetoed_pair() -> None:
    market = small_market()
    found = explain(market, solve(market), "u3", "e2")
    assert found.state == "vetoed"
    assert codes(found)[0] == "vetoed"
    assert found.loses == (("u2", "e2"), ("u3", "e3"))
    assert found.gains == (("u2", "e3"),)


def test_explain_pair_below_the_floor_with_a_full_town() -> None:
    market = small_market()
    result = solve(market)
    assert result.floor == 700_000
    found = explain(market, result, "u2", "e3")
    assert found.state == "not_chosen"
    assert found.reasons[:3] == (
        Reason("below_floor", {"pair_floor": 300_000, "floor": 700_000, "side": "left"}),
        Reason("town_full", {"town": "u2", "max": 1, "pairs": [("u2", "e2")]}),
        Reason("quota_full", {"group": "region:A", "max": 2}),
    )


def test_explain_pair_that_bounds_forbid() -> None:
    market = small_market()
    found = explain(market, solve(market), "u3", "e1")
    assert found.regret is not None
    assert found.regret.status == "infeasible"
    assert found.reasons[-1] == Reason(
        "bounds_forbid",
        {
            "bounds": [
                {"code": "town_max", "id": "e1", "value": 1},
                {"code": "lock", "id": ("u1", "e1"), "value": 1},
            ]
        },
    )


def test_explain_pair_that_bounds_require() -> None:
    market = Market((Town("u1"),), (Town("e1", min=1),), (town_pair("u1", "e1", 50, 50),))
    found = explain(market, solve(market), "u1", "e1")
    assert found.reasons[-1] == Reason(
        "bounds_require", {"bounds": [{"code": "town_min", "id": "e1", "value": 1}]}
    )


def test_explain_pair_that_is_not_eligible() -> None:
    market = small_market()
    result = solve(market)
    ruled = explain(market, result, "u1", "e2")
    assert (ruled.state, ruled.regret, ruled.score) == ("not_eligible", None, None)
    assert ruled.reasons == (
        Reason("not_eligible", {"rule": "existing_partners", "params": {"since": 2019}}),
    )
    assert explain(market, result, "u1", "e3").reasons == (Reason("not_listed"),)
    vetoed = replace(market, vetoed=(("u3", "e2"), ("u1", "e3")))
    found = explain(vetoed, solve(vetoed), "u1", "e3")
    assert (found.state, codes(found)) == ("not_eligible", ["vetoed", "not_listed"])


def test_explain_pair_below_the_absolute_floor() -> None:
    market = replace(small_market(), policy=Policy(absolute_floor=400_000))
    found = explain(market, solve(market), "u2", "e3")
    assert found.reasons[0] == Reason(
        "below_absolute_floor", {"pair_floor": 300_000, "floor": 400_000}
    )


def test_explain_pair_that_is_worth_more_to_another() -> None:
    market = Market(
        (Town("u1"), Town("u2")),
        (Town("e1"),),
        (town_pair("u1", "e1", 90, 80), town_pair("u2", "e1", 80, 80)),
    )
    result = solve(market)
    score = market.pairs[0].score - market.pairs[1].score
    found = explain(market, result, "u2", "e1")
    assert found.reasons == (
        Reason("town_full", {"town": "e1", "max": 1, "pairs": [("u1", "e1")]}),
        Reason("worth_more_to_another", {"d_score": -score, "pairs": [("u1", "e1")]}),
    )
    chosen = explain(market, result, "u1", "e1")
    assert chosen.reasons[-1] == Reason(
        "worth_more_than_others", {"d_score": -score, "pairs": [("u2", "e1")]}
    )


def test_explain_pair_that_would_lower_the_floor() -> None:
    market = Market(
        (Town("u1"), Town("u2")),
        (Town("e1"), Town("e2")),
        (
            town_pair("u1", "e1", 60, 60),
            town_pair("u2", "e2", 60, 60),
            town_pair("u1", "e2", 90, 90),
            town_pair("u2", "e1", 40, 90),
        ),
    )
    found = explain(market, solve(market), "u1", "e2")
    assert found.reasons[-1] == Reason("would_lower_floor", {"d_floor": -200_000, "floor": 400_000})


def test_explain_counts_equal_alternatives() -> None:
    market = Market(
        (Town("u1"), Town("u2"), Town("u3")),
        (Town("e1"),),
        tuple(town_pair(f"u{k}", "e1", 70, 70) for k in (1, 2, 3)),
    )
    result = solve(market)
    chosen = result.pairs[0]
    found = explain(market, result, chosen.left, chosen.right)
    assert found.reasons[-1].code == "equal_alternative"
    assert found.reasons[-1].params["count"] == 2
    other = next(town.id for town in market.left if town.id != chosen.left)
    assert codes(explain(market, result, other, "e1"))[-1] == "equal_alternative"


@pytest.mark.parametrize(
    ("left", "right", "code"),
    [("e1", "u1", "wrong_side"), ("u9", "e1", "unknown_town"), ("u1", "e9", "unknown_town")],
)
def test_explain_unknown_towns_are_refused(left: str, right: str, code: str) -> None:
    market = small_market()
    with pytest.raises(InputError) as caught:
        explain(market, solve(market), left, right)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_explain_every_pair_of_a_programme() -> None:
    """Every pair has a state, parts that add up, and a last word on its cost."""
    market = programme()
    result, all_regrets = solve(market), regrets(market, solve(market))
    costs = {
        "bounds_forbid",
        "bounds_require",
        "equal_alternative",
        "override_would_change",
        "worth_more_than_others",
        "worth_more_to_another",
        "would_lose_partnership",
        "would_lower_floor",
    }
    chosen = {pair.key for pair in result.pairs}
    for pair in market.pairs:
        found = explain(market, result, *pair.key)
        assert found.state == (
            "chosen"
            if pair.key in chosen
            else "vetoed"
            if pair.key in market.vetoed
            else "not_chosen"
        )
        assert found.regret == replace(all_regrets[pair.key], method="solve")
        assert found.reasons[-1].code in costs
        assert sum(part.left for part in found.parts) == pair.left_view
        assert sum(part.right for part in found.parts) == pair.right_view
        for part in found.parts:
            assert 0 <= part.left <= (part.left_weight or 0)
            assert 0 <= part.right <= (part.right_weight or 0)
            assert part.facts is not None
        assert {*found.gains} | {*found.loses} <= {other.key for other in market.pairs}
        assert {*found.loses} <= chosen
        assert chosen.isdisjoint(found.gains)


def test_next_best_is_the_least_costly_first() -> None:
    market = dense_market(9, 8, seed=3)
    result = solve(market)
    found = regrets(market, result)
    chosen = {pair.key for pair in result.pairs}
    for town in ("u003", "e002"):
        options = next_best(market, result, town, n=4)
        own = [key for key in found if town in key and key not in chosen]
        ok = [key for key in own if found[key].status == "ok"]
        assert len(options) == min(4, len(ok))
        assert all(found[option.left, option.right] == option.regret for option in options)
        ranks = [rank(option, result.floor or 0) for option in options]
        assert ranks == sorted(ranks)
        assert len(next_best(market, result, town, n=100)) == len(ok)


def rank(option: Alternative, floor: int) -> tuple[int, int, int]:
    regret = option.regret
    worst = min(
        option.left_view, option.right_view, floor if regret.floor is None else regret.floor
    )
    return -(regret.d_size or 0), max(0, floor - worst), -(regret.d_score or 0)


def test_next_best_leaves_out_vetoed_pairs_and_unknown_towns() -> None:
    market = small_market()
    result = solve(market)
    assert [(option.left, option.right) for option in next_best(market, result, "u3")] == []
    with pytest.raises(InputError, match="there is no town nowhere"):
        next_best(market, result, "nowhere")
