"""What taking the consent back means is said before, and done."""

from datetime import date

import pytest
from django.core import mail
from django.urls import reverse

from mosty.core import mail as letters
from mosty.core.mail import Letter
from mosty.people import domain
from mosty.people.accounts import consent, withdrawing
from mosty.people.accounts.tables import How
from mosty.people.domain.requests import deciders
from mosty.people.models import Membership
from mosty.places.models import Contact
from tests.people import Bodies, Cast

URL = "/people/account/data/withdraw/"


@pytest.fixture
def named(cast: Cast, bodies: Bodies) -> dict[str, Contact]:
    """Contacts that name the officer of Korop, and some that do not."""
    user = cast.korop.user

    def contact(body: object, **fields: str) -> Contact:
        return Contact.objects.create(organisation=body, **fields)

    return {
        "name": contact(bodies.korop, office="Mayor", name=user.name.upper()),
        "address": contact(bodies.gulbene, office="Guest", email=user.email.upper()),
        "office": contact(bodies.korop, office="Reception", email="office@korop.example"),
        "namesake": contact(bodies.gulbene, office="Mayor", name=user.name),
    }


def write(cast: Cast, key: str) -> object:
    return letters.write(
        key, to=cast.korop.user.email, language="en", template="people/mail/letter",
        context={"subject": "S", "text": "T", "association": None},
    )  # fmt: skip


@pytest.mark.web
def test_page_says_what_stops_stays_and_who_is_told_and_does_nothing(
    cast: Cast, named: dict[str, Contact]
) -> None:
    page = cast.korop.client.get(URL)
    text = " ".join(page.text.split())
    for words in (
        "These 2 contacts name you or have your address",
        "Nobody else administers Korop",
        "Those who find a successor for Korop",
        "Nothing is deleted by this",
    ):
        assert words in text
    assert Contact.objects.count() == 4
    assert consent.in_force(cast.korop.user).count() == 1


def test_contacts_that_name_the_person_go_and_others_stay(
    cast: Cast, named: dict[str, Contact]
) -> None:
    assert withdrawing.withdraw(cast.korop.user, by=cast.korop.actor) == 1
    assert withdrawing.withdraw(cast.korop.user, by=cast.korop.actor) == 0
    left = set(Contact.objects.values_list("pk", flat=True))
    assert left == {named["office"].pk, named["namesake"].pk}
    # Coming back brings none of them back.
    consent.agree(cast.korop.user, by=cast.korop.actor, how=How.SIGN_IN, version="1")
    assert Contact.objects.count() == 2


def test_only_necessary_letters_are_written_until_the_person_agrees_again(cast: Cast) -> None:
    waiting = write(cast, "people.letter:1:x:1")
    withdrawing.withdraw(cast.korop.user, by=cast.korop.actor)
    waiting.refresh_from_db()  # type: ignore[attr-defined]
    assert (waiting.state, waiting.body) == ("failed", "")  # type: ignore[attr-defined]
    # Not sent on purpose: no officer has to look after it, or can have it sent.
    assert not letters.open_letters().exists()
    assert letters.settle(waiting, arrived=False) is False  # type: ignore[arg-type]
    assert write(cast, "people.letter:2:x:1") is None
    assert write(cast, "people.ended:1:x") is not None
    consent.agree(cast.korop.user, by=cast.korop.actor, how=How.SIGN_IN, version="1")
    assert write(cast, "people.letter:3:x:1") is not None


def test_letter_written_before_is_not_sent_after(cast: Cast) -> None:
    write(cast, "people.letter:1:x:1")
    consent.in_force(cast.korop.user).update(withdrawn_at="2026-11-26T12:00Z")
    letters.send_letters.call()
    assert (Letter.objects.get().error, mail.outbox) == ("not wanted", [])


def test_person_and_those_who_find_a_successor_are_told(cast: Cast) -> None:
    withdrawing.withdraw(cast.korop.user, by=cast.korop.actor)
    told = {letter.to[0]: letter for letter in mail.outbox}
    assert set(told) == {
        cast.korop.user.email, cast.officer.user.email, cast.second_officer.user.email,
    }  # fmt: skip
    assert "Nothing was deleted" in told[cast.korop.user.email].body
    letter = told[cast.officer.user.email]
    assert letter.subject == "Officer, Korop does not act for Korop for now"
    assert "consent" not in letter.body


def test_colleague_who_administers_is_told_instead(cast: Cast, bodies: Bodies) -> None:
    Membership.objects.create(
        user=cast.stranger.user, organisation=bodies.korop, role="municipality",
        since=date(2023, 1, 1), is_admin=True,
    )  # fmt: skip
    withdrawing.withdraw(cast.korop.user, by=cast.korop.actor)
    assert {letter.to[0] for letter in mail.outbox} == {
        cast.korop.user.email, cast.stranger.user.email,
    }  # fmt: skip


def test_body_of_somebody_who_withdrew_counts_as_without_a_voice(
    cast: Cast, bodies: Bodies
) -> None:
    withdrawing.withdraw(cast.korop.user, by=cast.korop.actor)
    assert deciders(bodies.korop) == [cast.officer.user, cast.second_officer.user]
    mail.outbox.clear()
    assert domain.remind(bodies.ukrainian_association, [bodies.korop], by=cast.officer.actor) == 0
    assert mail.outbox == []


@pytest.mark.web
def test_withdrawing_leads_to_the_question_and_is_done_once(cast: Cast) -> None:
    client = cast.korop.client
    answer = client.post(URL, {"withdraw": "yes"})
    assert answer.headers["Location"] == reverse("people:consent")
    assert client.post(URL, {"withdraw": "yes"}).status_code == 403
    assert sum(letter.subject == "Your consent is withdrawn" for letter in mail.outbox) == 1
