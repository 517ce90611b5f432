"""Pages of an application as a browser has them."""

from typing import Any

from django.test import Client
from django.urls import reverse

from mosty.applications.models import Application
from mosty.calls.models import Question
from tests.calls.pages import shown


def section_url(application: Application, key: str) -> str:
    """The page on which a question is answered."""
    question = Question.objects.get(section__call=application.call_id, key=key)
    return reverse("applications:section", args=[application.pk, question.section_id])


def fill(client: Client, url: str, **values: Any) -> dict[str, Any]:
    """The form of a section with these answers, `key_language` for texts."""
    data: dict[str, Any] = dict(shown(client, url))
    for name, value in values.items():
        key, _under, language = name.partition("_")
        question = Question.objects.filter(key=key).order_by("pk")[0]
        data[f"q{question.pk}_{language}" if language else f"q{question.pk}"] = value
    return data
