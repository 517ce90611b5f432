"""The tests make their tables from the models, which takes a tenth of the time of all migrations;
here the migrations make them, and both are the same."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mosty.places.models import Country, Theme
from tests.deploy.schema import described
from tests.deploy.sites import ROOT, database, manage, settings_of

FILLED = (
    "from mosty.places.models import *;"
    "print(sorted(map(str, Country.objects.values_list())),"
    " sorted(map(str, Theme.objects.values_list('slug', 'name_uk', 'order'))))"
)


@pytest.mark.django_db
def test_migrations_make_the_tables_that_the_models_say_and_fill_in_the_same(
    tmp_path: Path,
) -> None:
    url = database("migrated", tmp_path)
    manage(url, tmp_path, "migrate", "--verbosity", "0")
    told = subprocess.run(
        [sys.executable, "-m", "tests.deploy.schema"],
        cwd=ROOT,
        env={**os.environ, **settings_of(url, tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    migrated, made = json.loads(told.stdout), json.loads(json.dumps(described()))
    assert set(migrated["tables"]) == set(made["tables"])
    for table, described_there in migrated["tables"].items():
        assert described_there == made["tables"][table], table
    assert migrated["triggers"] == made["triggers"]
    assert len(made["triggers"]) >= 3

    filled = manage(url, tmp_path, "shell", "--no-imports", "-c", FILLED)
    countries = sorted(map(str, Country.objects.values_list()))
    themes = sorted(map(str, Theme.objects.values_list("slug", "name_uk", "order")))
    assert filled == f"{countries} {themes}"
