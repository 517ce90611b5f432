"""The desk shows what waits and what changed, to each reader what they may know."""

from typing import Any

import pytest
from django.urls import reverse

from mosty.core.history import HistoryEntry, record
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.desk.queries import changed_for, told_once
from mosty.matching.models import Round
from tests.matching.making import make_phase
from tests.partnerships.world import report
from tests.people import Bodies, Cast, Person


def test_changes_in_a_row_about_one_thing_are_told_once(cast: Cast, bodies: Bodies) -> None:
    by = cast.officer.actor
    for body in (bodies.korop, bodies.korop, bodies.gulbene, bodies.korop):
        record("people.add_membership", body, by=by)
    record("people.end_membership", bodies.korop, by=by, reason="One")
    record("people.end_membership", bodies.korop, by=by, reason="Two")

    told = told_once(HistoryEntry.objects.all(), most=4)

    assert [(one.entry.object_id, one.entry.reason, one.times) for one in told] == [
        (bodies.korop.pk, "Two", 1),
        (bodies.korop.pk, "One", 1),
        (bodies.korop.pk, "", 1),
        (bodies.gulbene.pk, "", 1),
    ]
    assert told_once(HistoryEntry.objects.all(), most=9)[-1].times == 2


@pytest.mark.web
def test_desk_shows_each_reader_the_changes_of_their_level(cast: Cast, bodies: Bodies) -> None:
    for level in (Level.STAFF, Level.PROGRAMME):
        record("people.add_membership", bodies.korop, by=cast.officer.actor, reason=level,
               level=level)  # fmt: skip

    seen = {
        person.key: [
            change.entry.reason
            for change in person.client.get(reverse("desk:home")).context["changes"]
        ]
        for person in (cast.officer, cast.funder, cast.stranger)
    }

    assert seen == {"officer": ["programme", "staff"], "funder": ["programme"], "stranger": []}


def test_changes_of_a_body_that_is_withheld_since_are_not_told(cast: Cast, bodies: Bodies) -> None:
    for body in (bodies.korop, bodies.gulbene):
        record("people.add_membership", body, by=cast.officer.actor, level=Level.PROGRAMME)
    bodies.korop.level = Level.STAFF
    bodies.korop.save(update_fields=["level"])

    told = {
        person.key: {entry.object_id for entry in changed_for(person.actor)}
        for person in (cast.officer, cast.funder, cast.korop)
    }

    both = {bodies.korop.pk, bodies.gulbene.pk}
    assert told == {"officer": both, "funder": {bodies.gulbene.pk}, "korop": both}


def test_changes_of_other_things_that_are_withheld_since_are_not_told(
    cast: Cast, bodies: Bodies
) -> None:
    phase = make_phase()
    things: list[Any] = [
        report(bodies.chuhuiv, bodies.kuldiga), phase, phase.strand.programme,
        Round.objects.create(phase=phase, name=Text.of(en="Round"), slug="one", state="approved"),
    ]  # fmt: skip
    for thing in things:
        record("places.need_added", thing, by=cast.officer.actor, level=Level.PROGRAMME)

    def told(person: Person) -> set[tuple[str, int]]:
        rows = changed_for(person.actor).filter(verb="places.need_added")
        return set(rows.values_list("object_type", "object_id"))

    everything = {(thing._meta.label_lower, thing.pk) for thing in things}
    assert told(cast.funder) == told(cast.officer) == everything
    for thing in things:
        type(thing)._default_manager.filter(pk=thing.pk).update(level=Level.STAFF)
    assert told(cast.funder) == set()
    assert told(cast.officer) == everything


@pytest.mark.web
def test_desk_of_somebody_without_a_role_says_how_to_get_one(cast: Cast) -> None:
    page = cast.stranger.client.get(reverse("desk:home"))
    assert "You have an account, and no role yet" in page.text
    assert "Nothing waits for you" not in page.text


@pytest.mark.web
def test_desk_asks_a_bounded_number_of_queries(
    cast: Cast, bodies: Bodies, django_assert_max_num_queries: object
) -> None:
    for _time in range(300):
        record("people.add_membership", bodies.korop, by=cast.officer.actor)
    client = cast.officer.client
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        client.get(reverse("desk:home"))
