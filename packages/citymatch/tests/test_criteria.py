"""The criteria: values checked by hand, the prior for what is unknown, parts that add up."""

from math import log10

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scored_towns import WEIGHTS, programme

from citymatch import (
    MICRO,
    Excluded,
    InputError,
    Policy,
    Reason,
    Rules,
    Town,
    Wish,
    build_market,
)
from citymatch.criteria import CRITERIA, PRIOR, Context, Rating, normalise
from citymatch.criteria.distance import kilometres_between

NOTHING = Context.of(())
HERE = np.zeros(1, dtype=np.int64)


def rate(name: str, left: Town, right: Town, *ties: tuple[str, str]) -> tuple[int, int]:
    rating = CRITERIA[name].over([left], [right], Context.of(ties))(HERE, HERE)
    return int(rating.left[0]), int(rating.right[0])


def unknown(name: str, left: Town, right: Town) -> tuple[bool, bool]:
    rating = CRITERIA[name].over([left], [right], NOTHING)(HERE, HERE)
    assert not rating.left_unknown[0] or rating.left[0] == PRIOR
    assert not rating.right_unknown[0] or rating.right[0] == PRIOR
    return bool(rating.left_unknown[0]), bool(rating.right_unknown[0])


def test_needs_are_met_theme_by_theme_in_both_directions() -> None:
    left = Town("u", needs={"water": 3, "energy": 1}, offers={"veterans": 1})
    right = Town("e", needs={"veterans": 2}, offers={"water": 2, "schools": 3})
    assert rate("needs", left, right) == (500_000, 500_000)
    full = Town("e", needs={"veterans": 1}, offers={"water": 5, "energy": 1})
    assert rate("needs", left, full) == (MICRO, MICRO)
    assert CRITERIA["needs"].facts(left, right, NOTHING) == Reason(
        "needs_met", {"left_themes": ["water"], "right_themes": ["veterans"]}
    )


def test_offers_are_the_mirror_of_needs() -> None:
    left = Town("u", needs={"water": 3, "energy": 1}, offers={"veterans": 1})
    right = Town("e", needs={"veterans": 4}, offers={"water": 2})
    assert rate("needs", left, right) == (500_000, 250_000)
    assert rate("offers", left, right) == (250_000, 500_000)
    assert CRITERIA["offers"].facts(left, right, NOTHING) == Reason(
        "offers_wanted", {"left_themes": ["veterans"], "right_themes": ["water"]}
    )


@pytest.mark.parametrize(
    ("left", "right", "value"),
    [
        (("uk",), ("lv",), 0),
        (("en", "uk"), ("en", "lv"), 750_000),
        (("de", "en", "uk"), ("de", "en"), MICRO),
        (("de", "en", "uk"), ("de", "en", "uk"), MICRO),
    ],
)
def test_languages_count_what_is_common(
    left: tuple[str, ...], right: tuple[str, ...], value: int
) -> None:
    one, other = Town("u", languages=left), Town("e", languages=right)
    assert rate("languages", one, other) == (value, value)
    common = sorted({*left} & {*right})
    assert CRITERIA["languages"].facts(one, other, NOTHING).params == {"languages": common}


