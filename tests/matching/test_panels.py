"""What matching adds to the pages of phases and towns."""

from typing import Any

from mosty.core.access import VISITOR
from mosty.core.panels import panels_for
from mosty.matching import domain
from tests.matching.making import Made, approve, run
from tests.people import Bodies, Cast


def _rows(place: str, thing: Any, actor: Any) -> list[dict[str, Any]]:
    found = [panel for panel in panels_for(place, thing, actor)
             if panel.template.startswith("matching/")]  # fmt: skip
    return [row for panel in found for row in panel.context["rows"]]


def test_phase_shows_its_rounds_to_those_who_may_know_of_them(made: Made, cast: Cast) -> None:
    run(made)
    place = "programmes.phase"
    (row,) = _rows(place, made.phase, cast.officer.actor)
    assert (str(row["round"]), row["state"], row["pairs"]) == ("Round one", "Proposed", "3 pairs")
    assert _rows(place, made.phase, cast.latvia.actor) == []
    domain.approve_round(made.round, by=made.second)
    assert len(_rows(place, made.phase, cast.latvia.actor)) == 1
    assert _rows(place, made.phase, VISITOR) == []


def test_phase_offers_officers_to_open_a_round(made: Made, cast: Cast) -> None:
    address = made.phase.get_absolute_url()
    page = cast.officer.client.get(address).content.decode()
    assert f"/rounds/new/?phase={made.phase.pk}" in page
    assert "/rounds/new/" not in cast.latvia.client.get(address).content.decode()


def test_town_shows_whom_it_was_put_together_with(made: Made, cast: Cast, bodies: Bodies) -> None:
    run(made)
    place = "places.profile"
    (row,) = _rows(place, bodies.kuldiga, cast.officer.actor)
    assert (str(row["other"]), row["state"]) == ("Chuhuiv", "Proposed")
    assert _rows(place, bodies.kuldiga, cast.kuldiga.actor) == []
    approve(made)
    (row,) = _rows(place, bodies.kuldiga, cast.kuldiga.actor)
    assert row["url"] == (
        f"/rounds/round-1/?left={bodies.chuhuiv.code}&right={bodies.kuldiga.code}"
    )
    assert _rows(place, bodies.kuldiga, VISITOR) == []
    page = cast.kuldiga.client.get(bodies.kuldiga.get_absolute_url()).content.decode()
    assert "Put together in rounds" in page
