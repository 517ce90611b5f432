"""Letters are written once, sent once, and set apart when it is unclear whether they went out."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from mosty.core import mail
from mosty.core.mail import Letter


def write(key: str = "a") -> Letter:
    return mail.write(
        key, to="x@example.org", language="uk", template="people/mail/letter",
        context={"subject": "A\nB", "text": "Text", "association": None},
    )  # fmt: skip


def test_letter_of_one_key_is_written_once_under_one_message_id(db: None) -> None:
    assert write().message_id == write().message_id
    assert Letter.objects.count() == 1


def test_letter_has_one_line_of_subject(db: None) -> None:
    assert write().subject == "A B"


def test_letters_are_sent_once_however_often_the_job_runs(db: None) -> None:
    write()
    mail.send_letters.call()
    mail.send_letters.call()
    assert len(django_mail.outbox) == 1


def test_letter_held_by_a_dead_worker_is_unclear_and_not_sent_again(db: None) -> None:
    letter = write()
    Letter.objects.update(
        state=Letter.State.SENDING, claimed_at=timezone.now() - timedelta(minutes=11)
    )
    mail.send_letters.call()
    letter.refresh_from_db()
    assert (letter.state, django_mail.outbox) == ("unclear", [])

    mail.settle(letter, arrived=False)
    mail.send_letters.call()
    (sent,) = django_mail.outbox
    assert sent.extra_headers["Message-ID"] == letter.message_id


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (ConnectionRefusedError(), "waiting"),
        (smtplib.SMTPRecipientsRefused({}), "failed"),
        (smtplib.SMTPServerDisconnected(), "unclear"),
        (TimeoutError(), "unclear"),
    ],
)
def test_fault_of_the_mail_server_decides_what_becomes_of_the_letter(
    db: None, monkeypatch: pytest.MonkeyPatch, fault: Exception, state: str
) -> None:
    def fail(*_args: object) -> int:
        raise fault

    monkeypatch.setattr(EmailBackend, "send_messages", fail)
    write()
    mail.send_letters.call()
    letter = Letter.objects.get()
    assert (letter.state, letter.error) == (state, type(fault).__name__)
    assert "Text" in letter.body


def test_letter_that_was_taken_back_is_not_sent(db: None) -> None:
    write()
    mail.forget(["a"])
    mail.send_letters.call()
    assert django_mail.outbox == []
