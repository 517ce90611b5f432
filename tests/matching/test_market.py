"""What goes into a market, and what must not."""

from datetime import date

import pytest

import citymatch
from mosty.core.facts import find_source
from mosty.core.publication import Level, Precision
from mosty.core.texts import Text
from mosty.matching import domain, market, queries
from mosty.matching.domain import Refused
from mosty.partnerships.models import Partnership
from mosty.places.models import Organisation
from tests.matching.making import WEIGHTS, Made, make_plain_town, stranger_country, wish
from tests.people import Bodies


def towns(made: Made) -> dict[str, citymatch.Town]:
    built = market.build(made.round).market
    return {town.id: town for town in (*built.left, *built.right)}


def partners(*members: Organisation, since: str = "", **values: str) -> Partnership:
    made = Partnership.objects.create(since=since, **values)
    made.members.set(members)
    return made


def test_town_of_the_market_has_the_facts_of_the_register(made: Made, bodies: Bodies) -> None:
    chuhuiv = towns(made)[bodies.chuhuiv.code]
    assert (chuhuiv.name, chuhuiv.country, chuhuiv.population) == ("Chuhuiv", "UA", 36789)
    assert (chuhuiv.lat, chuhuiv.lon) == (49.83578, 36.68802)
    assert dict(chuhuiv.needs) == {"water": 3.0, "energy": 2.0}
    assert dict(chuhuiv.offers) == {"culture": 2.0}
    assert chuhuiv.languages == ("en", "pl", "uk")


def test_facts_that_are_not_known_stay_unknown(made: Made) -> None:
    plain = make_plain_town(
        "UA99", in_country="UA", lat=None, lon=None, population=None, languages=[]
    )
    domain.set_participant(made.round, plain, by=made.officer)
    town = towns(made)["UA99"]
    assert (town.lat, town.lon, town.population) == (None, None, None)
    assert (town.languages, dict(town.needs), dict(town.offers)) == ((), {}, {})


def test_population_of_nought_is_unknown(made: Made) -> None:
    domain.set_participant(
        made.round, make_plain_town("UA99", in_country="UA", population=0), by=made.officer
    )
    assert towns(made)["UA99"].population is None


def test_place_that_is_withheld_from_the_public_is_unknown_to_the_engine(
    made: Made, bodies: Bodies
) -> None:
    bodies.chuhuiv.precision = Precision.WITHHELD
    bodies.chuhuiv.save()
    assert towns(made)[bodies.chuhuiv.code].lat is None
    bodies.chuhuiv.precision = Precision.REGION
    bodies.chuhuiv.save()
    assert (towns(made)[bodies.chuhuiv.code].lat, towns(made)[bodies.chuhuiv.code].lon) == (
        49.9, 36.2,
    )  # fmt: skip


@pytest.mark.parametrize("level", [Level.PARTNERS, Level.STAFF])
def test_needs_that_are_not_for_the_whole_programme_do_not_go_in(
    made: Made, bodies: Bodies, level: Level
) -> None:
    bodies.chuhuiv.needs.filter(theme="water").update(level=level)
    assert dict(towns(made)[bodies.chuhuiv.code].needs) == {"energy": 2.0}


@pytest.mark.parametrize(
    ("level", "expected"), [(Level.PUBLIC, "public"), (Level.PROGRAMME, "programme")]
)
def test_facts_level_is_the_narrowest_of_what_went_in(
    made: Made, bodies: Bodies, level: Level, expected: str
) -> None:
    bodies.chuhuiv.needs.filter(theme="water").update(level=level)
    assert market.build(made.round).facts_level == expected


def test_illustrative_needs_make_the_round_illustrative(made: Made, bodies: Bodies) -> None:
    assert not market.build(made.round).is_illustrative
    wish(bodies.chuhuiv, needs="sport:1", is_illustrative=True)
    domain.start_run(made.round, by=made.officer)
    assert made.round.is_illustrative


def test_existing_partners_are_left_out_and_named_so(made: Made, bodies: Bodies) -> None:
    partners(bodies.kuldiga, bodies.chuhuiv)
    built = market.build(made.round).market
    (excluded,) = built.excluded
    assert (excluded.left, excluded.right, excluded.code) == (
        bodies.chuhuiv.code, bodies.kuldiga.code, "existing_partners",
    )  # fmt: skip
    assert (bodies.chuhuiv.code, bodies.kuldiga.code) not in market.eligible(built)
    with pytest.raises(Refused, match="already are partners"):
        domain.weigh_override(made.round, "lock", left=bodies.chuhuiv, right=bodies.kuldiga)


def test_existing_partners_may_be_paired_where_the_policy_says_so(
    made: Made, bodies: Bodies
) -> None:
    partners(bodies.kuldiga, bodies.chuhuiv)
    again = domain.write_policy(
        made.policy.programme, by=made.officer, weights=WEIGHTS, partners_again=True,
        rationale=Text.of(en="Two pairs of the pilot went on together."),
    )  # fmt: skip
    domain.choose_policy(made.round, again, by=made.officer)
    built = market.build(made.round).market
    assert built.excluded == ()
    pair = next(
        pair for pair in built.pairs if pair.key == (bodies.chuhuiv.code, bodies.kuldiga.code)
    )
    assert pair.parts is not None
    assert pair.parts["contact"].left == 50_000


