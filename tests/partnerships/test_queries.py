"""Who may know of which partnership: lists, counts, filters, ties, panels."""

import pytest

from mosty.core.access import SYSTEM, VISITOR, Actor
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.partnerships import domain, panels, queries
from mosty.partnerships.bridges import bridges_of
from mosty.partnerships.models import Partnership, ProgrammeTag
from mosty.partnerships.queries import Tie, Wanted
from mosty.places.models import Organisation, Theme
from tests.partnerships.world import report
from tests.people import Bodies, Cast
from tests.programmes.world import make_programme

pytestmark = pytest.mark.django_db

Pairs = tuple[Partnership, Partnership]
WHO = "visitor stranger funder korop gulbene officer".split()


def actor_of(cast: Cast, who: str) -> Actor:
    return VISITOR if who == "visitor" else getattr(cast, who).actor


def seen(cast: Cast, who: str, **wanted: str) -> list[str]:
    return [str(row) for row in queries.found(actor_of(cast, who), Wanted(**wanted))]


def test_partnerships_are_seen_by_their_circle(cast: Cast, pairs: Pairs) -> None:
    both = ["Chuhuiv – Kuldīga", "Gulbene – Korop"]

    assert {who: seen(cast, who) for who in WHO} == {
        "visitor": both[:1],
        "stranger": both[:1],
        "funder": both,
        "korop": both,
        "gulbene": both,
        "officer": both,
    }


def test_partnership_with_a_hidden_town_is_hidden(bodies: Bodies, cast: Cast, pairs: Pairs) -> None:
    Organisation.objects.filter(pk=bodies.kuldiga.pk).update(level=Level.STAFF)

    counts = {who: queries.standing(actor_of(cast, who)).count() for who in WHO}

    assert counts == {
        "visitor": 0, "stranger": 0, "funder": 1, "korop": 1, "gulbene": 1, "officer": 2,
    }  # fmt: skip
    # Whoever acts for the hidden town sees it, and what it takes part in.
    assert seen(cast, "kuldiga") == ["Chuhuiv – Kuldīga", "Gulbene – Korop"]
    assert queries.facets(VISITOR).countries == []


def test_withdrawn_partnership_is_for_officers_who_ask_for_it(cast: Cast, pairs: Pairs) -> None:
    domain.withdraw_partnership(pairs[0], reason="over", by=SYSTEM)

    assert seen(cast, "officer") == ["Gulbene – Korop"]
    assert seen(cast, "officer", status="withdrawn") == ["Chuhuiv – Kuldīga"]
    assert seen(cast, "korop", status="withdrawn") == []
    assert queries.visible_to(actor_of(cast, "korop")).filter(pk=pairs[0].pk).count() == 0
    assert queries.ties_of([pairs[0].members.all()[0]]) == []


def test_filters_offer_only_what_the_reader_may_know_of(cast: Cast, pairs: Pairs) -> None:
    inner = ProgrammeTag.objects.create(slug="inner", name=Text.of(en="Inner"))
    pairs[1].tags.add(inner)
    pairs[1].themes.add(Theme.objects.get(pk="water"))

    public, member = queries.facets(VISITOR), queries.facets(cast.korop.actor)

    assert [tag.slug for tag in public.programmes] == ["cities4cities"]
    assert [tag.slug for tag in member.programmes] == ["cities4cities", "inner"]
    assert (public.themes, [theme.slug for theme in member.themes]) == ([], ["water"])
    assert (public.years, member.years) == (["2022"], ["2023", "2022"])
    assert [country.code for country in public.countries] == ["LV"]


def test_tags_and_phases_of_a_closed_programme_do_not_show(
    bodies: Bodies, cast: Cast, pairs: Pairs
) -> None:
    world = make_programme(bodies, level=Level.STAFF)
    tag = ProgrammeTag.objects.create(slug="secret", name=Text.of(en="Secret"), strand=world.strand)
    pairs[0].tags.add(tag)
    pairs[0].phases.add(world.phase)

    (shown,) = queries.with_all(queries.found(VISITOR, Wanted()), VISITOR)
    assert [tag.slug for tag in shown.tags.all()] == ["cities4cities"]
    assert list(shown.phases.all()) == []
    assert queries.facets(VISITOR).phases == []
    # Nor can its address be guessed with a filter.
    assert seen(cast, "visitor", phase=str(world.phase.pk)) == []
    assert seen(cast, "visitor", programme="secret") == []
    assert seen(cast, "officer", programme="secret") == ["Chuhuiv – Kuldīga"]
    assert seen(cast, "officer", phase=str(world.phase.pk)) == ["Chuhuiv – Kuldīga"]


