"""The pages about the site: they say what is true, in both languages, with a way to write."""

import re
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse

from mosty.core.facts import Source
from mosty.core.theme import COOKIE
from tests.people import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.web]

PAGES = "about accessibility privacy sources licence".split()
CYRILLIC = re.compile(r"[а-яґєії]", re.I)


def body_of(name: str, language: str) -> str:
    """The words of the text of a page."""
    html = Client(headers={"accept-language": language}).get(reverse(f"public:{name}")).content
    text = html.decode().split('<div class="prose">')[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


@pytest.mark.parametrize("name", PAGES)
def test_page_speaks_both_languages(name: str) -> None:
    english, ukrainian = body_of(name, "en"), body_of(name, "uk")

    assert not CYRILLIC.search(english)
    # Every sentence: no run of five Latin words is left in the Ukrainian text but titles and names.
    left = [
        run
        for run in re.findall(r"(?:\b[a-z]{2,}\b[ ,]+){5,}", ukrainian)
        if not CYRILLIC.search(run)
    ]
    assert left == []
    assert CYRILLIC.search(ukrainian)


@pytest.mark.parametrize("name", ["about", "accessibility", "privacy", "sources"])
def test_page_gives_the_address_to_write_to(name: str, settings: Any) -> None:
    settings.CONTACT_EMAIL = "people@example.org"

    html = Client().get(reverse(f"public:{name}")).content.decode()

    assert 'href="mailto:people@example.org' in html


def test_pages_stand_at_the_foot_of_every_page(cast: Cast) -> None:
    for client in (Client(), cast.officer.client):
        foot = client.get("/").content.decode().split('<footer class="bottom">')[1]
        assert [name for name in PAGES if f'href="/{name}/"' in foot] == PAGES


def test_privacy_names_every_cookie_that_the_site_sets(cast: Cast) -> None:
    client = cast.officer.client
    client.post(reverse("set_language"), {"language": "uk", "next": "/"})
    client.post(reverse("set_theme"), {"theme": "dark", "next": "/"})
    client.get(reverse("people:account"))

    text = body_of("privacy", "en")

    assert {"sessionid", "django_language", COOKIE, "csrftoken"} <= set(client.cookies)
    assert [name for name in client.cookies if f" {name} " not in text] == []
    assert site.SESSION_COOKIE_AGE == 14 * 24 * 60 * 60
    assert site.LANGUAGE_COOKIE_AGE is None


def test_sources_lists_what_was_taken_in_under_a_licence() -> None:
    Source.objects.create(
        key="katottg", title="Codifier", publisher="The ministry", licence="CC BY 4.0"
    )
    Source.objects.create(key="web-1", title="A news page", url="https://example.org/")

    text = body_of("sources", "en")

    assert "Codifier The ministry CC BY 4.0" in text
    assert "A news page" not in text
    for named in ("Eurostat", "KATOTTG", "Natural Earth", "KSE-Loc-Data-Hub", "GeoNames"):
        assert named in text


def test_accessibility_shows_a_percent_sign_once() -> None:
    assert "enlarged to 200 %, and" in body_of("accessibility", "en")


def test_unknown_address_is_a_page_that_helps() -> None:
    answer = Client().get("/nothing-here/")

    assert answer.status_code == 404
    assert "Nothing to see at this address" in answer.content.decode()
