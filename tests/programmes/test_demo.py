"""The demo's programme is loaded once, with its sources."""

import csv
import json
from pathlib import Path

import pytest

from mosty.core.access import SYSTEM, VISITOR
from mosty.core.history import HistoryEntry
from mosty.places import demo as places
from mosty.places.models import Organisation
from mosty.programmes import demo, queries
from mosty.programmes.models import Count, OtherDate, Participant, Partner, Phase, Programme

DEMO = Path(__file__).resolve().parents[2] / "demo"

pytestmark = pytest.mark.django_db


def rows(name: str) -> list[dict[str, str]]:
    with (DEMO / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_demo_programme_is_loaded_once_with_its_sources() -> None:
    places.load(DEMO, by=SYSTEM)
    content = json.loads((DEMO / "programme.json").read_text(encoding="utf-8"))
    phases = [phase for strand in content["strands"] for phase in strand["phases"]]
    towns = rows("municipalities_ua.csv") + rows("municipalities_eu.csv")
    taking_part = [row for row in towns if row["participant"] == "1"]

    made = demo.load(DEMO, by=SYSTEM)

    assert made == {
        "strands": len(content["strands"]),
        "phases": len(phases),
        "partners": sum(len(phase["partners"]) for phase in phases),
        "participants": len(taking_part),
    }
    phase = Phase.objects.get(slug="phase-2")
    assert (phase.starts, phase.ends) == ("2022-11-01", "2023-09-30")
    # Phase 1 ended in August or in November: one is chosen, the other stands beside it.
    pilot = Phase.objects.get(slug="phase-1")
    assert (pilot.starts, pilot.ends) == ("2021-03", "2022-11")
    assert [(other.kind, other.on) for other in OtherDate.objects.filter(phase=pilot)] == [
        ("end", "2022-08")
    ]
    assert Partner.objects.filter(source=None).count() == 0
    assert Partner.objects.filter(phase=phase, is_inferred=True, part="association").count() == 4
    counts = {str(row.text): row.value for row in Count.objects.filter(phase=phase)}
    assert counts["joint projects of 2023 and 2024 as AUC counts"] == 15
    assert counts["joint project proposals as CEMR counts"] == 48
    invented = {row["code"] for row in taking_part if "bot-phase-2" not in row["took_part"]}
    marked = Participant.objects.filter(is_illustrative=True)
    assert set(marked.values_list("organisation__code", flat=True)) == invented
    assert queries.participants_found(phase, VISITOR).count() == len(taking_part)

    entries = HistoryEntry.objects.count()
    assert demo.load(DEMO, by=SYSTEM) == dict.fromkeys(made, 0)
    assert HistoryEntry.objects.count() == entries
    assert Programme.objects.count() == 1


def test_demo_programme_with_an_unknown_body_says_which() -> None:
    with pytest.raises(Organisation.DoesNotExist, match="CEMR stands in the demo files"):
        demo.load(DEMO, by=SYSTEM)
