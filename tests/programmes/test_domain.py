"""What changes programmes: rules, dates, sources, history, reasons."""

import pytest
from django.core.exceptions import ValidationError

from mosty.core.access import SYSTEM, NotAllowed
from mosty.core.history import history_of
from mosty.core.states import ReasonMissing
from mosty.core.texts import Text
from mosty.programmes import domain
from mosty.programmes.domain import Reading
from mosty.programmes.models import (
    Basis,
    Objective,
    Part,
    Participant,
    Partner,
    Phase,
    Programme,
    Strand,
    Target,
)
from tests.people import Bodies, Cast
from tests.programmes.world import PAGE, ProgrammeWorld, make_phase

pytestmark = pytest.mark.django_db


def test_programme_without_address_gets_one_from_its_name(world: ProgrammeWorld) -> None:
    again = domain.create_programme(name=Text.of(record="uk", uk="Мости довіри"), by=SYSTEM)
    third = domain.create_programme(name=Text.of(en="Bridges of Trust!"), by=SYSTEM)
    taken = domain.create_programme(name=Text.of(en="New"), by=SYSTEM)

    assert world.programme.slug == "bridges-of-trust"
    assert again.slug == "mosty-doviry"
    assert third.slug == "bridges-of-trust-2"
    # "new" is an address of its own.
    assert taken.slug == "new-2"


@pytest.mark.parametrize(
    ("starts", "ends", "first", "last"),
    [
        ("2022-11-01", "2023-09-30", "2022-11-01", "2023-09-30"),
        ("2021-03", "2022-11", "2021-03-01", "2022-11-30"),
        ("2024", "2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02", "2024-02-01", "2024-02-29"),
    ],
)
def test_phase_covers_all_days_that_its_dates_may_mean(
    world: ProgrammeWorld, starts: str, ends: str, first: str, last: str
) -> None:
    phase = make_phase(world.strand, "Pilot", starts=starts, ends=ends)

    assert (phase.starts, phase.ends) == (starts, ends)
    assert (str(phase.starts_on), str(phase.ends_on)) == (first, last)


@pytest.mark.parametrize(("starts", "ends"), [("2023-09-30", "2022-11-01"), ("2023", "2022-12")])
def test_phase_that_ends_before_it_begins_is_refused(
    world: ProgrammeWorld, starts: str, ends: str
) -> None:
    with pytest.raises(ValidationError) as error:
        make_phase(world.strand, "Wrong", starts=starts, ends=ends)
    assert list(error.value.message_dict) == ["ends"]
    assert Phase.objects.filter(slug="wrong").count() == 0

    with pytest.raises(ValidationError):
        domain.edit_phase(world.phase, ends="2022-10-31", by=SYSTEM)
    world.phase.refresh_from_db()
    assert world.phase.ends == "2023-09-30"


def test_editing_a_programme_writes_only_what_changed(world: ProgrammeWorld) -> None:
    changed = domain.edit_programme(
        world.programme, name=world.programme.name, website="https://example.org/bot", by=SYSTEM
    )

    assert changed == ["website"]
    entry = history_of(world.programme, SYSTEM)[0]
    assert entry.verb == "programmes.edit_programme"
    assert entry.before == {"website": ""}
    assert entry.after == {"website": "https://example.org/bot"}


def test_editing_without_a_change_writes_no_history(world: ProgrammeWorld) -> None:
    before = history_of(world.programme, SYSTEM).count()

    assert domain.edit_programme(world.programme, name=world.programme.name, by=SYSTEM) == []
    assert history_of(world.programme, SYSTEM).count() == before


def test_late_edit_keeps_what_somebody_else_changed_meanwhile(world: ProgrammeWorld) -> None:
    stale = Programme.objects.get(pk=world.programme.pk)
    domain.edit_programme(world.programme, website="https://example.org/first", by=SYSTEM)

    domain.edit_programme(stale, about=Text.of(en="Partnerships"), by=SYSTEM)

    saved = Programme.objects.get(pk=world.programme.pk)
    assert (saved.website, str(saved.about)) == ("https://example.org/first", "Partnerships")


def test_rows_keep_their_source_and_one_line_of_history(world: ProgrammeWorld) -> None:
    target = Target.objects.get(phase=world.phase)
    assert target.source is not None
    assert (target.value, target.source.url, target.source.title, target.as_of) == (
        30, PAGE, "Rebuilding Ukraine", "2023",
    )  # fmt: skip

    rows = [
        {"pk": target.pk, "text": target.text, "value": 31, "reading": Reading(url=PAGE)},
        {"text": Text.of(en="associations"), "value": 10},
    ]
    assert domain.set_rows(world.phase, Target, rows, by=SYSTEM) is True

    assert [(row.value, row.order) for row in Target.objects.filter(phase=world.phase)] == [
        (31, 0),
        (10, 1),
    ]
    verbs = [row.verb for row in history_of(world.phase, SYSTEM)]
    assert verbs.count("programmes.set_targets") == 2


