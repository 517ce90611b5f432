"""The round of the demonstration: made by the same verbs, verified, approved by a second person."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from mosty.core.access import SYSTEM, VISITOR
from mosty.core.history import HistoryEntry
from mosty.matching import demo, queries
from mosty.matching.models import Pair, Policy, Round, Run
from mosty.partnerships import demo as partnerships
from mosty.people import demo as people
from mosty.places import demo as places
from mosty.programmes import demo as programmes

# Marked so that they come before tests that empty the tables (themes and countries among them).
pytestmark = pytest.mark.django_db
FOLDER = Path(settings.ROOT_DIR) / "demo"
GIVEN = json.loads((FOLDER / "round.json").read_text(encoding="utf-8"))


def test_demo_without_two_officers_says_what_is_missing() -> None:
    with pytest.raises(demo.DemoFailed, match="two programme officers"):
        demo.load(FOLDER, by=SYSTEM)


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """The figures of the round, after everything before it was loaded; once for all tests here."""
    with django_db_blocker.unblock(), override_settings(DEMO_MODE=True), transaction.atomic():
        for step in (places, people, programmes, partnerships):
            step.load(FOLDER, by=SYSTEM)
        yield demo.load(FOLDER, by=SYSTEM)
        transaction.set_rollback(True)


def test_demo_round_has_a_partner_for_everybody_and_is_proven(loaded: dict[str, Any]) -> None:
    run = Run.objects.get(round__slug=GIVEN["slug"])
    assert (loaded["pairs"], loaded["size"], loaded["is_verified"]) == (30, 30, True)
    assert loaded["floor"] == f"{run.floor / 1e6:.6f}"
    assert loaded["score"] == f"{run.score / 1e6:.6f}"
    assert loaded["verified"] == "verified"


def test_demo_round_is_approved_by_another_officer_than_ran_it(loaded: dict[str, Any]) -> None:
    round_, run = Round.objects.get(slug=GIVEN["slug"]), Run.objects.get(round__slug=GIVEN["slug"])
    assert (round_.state, round_.current_run) == ("approved", run)
    assert round_.approved_by_id != run.author_id
    verbs = set(HistoryEntry.objects.values_list("verb", flat=True))
    assert {"matching.start_run", "matching.finish_run", "matching.approve_round"} <= verbs


def test_demo_practice_round_is_open_and_the_secretariats(loaded: dict[str, Any]) -> None:
    practice = Round.objects.get(slug=GIVEN["practice"]["slug"])
    run = Run.objects.get(round=practice)
    assert (practice.state, practice.is_illustrative, run.is_verified) == ("proposed", True, True)
    assert practice.level == "staff"
    # Another officer than the first of the cast ran it, so that the first may approve it.
    approved = Round.objects.get(slug=GIVEN["slug"])
    assert run.author_id == approved.approved_by_id


def test_demo_round_is_illustrative_wherever_it_shows(loaded: dict[str, Any]) -> None:
    assert Round.objects.get(slug=GIVEN["slug"]).is_illustrative
    assert Policy.objects.get().is_illustrative
    shown = queries.public_pairs(VISITOR)
    assert len(shown) == 30
    assert all(row.is_illustrative for row in shown)
    assert Pair.objects.filter(state="agreed").count() == 0


def test_demo_market_knows_the_contacts_of_then_and_no_outcome(loaded: dict[str, Any]) -> None:
    market = queries.market_of(Run.objects.get(round__slug=GIVEN["slug"]))
    ours, theirs = {town.id for town in market.left}, {town.id for town in market.right}
    direct = {frozenset(tie) for tie in market.ties if set(tie) & ours and set(tie) & theirs}
    earlier = {frozenset((row["left"], row["right"])) for row in GIVEN["earlier_contacts"]}
    later = {frozenset((row["left"], row["right"])) for row in GIVEN["reported_later"]}
    assert direct == earlier
    assert later - earlier
    assert direct.isdisjoint(later - earlier)


def test_demo_quotas_are_kept(loaded: dict[str, Any]) -> None:
    pairs = Pair.objects.filter(run__round__slug=GIVEN["slug"]).select_related("right")
    through = {
        row.organisation_id: row.association.code
        for row in queries.participants_of(Round.objects.get(slug=GIVEN["slug"]), "right")
        if row.association
    }
    counts: dict[str, int] = {}
    for pair in pairs:
        counts[through[pair.right_id]] = counts.get(through[pair.right_id], 0) + 1
    for quota in GIVEN["quotas"]:
        if quota["association"] != "AUC":
            assert quota["min"] <= counts[quota["association"]] <= quota["max"]


def test_demo_loaded_again_changes_nothing(loaded: dict[str, Any]) -> None:
    rows = HistoryEntry.objects.count()
    assert demo.load(FOLDER, by=SYSTEM) == loaded
    assert (Round.objects.count(), Run.objects.count(), Pair.objects.count()) == (2, 2, 60)
    assert HistoryEntry.objects.count() == rows
