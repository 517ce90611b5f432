"""The conversation with the mail server: one for letters that follow each other.

Opening one anew for each letter (connection, TLS, name and password) takes longer than the letter
itself. So it stays open, is asked whether it still is before each letter, and is renewed now and
then, as many servers take only so many letters in one. What fails before a letter was begun has
surely not taken it: `NotReached`.
"""

import smtplib
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.smtp import EmailBackend

MOST_IN_ONE = 50


class NotReached(Exception):
    """There was no mail server to talk to; `fault` names what happened instead."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class Line:
    """To be used in a `with`."""

    def __init__(self) -> None:
        self._mailer: Any = mailers.default
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def send(self, message: EmailMessage) -> None:
        """Hand one letter over. Raises `NotReached`, or what the mail server said."""
        # Whatever keeps mails otherwise (a file for each, the console) has nothing to be opened.
        if isinstance(self._mailer, EmailBackend):
            self._open(self._mailer)
        try:
            self._mailer.send_messages([message])
        except BaseException:
            # What was said last is not known: the next letter begins a new conversation.
            self._close()
            raise
        self._count += 1

    def _open(self, mailer: EmailBackend) -> None:
        if mailer.connection is not None and not self._is_good(mailer.connection):
            self._close()
        try:
            mailer.open()
        except smtplib.SMTPAuthenticationError:
            raise
        except OSError as error:
            # Names, refusals, time-outs, TLS; what smtplib raises is one of them.
            raise NotReached(type(error).__name__) from error

    def _is_good(self, connection: smtplib.SMTP) -> bool:
        if self._count >= MOST_IN_ONE:
            return False
        try:
            return connection.noop()[0] == 250
        except OSError:
            return False

    def _close(self) -> None:
        self._count = 0
        # Taking leave may fail, as the server may be gone: nothing hangs on it.
        with suppress(OSError):
            self._mailer.close()
