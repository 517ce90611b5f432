"""Bad input: each mistake is told in one line that names place and remedy."""

from copy import deepcopy
from typing import Any

import pytest
from example import EXAMPLE
from hypothesis import given, settings
from hypothesis import strategies as st

from citymatch import (
    InputError,
    Town,
    Wish,
    build_market,
    market_from_json,
    result_from_json,
    result_to_json,
    solve,
    verify,
)
from citymatch.files import parse_json

# What is changed, row, field, code, words in the line.

UNSOUND: list[tuple[str, dict[str, Any], int | None, str | None, str, str]] = [
    ("wrong format", {"format": "citymatch.market/9"}, None, "format", "wrong_format", "market/1"),
    ("no format", {"format": None}, None, "format", "wrong_format", "give a file whose"),
    ("no pairs", {"pairs": None}, None, "pairs", "missing", "add pairs"),
    ("left no list", {"left": {}}, None, "left", "wrong_type", "give a list"),
    ("unknown field", {"loked": []}, None, "loked", "unknown_field", "'loked' is not known"),
    ("town is text", {"left.0": "u1"}, 1, "left", "wrong_type", "give an object"),
    ("town without id", {"left.1": {}}, 2, "left.id", "missing", "add id"),
    ("town with empty id", {"left.1.id": ""}, 2, "left.id", "empty_id", "unique id"),
    ("town with slip", {"left.1.grups": []}, 2, "left.grups", "unknown_field", "groups"),
    ("groups as text", {"left.1.groups": "a b"}, 2, "left.groups", "wrong_type", "a list of texts"),
    ("pairs as text", {"pairs": "u1 e1"}, None, "pairs", "wrong_type", "give a list"),
    ("parts as list", {"pairs.0.parts": []}, 1, "pairs.parts", "wrong_type", "an object"),
    (
        "tie key with null",
        {"policy.tie_key": "a\0"},
        None,
        "policy.tie_key",
        "wrong_value",
        "plain",
    ),
    ("id twice", {"left.1.id": "u1"}, 2, "left.id", "duplicate_id", "u1 is used twice"),
    ("id on both sides", {"right.1.id": "u1"}, 2, "right.id", "duplicate_id", "both sides"),
    ("min above max", {"left.0.min": 2}, 1, "left.min", "min_above_max", "min 2 is above max 1"),
    ("negative min", {"left.0.min": -1}, 1, "left.min", "out_of_range", "0 to 1000000"),
    ("huge max", {"left.0.max": 10**9}, 1, "left.max", "out_of_range", "0 to 1000000"),
    ("min not whole", {"left.0.min": 0.5}, 1, "left.min", "wrong_type", "a whole number"),
    ("max is true", {"left.0.max": True}, 1, "left.max", "wrong_type", "a whole number"),
    (
        "two countries",
        {"right.0.groups": ["country:LV", "country:DE"]},
        1,
        "right.groups",
        "two_countries",
        "e1 is in two countries, country:DE and country:LV",
    ),
    (
        "country against group",
        {"right.0.country": "EE"},
        1,
        "right.groups",
        "two_countries",
        "keep one country per town",
    ),
    ("latitude", {"left.0.lat": 91}, 1, "left.lat", "out_of_range", "from -90 to 90"),
    ("longitude", {"left.0.lon": -200}, 1, "left.lon", "out_of_range", "from -180 to 180"),
    ("population", {"left.0.population": 0}, 1, "left.population", "out_of_range", "1 or more"),
    ("need below 0", {"left.0.needs": {"water": -1}}, 1, "left.needs", "out_of_range", "0 or more"),
    (
        "need no number",
        {"left.0.needs": {"water": "x"}},
        1,
        "left.needs.water",
        "wrong_type",
        "a number",
    ),
    ("quota without group", {"quotas.0": {"max": 1}}, 1, "quotas.group", "missing", "add group"),
    ("quota turned", {"quotas.0.min": 4}, 1, "quotas.min", "min_above_max", "min 4 is above max 3"),
    ("quota negative", {"quotas.0.min": -4}, 1, "quotas.min", "out_of_range", "cannot be used"),
    (
        "quota of nobody",
        {"quotas.0.group": "asociation:LPS"},
        1,
        "quotas.group",
        "unknown_group",
        "no town is in the group asociation:LPS",
    ),
    (
        "quota twice",
        {"quotas.1": {"group": "association:LPS"}},
        2,
        "quotas.group",
        "duplicate_quota",
        "two quotas",
    ),
    (
        "group on both sides",
        {"left.0.groups": ["association:LPS"]},
        1,
        "quotas.group",
        "group_on_both_sides",
        "both sides",
    ),
    (
        "overlapping groups",
        {
            "right.0.groups": ["a", "b"],
            "right.1.groups": ["a"],
            "right.2": {"id": "e4", "groups": ["b"]},
            "quotas": [{"group": "a", "max": 1}, {"group": "b", "max": 1}],
        },
        2,
        "quotas.group",
        "overlapping_groups",
        "the groups a and b overlap",
    ),
    (
        "view above 1",
        {"pairs.0.left_view": 1.3},
        1,
        "pairs.left_view",
        "out_of_range",
        "from 0 to 1",
    ),
    ("view below 0", {"pairs.0.right_view": -0.1}, 1, "pairs.right_view", "out_of_range", "-0.1"),
    ("view is text", {"pairs.0.left_view": "0.6"}, 1, "pairs.left_view", "wrong_type", "a number"),
    (
        "view is not a number",
        {"pairs.0.left_view": float("nan")},
        1,
        "pairs.left_view",
        "not_a_number",
        "nan is not a number",
    ),
    ("view missing", {"pairs.0.left_view": None}, 1, "pairs.left_view", "wrong_type", "a number"),
    ("unknown town", {"pairs.0.left": "u9"}, 1, "pairs.left", "unknown_town", "no left town u9"),
    ("sides turned", {"pairs.0.left": "e1"}, 1, "pairs.left", "wrong_side", "on the other side"),
    ("pair twice", {"pairs.1": EXAMPLE["pairs"][0]}, 2, "pairs", "duplicate_pair", "given twice"),
    (
        "parts do not add up",
        {"pairs.0.parts": {"needs": {"left": 0.6, "right": 0.71}}},
        1,
        "pairs.parts.left",
        "parts_do_not_add_up",
        "add up to 0.600000, the view is 0.630000",
    ),
    (
        "unknown of nobody",
        {"pairs.0.parts": {"needs": {"left": 0.63, "right": 0.71, "unknown": ["both"]}}},
        1,
        "pairs.parts.needs.unknown",
        "wrong_value",
        "the two sides",
    ),
    (
        "listed and excluded",
        {"excluded.0.right": "e1"},
        1,
        "excluded",
        "listed_and_excluded",
        "u1 – e1 is both",
    ),
    ("lock is text", {"locked": ["u1"]}, 1, "locked", "wrong_type", 'as in ["u1", "e1"]'),
    ("lock not listed", {"locked": [["u2", "e1"]]}, 1, "locked", "locked_not_listed", "u2 – e1"),
    (
        "lock vetoed",
        {"vetoed": [["u1", "e1"]]},
        1,
        "locked",
        "locked_and_vetoed",
        "the lock or the",
    ),
    ("lock twice", {"locked.1": ["u1", "e1"]}, 2, "locked", "duplicate_pair", "given twice"),
    ("lock unknown", {"locked": [["u7", "e1"]]}, 1, "locked.left", "unknown_town", "u7"),
    ("veto unknown", {"vetoed": [["u1", "e7"]]}, 1, "vetoed.right", "unknown_town", "e7"),
    (
        "locks over max",
        {"pairs.1": {"left": "u2", "right": "e1", "left_view": 1, "right_view": 1}}
        | {"locked.1": ["u2", "e1"]},
        2,
        "locked",
        "locked_over_max",
        "more partners than its max 1",
    ),
    (
        "no stages",
        {"policy.stages": []},
        None,
        "policy.stages",
        "wrong_stages",
        "size, floor, score",
    ),
    (
        "stages turned",
        {"policy.stages": ["score", "size"]},
        None,
        "policy.stages",
        "wrong_stages",
        "",
    ),
    (
        "floor above 1",
        {"policy.absolute_floor": 2},
        None,
        "policy.absolute_floor",
        "out_of_range",
        "",
    ),
    ("overlap unknown", {"policy.overlap": "yes"}, None, "policy.overlap", "wrong_value", "refuse"),
    ("scoring unknown", {"policy.scoring": "x"}, None, "policy.scoring", "wrong_value", "given"),
    (
        "scoring without weights",
        {"policy.scoring": "criteria/1"},
        None,
        "policy.weights",
        "missing",
        "weights of both sides",
    ),
    (
        "weights of one side",
        {"policy.weights": {"left": {"needs": 1}}},
        None,
        "policy.weights.right",
        "wrong_weights",
        "at least one of them above 0",
    ),
]