def test_list_is_searched_narrowed_and_sorted(bodies: Bodies, cast: Cast, pairs: Pairs) -> None:
    third = report(bodies.korop, bodies.kuldiga, url="https://example.org/third")
    third.themes.add(Theme.objects.get(pk="culture"))

    def found(**wanted: str) -> list[str]:
        rows = queries.with_all(queries.found(SYSTEM, Wanted(**wanted)), SYSTEM)
        return [str(row) for row in rows]

    first, second, new = "Chuhuiv – Kuldīga", "Korop – Gulbene", "Korop – Kuldīga"
    assert found() == [first, second, new]
    assert found(sort="-name") == [second, new, first]
    assert found(sort="partner") == [second, first, new]
    assert found(sort="since") == [first, second, new]
    # What has no date comes last either way.
    assert found(sort="-since") == [second, first, new]
    assert found(q="кулдіга") == [first, new]
    assert found(q="korop kuld") == [new]
    assert found(q="LV_0500200") == [second]
    assert found(q="nowhere") == []
    assert found(year="2023") == [second]
    assert found(year="unknown") == [new]
    assert found(theme="culture") == [new]
    assert found(programme="cities4cities") == [first]
    assert found(country="LV", status="reported", q="chuhuiv") == [first]
    assert found(country="CZ") == []


def test_ties_are_given_two_by_two(bodies: Bodies, pairs: Pairs) -> None:
    three = report(bodies.chuhuiv, bodies.gulbene, bodies.kuldiga)

    ties = queries.ties_of([bodies.kuldiga])

    ids = {town.pk: town.label_en for town in (bodies.chuhuiv, bodies.kuldiga, bodies.gulbene)}
    assert [(ids[tie.left_id], ids[tie.right_id], tie.partnership_id) for tie in ties] == [
        ("Chuhuiv", "Kuldīga", pairs[0].pk),
        ("Chuhuiv", "Kuldīga", three.pk),
        ("Kuldīga", "Gulbene", three.pk),
    ]
    assert queries.ties_of([bodies.korop.pk], actor=VISITOR) == []
    low, high = sorted([bodies.korop.pk, bodies.gulbene.pk])
    assert queries.ties_of([bodies.korop.pk]) == [
        Tie(low, high, pairs[1].pk, "reported", "2023-07-26")
    ]


def test_ties_take_two_queries_whatever_the_number(
    bodies: Bodies, pairs: Pairs, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]
        queries.ties_of([bodies.chuhuiv, bodies.kuldiga, bodies.korop, bodies.gulbene])


def test_bridges_lead_from_each_ukrainian_town_to_each_other(bodies: Bodies) -> None:
    three = report(bodies.chuhuiv, bodies.korop, bodies.kuldiga)
    (row,) = queries.with_all(Partnership.objects.filter(pk=three.pk), VISITOR)

    bridges = bridges_of([row], VISITOR)

    assert [(bridge.left.name, bridge.right.name, bridge.state) for bridge in bridges] == [
        ("Chuhuiv", "Kuldīga", "reported"),
        ("Korop", "Kuldīga", "reported"),
    ]


def test_bridge_to_a_withheld_place_has_no_point(bodies: Bodies, pairs: Pairs) -> None:
    Organisation.objects.filter(pk=bodies.chuhuiv.pk).update(precision="withheld")
    (row,) = queries.with_all(queries.found(VISITOR, Wanted()), VISITOR)

    (bridge,) = bridges_of([row], VISITOR)

    assert bridge.left.shown_at is None
    assert bridge.right.shown_at == (bodies.kuldiga.lat, bodies.kuldiga.lon)


def test_panel_of_a_town_shows_its_partners_to_whom_they_are_open(
    bodies: Bodies, cast: Cast, pairs: Pairs
) -> None:
    def partners(town: Organisation, actor: Actor) -> list[str]:
        panel = panels.of_town(town, actor)
        assert panel is not None
        return [str(other) for _row, others in panel.context["rows"] for other in others]

    assert partners(bodies.chuhuiv, VISITOR) == ["Kuldīga"]
    assert partners(bodies.korop, VISITOR) == []
    assert partners(bodies.korop, cast.funder.actor) == ["Gulbene"]
    assert panels.of_town(bodies.donor, VISITOR) is None


def test_panel_of_a_phase_counts_what_the_reader_may_see(
    bodies: Bodies, cast: Cast, pairs: Pairs
) -> None:
    phase = make_programme(bodies).phase
    pairs[1].phases.add(phase)

    assert panels.of_phase(phase, VISITOR) is None
    panel = panels.of_phase(phase, cast.kuldiga.actor)
    assert panel is not None
    assert panel.context["count"] == 1
    assert panel.context["url"] == f"/partnerships/?phase={phase.pk}"


def test_register_is_narrowed_and_widened_by_partnerships(
    bodies: Bodies, cast: Cast, pairs: Pairs
) -> None:
    towns = Organisation.objects.filter(kind="municipality").order_by("sort_en")

    def narrowed(choice: str, actor: Actor) -> list[str]:
        return [str(town) for town in panels.HAS_PARTNER.narrow(towns, choice, actor)]

    assert narrowed("yes", VISITOR) == ["Chuhuiv", "Kuldīga"]
    assert narrowed("no", VISITOR) == ["Gulbene", "Korop"]
    assert narrowed("yes", cast.officer.actor) == ["Chuhuiv", "Gulbene", "Korop", "Kuldīga"]
    cells = panels._numbers([bodies.chuhuiv.pk, bodies.korop.pk], VISITOR).cells
    assert cells == {bodies.chuhuiv.pk: 1}
