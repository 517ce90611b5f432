"""The one line of imports holds, and the test that holds it can fail."""

from pathlib import Path

import pytest

from tests.layers import faults


def test_layers_of_the_site_hold() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("path", "line", "says"),
    [
        ("places/queries.py", "from mosty.matching import models", "places stands before matching"),
        ("matching/queries.py", "from mosty.places.views import show", "views of another app"),
        ("places/models.py", "from mosty.places import views", "models may not import views"),
        (
            "places/queries.py",
            "import citymatch",
            "only matching, reviews and decisions use the engine",
        ),
        ("places/queries.py", "def f():\n    import json", "import inside a function"),
        (
            "places/models.py",
            'from django.db import models\nx = models.ForeignKey("matching.Round")',
            "places stands before matching (key as string)",
        ),
    ],
)
def test_layers_broken_on_purpose_are_reported(
    tmp_path: Path, path: str, line: str, says: str
) -> None:
    file = tmp_path / "src/mosty" / path
    file.parent.mkdir(parents=True)
    file.write_text(line + "\n", encoding="utf-8")

    found = faults(tmp_path)

    assert [one.split(" ", 1)[1] for one in found] == [says]


def test_layers_engine_with_django_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "packages/citymatch/src/citymatch/bad.py"
    file.parent.mkdir(parents=True)
    file.write_text("from django.db import models\n", encoding="utf-8")

    assert [one.split(" ", 1)[1] for one in faults(tmp_path)] == [
        "the engine knows neither Django nor the site"
    ]
