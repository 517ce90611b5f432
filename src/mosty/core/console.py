"""Mails as people read them, on the screen of whoever runs the demonstration or develops.

Django's own console backend shows what goes over the wire, where Ukrainian is base64: the link
in an invitation could not be opened.
"""

from django.core.mail import EmailMessage
from django.core.mail.backends.console import EmailBackend as ConsoleBackend


class EmailBackend(ConsoleBackend):
    """Address, subject and text; never for real people, whose mails open doors."""

    def write_message(self, message: EmailMessage) -> None:
        to = ", ".join(message.recipients())
        self.stream.write(f"To: {to}\nSubject: {message.subject}\n\n{message.body}\n{'-' * 79}\n")
