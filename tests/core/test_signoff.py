"""Several sign off one frozen version; any edit asks all of them again, with a diff."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mosty.core.access import SYSTEM, NotAllowed
from mosty.core.diffs import Change, changes, words
from mosty.core.history import HistoryEntry
from mosty.core.signoff import Signature, Word, ask, sign, standing
from mosty.core.versions import Version, freeze
from mosty.places.models import Organisation
from tests.people import Cast, Person

pytestmark = pytest.mark.django_db
TEXT = {
    "answers": [{"key": "needs", "text": "Water, heat and light"}, {"key": "who", "text": "Us"}]
}
COMMA = {"answers": [{"key": "needs", "text": "Water, heat, and light"}, TEXT["answers"][1]]}


@pytest.fixture
def thing(cast: Cast) -> Organisation:
    """Something that three people must sign."""
    town = cast.chuhuiv.organisation
    assert town is not None
    for person in (cast.chuhuiv, cast.korop, cast.kuldiga):
        ask(town, person.user.pk, name=person.user.name, as_what="Mayor")
        ask(town, person.user.pk, name="Twice")
    return town


def say(thing: Organisation, version: Version, person: Person, choice: str, **more: object) -> None:
    sign(thing, version, by=person.actor, choice=choice, verb="core.sign", **more)  # type: ignore[arg-type]


def said(thing: Organisation) -> list[Word]:
    found = standing(thing)
    assert found is not None
    return [place.word for place in found.places]


def test_one_comma_after_two_of_three_approvals_asks_all_again_with_a_diff(
    thing: Organisation, cast: Cast
) -> None:
    assert standing(thing) is None
    first = freeze(thing, TEXT, by=SYSTEM)
    say(thing, first, cast.chuhuiv, "approve")
    say(thing, first, cast.korop, "approve")
    assert said(thing) == [Word.APPROVED, Word.APPROVED, Word.WAITING]

    second = freeze(thing, COMMA, by=SYSTEM)
    found = standing(thing)
    assert found is not None
    assert (found.version, found.is_complete, len(found.waiting)) == (second, False, 3)
    assert said(thing) == [Word.VOIDED, Word.VOIDED, Word.WAITING]
    (change,) = found.places[0].changed
    assert change.path == ("answers", "needs", "text")
    assert [(piece.text, piece.of) for piece in change.pieces] == [
        ("Water, heat", "same"), (",", "new"), (" and light", "same"),
    ]  # fmt: skip
    assert found.places[2].changed == ()

    for person in (cast.chuhuiv, cast.korop, cast.kuldiga):
        say(thing, second, person, "approve")
    found = standing(thing)
    assert found is not None
    assert found.is_complete
    assert Signature.objects.count() == 5


def test_back_to_the_first_content_is_a_version_of_its_own(thing: Organisation, cast: Cast) -> None:
    first = freeze(thing, TEXT, by=SYSTEM)
    say(thing, first, cast.chuhuiv, "approve")
    freeze(thing, COMMA, by=SYSTEM)
    third = freeze(thing, TEXT, by=SYSTEM)
    assert (third.number, third.sha256) == (3, first.sha256)
    assert said(thing)[0] is Word.VOIDED


def test_nobody_signs_what_they_have_not_seen(thing: Organisation, cast: Cast) -> None:
    first = freeze(thing, TEXT, by=SYSTEM)
    freeze(thing, COMMA, by=SYSTEM)
    with pytest.raises(ValidationError, match="changed meanwhile"):
        say(thing, first, cast.chuhuiv, "approve")
    assert not Signature.objects.exists()


@pytest.mark.parametrize("who", ["gulbene", "officer", "stranger"])
def test_whoever_was_not_asked_does_not_sign(thing: Organisation, cast: Cast, who: str) -> None:
    version = freeze(thing, TEXT, by=SYSTEM)
    with pytest.raises(NotAllowed):
        say(thing, version, getattr(cast, who), "approve")
    with pytest.raises(NotAllowed):
        sign(thing, version, by=SYSTEM, choice="approve", verb="core.sign")
    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    ("choice", "more"),
    [("decline", {"reason": " "}), ("abstain", {}), ("maybe", {}), ("abstain", {"until": "today"})],
)
def test_word_that_lacks_something_is_refused(
    thing: Organisation, cast: Cast, choice: str, more: dict[str, object]
) -> None:
    version = freeze(thing, TEXT, by=SYSTEM)
    if "until" in more:
        more = {"until": timezone.localdate()}
    with pytest.raises(ValidationError):
        say(thing, version, cast.korop, choice, **more)
    assert said(thing)[1] is Word.WAITING


def test_newest_word_counts_and_all_of_them_stay(thing: Organisation, cast: Cast) -> None:
    version = freeze(thing, TEXT, by=SYSTEM)
    until = timezone.localdate() + timedelta(days=3)
    say(thing, version, cast.korop, "abstain", until=until)
    assert said(thing)[1] is Word.PUT_OFF
    say(thing, version, cast.korop, "decline", reason="Too expensive")
    assert said(thing)[1] is Word.DECLINED
    say(thing, version, cast.korop, "approve")
    assert said(thing)[1] is Word.APPROVED
    entries = HistoryEntry.objects.filter(verb="core.sign").order_by("pk")
    assert [row.after["choice"] for row in entries] == ["abstain", "decline", "approve"]
    with pytest.raises(TypeError):
        Signature.objects.first().delete()  # type: ignore[union-attr]


def test_changes_name_each_place_once() -> None:
    before = {"a": 1, "rows": [{"key": "x", "n": 1}, {"key": "y", "n": 2}], "gone": "old"}
    after = {"a": 1, "rows": [{"key": "z", "n": 9}, {"key": "x", "n": 1}, {"key": "y", "n": 3}]}
    assert changes(before, after) == [
        Change(("rows", "z"), None, {"key": "z", "n": 9}),
        Change(("rows", "y", "n"), 2, 3),
        Change(("gone",), "old", None),
    ]
    assert changes(after, after) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "Нове"),
        ("Старе", ""),
        ("один два", "один, два"),
        ("слово", "слова"),
        ("a" * 9, "b" * 9),
    ],
)
def test_pieces_put_together_give_both_texts(before: str, after: str) -> None:
    pieces = words(before, after)
    assert "".join(piece.text for piece in pieces if piece.of != "new") == before
    assert "".join(piece.text for piece in pieces if piece.of != "gone") == after
