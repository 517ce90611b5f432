"""Markets as tables: read like JSON, and every mistake told with file, line, column and remedy."""

import json
from pathlib import Path
from random import Random

import pytest
from command_line import run
from scored_towns import towns

from citymatch import (
    InputError,
    Quota,
    Town,
    build_market,
    dumps,
    input_sha256,
    market_to_json,
    result_from_json,
    solve,
)
from citymatch.criteria import DEFAULT_WEIGHTS
from citymatch.files import tables_from_csv
from citymatch.files.read_csv import COLUMNS

LEFT = """\
id,name,country,groups,population,lat,lon,languages,needs,offers,min,max,profile
u1,"Town, the first",UA,region:UA05,12400,49.0166,25.798,en uk,water:3 energy:2,parks,0,2,rural
u2,,UA,region:UA05 oblast:UA,,,,uk,,,,,
"""
RIGHT = """\
country;id;offers;needs;max
LV;e1;water:2.5 energy;parks:1;1

DE;e2;energy:3;;
"""
TABLES = {
    "left": ("left.csv", LEFT.encode()),
    "right": ("right.csv", b"\xef\xbb\xbf" + RIGHT.encode()),
    "quotas": ("quotas.csv", b"group,min,max\ncountry:LV,1,\nregion:UA05,,2\n"),
    "locked": ("locked.csv", b"left,right\nu1,e1\n"),
    "vetoed": ("vetoed.csv", b"right,left\r\ne2,u1\r\n"),
    "ties": ("ties.csv", b"left\tright\nu2\tThird City\nThird City\te2\n"),
}

TOWNS = [
    Town(
        "u1",
        ("region:UA05",),
        0,
        2,
        name="Town, the first",
        country="UA",
        population=12_400,
        lat=49.0166,
        lon=25.798,
        languages=("en", "uk"),
        needs={"water": 3, "energy": 2},
        offers={"parks": 1},
        profile=("rural",),
    ),
    Town("u2", ("region:UA05", "oblast:UA"), country="UA", languages=("uk",)),
]
OTHERS = [
    Town("e1", country="LV", offers={"water": 2.5, "energy": 1}, needs={"parks": 1}),
    Town("e2", country="DE", offers={"energy": 3}),
]
QUOTAS = [Quota("country:LV", 1), Quota("region:UA05", 0, 2)]


def test_tables_are_read() -> None:
    tables = tables_from_csv(TABLES)
    assert tables.left == TOWNS
    assert tables.right == OTHERS
    assert tables.quotas == QUOTAS
    assert tables.locked == [("u1", "e1")]
    assert tables.vetoed == [("u1", "e2")]
    assert tables.ties == [("u2", "Third City"), ("Third City", "e2")]
    assert tables.lines == {
        "left": [2, 3],
        "right": [2, 4],
        "quotas": [2, 3],
        "locked": [2],
        "vetoed": [2],
        "ties": [2, 3],
    }


@pytest.mark.parametrize(
    ("table", "content", "line"),
    [
        ("left", b"", "left.csv, line 1: the file is empty; begin with id,name,country"),
        ("left", b"\xc4\xe0", "left.csv: not UTF-8 text; save the file as UTF-8"),
        ("left", b"id,city\nu1,X\n", "left.csv, row 1, city: the column 'city' is not known; use"),
        ("left", b"id,id,country\n", "left.csv, row 1, id: the column 'id' is there twice; use"),
        (
            "left",
            b"id,name\nu1,X\n",
            "left.csv, row 1, country: the column country is missing; add",
        ),
        ("left", b"id,country\n,UA\n", "left.csv, row 2, id: the cell id is empty; fill in id"),
        ("left", b"id,country\nu1,UA,3\n", "left.csv, row 2, row: 3 cells for 2 columns; quote"),
        ("left", b'id,country\n"u1"x,UA\n', "left.csv, line 2: not CSV: "),
        ("left", b"id,country,max\nu1,UA,two\n", "row 2, max: 'two' is not a whole number; give"),
        ("left", b"id,country,max\nu1,UA,2.5\n", "row 2, max: '2.5' is not a whole number; give"),
        ("left", b"id,country,lat\nu1,UA,49N\n", "row 2, lat: '49N' is not a number; write it as"),
        ("left", b"id,country,lat\nu1,UA,nan\n", "row 2, lat: 'nan' is not a number; write it as"),
        ("left", b"id,country,needs\nu1,UA,a:x\n", "row 2, needs: 'x' is not a number; write it"),
        ("left", b"id,country,needs\nu1,UA,a a:2\n", "row 2, needs: the theme 'a' is there twice"),
        ("left", b"id,country,needs\nu1,UA,:2\n", "row 2, needs: ':2' has no theme; write"),
        ("locked", b"left,right\nu1,\n", "locked.csv, row 2, right: the cell right is empty; fill"),
    ],
)
def test_tables_bad_cells_are_told_with_line_and_column(
    table: str, content: bytes, line: str
) -> None:
    with pytest.raises(InputError) as caught:
        tables_from_csv(TABLES | {table: (f"{table}.csv", content)})
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)


OPTIONS = [word for name in TABLES for word in (f"--{name}", f"{name}.csv")]


