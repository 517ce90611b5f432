"""Limits hold in the cache that all processes share, for the address that really asks."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from mosty.people.accounts.tables import AccountRequest
from tests.layers import ROOT
from tests.people import Cast
from tests.people.signing_in import by_password

pytestmark = pytest.mark.web

SHARED = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
    }
}
LOGIN = "/accounts/login/"


@pytest.fixture
def limits(db: None) -> Any:
    """Limits as on a server, counted in the database."""
    with override_settings(
        CACHES=SHARED,
        ACCOUNT_RATE_LIMITS={},
        RATE_LIMITS={"ask_account_request": "20/h/ip,5/h/key", "ask_factor_link": "2/d/key"},
    ):
        call_command("createcachetable", verbosity=0)
        yield


def another_process() -> None:
    """Nothing that was kept in this process's memory counts any more."""
    if caches.all(initialized_only=True):
        del caches["default"]


def settings_with(**environment: str) -> dict[str, Any]:
    """What the settings of a server say, read by a process of their own."""
    said = (
        "import json, mosty.settings as s; print(json.dumps([s.CACHES['default'], "
        "s.ALLAUTH_TRUSTED_PROXY_COUNT]))"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MOSTY_")}
    out = subprocess.run(
        [sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True,
        env=clean | {"SECRET_KEY": "x" * 50, "PYTHONPATH": "src"} | environment,
    )  # fmt: skip
    cache, proxies = json.loads(out.stdout)
    return {"cache": cache, "proxies": proxies}


def test_limits_of_a_server_are_counted_in_the_database_with_room_for_many() -> None:
    cache = settings_with()["cache"]
    assert cache["BACKEND"] == SHARED["default"]["BACKEND"]
    assert cache["OPTIONS"]["MAX_ENTRIES"] >= 100_000


def test_guessing_a_password_ends_after_five_tries_across_processes(
    limits: None, cast: Cast
) -> None:
    tried = {"login": cast.chuhuiv.user.email, "password": "wrong"}
    said = []
    for number in range(6):
        another_process()
        # Every try from another address: the account itself is what is counted.
        page = Client(REMOTE_ADDR=f"192.0.2.{number}").post(LOGIN, tried)
        said.append("Too many wrong tries. Try again in five minutes." in page.text)
    assert said == [False] * 5 + [True]
    # The right password does not help now.
    last = by_password(Client(REMOTE_ADDR="192.0.2.99"), cast.chuhuiv)
    assert "Too many wrong tries. Try again in five minutes." in last.text


def test_many_tries_from_one_address_get_the_designed_page(limits: None) -> None:
    for number in range(30):
        if number % 10 == 0:
            another_process()
        client = Client(REMOTE_ADDR="192.0.2.7")
        client.post(LOGIN, {"login": f"p{number}@example.org", "password": "wrong"})
    page = Client(REMOTE_ADDR="192.0.2.7").post(LOGIN, {"login": "a@example.org", "password": "w"})
    assert page.status_code == 429
    assert "Too many tries" in page.text
    assert "Try again in one minute." in page.text
    assert page.headers["Retry-After"] == "60"
    assert "css/mosty.css" in page.text
    assert Client(REMOTE_ADDR="192.0.2.8").get(LOGIN).status_code == 200


def test_guessing_the_second_factor_ends_too(limits: None, cast: Cast) -> None:
    client = Client()
    by_password(client, cast.officer)
    said = []
    for _number in range(6):
        another_process()
        page = client.post(reverse("mfa_authenticate"), {"code": "000000"})
        said.append("Too many wrong tries. Try again in five minutes." in page.text)
    assert said == [False] * 5 + [True]


def test_codes_by_mail_are_sent_three_times_a_minute(
    limits: None, cast: Cast, mailoutbox: list[Any]
) -> None:
    for number in range(5):
        another_process()
        Client(REMOTE_ADDR=f"192.0.2.{number}").post(
            reverse("account_request_login_code"), {"email": cast.chuhuiv.user.email}
        )
    assert len(mailoutbox) == 3


def test_mails_of_the_site_itself_have_their_limit(limits: None, cast: Cast) -> None:
    client = cast.officer.client
    url = reverse("people:lost_factor")
    answers = []
    for _number in range(6):
        another_process()
        answers.append(client.post(url).status_code)
        AccountRequest.objects.all().delete()
    assert answers == [200] * 5 + [429]


def test_page_says_when_to_try_again_in_the_language_of_the_reader(
    limits: None, cast: Cast
) -> None:
    client = cast.kuldiga.client
    client.cookies["django_language"] = "uk"
    url = reverse("people:first_factor")
    start = timezone.now()
    for hours in (0, 3):
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            client.post(url)
    with time_machine.travel(start + timedelta(hours=4), tick=False):
        page = client.post(url)
    assert page.status_code == 429
    # The first of the two tries counts for a day.
    assert "Спробуйте знову за 20 годин." in page.text
    assert page.headers["Retry-After"] == str(20 * 3600)
    with time_machine.travel(start + timedelta(hours=25), tick=False):
        assert client.post(url).status_code == 200


# --- whose address counts -------------------------------------------------------------------------
def forged(number: int, **extra: str) -> int:
    """A try that says it comes from elsewhere each time."""
    client = Client(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}", **extra)
    return client.post(LOGIN, {"login": f"p{number}@example.org", "password": "w"}).status_code


def test_forwarded_address_is_passed_over_unless_a_proxy_is_configured(limits: None) -> None:
    assert settings_with()["proxies"] == 0
    assert [forged(number) for number in range(31)] == [200] * 30 + [429]


def test_forwarded_address_of_a_configured_proxy_counts_for_each_client(limits: None) -> None:
    assert settings_with(MOSTY_PROXIES="1")["proxies"] == 1
    with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1):
        assert [forged(number) for number in range(31)] == [200] * 31


def test_forwarded_address_written_by_the_client_before_the_proxy_is_passed_over(
    limits: None,
) -> None:
    with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1):
        answers = []
        for number in range(31):
            client = Client(HTTP_X_FORWARDED_FOR=f"198.51.100.{number}, 192.0.2.50")
            answers.append(
                client.post(LOGIN, {"login": f"p{number}@example.org", "password": "w"}).status_code
            )
    assert answers == [200] * 30 + [429]
