"""The demo's partnerships are loaded once, as their sources report them."""

import csv
from pathlib import Path

import pytest

from mosty.core.access import SYSTEM, VISITOR
from mosty.core.history import HistoryEntry
from mosty.partnerships import demo, queries
from mosty.partnerships.models import Partnership, ProgrammeTag, Report
from mosty.places import demo as places
from mosty.places.models import Organisation
from mosty.programmes import demo as programmes

DEMO = Path(__file__).resolve().parents[2] / "demo"

pytestmark = pytest.mark.django_db


def rows() -> list[dict[str, str]]:
    with (DEMO / "partnerships.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_demo_partnerships_are_loaded_once_and_no_pair_twice() -> None:
    places.load(DEMO, by=SYSTEM)
    programmes.load(DEMO, by=SYSTEM)
    given = rows()
    pairs = {frozenset((row["left"], row["right"])) for row in given}

    made = demo.load(DEMO, by=SYSTEM)

    assert made == {"partnerships": len(pairs), "reports": len(given)}
    assert Partnership.objects.exclude(status="reported").count() == 0
    assert Partnership.objects.filter(is_illustrative=True).count() == 0
    assert queries.standing(VISITOR).count() == len(pairs)
    told = Report.objects.select_related("source").get(reference="p001")
    first = next(row for row in given if row["id"] == "p001")
    assert (told.source.url, told.since, told.read_on) == (
        first["source"],
        first["date"],
        first["read"],
    )
    assert (told.about.said("en").text, told.about.said("uk").text) == (
        first["theme_text"],
        first["theme_text_uk"],
    )
    assert [phase.slug for phase in told.partnership.phases.all()] == ["phase-1", "phase-2"]
    assert sorted(theme.pk for theme in told.partnership.themes.all()) == ["culture", "tourism"]
    inferred = sum(row["certainty"] == "inferred" for row in given)
    assert Report.objects.filter(is_inferred=True).count() == inferred
    # "Between the two towns alone" is no programme.
    assert ProgrammeTag.objects.filter(slug="bilateral").count() == 0

    entries = HistoryEntry.objects.count()
    assert demo.load(DEMO, by=SYSTEM) == {"partnerships": 0, "reports": 0}
    assert HistoryEntry.objects.count() == entries


def test_demo_partnership_with_an_unknown_town_says_which() -> None:
    with pytest.raises(Organisation.DoesNotExist, match="UA63140170000087785 stands in the demo"):
        demo.load(DEMO, by=SYSTEM)
