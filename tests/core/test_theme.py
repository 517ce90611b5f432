"""The choice between light and dark, kept in a cookie and drawn by the server."""

import pytest
from django.test import Client

pytestmark = [pytest.mark.web, pytest.mark.django_db]


def test_theme_is_the_device_s_own_at_first(client: Client) -> None:
    assert b'<html lang="en">' in client.get("/gallery/").content


def test_theme_chosen_is_kept_and_drawn(client: Client) -> None:
    response = client.post("/theme/", {"theme": "dark", "next": "/gallery/"})
    assert (response.status_code, response["Location"]) == (302, "/gallery/")
    cookie = response.cookies["theme"]
    assert (cookie.value, cookie["samesite"], cookie["max-age"]) == ("dark", "Lax", 31536000)
    assert b'<html lang="en" data-theme="dark">' in client.get("/gallery/").content


def test_theme_can_be_given_back_to_the_device(client: Client) -> None:
    client.post("/theme/", {"theme": "dark"})
    client.post("/theme/", {"theme": ""})
    assert b"data-theme" not in client.get("/gallery/").content


@pytest.mark.parametrize("theme", ["sepia", '"><script>'])
def test_theme_unknown_changes_nothing(client: Client, theme: str) -> None:
    client.cookies["theme"] = theme
    assert b"data-theme" not in client.get("/gallery/").content
    assert client.post("/theme/", {"theme": theme}).cookies["theme"].value == ""


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_theme_never_leads_away(client: Client, back: str) -> None:
    assert client.post("/theme/", {"theme": "dark", "next": back})["Location"] == "/"
