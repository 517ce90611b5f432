"""Pages of errors say what happened, what it means and what to do, in the reader's language."""

import re

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from mosty.core.access import NotAllowed
from mosty.core.theme import set_theme

pytestmark = [pytest.mark.web, pytest.mark.django_db]


def refuse(request: HttpRequest) -> HttpResponse:
    raise NotAllowed("Only a second officer approves a round.")


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret detail")


def misread(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("secret detail")


urlpatterns = [
    path("refused/", refuse),
    path("fault/", fail),
    path("misread/", misread),
    path("theme/", set_theme, name="set_theme"),
    path("i18n/", include("django.conf.urls.i18n")),
]


def heading(response: HttpResponse) -> str:
    found = re.findall(r"<h1>(.*?)</h1>", response.content.decode())
    assert len(found) == 1
    return str(found[0])


@pytest.mark.parametrize(
    ("address", "status", "english", "ukrainian"),
    [
        ("/nowhere/", 404, "Nothing to see at this address", "За цією адресою нічого немає"),
        ("/refused/", 403, "This is not yours to do", "Це може зробити лише хтось інший"),
        ("/fault/", 500, "Something went wrong here", "У нас щось пішло не так"),
        ("/misread/", 400, "The site did not understand this", "Сайт цього не зрозумів"),
    ],
)
def test_errors_have_a_page_in_both_languages(
    address: str, status: int, english: str, ukrainian: str
) -> None:
    client = Client(raise_request_exception=False)
    with override_settings(ROOT_URLCONF=__name__):
        first = client.get(address)
        second = client.get(address, headers={"accept-language": "uk"})
    assert (first.status_code, heading(first)) == (status, english)
    assert (second.status_code, heading(second)) == (status, ukrainian)
    assert "secret detail" not in first.content.decode()


def test_refusal_says_the_reason_of_the_rule() -> None:
    with override_settings(ROOT_URLCONF=__name__):
        text = Client().get("/refused/").content.decode()
    assert "Only a second officer approves a round." in text
    assert "Nothing was changed." in text


def test_form_without_its_token_is_told_kindly() -> None:
    response = Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"})
    assert (response.status_code, heading(response)) == (403, "This form has waited too long")
    assert "theme" not in response.cookies
