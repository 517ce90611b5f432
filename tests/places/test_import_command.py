"""`manage.py import_municipalities`: what it prints, how it ends, and that it writes the plan."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from mosty.places.imports.tables import Import
from mosty.places.models import Organisation
from tests.places.importing import GULBENE, HEAD, KULDIGA, lau, lines

pytestmark = pytest.mark.django_db


def run(path: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("import_municipalities", str(path), *options, stdout=out, no_color=True)
    return out.getvalue()


def fail(path: Path, *options: str) -> tuple[CommandError, str]:
    told = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command(
            "import_municipalities", str(path), *options,
            stdout=io.StringIO(), stderr=told, no_color=True,
        )  # fmt: skip
    return caught.value, told.getvalue()


@pytest.fixture
def towns(tmp_path: Path) -> Path:
    path = tmp_path / "towns.csv"
    path.write_bytes(lines(KULDIGA, GULBENE).replace(",", ";").encode("cp1251", errors="ignore"))
    path.write_bytes(lines(KULDIGA, GULBENE).encode("utf-16"))
    return path


def test_command_prints_what_it_found_and_writes(towns: Path) -> None:
    said = run(towns, "--yes")
    assert "encoding UTF-16, separator ,, SHA-256 " in said
    assert "Layout: own." in said
    assert "Municipalities: 2 create, 0 change, 0 same, 0 doubtful, 0 refused." in said
    assert "2 created, 0 changed, 0 the same, 0 regions written." in said
    assert Organisation.objects.count() == 2
    import_ = Import.objects.get()
    assert (import_.stage, import_.made_by, import_.made_by_name) == ("written", None, "Mosty")


def test_command_a_second_time_has_nothing_to_write(towns: Path) -> None:
    run(towns, "--yes")
    said = run(towns, "--yes")
    assert "0 create, 0 change, 2 same" in said
    assert "Nothing to write." in said
    assert Organisation.objects.count() == 2
    assert Import.objects.count() == 1


def test_command_that_only_looks_writes_nothing(towns: Path) -> None:
    assert "2 create" in run(towns, "--dry-run")
    assert Organisation.objects.count() == Import.objects.count() == 0


def test_command_without_a_terminal_asks_for_consent(towns: Path) -> None:
    error, _told = fail(towns)
    assert error.returncode == 1
    assert "--yes" in str(error)
    assert Organisation.objects.count() == 0


def test_command_ends_with_2_and_names_row_column_and_remedy(tmp_path: Path) -> None:
    path = tmp_path / "broken.csv"
    path.write_text(lines(KULDIGA, "LV_1,Town,LV,many,2020,S,,"), encoding="utf-8")
    error, told = fail(path, "--yes")
    assert error.returncode == 2
    assert "row 3 LV_1 Town: population: “many” is no number. Write figures only" in told
    assert "nothing was written" in str(error)
    assert Organisation.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("town,mayor\nx,y\n", "row 1: The first row names no known columns: town, mayor."),
        ('code,name\nLV_1,"open\n', "row 2: The quotation marks of row 2 do not match."),
        ("", "The file holds no row."),
    ],
)
def test_command_ends_with_2_when_the_file_is_none(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(content, encoding="utf-8")
    error, _told = fail(path)
    assert error.returncode == 2
    assert str(error).startswith(said)


def test_command_ends_with_2_when_the_file_is_missing(tmp_path: Path) -> None:
    error, _told = fail(tmp_path / "nowhere.csv")
    assert (error.returncode, "there is no such file" in str(error)) == (2, True)


def test_command_prints_expected_and_real_counts_by_country(tmp_path: Path) -> None:
    path = tmp_path / "lau.csv"
    content = lau(
        ("EE_0184", "Haapsalu linn", 13127, 58.93, 23.52, "EE004"),
        ("PT_110601", "Ajuda", 15617, 38.7, -9.2, "PT170"),
    )
    path.write_text(content, encoding="utf-8")
    said = run(path, "--dry-run")
    assert "EE       1       1       79  differs!" in said
    assert "PT       1       0      308  differs!  municipalities, made of 3,092 parishes" in said
    assert "1 rows of Portugal were left out" in said


def test_command_takes_a_file_larger_than_the_pages_do(towns: Path, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 10
    assert "2 created" in run(towns, "--yes")


def test_command_writes_doubtful_rows_only_when_told(tmp_path: Path, towns: Path) -> None:
    run(towns, "--yes")
    path = tmp_path / "twin.csv"
    path.write_text(lines("LV_0009999,Kuldīga,LV,,,,56.97,21.97", head=HEAD), encoding="utf-8")
    said = run(path, "--yes")
    assert "row 2 LV_0009999 Kuldīga: The register has Kuldīga near by" in said
    assert "Nothing to write." in said
    assert "1 created" in run(path, "--yes", "--with-doubtful")