def test_withdrawn_partnership_is_no_contact(made: Made, bodies: Bodies) -> None:
    partners(bodies.kuldiga, bodies.chuhuiv, status="withdrawn")
    built = market.build(made.round).market
    assert (built.excluded, built.ties) == ((), ())


def test_partnership_of_the_secretariat_only_does_not_go_in(made: Made, bodies: Bodies) -> None:
    partners(bodies.kuldiga, bodies.chuhuiv, level=Level.STAFF)
    assert market.build(made.round).market.ties == ()


def test_partner_in_common_gives_half_the_contact(made: Made, bodies: Bodies) -> None:
    third = make_plain_town("LV_0001000", in_country="LV")
    partners(bodies.chuhuiv, third)
    partners(bodies.gulbene, third)
    built = market.build(made.round).market
    parts = {pair.key: pair.parts["contact"].left for pair in built.pairs if pair.parts is not None}
    assert parts[bodies.chuhuiv.code, bodies.gulbene.code] == 25_000
    assert parts[bodies.chuhuiv.code, bodies.kuldiga.code] == 0


@pytest.mark.parametrize(
    ("since", "counts"),
    [("2021", True), ("2022-10", True), ("2022-10-31", True), ("2022", False), ("2022-11", False),
     ("2023-03-14", False), ("", False)],
)  # fmt: skip
def test_contact_of_a_past_round_is_surely_older_than_its_day(
    made: Made, bodies: Bodies, since: str, counts: bool
) -> None:
    partners(bodies.kuldiga, bodies.chuhuiv, since=since)
    domain.edit_round(made.round, by=made.officer, contacts_until=date(2022, 11, 1))
    made.round.refresh_from_db()
    assert bool(market.build(made.round).market.ties) is counts


def test_noted_contact_counts_without_making_them_partners(made: Made, bodies: Bodies) -> None:
    source = find_source("https://example.org/report")
    domain.add_contact(
        made.round, left=bodies.chuhuiv, right=bodies.kuldiga, by=made.officer, source=source,
        why=Text.of(en="They met in 2021."),
    )  # fmt: skip
    built = market.build(made.round).market
    assert built.ties == ((bodies.kuldiga.code, bodies.chuhuiv.code),)
    assert built.excluded == ()
    (contact,) = queries.contacts_of(made.round)
    domain.remove_contact(contact, by=made.officer, reason="It was another town.")
    assert market.build(made.round).market.ties == ()


def test_noted_contact_of_a_town_outside_the_round_is_refused(made: Made, bodies: Bodies) -> None:
    other = make_plain_town("LV_0001000", in_country="LV")
    with pytest.raises(Refused):
        domain.add_contact(
            made.round, left=bodies.chuhuiv, right=other, by=made.officer,
            why=Text.of(en="They met."),
        )  # fmt: skip


def test_quotas_become_groups_of_their_towns(made: Made, bodies: Bodies) -> None:
    domain.set_quota(made.round, bodies.latvian_association, by=made.officer, least=1, most=3)
    assert bodies.chuhuiv.region is not None
    domain.set_quota(made.round, bodies.chuhuiv.region, by=made.officer, least=0, most=1)
    built = market.build(made.round).market
    assert {(quota.group, quota.min, quota.max) for quota in built.quotas} == {
        ("association:LPS", 1, 3), (f"region:{bodies.chuhuiv.region.code}", 0, 1),
    }  # fmt: skip
    found = towns(made)
    assert found[bodies.kuldiga.code].groups == ("association:LPS", "country:LV")
    assert found[bodies.chuhuiv.code].groups == (
        "country:UA",
        f"region:{bodies.chuhuiv.region.code}",
    )


def test_fill_takes_each_participant_once_and_no_other_country(made: Made, bodies: Bodies) -> None:
    stranger_country()
    chisinau = Organisation.objects.create(
        kind="municipality", scheme="own", code="MD1", country_id="MD", label_en="Chișinău",
        sort_en="chisinau", sort_uk="chisinau",
    )  # fmt: skip
    made.phase.participants.create(organisation=chisinau)
    row = queries.participants_of(made.round).get(organisation=bodies.kuldiga)
    domain.remove_participant(row, by=made.officer, reason="Has no staff now.")
    assert domain.fill_participants(made.round, by=made.officer) == 0
    assert queries.participants_of(made.round).count() == 5
    assert [row.removed_reason for row in queries.removed_from(made.round)] == ["Has no staff now."]
    domain.set_participant(made.round, bodies.kuldiga, by=made.officer, most=2)
    assert queries.participants_of(made.round).get(organisation=bodies.kuldiga).most == 2
    with pytest.raises(Refused):
        domain.set_participant(made.round, chisinau, by=made.officer)


def test_frozen_market_does_not_change_with_the_register(made: Made, bodies: Bodies) -> None:
    run = domain.start_run(made.round, by=made.officer)
    bodies.chuhuiv.needs.all().delete()
    run.refresh_from_db()
    frozen = queries.market_of(run)
    assert citymatch.input_sha256(frozen) == run.input_sha256
    town = next(town for town in frozen.left if town.id == bodies.chuhuiv.code)
    assert dict(town.needs) == {"water": 3.0, "energy": 2.0}