@pytest.mark.parametrize(
    ("left", "right", "value"),
    [
        (10_000, 10_000, MICRO),
        (10_000, 100_000, 0),
        (500, 400_000, 0),
        (20_000, 10_000, round((1 - log10(2)) * MICRO)),
        (3_000, 30_000 // 2, round((1 - log10(5)) * MICRO)),
    ],
)
def test_size_falls_with_the_logarithm(left: int, right: int, value: int) -> None:
    assert rate("size", Town("u", population=left), Town("e", population=right)) == (value, value)
    assert rate("size", Town("u", population=right), Town("e", population=left)) == (value, value)


def test_distance_between_real_places() -> None:
    """Kuldīga (56.9678 N, 21.9614 E) and Chortkiv (49.0166 N, 25.7980 E) are 920 km apart."""
    kuldiga = Town("e", lat=56.9678, lon=21.9614)
    chortkiv = Town("u", lat=49.0166, lon=25.798)
    kilometres = kilometres_between(chortkiv, kuldiga)
    assert kilometres == pytest.approx(920.3, abs=0.1)
    value = round((1 - kilometres / 3000) * MICRO)
    assert rate("distance", chortkiv, kuldiga)[0] == pytest.approx(value, abs=1)
    assert CRITERIA["distance"].facts(chortkiv, kuldiga, NOTHING).params == {
        "km": round(kilometres)
    }


def test_distance_of_one_place_is_nothing_and_of_the_antipodes_too_much() -> None:
    here, there = Town("u", lat=50.0, lon=20.0), Town("e", lat=-50.0, lon=-160.0)
    assert rate("distance", here, Town("e", lat=50.0, lon=20.0)) == (MICRO, MICRO)
    assert rate("distance", here, there) == (0, 0)
    assert kilometres_between(here, there) == pytest.approx(20015, abs=1)


def test_profile_is_the_share_of_common_tags() -> None:
    left, right = Town("u", profile=("rural", "border")), Town("e", profile=("rural", "coast"))
    assert rate("profile", left, right) == (333_333, 333_333)
    assert CRITERIA["profile"].facts(left, right, NOTHING).params == {"tags": ["rural"]}


def test_contact_is_direct_shared_or_none() -> None:
    left, right = Town("u"), Town("e")
    assert rate("contact", left, right) == (0, 0)
    assert rate("contact", left, right, ("e", "u")) == (MICRO, MICRO)
    assert rate("contact", left, right, ("u", "Third"), ("Third", "e")) == (500_000, 500_000)
    shared = Context.of((("u", "Third"), ("Third", "e")))
    assert CRITERIA["contact"].facts(left, right, shared) == Reason(
        "contact_shared", {"through": ["Third"]}
    )
    direct = Context.of((("u", "e"),))
    assert CRITERIA["contact"].facts(left, right, direct) == Reason("contact_direct")
    assert CRITERIA["contact"].facts(left, right, NOTHING) == Reason("contact_none")


FULL = Town(
    "e",
    population=10_000,
    lat=50.0,
    lon=10.0,
    languages=("en",),
    needs={"water": 1},
    offers={"water": 1},
    profile=("rural",),
)


@pytest.mark.parametrize("name", sorted({*CRITERIA} - {"contact", "wishes", "capacity"}))
def test_unknown_facts_take_the_prior_and_are_flagged(name: str) -> None:
    assert unknown(name, Town("u"), FULL) == (True, True)
    assert unknown(name, FULL, Town("u")) == (True, True)
    assert unknown(name, FULL, FULL) == (False, False)


def test_unknown_needs_concern_only_the_side_that_has_them() -> None:
    asking = Town("u", needs={"water": 1})
    giving = Town("e", offers={"water": 1})
    assert unknown("needs", asking, giving) == (False, True)
    assert unknown("offers", asking, giving) == (True, False)


def test_contact_is_never_unknown() -> None:
    assert unknown("contact", Town("u"), Town("e")) == (False, False)


WEIGHT = st.one_of(st.integers(0, 9), st.floats(0, 9, allow_nan=False))


@given(st.dictionaries(st.sampled_from(sorted(CRITERIA)), WEIGHT, min_size=1))
def test_normalised_weights_add_up_to_one(weights: dict[str, float]) -> None:
    if not any(weights.values()):
        with pytest.raises(ValueError, match="above 0"):
            normalise(weights)
        return
    exact = normalise(weights)
    assert sum(exact.values()) == MICRO
    assert min(exact.values()) >= 0
    total = sum(weights.values())
    for name, weight in weights.items():
        assert abs(exact[name] - weight / total * MICRO) < 1.001
    assert normalise({name: weight / MICRO for name, weight in exact.items()}) == exact


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 12))
def test_parts_add_up_to_the_views_and_scaling_weights_changes_nothing(
    seed: int, factor: int
) -> None:
    market = programme(seed, left=3, right=3)
    for pair in market.pairs:
        assert pair.parts is not None
        assert sum(part.left for part in pair.parts.values()) == pair.left_view
        assert sum(part.right for part in pair.parts.values()) == pair.right_view
        assert all(min(part.left, part.right) >= 0 for part in pair.parts.values())
    scaled = {side: {c: w * factor for c, w in part.items()} for side, part in WEIGHTS.items()}
    again = build_market(
        market.left,
        market.right,
        weights=scaled,
        quotas=market.quotas,
        vetoed=market.vetoed,
        ties=market.ties,
    )
    assert again == market


def test_views_are_the_weighted_means_of_the_ratings() -> None:
    market = programme(left=4, right=4)
    rows, columns = np.arange(4)[:, None], np.arange(4)[None, :]
    ratings: dict[str, Rating] = {
        name: CRITERIA[name].over(market.left, market.right, Context.of(market.ties))(rows, columns)
        for name in CRITERIA
    }
    left = sum(
        weight * ratings[name].left.astype(float) for name, weight in WEIGHTS["left"].items()
    ) / sum(WEIGHTS["left"].values())
    right = sum(
        weight * ratings[name].right.astype(float) for name, weight in WEIGHTS["right"].items()
    ) / sum(WEIGHTS["right"].values())
    views = np.array([(pair.left_view, pair.right_view) for pair in market.pairs]).T
    # Weights are whole millionths, hence up to one millionth of a view for each of them.
    assert np.abs(views[0].reshape(4, 4) - left).max() < 6
    assert np.abs(views[1].reshape(4, 4) - right).max() < 6


