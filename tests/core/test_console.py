"""Whoever runs the demonstration can read its mails and follow their links."""

from io import StringIO

import pytest
from django.core.mail import EmailMessage

from mosty.core.console import EmailBackend


@pytest.mark.unit
def test_mail_in_ukrainian_is_written_as_it_is_read() -> None:
    screen = StringIO()
    letter = EmailMessage(
        "Запрошення", "Відкрийте:\nhttps://mosty.example/x/\n", to=["a@b.example"]
    )
    assert EmailBackend(stream=screen).send_messages([letter]) == 1
    assert screen.getvalue().startswith(
        "To: a@b.example\nSubject: Запрошення\n\nВідкрийте:\nhttps://mosty.example/x/\n"
    )