def test_rows_that_are_not_named_stay_and_those_gone_go(world: ProgrammeWorld) -> None:
    first = Objective.objects.get(phase=world.phase)
    domain.set_rows(world.phase, Objective, [{"text": Text.of(en="Learn")}], by=SYSTEM)
    assert sorted(str(row) for row in Objective.objects.all()) == ["Learn", "Rebuild together"]

    domain.set_rows(world.phase, Objective, [], gone=[first.pk], by=SYSTEM)
    assert [str(row) for row in Objective.objects.all()] == ["Learn"]


def test_partner_added_twice_in_one_part_stands_once(world: ProgrammeWorld, bodies: Bodies) -> None:
    again = domain.add_partner(world.phase, bodies.secretariat, part=Part.LEAD, by=SYSTEM)
    other = domain.add_partner(world.phase, bodies.secretariat, part=Part.PARTNER, by=SYSTEM)

    assert again == world.partner
    assert other != world.partner
    assert Partner.objects.filter(phase=world.phase).count() == 2


def test_removing_needs_a_reason_and_keeps_it(world: ProgrammeWorld) -> None:
    with pytest.raises(ReasonMissing):
        domain.remove_partner(world.partner, reason="  ", by=SYSTEM)
    with pytest.raises(ReasonMissing):
        domain.remove_participant(world.participant, reason="", by=SYSTEM)
    assert Partner.objects.count() == Participant.objects.count() == 1

    domain.remove_participant(world.participant, reason="the council voted against it", by=SYSTEM)

    assert Participant.objects.count() == 0
    entry = history_of(world.phase, SYSTEM)[0]
    assert (entry.verb, entry.reason, entry.before) == (
        "programmes.remove_participant", "the council voted against it", {"who": ["Chuhuiv"]},
    )  # fmt: skip


def test_participants_added_twice_are_passed_over(world: ProgrammeWorld, bodies: Bodies) -> None:
    added = domain.add_participants(
        world.phase, [bodies.chuhuiv, bodies.kuldiga], most_partners=2, by=SYSTEM
    )

    assert [str(participant) for participant in added] == ["Kuldīga"]
    rows = {str(row): (row.least_partners, row.most_partners) for row in Participant.objects.all()}
    assert rows == {"Chuhuiv": (0, 1), "Kuldīga": (0, 2)}


def test_participant_must_be_a_municipality_with_bounds_that_fit(
    world: ProgrammeWorld, bodies: Bodies
) -> None:
    with pytest.raises(ValidationError, match="no municipality"):
        domain.add_participants(world.phase, [bodies.latvian_association], by=SYSTEM)
    with pytest.raises(ValidationError) as error:
        domain.edit_participant(world.participant, least_partners=3, by=SYSTEM)
    assert list(error.value.message_dict) == ["most_partners"]
    assert Participant.objects.get().least_partners == 0


def test_only_officers_change_programmes(world: ProgrammeWorld, cast: Cast) -> None:
    people = [
        person for person in cast.everybody() if person.key not in {"officer", "second-officer"}
    ]
    phase, strand = world.phase, world.strand
    for person in people:
        by = person.actor
        for attempt in (
            lambda by=by: domain.create_programme(name=Text.of(en="X"), by=by),
            lambda by=by: domain.edit_programme(world.programme, website="https://x.org", by=by),
            lambda by=by: domain.add_strand(world.programme, name=Text.of(en="X"), by=by),
            lambda by=by: domain.edit_strand(strand, name=Text.of(en="X"), by=by),
            lambda by=by: domain.add_phase(strand, name=Text.of(en="X"), starts="2024", by=by),
            lambda by=by: domain.edit_phase(phase, ends="", by=by),
            lambda by=by: domain.set_rows(phase, Target, [], by=by),
            lambda by=by: domain.add_partner(
                phase, world.partner.organisation, part=Part.FUNDER, by=by
            ),
            lambda by=by: domain.edit_partner(world.partner, is_inferred=True, by=by),
            lambda by=by: domain.remove_partner(world.partner, reason="no", by=by),
            lambda by=by: domain.add_participants(phase, [], by=by),
            lambda by=by: domain.edit_participant(world.participant, most_partners=3, by=by),
            lambda by=by: domain.remove_participant(world.participant, reason="no", by=by),
        ):
            with pytest.raises(NotAllowed):
                attempt()
    assert (Programme.objects.count(), Strand.objects.count(), Phase.objects.count()) == (1, 1, 1)
    domain.edit_participant(
        world.participant, association_basis=Basis.INFERRED, by=cast.officer.actor
    )
    assert Participant.objects.get().association_basis == Basis.INFERRED