def test_build_market_flags_unknown_facts_of_sides_with_a_weight() -> None:
    market = build_market(
        [Town("u")], [FULL], weights={"left": {"size": 1}, "right": {"size": 0, "languages": 1}}
    )
    parts = market.pairs[0].parts
    assert parts is not None
    assert parts["size"].unknown == ("left",)
    assert parts["languages"].unknown == ("right",)
    assert (market.pairs[0].left_view, market.pairs[0].right_view) == (PRIOR, PRIOR)


def test_build_market_leaves_out_excluded_pairs_and_keeps_the_policy() -> None:
    market = build_market(
        [Town("u1"), Town("u2")],
        [Town("e1")],
        weights={"left": {"size": 2}, "right": {"size": 2}},
        excluded=[Excluded("u1", "e1", "same_network")],
        policy=Policy(tie_key="spring"),
    )
    assert [pair.key for pair in market.pairs] == [("u2", "e1")]
    assert market.policy == Policy(
        tie_key="spring",
        weights={"left": {"size": 1.0}, "right": {"size": 1.0}},
        scoring="criteria/1",
    )


@pytest.mark.parametrize(
    ("weights", "code"),
    [
        ({"left": {"sise": 1}, "right": {"size": 1}}, "unknown_criterion"),
        ({"left": {"size": 0}, "right": {"size": 1}}, "wrong_weights"),
        ({"left": {"size": -1}, "right": {"size": 1}}, "wrong_weights"),
        ({"left": {"size": float("nan")}, "right": {"size": 1}}, "wrong_weights"),
        ({"left": {"size": 1}}, "wrong_weights"),
    ],
)
def test_build_market_refuses_unusable_weights(
    weights: dict[str, dict[str, float]], code: str
) -> None:
    with pytest.raises(InputError) as caught:
        build_market([Town("u1")], [Town("e1")], weights=weights)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_build_market_of_one_empty_side() -> None:
    market = build_market([], [Town("e1")], weights=WEIGHTS)
    assert market.pairs == ()


def test_wishes_speak_for_the_town_that_has_them() -> None:
    left, right, other = Town("u"), Town("e"), Town("f")
    context = Context.of((), (Wish("u", "e", 1), Wish("f", "u", 3)))
    first = CRITERIA["wishes"].over([left], [right, other], context)
    rating = first(np.array([[0]]), np.array([[0, 1]]))
    assert rating.left.tolist() == [[MICRO, 0]]
    assert rating.right.tolist() == [[PRIOR, 600_000]]
    assert rating.left_unknown.tolist() == [[False, False]]
    assert rating.right_unknown.tolist() == [[True, False]]
    assert CRITERIA["wishes"].facts(left, other, context) == Reason(
        "wished", {"left_rank": None, "right_rank": 3}
    )


def test_capacity_is_the_partner_s_and_counts_evenly_what_is_known() -> None:
    left = Town("u", capacity=0.9, experience=1)
    right = Town("e", experience=7, population=1_000)
    assert rate("capacity", left, right) == (MICRO // 2, 550_000)
    assert rate("capacity", Town("u", population=10_000), Town("e")) == (PRIOR, 333_333)
    assert unknown("capacity", Town("u", population=10_000), Town("e")) == (True, False)


def test_rules_leave_out_what_is_known_to_break_them() -> None:
    left = [Town("u", population=1_000, lat=50.0, lon=30.0, languages=("uk",)), Town("v")]
    right = [Town("e", population=9_000, lat=50.0, lon=10.0, languages=("de",)), Town("f")]

    def codes(rules: Rules, **more: object) -> dict[tuple[str, str], str]:
        policy = Policy(rules=rules)
        market = build_market(
            left,
            right,
            weights=WEIGHTS,
            policy=policy,
            **more,  # type: ignore[arg-type]
        )
        return {(item.left, item.right): item.code for item in market.excluded}

    assert codes(Rules()) == {}
    assert codes(Rules(max_km=1_000)) == {("u", "e"): "too_far"}
    assert codes(Rules(max_km=2_000)) == {}
    assert codes(Rules(max_size_ratio=8.9)) == {("u", "e"): "too_unlike_in_size"}
    assert codes(Rules(max_size_ratio=9)) == {}
    assert codes(Rules(common_language=True)) == {("u", "e"): "no_common_language"}
    assert codes(Rules(new_partners=True), ties=[("f", "v")]) == {("v", "f"): "existing_partners"}
    assert codes(Rules(), wishes=[Wish("e", "v", None)]) == {("v", "e"): "said_no"}
