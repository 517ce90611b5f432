"""Files: pairs as tables, and what outsiders need to verify a result without the site."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from mosty.matching import exports
from mosty.matching.models import Round
from mosty.places.models import Organisation
from tests.matching.making import Made, approve, run
from tests.people import Cast


def _download(cast: Cast, name: str) -> bytes:
    return cast.officer.client.get(f"/rounds/round-1/runs/1/{name}").getvalue()


def _rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_downloaded_files_are_verified_by_an_outsider(
    made: Made, cast: Cast, tmp_path: Path
) -> None:
    finished = approve(made)
    for name in ("market", "result"):
        answer = cast.latvia.client.get(f"/rounds/round-1/runs/1/{name}.json")
        (tmp_path / f"{name}.json").write_bytes(answer.getvalue())
    command = [sys.executable, "-I", "-m", "citymatch", "verify"]
    files = [str(tmp_path / "market.json"), str(tmp_path / "result.json")]
    told = subprocess.run([*command, *files], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith(f"verified: size 3, floor {finished.floor / 1e6:.6f}")

    spoiled = json.loads((tmp_path / "result.json").read_text())
    spoiled["pairs"][0]["score"] += 0.000001
    (tmp_path / "result.json").write_text(json.dumps(spoiled))
    told = subprocess.run([*command, *files], capture_output=True, text=True, check=False)
    assert told.returncode == 1


def test_downloaded_result_has_the_bytes_of_the_command_line(
    made: Made, cast: Cast, tmp_path: Path
) -> None:
    run(made)
    (tmp_path / "market.json").write_bytes(_download(cast, "market.json"))
    command = [sys.executable, "-I", "-m", "citymatch", "solve", str(tmp_path / "market.json")]
    solved = subprocess.run(command, capture_output=True, check=True)
    assert _download(cast, "result.json") == solved.stdout


def test_certificate_alone_names_its_market(made: Made, cast: Cast) -> None:
    finished = run(made)
    content = json.loads(_download(cast, "certificate.json"))
    assert content == {
        "format": "citymatch.certificate/1",
        "input_sha256": finished.input_sha256,
        "certificate": finished.result["certificate"],
    }


@pytest.mark.parametrize("name", ["regrets.json", "pairs.json", "pairs.pdf"])
def test_other_files_do_not_exist(made: Made, cast: Cast, name: str) -> None:
    run(made)
    assert cast.officer.client.get(f"/rounds/round-1/runs/1/{name}").status_code == 404


def test_result_of_a_run_at_work_does_not_exist_yet(made: Made, cast: Cast) -> None:
    finished = run(made)
    type(finished).objects.update(result=None)
    assert cast.officer.client.get("/rounds/round-1/runs/1/result.json").status_code == 404
    assert cast.officer.client.get("/rounds/round-1/runs/1/market.json").status_code == 200


def test_pairs_as_csv_hold_views_score_parts_themes_and_state(made: Made, cast: Cast) -> None:
    finished = approve(made)
    head, *lines = _rows(_download(cast, "pairs.csv"))
    assert len(lines) == 3
    row = dict(zip(head, next(line for line in lines if line[0] == "Chuhuiv"), strict=True))
    pair = finished.pairs.get(left__label_en="Chuhuiv")
    assert float(row["Score"]) == pair.score / 10_000
    assert float(row["View, Ukraine"]) == pair.left_view / 10_000
    assert row["State"] == "Approved, not agreed yet"
    assert row["Association"] == "Latvian Association of Local and Regional Governments"
    assert row["Themes needed in Ukraine and offered"] == (
        "Water and wastewater; Energy efficiency and renewables"
    )
    parts = [float(row[f"{label}, Ukraine"]) for label in (
        "Needs met", "Offers wanted", "Common languages", "Similar size", "Distance",
        "Earlier contact",
    )]  # fmt: skip
    assert round(sum(parts), 4) == pair.left_view / 10_000
    assert "Similar profile, Ukraine" not in row
    assert row["Note"] == ""


def test_pairs_as_xlsx_hold_the_same_rows(made: Made, cast: Cast) -> None:
    approve(made)
    rows = _rows(_download(cast, "pairs.csv"))
    sheet = load_workbook(io.BytesIO(_download(cast, "pairs.xlsx"))).active
    assert sheet is not None
    found = [["" if cell is None else str(cell) for cell in line] for line in sheet.values]
    assert [line[0] for line in found] == [line[0] for line in rows]
    assert [float(line[8]) for line in found[1:]] == [float(line[8]) for line in rows[1:]]


def test_name_that_would_be_a_formula_is_a_text(made: Made, cast: Cast) -> None:
    Organisation.objects.filter(label_en="Lozova").update(label_en="=1+1")
    run(made)
    names = [line[0] for line in _rows(_download(cast, "pairs.csv"))]
    assert "'=1+1" in names
    assert "=1+1" not in names


def test_pairs_of_an_illustrative_round_say_so_in_each_row_and_at_the_end(
    made: Made, cast: Cast
) -> None:
    Round.objects.update(is_illustrative=True)
    made.round.refresh_from_db()
    approve(made)
    *lines, last = _rows(_download(cast, "pairs.csv"))
    assert last == ["illustrative, not agreed"]
    assert [line[-1] for line in lines[1:]] == ["illustrative, not agreed"] * 3


def test_file_of_an_unknown_name_is_a_fault(made: Made) -> None:
    with pytest.raises(KeyError):
        exports.file_of(run(made), "regrets")
