"""History is append-only, and its readers see the lines of their level."""

import pytest

from mosty.core.access import VISITOR
from mosty.core.history import HistoryEntry, history_of, record
from mosty.core.publication import Level
from tests.people import Bodies, Cast


def test_history_rows_cannot_be_changed_or_deleted(cast: Cast, bodies: Bodies) -> None:
    entry = record("people.add_membership", bodies.korop, by=cast.officer.actor)
    entry.reason = "Rewritten"
    attempts = (
        entry.save,
        entry.delete,
        HistoryEntry.objects.all().delete,
        lambda: HistoryEntry.objects.update(reason="Rewritten"),
    )
    for attempt in attempts:
        with pytest.raises(TypeError):
            attempt()
    assert [row.reason for row in HistoryEntry.objects.all()] == [""]


def test_history_of_a_body_shows_each_reader_the_lines_of_their_level(
    cast: Cast, bodies: Bodies
) -> None:
    for level in Level:
        record("people.add_membership", bodies.korop, by=cast.officer.actor, reason=level,
               level=level)  # fmt: skip

    seen = [
        sorted(entry.reason for entry in history_of(bodies.korop, actor))
        for actor in (VISITOR, cast.stranger.actor, cast.funder.actor, cast.officer.actor)
    ]

    assert seen == [
        ["public"],
        ["public"],
        ["programme", "public"],
        # Whose partners were meant history does not know: it tells the secretariat.
        ["partners", "programme", "public", "staff"],
    ]


def test_history_keeps_the_name_when_the_account_goes(cast: Cast, bodies: Bodies) -> None:
    record("people.add_membership", bodies.korop, by=cast.expert.actor)
    cast.expert.user.delete()
    assert [(row.user_id, row.actor_name) for row in HistoryEntry.objects.all()] == [
        (None, "Expert")
    ]


def test_history_of_another_object_is_not_shown(cast: Cast, bodies: Bodies) -> None:
    record("people.add_membership", bodies.korop, by=cast.officer.actor)
    assert list(history_of(bodies.gulbene, cast.officer.actor)) == []
