"""Who knows of which round, run and pair: pages, counts and files tell the same."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from mosty.core.access import VISITOR
from mosty.core.publication import Level
from mosty.matching import domain, queries
from mosty.matching.models import Pair, Round
from tests.matching.making import Made, approve, run
from tests.people import Bodies, Cast

INSIDE = ("latvia", "ukraine", "chuhuiv", "kuldiga", "korop", "gulbene", "expert", "funder")
OUTSIDE = ("stranger",)


@pytest.mark.parametrize("who", [*INSIDE, *OUTSIDE])
def test_round_in_preparation_is_known_to_officers_only(made: Made, cast: Cast, who: str) -> None:
    run(made)
    person = getattr(cast, who)
    assert queries.visible_to(person.actor).count() == 0
    assert queries.pairs_visible_to(person.actor).count() == 0
    assert queries.runs_visible_to(person.actor).count() == 0
    assert person.client.get("/rounds/round-1/").status_code == 404
    assert queries.visible_to(cast.officer.actor).count() == 1


@pytest.mark.parametrize("who", INSIDE)
def test_approved_round_is_seen_inside_the_programme(made: Made, cast: Cast, who: str) -> None:
    finished = approve(made)
    actor = getattr(cast, who).actor
    assert list(queries.visible_to(actor)) == [made.round]
    assert list(queries.runs_visible_to(actor)) == [finished]
    assert queries.pairs_of(finished, actor).count() == 3


def test_earlier_runs_of_an_approved_round_stay_with_the_secretariat(
    made: Made, cast: Cast
) -> None:
    first = run(made)
    approve(made)
    assert queries.pairs_of(first, cast.latvia.actor).count() == 0
    assert cast.latvia.client.get("/rounds/round-1/runs/1/pairs.csv").status_code == 404
    assert cast.latvia.client.get("/rounds/round-1/runs/2/pairs.csv").status_code == 200


@pytest.mark.parametrize("who", OUTSIDE)
def test_approved_round_is_not_seen_outside(made: Made, cast: Cast, who: str) -> None:
    approve(made)
    actor = getattr(cast, who).actor
    assert queries.visible_to(actor).count() == 0
    assert queries.pairs_visible_to(actor).count() == 0
    assert queries.pairs_visible_to(VISITOR).count() == 0
    assert queries.public_pairs(VISITOR) == []
    assert Client().get("/rounds/round-1/runs/1/pairs.csv").status_code == 404


def test_agreed_pairs_are_public_and_no_other(made: Made) -> None:
    finished = approve(made)
    pair = finished.pairs.get(left__label_en="Korop")
    domain.agree_pair(pair, by=made.officer, on=date(2023, 3, 14), source="Decisions 12 and 7.")
    assert list(queries.pairs_visible_to(VISITOR)) == [pair]
    (shown,) = queries.public_pairs(VISITOR)
    assert (shown.pair, shown.state, shown.is_illustrative) == (pair, "agreed", False)
    assert queries.visible_to(VISITOR).count() == 0


def test_round_of_the_secretariat_stays_there_when_approved(made: Made, cast: Cast) -> None:
    Round.objects.update(level=Level.STAFF)
    made.round.refresh_from_db()
    finished = approve(made)
    assert queries.visible_to(cast.latvia.actor).count() == 0
    assert queries.pairs_of(finished, cast.latvia.actor).count() == 0
    pair = finished.pairs.get(left__label_en="Korop")
    domain.agree_pair(pair, by=made.officer, on=date(2023, 3, 14), source="Decisions 12 and 7.")
    assert queries.pairs_visible_to(cast.latvia.actor).count() == 0
    assert queries.public_pairs(VISITOR) == []


def test_pair_with_a_body_that_one_may_not_know_of_is_no_pair(
    made: Made, cast: Cast, bodies: Bodies
) -> None:
    bodies.gulbene.level = Level.STAFF
    bodies.gulbene.save()
    finished = approve(made)
    pair = finished.pairs.get(left__label_en="Korop")
    domain.agree_pair(pair, by=made.officer, on=date(2023, 3, 14), source="Decisions 12 and 7.")
    assert queries.pairs_of(finished, cast.latvia.actor).count() == 2
    assert queries.public_pairs(VISITOR) == []
    lines = cast.latvia.client.get("/rounds/round-1/runs/1/pairs.csv").getvalue().decode()
    assert "Gulbene" not in lines
    assert "Korop" not in lines
    assert queries.pairs_of(finished, cast.gulbene.actor).count() == 3
    # A market that holds it is for the secretariat: who is missing could be read from it.
    assert cast.latvia.client.get("/rounds/round-1/runs/1/market.json").status_code == 404
    assert cast.officer.client.get("/rounds/round-1/runs/1/market.json").status_code == 200


def test_illustrative_round_is_public_in_the_demo_with_its_label(made: Made, settings: Any) -> None:
    Round.objects.update(is_illustrative=True)
    made.round.refresh_from_db()
    approve(made)
    assert queries.public_pairs(VISITOR) == []
    settings.DEMO_MODE = True
    assert list(queries.visible_to(VISITOR)) == [made.round]
    shown = queries.public_pairs(VISITOR)
    assert [row.is_illustrative for row in shown] == [True, True, True]
    assert [row.state for row in shown] == ["approved", "approved", "approved"]
    lines = Client().get("/rounds/round-1/runs/1/pairs.csv").getvalue().decode()
    assert lines.count("illustrative, not agreed") == 4


def test_illustrative_round_in_preparation_is_not_public_in_the_demo(
    made: Made, settings: Any
) -> None:
    settings.DEMO_MODE = True
    Round.objects.update(is_illustrative=True)
    made.round.refresh_from_db()
    run(made)
    assert queries.visible_to(VISITOR).count() == 0
    assert queries.public_pairs(VISITOR) == []


def test_real_round_is_not_public_in_the_demo(made: Made, settings: Any) -> None:
    settings.DEMO_MODE = True
    approve(made)
    assert queries.visible_to(VISITOR).count() == 0
    assert queries.public_pairs(VISITOR) == []


def test_market_with_facts_of_the_programme_is_not_for_visitors(
    made: Made, bodies: Bodies, settings: Any
) -> None:
    settings.DEMO_MODE = True
    Round.objects.update(is_illustrative=True)
    made.round.refresh_from_db()
    bodies.korop.needs.update(level=Level.PROGRAMME)
    finished = approve(made)
    assert finished.facts_level == "programme"
    assert Client().get("/rounds/round-1/runs/1/market.json").status_code == 404
    lines = Client().get("/rounds/round-1/runs/1/pairs.csv").getvalue().decode()
    assert "Korop" in lines
    assert "Youth" not in lines


def test_counts_of_the_list_leave_out_what_one_may_not_know_of(made: Made, cast: Cast) -> None:
    run(made)
    assert "0 rounds" in cast.latvia.client.get("/rounds/").content.decode()
    assert "1 round" in cast.officer.client.get("/rounds/").content.decode()
    domain.approve_round(made.round, by=made.second)
    assert "1 round" in cast.latvia.client.get("/rounds/").content.decode()
    assert "0 rounds" in Client().get("/rounds/").content.decode()
    assert Pair.objects.count() == 3