@pytest.fixture(name="folder")
def folder_of_tables(tmp_path: Path) -> Path:
    for name, content in TABLES.values():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_cli_tables_and_json_give_the_same_result(folder: Path) -> None:
    market = build_market(
        TOWNS,
        OTHERS,
        weights=DEFAULT_WEIGHTS,
        quotas=QUOTAS,
        locked=[("u1", "e1")],
        vetoed=[("u1", "e2")],
        ties=[("u2", "Third City"), ("Third City", "e2")],
    )
    assert run("solve", *OPTIONS, "-o", "result.json", cwd=folder).returncode == 0
    text = (folder / "result.json").read_text()
    result = result_from_json(json.loads(text))
    assert result == solve(market)
    assert result.input_sha256 == input_sha256(market)
    (folder / "market.json").write_text(dumps(market_to_json(market)))
    assert run("solve", "market.json", cwd=folder).stdout == text
    assert run("verify", *OPTIONS, "result.json", cwd=folder).stdout.startswith("verified: size 2")
    by_tables = run("explain", *OPTIONS, "result.json", "u2", "e2", cwd=folder)
    by_json = run("explain", "market.json", "result.json", "u2", "e2", cwd=folder)
    assert by_tables.stdout == by_json.stdout
    assert json.loads(by_json.stdout)["state"] == "chosen"
    found = run("regrets", *OPTIONS, "result.json", cwd=folder)
    assert found.stdout == run("regrets", "market.json", "result.json", cwd=folder).stdout


def test_cli_tables_in_any_order_of_rows_give_the_same_bytes(folder: Path) -> None:
    """Rows, columns and separators shuffled: the published match stays, and the whole file."""
    rnd = Random(4)
    sides = towns("u", 9, ("UA",), rnd), towns("e", 8, ("DE", "LV"), rnd)
    names = [*COLUMNS["left"][0]]
    rows = [[[cell(getattr(town, name)) for name in names] for town in side] for side in sides]
    wishes = [["u01", "e02", "1"], ["e03", "u04", "2"], ["e05", "u00", "no"]]
    tables = {
        "left": [names, *rows[0]],
        "right": [names, *rows[1]],
        "quotas": [["group", "min", "max"], ["country:LV", "1", "3"], ["country:DE", "", "4"]],
        "vetoed": [["left", "right"], ["u00", "e00"], ["u03", "e01"]],
        "ties": [["left", "right"], ["u01", "e01"], ["u02", "Third"], ["Third", "e02"]],
        "wishes": [["from", "to", "rank"], *wishes],
    }
    weights = {"needs": 2, "size": 1, "distance": 1, "wishes": 1, "capacity": 1}
    policy = {"weights": {"left": weights, "right": weights}}
    (folder / "policy.json").write_text(json.dumps(policy))
    options = [word for name in tables for word in (f"--{name}", f"{name}.csv")]
    found = set()
    for turn in range(6):
        for name, (head, *body) in tables.items():
            columns = rnd.sample(range(len(head)), len(head)) if turn else range(len(head))
            lines = [head, *(rnd.sample(body, len(body)) if turn else body)]
            text = "\n".join(";\t,"[turn % 3].join(row[k] for k in columns) for row in lines)
            (folder / f"{name}.csv").write_text(text + "\n")
        done = run("solve", *options, "--policy", "policy.json", cwd=folder)
        assert (done.returncode, done.stderr) == (0, "")
        found.add(done.stdout)
    (text,) = found
    assert json.loads(text)["size"] == 7


def cell(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(f"{theme}:{weight}" for theme, weight in value.items())
    return (
        " ".join(map(str, value))
        if isinstance(value, tuple)
        else str("" if value is None else value)
    )


def test_cli_tables_take_a_policy(folder: Path) -> None:
    policy = {"tie_key": "x", "weights": {"left": {"needs": 1}, "right": {"offers": 1}}}
    (folder / "policy.json").write_text(json.dumps(policy))
    done = run("solve", *OPTIONS, "--policy", "policy.json", cwd=folder)
    assert done.returncode == 0
    needs = json.loads(done.stdout)["pairs"][0]
    # Three of five parts of the needs of u1 are met: water 2.5 and energy 1 of 3 and 2.
    assert (needs["left"], needs["right"], needs["left_view"]) == ("u1", "e1", 0.7)


@pytest.mark.parametrize(
    ("table", "content", "line"),
    [
        (
            "right",
            "id,country,groups\ne1,LV,country:LT\ne2,DE,\n",
            "right.csv, row 2, groups: e1 is in two countries, country:LT and country:LV",
        ),
        ("locked", "left,right\n\nu1,e9\n", "locked.csv, row 3, right: there is no right town e9"),
        (
            "vetoed",
            "left,right\nu1,e1\n",
            "locked.csv, row 2, row: the pair u1 – e1 is both",
        ),
        (
            "quotas",
            "group,max\ncountry:LT,1\n",
            "quotas.csv, row 2, group: no town is in the",
        ),
        ("policy", '{"stages": ["size", "speed"]}', "policy.stages: the stages are"),
        ("policy", '{"weights": {"left": {"sise": 1}}}', "the criterion 'sise' is not known"),
        ("policy", '{"tie": "x"}', "policy, tie: the field 'tie' is not known"),
    ],
)
def test_cli_tables_that_contradict_themselves_exit_2(
    folder: Path, table: str, content: str, line: str
) -> None:
    options = OPTIONS
    if table == "policy":
        (folder / "policy").write_text(content)
        options = [*OPTIONS, "--policy", "policy"]
    else:
        (folder / f"{table}.csv").write_text(content)
    done = run("solve", *options, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert line in done.stderr
    assert done.stderr.count("\n") == 1