def altered(changes: dict[str, Any]) -> dict[str, Any]:
    """Return the example with some places changed: ``left.0.min`` is the first left town's min."""
    data = deepcopy(EXAMPLE)
    for path, value in changes.items():
        *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place: Any = data
        for step in steps:
            place = place[step]
        if isinstance(place, list) and last == len(place):
            place.append(value)
        elif value is None and isinstance(last, str) and not steps:
            del place[last]
        else:
            place[last] = value
    return data


@pytest.mark.parametrize(
    ("changes", "row", "field", "code", "words"),
    [case[1:] for case in UNSOUND],
    ids=[case[0].replace(" ", "-") for case in UNSOUND],
)
def test_market_bad_input_names_row_field_and_remedy(
    changes: dict[str, Any], row: int | None, field: str | None, code: str, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        market_from_json(altered(changes), source="round.json")
    problem = caught.value.problems[0]
    assert (problem.row, problem.field, problem.code) == (row, field, code)
    assert problem.file == "round.json"
    line = str(caught.value)
    assert line.startswith("round.json, ")
    assert words in line
    assert "\n" not in line
    assert problem.remedy


def test_market_several_problems_are_all_told() -> None:
    with pytest.raises(InputError, match=r"\(and 1 more\)$") as caught:
        market_from_json(altered({"left.0.min": 2, "vetoed": [["u1", "e9"]]}))
    assert [problem.code for problem in caught.value.problems] == ["min_above_max", "unknown_town"]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (b'{"format": ', "broken_json", "line 1: not JSON at column"),
        (b"", "broken_json", "not JSON"),
        (b'{\n"a": 1,\n"b" 2}', "broken_json", "line 3"),
        (b"[1, 2]", "wrong_type", "no JSON object"),
        (b'{"a": NaN}', "not_a_number", "NaN is not a number"),
        (b'{"a": -Infinity}', "not_a_number", "-Infinity is not a number"),
        ('{"a": "і"}'.encode("cp1251"), "wrong_encoding", "save the file as UTF-8"),
        (b'{"a": "\\uD800"}', "wrong_encoding", "save the file as UTF-8"),
        (b'{"a": ' + b"9" * 5000 + b"}", "broken_json", "more digits than can be read"),
        (b'{"a":' + b"[" * 200_000, "broken_json", "nested too deeply"),
    ],
)
def test_parse_json_refuses_in_one_line(text: bytes, code: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_json(text, source="m.json")
    assert [problem.code for problem in caught.value.problems] == [code]
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_parse_json_allows_a_byte_order_mark() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a": 1}', source="m.json") == {"a": 1}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"format": "citymatch.market/1"}, "wrong_format"),
        ({"status": "perhaps"}, "wrong_value"),
        ({"size": "one"}, "wrong_type"),
        ({"pairs.0.score": 2}, "out_of_range"),
        ({"pairs.0.lock": True}, "unknown_field"),
        ({"certificate.size.town_max": {"u1": 0.5}}, "wrong_type"),
        ({"certificate.price": {}}, "unknown_field"),
        ({"input_sha256": 5}, "wrong_type"),
        ({"versions": []}, "wrong_type"),
        ({"pairs.0.locked": 1}, "wrong_type"),
        ({"unmatched.0.params": 1}, "wrong_type"),
    ],
)
def test_result_bad_input_is_refused(changes: dict[str, Any], code: str) -> None:
    data = result_to_json(solve(market_from_json(EXAMPLE)))
    for path, value in changes.items():
        *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place: Any = data
        for step in steps:
            place = place[step]
        place[last] = value
    with pytest.raises(InputError) as caught:
        result_from_json(data)
    assert caught.value.problems[0].code == code


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 10**20)
    | st.floats()
    | st.sampled_from(
        ["", "u1", "e1", "u2", "e3", "association:LPS", "country:DE", "left", "size"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "left", "right", "min", "water", "needs"]), inner)
    ),
    max_leaves=4,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value inside a JSON value."""
    if isinstance(value, dict):
        inner = [places(item, (*path, key)) for key, item in value.items()]
    elif isinstance(value, list):
        inner = [places(item, (*path, key)) for key, item in enumerate(value)]
    else:
        inner = []
    return [path, *(one for many in inner for one in many)]


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_market_of_any_shape_is_read_or_refused(data: st.DataObject) -> None:
    """Whatever stands anywhere: a sound market that can be solved, or one clear line."""
    market = deepcopy(EXAMPLE)
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from([path for path in places(market) if path]))
        place: Any = market
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = data.draw(JSON)
    line = None
    try:
        sound = market_from_json(market)
    except InputError as error:
        line = str(error)
    if line is None:
        assert verify(sound, solve(sound)).ok
    else:
        assert line.isprintable()


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_result_of_any_shape_is_read_or_refused(data: st.DataObject) -> None:
    """Whatever stands anywhere: refused when read, or judged, and only ever accepted when true."""
    market = market_from_json(EXAMPLE)
    true = solve(market)
    told = deepcopy(result_to_json(true))
    path = data.draw(st.sampled_from([path for path in places(told) if path]))
    place: Any = told
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = data.draw(JSON)
    line = None
    try:
        result = result_from_json(told)
    except InputError as error:
        line = str(error)
    if line is not None:
        assert line.isprintable()
    elif verify(market, result).ok:
        assert (result.pairs, result.size, result.score) == (true.pairs, true.size, true.score)


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ([Wish("u1", "e1", 1), Wish("u1", "e1", 2)], "duplicate_pair"),
        ([Wish("u1", "e1", 1), Wish("u1", "e2", 1)], "duplicate_rank"),
        ([Wish("u1", "u2", 1)], "wrong_side"),
        ([Wish("u1", "x", 1)], "unknown_town"),
        ([Wish("u1", "e1", 0)], "out_of_range"),
        ([Wish("u1", "e1", 6)], "out_of_range"),
        ([Wish("u1", f"e{k}", None) for k in range(1, 5)], "too_many_wishes"),
    ],
)
def test_wishes_that_cannot_count_are_refused(wishes: list[Wish], code: str) -> None:
    left, right = [Town("u1"), Town("u2")], [Town(f"e{k}") for k in range(1, 5)]
    weights = {"left": {"wishes": 1}, "right": {"size": 1}}
    with pytest.raises(InputError) as caught:
        build_market(left, right, weights=weights, wishes=wishes)
    assert [problem.code for problem in caught.value.problems] == [code]
