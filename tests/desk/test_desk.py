"""The desk shows what waits and what changed, to each reader what they may know."""

import pytest
from django.urls import reverse

from mosty.core.history import HistoryEntry, record
from mosty.core.publication import Level
from mosty.desk.queries import changed_for, told_once
from tests.people import Bodies, Cast


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
