"""Who may know of what: lists, counts, associations."""

import pytest

from mosty.core.access import SYSTEM, VISITOR
from mosty.core.publication import Level
from mosty.places.models import Organisation
from mosty.programmes import domain, queries
from mosty.programmes.models import Part, Participant
from mosty.programmes.queries import Wanted
from tests.people import Bodies, Cast
from tests.programmes.world import ProgrammeWorld, make_phase, make_programme

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("level", "seen_by"),
    [
        (Level.PUBLIC, "visitor stranger funder chuhuiv officer"),
        (Level.PROGRAMME, "funder chuhuiv officer"),
        (Level.STAFF, "officer"),
    ],
)
def test_programme_and_its_phases_are_seen_by_their_circle(
    bodies: Bodies, cast: Cast, level: Level, seen_by: str
) -> None:
    make_programme(bodies, level=level)
    for who in "visitor stranger funder chuhuiv officer".split():
        actor = VISITOR if who == "visitor" else getattr(cast, who).actor
        expected = int(who in seen_by.split())
        assert queries.visible_to(actor).count() == expected, who
        assert queries.strands(actor).count() == expected, who
        # An open phase of a closed programme is closed.
        assert queries.phases(actor).count() == expected, who
        assert queries.partners(actor).count() == expected, who


def test_closed_phase_of_an_open_programme_is_not_in_it(world: ProgrammeWorld, cast: Cast) -> None:
    make_phase(world.strand, "Secret", starts="2027", ends="", level=Level.STAFF)

    def names(actor: object) -> list[str]:
        rows = queries.with_strands_and_phases(queries.visible_to(actor), actor)  # type: ignore[arg-type]
        return [str(phase) for strand in rows.get().strands.all() for phase in strand.phases.all()]

    assert names(VISITOR) == ["Phase 2"]
    assert names(cast.chuhuiv.actor) == ["Phase 2"]
    assert names(cast.officer.actor) == ["Phase 2", "Secret"]


@pytest.mark.parametrize(
    ("level", "seen_by"),
    [
        (Level.PUBLIC, "visitor stranger kuldiga chuhuiv officer"),
        (Level.PROGRAMME, "kuldiga chuhuiv officer"),
        # A body always knows that it takes part itself.
        (Level.STAFF, "chuhuiv officer"),
    ],
)
def test_participant_is_seen_by_its_circle_and_by_itself(
    world: ProgrammeWorld, cast: Cast, level: Level, seen_by: str
) -> None:
    domain.edit_participant(world.participant, level=level, by=SYSTEM)
    for who in "visitor stranger kuldiga chuhuiv officer".split():
        actor = VISITOR if who == "visitor" else getattr(cast, who).actor
        found = queries.participants_found(world.phase, actor)
        assert found.count() == int(who in seen_by.split()), who
        countries = [country.code for country in queries.countries_of(world.phase, actor)]
        assert countries == (["UA"] if who in seen_by.split() else []), who


def test_hidden_body_does_not_show_as_partner_participant_or_association(
    world: ProgrammeWorld, bodies: Bodies, cast: Cast
) -> None:
    domain.edit_participant(world.participant, level=Level.PUBLIC, by=SYSTEM)
    domain.add_partner(world.phase, bodies.ukrainian_association, part=Part.ASSOCIATION, by=SYSTEM)
    Organisation.objects.filter(pk=bodies.ukrainian_association.pk).update(level=Level.STAFF)

    (seen,) = queries.participants_found(world.phase, VISITOR)
    assert seen.shows_association is False
    assert [group.association for group in queries.by_association([seen])] == [None]
    assert list(queries.associations_of(world.phase, VISITOR)) == []
    assert [str(row.organisation) for row in queries.partners(VISITOR)] == [
        "Council of European Municipalities and Regions"
    ]
    (known,) = queries.participants_found(world.phase, cast.officer.actor)
    assert known.shows_association is True
    assert queries.associations_of(world.phase, cast.officer.actor).get() == (
        bodies.ukrainian_association
    )

    Organisation.objects.filter(pk=bodies.chuhuiv.pk).update(level=Level.STAFF)
    assert queries.participants_found(world.phase, VISITOR).count() == 0
    assert queries.participants_found(world.phase, cast.officer.actor).count() == 1


def test_participants_are_found_by_any_name_narrowed_and_sorted(
    world: ProgrammeWorld, bodies: Bodies
) -> None:
    domain.add_participants(
        world.phase, [bodies.kuldiga, bodies.gulbene, bodies.korop],
        association=bodies.latvian_association, by=SYSTEM,
    )  # fmt: skip

    def names(**wanted: str) -> list[str]:
        rows = queries.participants_found(world.phase, SYSTEM, Wanted(**wanted))
        return [str(row) for row in rows]

    assert names() == ["Chuhuiv", "Gulbene", "Korop", "Kuldīga"]
    assert names(sort="-name") == ["Kuldīga", "Korop", "Gulbene", "Chuhuiv"]
    assert names(sort="population") == ["Korop", "Gulbene", "Kuldīga", "Chuhuiv"]
    assert names(q="чугу") == ["Chuhuiv"]
    assert names(q="kuldiga") == ["Kuldīga"]
    assert names(side="eu") == ["Gulbene", "Kuldīga"]
    assert names(country="LV", q="gul") == ["Gulbene"]
    assert names(association="LPS") == ["Gulbene", "Korop", "Kuldīga"]
    assert names(q="nowhere") == []


def test_participants_without_association_come_last(world: ProgrammeWorld, bodies: Bodies) -> None:
    domain.add_participants(world.phase, [bodies.kuldiga], by=SYSTEM)

    groups = queries.by_association(queries.participants_found(world.phase, SYSTEM))

    assert [str(group.association) for group in groups] == [
        "Association of Ukrainian Cities",
        "None",
    ]
    assert [[str(town) for town in group.towns] for group in groups] == [["Chuhuiv"], ["Kuldīga"]]
    Participant.objects.filter(organisation=bodies.chuhuiv).update(association_basis="inferred")
    groups = queries.by_association(queries.participants_found(world.phase, SYSTEM))
    assert groups[0].basis == "Inferred, not stated"


def test_programmes_are_found_by_words_in_any_language(world: ProgrammeWorld) -> None:
    def found(words: str) -> list[str]:
        return [programme.slug for programme in queries.programmes_found(VISITOR, words)]

    assert (
        found("") == found("trust bri") == found("мости") == found("mosty") == ["bridges-of-trust"]
    )
    assert found("twinning") == []


def test_carriers_stand_once_per_part_with_all_their_phases(
    world: ProgrammeWorld, bodies: Bodies
) -> None:
    later = make_phase(world.strand, "Edition 2024", starts="2024-05-23", ends="")
    domain.add_partner(later, bodies.secretariat, part=Part.LEAD, by=SYSTEM)
    domain.add_partner(later, bodies.donor, part=Part.FUNDER, by=SYSTEM)

    groups = queries.carriers(queries.partners(SYSTEM).select_related("phase"))

    assert [(part, [str(c.organisation) for c in bodies_]) for part, bodies_ in groups] == [
        ("lead", ["Council of European Municipalities and Regions"]),
        ("funder", ["Federal Ministry for Economic Cooperation and Development"]),
    ]
    (lead,) = groups[0][1]
    assert [str(part.phase) for part in lead.parts] == ["Phase 2", "Edition 2024"]
