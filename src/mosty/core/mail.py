"""Letters that leave the site: written down first, then sent by a job, each once.

`write` renders a letter in the language of its reader and keeps it in the transaction of what it
tells of; the same key gives the same letter. A job claims it with a conditional UPDATE and hands it
to the mail server under the one Message-ID that it has for life. A worker that dies in between
leaves it *unclear*: whether it went out is for a person to say, it is never sent again by itself.
What is in a letter may open a door, so that the text is forgotten once it has gone. Whoever writes
many at once composes them (`compose`) and keeps them together (`keep`).

Somebody may want no letters (`ask_readers`). Then only the necessary ones are written, whose keys
begin as an app has said (`name_necessary`); what waits for them is not sent either.
"""

import logging
import smtplib
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from email.utils import make_msgid, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models, transaction
from django.db.models import F, Q
from django.tasks import task
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mosty.core.jobs import schedule
from mosty.core.mail_line import Line, NotReached

logger = logging.getLogger(__name__)

STALE_AFTER = timedelta(minutes=10)
MOST_TRIES = 8
AT_ONCE = 20
KEPT_FOR = timedelta(days=730)
# The mail server has surely taken nothing.
_NOT_TAKEN = (ConnectionRefusedError, socket.gaierror, smtplib.SMTPConnectError)
# Not sent on purpose: nobody has to look at these.
TAKEN_BACK, UNWANTED = "taken back", "not wanted"
_OVER = (TAKEN_BACK, UNWANTED)
# It has surely refused; whether it would again, its code says (`_is_passing`).
_REFUSED = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPAuthenticationError,
)


class Letter(models.Model):
    """One letter to one address."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("On its way")
        SENT = "sent", _("Sent")
        UNCLEAR = "unclear", _("Unclear whether it went out")
        FAILED = "failed", _("Not sent")

    key = models.CharField(max_length=160, unique=True)
    to = models.EmailField(pgettext_lazy("of a letter", "to"))
    reply_to = models.EmailField(blank=True)
    language = models.CharField(max_length=5)
    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["state", "created_at"], name="letters_by_state")]
        verbose_name = _("letter")
        verbose_name_plural = _("letters")

    def __str__(self) -> str:
        return self.subject


def address(path: str) -> str:
    """The whole address of a path of this site, for letters."""
    return f"{settings.SITE_URL}{path}"


def write(
    key: str,
    *,
    to: str,
    language: str,
    template: str,
    context: Mapping[str, Any],
    reply_to: str = "",
) -> Letter | None:
    """The letter of that key, rendered from `<template>_subject.txt` and `<template>.txt`.

    None when the reader wants no letters of this kind. Call `send_soon` afterwards, once for many
    letters.
    """
    known = Letter.objects.filter(key=key).first()
    if known is not None:
        return known
    made = compose(
        key, to=to, language=language, template=template, context=context, reply_to=reply_to
    )
    return keep([made])[key] if made is not None else None


def compose(
    key: str,
    *,
    to: str,
    language: str,
    template: str,
    context: Mapping[str, Any],
    reply_to: str = "",
) -> Letter | None:
    """The letter as `write` would write it, kept nowhere yet."""
    if _is_unwanted(key, to):
        return None
    with translation.override(language):
        values = {**context, "site_name": settings.SITE_NAME}
        subject = " ".join(render_to_string(f"{template}_subject.txt", values).split())
        body = render_to_string(f"{template}.txt", values).strip() + "\n"
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return Letter(
        key=key, to=to, reply_to=reply_to, language=language, subject=subject[:300], body=body,
        message_id=make_msgid(domain=domain),
    )  # fmt: skip


def keep(letters: Iterable[Letter]) -> dict[str, Letter]:
    """Keep composed letters; by key the ones that stand, which are older where there were any."""
    made = list(letters)
    Letter.objects.bulk_create(made, ignore_conflicts=True)
    standing = Letter.objects.filter(key__in=[one.key for one in made])
    return {one.key: one for one in standing}


def send_soon() -> None:
    """Have the letters that wait sent by a worker; the timetable does it every minute besides."""
    send_letters.enqueue()


@task
def send_letters() -> None:
    """Send what waits, oldest first, and set apart what a dead worker has left half done."""
    now = timezone.now()
    Letter.objects.filter(state=Letter.State.SENDING, claimed_at__lt=now - STALE_AFTER).update(
        state=Letter.State.UNCLEAR, error="abandoned"
    )
    due = Q(tries=0)
    for tries in range(1, MOST_TRIES):
        # One, two, four … minutes after the last try.
        due |= Q(tries=tries, claimed_at__lt=now - timedelta(minutes=2 ** (tries - 1)))
    waiting = Letter.objects.filter(due, state=Letter.State.WAITING).order_by("created_at", "pk")
    with Line() as line:
        # A few at a time: what other workers take meanwhile is not looked at a second time.
        while some := list(waiting[:AT_ONCE]):
            for letter in some:
                if not _send(letter, line):
                    return


def _send(letter: Letter, line: Line) -> bool:
    """Send one letter, unless another worker does; False when there is no mail server."""
    # As it was read: whoever has tried meanwhile has counted that.
    claimed = Letter.objects.filter(
        pk=letter.pk, state=Letter.State.WAITING, tries=letter.tries
    ).update(state=Letter.State.SENDING, claimed_at=timezone.now(), tries=F("tries") + 1)
    if not claimed:
        return True
    letter.tries += 1
    if _is_unwanted(letter.key, letter.to):
        Letter.objects.filter(pk=letter.pk).update(
            state=Letter.State.FAILED, error=UNWANTED, body=""
        )
        return True
    message = EmailMessage(
        letter.subject,
        letter.body,
        to=[letter.to],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers={"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated"},
    )
    again = Letter.State.FAILED if letter.tries >= MOST_TRIES else Letter.State.WAITING
    try:
        line.send(message)
    except NotReached as error:
        _end(letter, again, error=error.fault)
        logger.warning("no mail server for letter %s: %s", letter.pk, error.fault)
        # The others would wait for the same in vain, and each would have used up a try.
        return False
    except Exception as error:
        state = Letter.State.UNCLEAR
        if isinstance(error, _NOT_TAKEN) or _is_passing(error):
            state = again
        elif isinstance(error, _REFUSED):
            state = Letter.State.FAILED
        # The name of the fault alone: what a server says may repeat the address.
        _end(letter, state, error=type(error).__name__)
        logger.warning("letter %s was not sent: %s", letter.pk, type(error).__name__)
    else:
        _end(letter, Letter.State.SENT)
    return True


def _is_passing(error: Exception) -> bool:
    """Whether the server refused for the moment only (4xx): too many at once, greylisting."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _said in error.recipients.values()]
        return bool(codes) and all(400 <= code < 500 for code in codes)
    return isinstance(error, smtplib.SMTPResponseException) and 400 <= error.smtp_code < 500


