"""The command line from outside: what it writes, what it says, and with which exit code."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from command_line import run, write
from example import EXAMPLE
from random_markets import dense_market
from scored_towns import programme

import citymatch
from citymatch import (
    Market,
    dumps,
    explain,
    regrets,
    result_from_json,
    result_to_json,
    solve,
)
from citymatch.files import explanation_to_json, regrets_to_json


@pytest.fixture(name="files", scope="module")
def solved_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Market]:
    folder = tmp_path_factory.mktemp("round")
    market = programme()
    paths = write(folder / "market.json", market), folder / "result.json"
    done = run("solve", paths[0], "-o", paths[1])
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return *paths, market


def test_cli_solve_writes_what_the_function_returns(files: tuple[Path, Path, Market]) -> None:
    _, result, market = files
    assert result.read_text() == dumps(result_to_json(solve(market)))


def test_cli_solve_to_stdout_gives_the_same_bytes(files: tuple[Path, Path, Market]) -> None:
    market, result, _ = files
    done = run("solve", market)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == result.read_text()


def test_cli_solve_reports_progress_on_stderr(files: tuple[Path, Path, Market]) -> None:
    done = run("solve", files[0], "--progress")
    assert done.stderr.splitlines() == [
        "progress 0.00 read",
        "progress 0.00 size",
        "progress 0.25 floor",
        "progress 0.50 score",
        "progress 0.75 tie_key",
        "progress 1.00 done",
    ]


def test_cli_verify_proves_a_true_result(files: tuple[Path, Path, Market]) -> None:
    market, result, _ = files
    done = run("verify", market, result)
    told = result_from_json(json.loads(result.read_text()))
    assert done.returncode == 0
    assert told.floor is not None
    assert told.score is not None
    assert done.stdout == (
        f"verified: size {told.size}, floor {told.floor / 1e6:.6f}, score {told.score / 1e6:.6f}; "
        "proven: size, floor, score\n"
    )


def test_cli_verify_refuses_a_spoiled_result(
    files: tuple[Path, Path, Market], tmp_path: Path
) -> None:
    market, result, _ = files
    data = json.loads(result.read_text())
    data["score"] += 0.01
    done = run("verify", market, write(tmp_path / "spoiled.json", data))
    assert done.returncode == 1
    assert [line.split(":")[:2] for line in done.stdout.splitlines()] == [
        ["refused", " wrong_score"],
        ["refused", " score_not_proven"],
    ]
    assert done.stderr == ""


def test_cli_explain_and_regrets_write_json(files: tuple[Path, Path, Market]) -> None:
    market_path, result_path, market = files
    result = solve(market)
    pair = result.pairs[0]
    done = run("explain", market_path, result_path, pair.left, pair.right)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == dumps(explanation_to_json(explain(market, result, *pair.key)))
    done = run("regrets", market_path, result_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == dumps(regrets_to_json(regrets(market, result), result.input_sha256))


def test_cli_infeasible_market_exits_3_with_the_result_written(tmp_path: Path) -> None:
    quotas = [{"group": "association:LPS", "min": 3, "max": 3}]
    market = write(tmp_path / "market.json", EXAMPLE | {"quotas": quotas})
    result = tmp_path / "result.json"
    done = run("solve", market, "-o", result)
    assert (done.returncode, done.stderr) == (
        3,
        "citymatch: no match meets the minimum of group association:LPS 3; "
        "move the minimum of group association:LPS from 3 to 1\n",
    )
    data = json.loads(result.read_text())
    assert data["status"] == "infeasible"
    assert data["conflict"] == {
        "bounds": [{"code": "group_min", "id": "association:LPS", "value": 3}],
        "relaxation": [{"code": "group_min", "id": "association:LPS", "from": 3, "to": 1}],
        "cost": 2,
    }
    done = run("verify", market, result)
    assert (done.returncode, done.stdout) == (
        0,
        "verified: infeasible; proven: infeasible, relaxation\n",
    )


def test_cli_version_names_engine_and_solver() -> None:
    done = run("--version")
    assert done.returncode == 0
    words = done.stdout.split()
    assert words[:3] == ["citymatch", citymatch.__version__, "ortools"]


BAD: list[tuple[str, list[str], str]] = [
    ("no command", [], "the following arguments are required: COMMAND"),
    ("unknown command", ["frobnicate"], "invalid choice: 'frobnicate'"),
    ("no market", ["solve"], "no clear market; give MARKET, or --left CSV --right CSV"),
    ("no result", ["verify", "good.json"], "give MARKET RESULT, or --left CSV --right CSV RESULT"),
    ("one table", ["solve", "--left", "left.csv"], "no clear market"),
    ("file and tables", ["solve", "good.json", "--left", "l", "--right", "r"], "no clear market"),
    ("unknown option", ["solve", "good.json", "--fast"], "unrecognized arguments: --fast"),
    ("time not a number", ["solve", "good.json", "--max-seconds", "x"], "argument --max-seconds"),
    ("time negative", ["solve", "good.json", "--max-seconds", "-1"], "argument --max-seconds"),
    ("no such file", ["solve", "nowhere.json"], "nowhere.json: cannot be read (No such file"),
    ("a folder", ["solve", "."], ".: cannot be read (Is a directory)"),
    ("broken JSON", ["solve", "broken.json"], "broken.json, line 1: not JSON at column"),
    ("not UTF-8", ["solve", "cyrillic.json"], "cyrillic.json: not UTF-8 text"),
    ("wrong format", ["verify", "result.json", "result.json"], "result.json, format: the format"),
    ("turned files", ["verify", "good.json", "good.json"], "good.json, format: the format is"),
    ("bad value", ["solve", "bad.json"], "bad.json, row 1, pairs.left_view: 1.7 is not between"),
    ("overlap", ["solve", "overlap.json"], "overlap.json, row 2, quotas.group: the groups a and"),
    ("unknown town", ["explain", "good.json", "result.json", "u1", "e7"], "there is no town e7"),
    (
        "another market",
        ["regrets", "other.json", "result.json"],
        "the result cannot be used with this market",
    ),
    ("nowhere to write", ["solve", "good.json", "-o", "no/r.json"], "no/r.json: cannot be written"),
]


@pytest.fixture(name="folder", scope="module")
def folder_of_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    write(folder / "good.json", EXAMPLE)
    (folder / "broken.json").write_text('{"format": ')
    (folder / "cyrillic.json").write_bytes('{"format": "Львів"}'.encode("cp1251"))
    pair = {"left": "u1", "right": "e1", "left_view": 1.7, "right_view": 0.5}
    write(folder / "bad.json", EXAMPLE | {"pairs": [pair]})
    groups = [["a", "b"], ["a"], ["b"]]
    overlap = {
        "right": [{"id": f"e{k}", "groups": own} for k, own in enumerate(groups, 1)],
        "quotas": [{"group": "a", "max": 1}, {"group": "b", "max": 1}],
        "excluded": [],
        "vetoed": [],
    }
    write(folder / "overlap.json", EXAMPLE | overlap)
    other = {"pairs": [pair | {"right": "e3", "left_view": 0.7}], "locked": [], "excluded": []}
    write(folder / "other.json", EXAMPLE | other)
    assert run("solve", folder / "good.json", "-o", folder / "result.json").returncode == 0
    return folder


@pytest.mark.parametrize(
    ("arguments", "words"),
    [case[1:] for case in BAD],
    ids=[case[0].replace(" ", "-") for case in BAD],
)
def test_cli_bad_input_exits_2_with_one_line(
    folder: Path, arguments: list[str], words: str
) -> None:
    done = run(*arguments, cwd=folder)
    assert done.returncode == 2
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("citymatch: ")
    assert words in lines[0]


PAIR = EXAMPLE["pairs"][0]
LPS = {"group": "association:LPS"}
COUNTRIES = ["association:LPS", "country:LV", "country:DE"]

ISSUES: list[tuple[str, dict[str, Any], int, str]] = [
    (
        "quota above what exists",
        {"quotas": [LPS | {"min": 9, "max": 9}]},
        3,
        "no match meets the minimum of group association:LPS 9; "
        "move the minimum of group association:LPS from 9 to 1",
    ),
    (
        "lock breaks a quota",
        {"quotas": [LPS | {"max": 0}]},
        3,
        "no match meets the maximum of group association:LPS 0 and the lock u1 – e1; "
        "move the maximum of group association:LPS from 0 to 1",
    ),
    (
        "lock is vetoed",
        {"vetoed": [["u1", "e1"]]},
        2,
        "m.json, row 1, locked: the pair u1 – e1 is both locked and vetoed; "
        "take the lock or the veto off",
    ),
    (
        "lock is not listed",
        {"locked": [["u2", "e1"]]},
        2,
        "m.json, row 1, locked: the locked pair u2 – e1 is not among the eligible pairs; "
        "list it under pairs with its views or take the lock off",
    ),
    (
        "min above max",
        {"quotas": [LPS | {"min": 4, "max": 3}]},
        2,
        "m.json, row 1, quotas.min: min 4 is above max 3 for association:LPS; "
        "lower min or raise max",
    ),
    (
        "town in two countries",
        {"right": [EXAMPLE["right"][1], {"id": "e1", "groups": COUNTRIES}]},
        2,
        "m.json, row 2, right.groups: e1 is in two countries, country:DE and country:LV; "
        "keep one country per town",
    ),
    (
        "view is not a number",
        {"pairs": [PAIR | {"left_view": float("nan")}]},
        2,
        "m.json: NaN is not a number; replace it by a number or leave the field out",
    ),
    (
        "view out of range",
        {"pairs": [PAIR | {"right_view": 1.01}]},
        2,
        "m.json, row 1, pairs.right_view: 1.01 is not between 0 and 1; give a number from 0 to 1",
    ),
    (
        "id twice",
        {"left": [{"id": "u1"}, {"id": "u1"}], "quotas": [], "vetoed": []},
        2,
        "m.json, row 2, left.id: the id u1 is used twice; "
        "give each town, on both sides together, an id of its own",
    ),
]


@pytest.mark.parametrize(
    ("changes", "code", "line"),
    [case[1:] for case in ISSUES],
    ids=[case[0].replace(" ", "-") for case in ISSUES],
)
def test_cli_bad_market_is_told_in_one_line_with_its_ids(
    tmp_path: Path, changes: dict[str, Any], code: int, line: str
) -> None:
    (tmp_path / "m.json").write_text(json.dumps(EXAMPLE | changes))
    done = run("solve", "m.json", "-o", "r.json", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", f"citymatch: {line}\n")
    assert (tmp_path / "r.json").exists() == (code == 3)


def test_cli_out_of_time_exits_4_and_writes_nothing(tmp_path: Path) -> None:
    market = write(tmp_path / "market.json", dense_market(90, 90, seed=1))
    result = tmp_path / "result.json"
    done = run("solve", market, "-o", result, "--max-seconds", "0.001")
    assert (done.returncode, done.stderr) == (4, "citymatch: out of time; nothing was written\n")
    assert [path.name for path in tmp_path.iterdir()] == ["market.json"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_cli_stopped_exits_4_and_writes_nothing(tmp_path: Path, number: signal.Signals) -> None:
    """Stopped while it reads a pipe that never says anything more."""
    pipe, result = tmp_path / "market.pipe", tmp_path / "result.json"
    os.mkfifo(pipe)
    process = subprocess.Popen(
        [sys.executable, "-m", "citymatch", "solve", str(pipe), "-o", str(result)],
        stderr=subprocess.PIPE,
        text=True,
    )
    with pipe.open("w"):  # opens only once the process reads, its handlers are set by then
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (4, "citymatch: stopped; nothing was written\n")
    assert not result.exists()


def test_cli_replaces_a_result_and_keeps_it_when_it_fails(tmp_path: Path) -> None:
    market, result = write(tmp_path / "market.json", EXAMPLE), tmp_path / "result.json"
    result.write_text("old")
    assert run("solve", tmp_path / "nowhere.json", "-o", result).returncode == 2
    assert result.read_text() == "old"
    assert run("solve", market, "-o", result).returncode == 0
    assert json.loads(result.read_text())["status"] == "optimal"
    assert oct(result.stat().st_mode & 0o777) == oct(market.stat().st_mode & 0o777)


def test_version_is_that_of_the_package() -> None:
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text()
    assert f'\nversion = "{citymatch.__version__}"\n' in text


LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can")


@LINUX
def test_cli_does_not_outlive_the_parent_that_it_was_told(tmp_path: Path) -> None:
    # Reading a pipe that nobody writes to lasts for ever.
    os.mkfifo(tmp_path / "market.json")
    started = (
        "import os, subprocess, sys, time\n"
        "command = [sys.executable, '-m', 'citymatch', '--parent', str(os.getpid())]\n"
        "child = subprocess.Popen([*command, 'solve', 'market.json'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", started], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        # It reads its market only after it has tied itself to its parent.
        with (tmp_path / "market.json").open("wb"):
            parent.kill()
            parent.wait()
            until = time.monotonic() + 30
            while is_running(child):
                assert time.monotonic() < until
                time.sleep(0.02)


@LINUX
def test_cli_whose_parent_is_gone_already_writes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "market.json", EXAMPLE)
    done = run("--parent", 1 if os.getpid() != 1 else 2, "solve", path, "-o", tmp_path / "r.json")
    said = "citymatch: the parent process is gone; nothing was written\n"
    assert (done.returncode, done.stderr) == (4, said)
    assert not (tmp_path / "r.json").exists()


def is_running(pid: int) -> bool:
    """Whether the process still does anything: one that ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
