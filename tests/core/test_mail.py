"""Letters are written once, sent once, and set apart when it is unclear whether they went out."""

import smtplib
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from mosty.core import mail, mail_line
from mosty.core.mail import Letter
from tests.mail_server import Sink, listening


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
        (smtplib.SMTPRecipientsRefused({"x@example.org": (550, b"nobody")}), "failed"),
        (smtplib.SMTPRecipientsRefused({"x@example.org": (450, b"later")}), "waiting"),
        (smtplib.SMTPSenderRefused(421, b"too many", "m@example.org"), "waiting"),
        (smtplib.SMTPDataError(554, b"no"), "failed"),
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


def test_many_are_kept_together_and_older_ones_stand(db: None) -> None:
    old = write("a")
    composed = [
        mail.compose(key, to="x@example.org", language="en", template="people/mail/letter",
                     context={"subject": "S", "text": "T", "association": None})
        for key in ("a", "b")
    ]  # fmt: skip
    kept = mail.keep([one for one in composed if one is not None])
    assert (kept["a"].pk, kept["a"].message_id) == (old.pk, old.message_id)
    assert sorted(kept) == ["a", "b"]
    assert Letter.objects.count() == 2


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with listening() as (sink, port):
        settings.MAILERS = {
            "default": {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": 5},
            }
        }
        yield sink


def test_letters_that_follow_each_other_share_a_conversation(
    db: None, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_line, "MOST_IN_ONE", 3)
    letters = [write(f"letter-{number}") for number in range(7)]
    mail.send_letters.call()
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}
    assert dict(sink.message_ids) == {one.message_id: 1 for one in letters}
    assert sink.conversations == 3


def test_server_that_hangs_up_between_two_letters_makes_none_unclear(db: None, sink: Sink) -> None:
    sink.hangs_up = True
    for number in range(3):
        write(f"letter-{number}")
    mail.send_letters.call()
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}
    assert sorted(sink.message_ids.values()) == [1, 1, 1]
    assert sink.conversations == 3


def test_without_a_mail_server_all_wait_and_one_try_is_used_up(db: None, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": 5},
        }
    }
    for number in range(3):
        write(f"letter-{number}")
    mail.send_letters.call()
    assert sorted(Letter.objects.values_list("state", "tries", "error")) == [
        ("waiting", 0, ""), ("waiting", 0, ""), ("waiting", 1, "ConnectionRefusedError"),
    ]  # fmt: skip