def _end(letter: Letter, state: Letter.State, *, error: str = "") -> None:
    values: dict[str, Any] = {"state": state, "error": error[:80]}
    if state is Letter.State.SENT:
        values |= {"sent_at": timezone.now(), "body": ""}
    Letter.objects.filter(pk=letter.pk, state=Letter.State.SENDING).update(**values)


def settle(letter: Letter, *, arrived: bool) -> bool:
    """A person says of an unclear or failed letter that it arrived, or has it sent once more.

    False when somebody else was quicker.
    """
    open_ones = [Letter.State.UNCLEAR, Letter.State.FAILED]
    with transaction.atomic():
        rows = Letter.objects.filter(pk=letter.pk, state__in=open_ones).exclude(error__in=_OVER)
        if arrived:
            return bool(
                rows.update(state=Letter.State.SENT, sent_at=timezone.now(), body="", error="")
            )
        return bool(rows.update(state=Letter.State.WAITING, tries=0, error=""))


def open_letters() -> models.QuerySet[Letter]:
    """Letters that a person must look at."""
    rows = Letter.objects.filter(state__in=[Letter.State.UNCLEAR, Letter.State.FAILED])
    return rows.exclude(error__in=_OVER)


@task
def clear_old() -> int:
    """Forget letters that went out two years ago; how many."""
    old = Letter.objects.filter(state=Letter.State.SENT, sent_at__lt=timezone.now() - KEPT_FOR)
    return old.delete()[0]


def register_all() -> None:
    """Called once, when the site starts."""
    schedule("core.send_letters", timedelta(minutes=1), send_soon)
    schedule("core.clear_old_letters", timedelta(days=1), clear_old.enqueue)


def forget(keys: Sequence[str]) -> None:
    """Letters that shall not go out any more, as what they tell of was taken back."""
    Letter.objects.filter(key__in=keys, state=Letter.State.WAITING).update(
        state=Letter.State.FAILED, error=TAKEN_BACK, body=""
    )


def forget_unwanted(to: str) -> int:
    """Letters to an address whose reader wants none from now on; how many will not go out."""
    rows = Letter.objects.filter(to__iexact=to).exclude(state=Letter.State.SENT)
    unwanted = [one.pk for one in rows if _is_unwanted(one.key, one.to)]
    waiting = Letter.objects.filter(pk__in=unwanted).exclude(state=Letter.State.SENDING)
    return waiting.update(state=Letter.State.FAILED, error=UNWANTED, body="")


def name_necessary(*beginnings: str) -> None:
    """Letters whose keys begin so reach people who want no letters: an app's `ready` says which."""
    _necessary.update(beginnings)


def ask_readers(wants_none: Callable[[str], bool]) -> None:
    """How it is known that the reader at an address wants no letters but the necessary ones."""
    if wants_none not in _readers:
        _readers.append(wants_none)


_necessary: set[str] = set()
_readers: list[Callable[[str], bool]] = []


def _is_unwanted(key: str, to: str) -> bool:
    return not key.startswith(tuple(_necessary)) and any(wants_none(to) for wants_none in _readers)
