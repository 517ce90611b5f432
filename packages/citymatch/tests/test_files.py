"""The formats: what is read, what is refused with which words, and the canonical bytes."""

import json
from copy import deepcopy
from importlib.resources import files

import pytest
from example import EXAMPLE
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from random_markets import dense_market, random_market
from scored_towns import programme
from seeds import seeds

from citymatch import (
    Excluded,
    InputError,
    Market,
    Pair,
    Policy,
    Quota,
    Town,
    dumps,
    explain,
    input_sha256,
    market_from_json,
    market_to_json,
    regrets,
    result_from_json,
    result_to_json,
    solve,
)
from citymatch.files import explanation_to_json, regrets_to_json
from citymatch.files.canonical import market_text
from citymatch.files.numbers import from_micro, to_micro


def schema(name: str) -> Draft202012Validator:
    text = files("citymatch").joinpath(f"schemas/{name}.schema.json").read_text(encoding="utf-8")
    data = json.loads(text)
    Draft202012Validator.check_schema(data)
    return Draft202012Validator(data)


def test_market_example_is_read_with_its_defaults() -> None:
    assert market_from_json(EXAMPLE) == Market(
        (Town("u1", ("region:UA05",)), Town("u2", ("region:UA05",))),
        (
            Town("e1", ("association:LPS", "country:LV"), 0, 1),
            Town("e3", ("association:LPS", "country:LV"), 0, 1),
        ),
        (Pair("u1", "e1", 630_000, 710_000),),
        (Quota("association:LPS", 1, 3),),
        (Excluded("u1", "e3", "existing_partners"),),
        (("u1", "e1"),),
        (("u2", "e3"),),
        (),
        Policy(("size", "floor", "score"), "round-1", 0, "refuse"),
    )


def test_market_example_says_what_the_documents_say() -> None:
    result = result_to_json(solve(market_from_json(EXAMPLE)))
    assert result["pairs"] == [
        {
            "left": "u1",
            "right": "e1",
            "left_view": 0.63,
            "right_view": 0.71,
            "score": 0.668805,
            "locked": True,
        }
    ]
    assert (result["status"], result["size"], result["score"]) == ("optimal", 1, 0.668805)
    assert (result["floor"], result["floor_all"]) == (None, 0.63)
    assert [town["id"] for town in result["unmatched"]] == ["u2", "e3"]


@pytest.mark.parametrize(
    "market", [random_market(3), random_market(8), programme(), Market((), (), ())]
)
def test_market_round_trip(market: Market) -> None:
    text = dumps(market_to_json(market))
    again = market_from_json(json.loads(text))
    assert dumps(market_to_json(again)) == text
    assert market_text(market) == text
    assert input_sha256(again) == input_sha256(market)
    assert {town.id: town for town in again.left} == {town.id: town for town in market.left}
    assert {pair.key: pair for pair in again.pairs} == {pair.key: pair for pair in market.pairs}


def test_market_digest_does_not_hang_on_what_is_left_out() -> None:
    short = market_from_json({"format": "citymatch.market/1", "left": [], "right": [], "pairs": []})
    assert input_sha256(short) == input_sha256(Market((), (), ()))


@pytest.mark.parametrize("seed", seeds(12))
def test_result_round_trip(seed: int) -> None:
    result = solve(random_market(seed, minima=0.15))
    text = dumps(result_to_json(result))
    assert result_from_json(json.loads(text)) == result


def test_formats_fit_their_schemas() -> None:
    for market in (*(random_market(seed, minima=0.15) for seed in seeds(12)), programme()):
        result = solve(market)
        schema("market").validate(json.loads(dumps(market_to_json(market))))
        schema("result").validate(json.loads(dumps(result_to_json(result))))
        if result.status == "infeasible" or not market.pairs:
            continue
        told = regrets_to_json(regrets(market, result), result.input_sha256)
        schema("regrets").validate(json.loads(dumps(told)))
        for left, right in ((market.left[0], market.right[0]), (market.left[-1], market.right[-1])):
            found = explanation_to_json(explain(market, result, left.id, right.id))
            schema("explanation").validate(json.loads(dumps(found)))
    schema("market").validate(EXAMPLE)


def test_schemas_refuse_what_the_reader_refuses() -> None:
    for change in (
        lambda data: data.pop("pairs"),
        lambda data: data["left"][0].update(mx=2),
        lambda data: data["pairs"][0].update(left_view=1.5),
        lambda data: data["policy"].update(stages=[]),
        lambda data: data["locked"].append(["u1"]),
    ):
        data = deepcopy(EXAMPLE)
        change(data)
        assert not schema("market").is_valid(data)
        with pytest.raises(InputError):
            market_from_json(data)


def test_dumps_is_canonical() -> None:
    data = {"b": [1, 2.5, {"z": None, "a": True}], "a": {"ї": "\n", "c": -0.0}, "e": [], "f": 1e-06}
    assert dumps(data) == (
        '{\n"a": {\n "c": 0.000000,\n "ї": "\\n"\n},\n'
        '"b": [\n 1,\n 2.500000,\n {"a": true, "z": null}\n],\n'
        '"e": [],\n"f": 0.000001\n}\n'
    )


def test_dumps_refuses_what_json_cannot_hold() -> None:
    with pytest.raises(ValueError, match="not finite"):
        dumps({"a": float("nan")})
    with pytest.raises(TypeError, match="cannot write set"):
        dumps({"a": {1}})


@pytest.mark.parametrize(
    ("text", "micro"),
    [
        ("0.0000005", 0),
        ("0.0000015", 2),
        ("0.1234565", 123456),
        ("0.1234575", 123458),
        ("0.9999995", 1_000_000),
        ("0.63", 630_000),
        ("1", 1_000_000),
    ],
)
def test_numbers_are_rounded_half_to_even_as_they_read(text: str, micro: int) -> None:
    assert to_micro(json.loads(text)) == micro


@given(st.integers(0, 1_000_000))
def test_numbers_of_six_decimals_come_back(micro: int) -> None:
    assert to_micro(from_micro(micro)) == micro
    assert to_micro(float(f"{from_micro(micro):.6f}")) == micro


def test_large_market_is_written_quickly_and_alike() -> None:
    market = dense_market(40, 30, seed=2)
    assert market_text(market) == dumps(market_to_json(market))


def test_towns_are_written_quickly_as_they_are_written_plainly() -> None:
    towns = (
        Town("b", groups=("g:2", "g:1"), country="UA", name='Ö "x"\n', lat=-0.0, lon=12.3456789),
        Town("a", capacity=0.5, experience=2, population=9, languages=("uk", "en"), max=3, min=1),
        Town("c", needs={"water": 1, "energy": 2.5}, offers={"heat": 3}, profile=("urban",)),
    )
    market = Market(towns, (Town("d"),), ())
    assert market_text(market) == dumps(market_to_json(market))
    empty = Market((), (), ())
    assert market_text(empty) == dumps(market_to_json(empty))
