"""Suggestions for one town: the whole register scored, the best first, known partners left out."""

import csv
import json
from importlib.resources import files
from pathlib import Path
from random import Random

import pytest
from jsonschema import Draft202012Validator
from scored_towns import WEIGHTS, towns

from citymatch import InputError, Rules, Suggester, Town, Wish, build_market
from citymatch.__main__ import main
from citymatch.files.read_csv import TOWN

LEFT = towns("u", 7, ("UA",), Random(1))
RIGHT = towns("e", 23, ("DE", "LV", "PL"), Random(2))


@pytest.mark.parametrize("town", ["u03", "e11"])
def test_suggestions_are_the_best_pairs_of_the_town(town: str) -> None:
    market = build_market(LEFT, RIGHT, weights=WEIGHTS)
    own = [pair for pair in market.pairs if town in pair.key]
    own.sort(key=lambda pair: (-pair.score, pair.key))
    found = Suggester(LEFT, RIGHT, weights=WEIGHTS).of(town, 5)
    assert [(one.score, one.left_view, one.right_view, one.parts) for one in found] == [
        (pair.score, pair.left_view, pair.right_view, pair.parts) for pair in own[:5]
    ]
    assert [one.id for one in found] == [
        pair.right if town == pair.left else pair.left for pair in own[:5]
    ]


def test_among_equals_the_first_by_id_comes_first() -> None:
    same = [Town(name, country="DE", population=9_000) for name in ("c", "a", "b")]
    found = Suggester([Town("u", country="UA", population=9_000)], same).of("u")
    assert [one.id for one in found] == ["a", "b", "c"]


def test_partners_and_whoever_said_no_are_left_out() -> None:
    def ids(**more: object) -> set[str]:
        made = Suggester(LEFT, RIGHT, **more)  # type: ignore[arg-type]
        return {one.id for one in made.of("u00", 100)}

    everybody = {town.id for town in RIGHT}
    ties = [("u00", "e01"), ("e02", "u00"), ("u01", "e03")]
    assert ids() == everybody
    assert ids(ties=ties) == everybody - {"e01", "e02"}
    assert ids(ties=ties, keep_ties=True) == everybody
    assert ids(wishes=[Wish("e04", "u00", None)]) == everybody - {"e04"}
    assert ids(rules=Rules(max_km=1)) == set()


def test_suggestions_for_nobody_are_refused() -> None:
    made = Suggester(LEFT, RIGHT)
    for town, top, code in (("x", 3, "unknown_town"), ("u00", 0, "out_of_range")):
        with pytest.raises(InputError) as caught:
            made.of(town, top)
        assert [problem.code for problem in caught.value.problems] == [code]
    with pytest.raises(InputError, match="e05 is used twice"):
        Suggester(LEFT, [*RIGHT, Town("e05")])


def write(path: Path, side: list[Town]) -> str:
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(TOWN[:8])
        for t in side:
            row = (t.id, t.name, t.country, " ".join(t.groups), t.population, t.lat, t.lon)
            table.writerow([*row, " ".join(t.languages)])
    return str(path)


def test_command_writes_an_object_for_one_town_and_a_list_for_several(tmp_path: Path) -> None:
    schema = json.loads(
        files("citymatch").joinpath("schemas/suggestions.schema.json").read_text(encoding="utf-8")
    )
    tables = [
        "--left", write(tmp_path / "left.csv", LEFT),
        "--right", write(tmp_path / "right.csv", RIGHT),
    ]  # fmt: skip
    out = tmp_path / "out.json"
    assert main(["suggest", *tables, "--for", "u02", "--top", "4", "-o", str(out)]) == 0
    one = json.loads(out.read_text())
    Draft202012Validator(schema).validate(one)
    assert (one["for"], len(one["suggestions"])) == ("u02", 4)
    scores = [entry["score"] for entry in one["suggestions"]]
    assert scores == sorted(scores, reverse=True)
    assert "unknown" in one["suggestions"][0]["parts"]["needs"]

    arguments = ["suggest", *tables, "--for", "e09", "--for", "u02", "--top", "4", "-o", str(out)]
    assert main(arguments) == 0
    several = json.loads(out.read_text())
    Draft202012Validator(schema).validate(several)
    assert [entry["for"] for entry in several] == ["e09", "u02"]
    assert several[1] == one


def test_command_says_which_town_is_unknown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = [
        "--left", write(tmp_path / "left.csv", LEFT),
        "--right", write(tmp_path / "right.csv", RIGHT),
    ]  # fmt: skip
    assert main(["suggest", *tables, "--for", "nobody"]) == 2
    assert capsys.readouterr().err == (
        "citymatch: arguments, for: there is no town nobody; give the id of a town of either side\n"
    )
