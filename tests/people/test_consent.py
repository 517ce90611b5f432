"""Everybody is asked once per version; what was agreed to is kept, and can be taken back."""

from datetime import date

import pytest
from django.urls import reverse

from mosty.core.history import HistoryEntry
from mosty.people.accounts import consent
from mosty.people.accounts.consent import VERSIONS, Version
from mosty.people.accounts.tables import How
from mosty.people.models import Consent
from tests.people import Cast

ASK = "/people/account/consent/"
# The words that people agreed to. A text that was shown is never changed: write a new version.
SHOWN = {
    "1": {
        "en": "304e41b63c00109ba3d63e7a1637d6aa72c6f0c8bb6e6b129e0ff0a6f3644b7f",
        "uk": "cd0f140f518b4c739dbbebfc53896391fe2fa8cfa671cef766235148263c419b",
    }
}


@pytest.fixture
def second_version(monkeypatch: pytest.MonkeyPatch) -> Version:
    """A new version, whose wording is the first one's."""
    new = Version("2", date(2026, 12, 1))
    monkeypatch.setattr(Version, "template", lambda self, language:
                        f"people/accounts/consent/1.{language}.html")  # fmt: skip
    monkeypatch.setattr(consent, "VERSIONS", (*VERSIONS, new))
    return new


@pytest.mark.unit
def test_texts_that_were_shown_are_as_they_were() -> None:
    assert {
        text.code: {language: text.sha256(language) for language in ("en", "uk")}
        for text in VERSIONS
    } == SHOWN


@pytest.mark.unit
def test_text_in_a_language_without_one_is_shown_and_kept_as_english() -> None:
    assert (VERSIONS[-1].language("lv"), VERSIONS[-1].language("uk")) == ("en", "uk")


@pytest.mark.web
def test_first_page_after_signing_in_asks_and_then_leads_on(cast: Cast) -> None:
    Consent.objects.filter(user=cast.kuldiga.user).delete()
    client = cast.kuldiga.client
    client.cookies["django_language"] = "uk"

    assert client.get("/municipalities/?q=a").headers["Location"] == (
        f"{ASK}?next=%2Fmunicipalities%2F%3Fq%3Da"
    )
    page = client.get(ASK, {"next": "/municipalities/"})
    assert "Ваш вибір" in page.text
    assert not Consent.objects.filter(user=cast.kuldiga.user).exists()
    answer = client.post(ASK, {"agree": "yes", "version": "1", "next": "/municipalities/"})

    assert answer.headers["Location"] == "/municipalities/"
    made = Consent.objects.get(user=cast.kuldiga.user)
    assert (made.version, made.language, made.how, made.sha256) == (
        "1", "uk", How.SIGN_IN, VERSIONS[0].sha256("uk"),
    )  # fmt: skip
    assert client.get("/municipalities/").status_code == 200


@pytest.mark.web
def test_somebody_who_has_not_agreed_changes_nothing(cast: Cast) -> None:
    Consent.objects.filter(user=cast.kuldiga.user).delete()
    answer = cast.kuldiga.client.post(reverse("people:account"), {"name": "X", "language": "en"})
    cast.kuldiga.user.refresh_from_db()
    assert (answer.status_code, cast.kuldiga.user.name) == (403, "Officer, Kuldīga")
    assert "The privacy text waits for your answer" in answer.text


@pytest.mark.web
@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"version": "1"}, "Tick the box if you agree"),
        ({"version": "0", "agree": "yes"}, "The text has changed meanwhile"),
    ],
)
def test_answer_without_a_tick_or_to_another_text_is_none(
    data: dict[str, str], words: str, cast: Cast
) -> None:
    Consent.objects.filter(user=cast.kuldiga.user).delete()
    assert words in cast.kuldiga.client.post(ASK, data).text
    assert not Consent.objects.filter(user=cast.kuldiga.user).exists()


@pytest.mark.web
def test_answer_leads_to_no_foreign_site(cast: Cast) -> None:
    data = {"agree": "yes", "version": "1", "next": "https://elsewhere.example/"}
    assert cast.kuldiga.client.post(ASK, data).headers["Location"] == "/desk/"


@pytest.mark.web
def test_new_version_asks_again_and_keeps_the_old_answer(
    cast: Cast, second_version: Version
) -> None:
    client = cast.kuldiga.client
    assert client.get("/desk/").headers["Location"].startswith(ASK)
    client.post(ASK, {"agree": "yes", "version": "2"})
    assert client.get("/desk/").status_code == 200
    kept = Consent.objects.filter(user=cast.kuldiga.user).order_by("id")
    assert list(kept.values_list("version", "withdrawn_at")) == [("1", None), ("2", None)]


def test_agreeing_twice_is_once(cast: Cast) -> None:
    Consent.objects.filter(user=cast.kuldiga.user).delete()
    for _time in range(2):
        consent.agree(cast.kuldiga.user, by=cast.kuldiga.actor, how=How.SIGN_IN, version="1")
    assert Consent.objects.filter(user=cast.kuldiga.user).count() == 1


@pytest.mark.web
def test_consent_withdrawn_ends_other_sessions_asks_again_and_is_kept(cast: Cast) -> None:
    client, other = cast.kuldiga.client, cast.kuldiga.client
    url = reverse("people:withdraw_consent")
    assert url in client.get(reverse("people:own_data")).text
    assert "What stays, and why" in client.get(url).text
    client.post(url)
    assert Consent.objects.get(user=cast.kuldiga.user).withdrawn_at is None

    client.post(url, {"withdraw": "yes"})

    assert Consent.objects.get(user=cast.kuldiga.user).withdrawn_at is not None
    assert HistoryEntry.objects.get().verb == "people.withdraw_consent"
    assert client.get("/desk/").headers["Location"].startswith(ASK)
    assert other.get("/desk/").headers["Location"].startswith(reverse("account_login"))
    client.post(ASK, {"agree": "yes", "version": "1"})
    assert client.get("/desk/").status_code == 200
    assert Consent.objects.filter(user=cast.kuldiga.user).count() == 2


@pytest.mark.web
def test_own_data_tells_what_is_kept_of_people(cast: Cast) -> None:
    page = cast.kuldiga.client.get(reverse("people:own_data"))
    assert "Where somebody is signed in: address of the connection, browser, time" in page.text
    assert [one.version for one in page.context["in_force"]] == ["1"]
