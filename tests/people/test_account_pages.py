"""Every page of allauth that can be reached is ours: our layout, our words, in Ukrainian too."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from allauth.account import urls as account_urls
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa import urls as mfa_urls
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.usersessions import urls as session_urls
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from tests.people import Cast, Person
from tests.people.passkey import Passkey
from tests.people.signing_in import PASSWORD, by_password, link_in_the_mail

pytestmark = pytest.mark.web

# Names of places, people, standards and examples: the same in every language.
SAME = re.compile(
    r"Mosty|localhost|English|Українська|JavaScript|PIN|EUPL|Manrope|Source Serif Pro"
    r"|SIL Open Font License"
    r"|Natural Earth|KATOTTG|GISCO|Eurostat|[\w.+-]+@[\w.-]+|CEMR|Council of European "
    r"Municipalities and Regions|Programme officer|Officer, \w+|My key|PNG|[A-Z2-7]{32}"
)


@pytest.fixture(autouse=True)
def fresh_codes() -> None:
    cache.clear()


def addresses(patterns: object) -> Iterator[str]:
    """The names of all addresses below."""
    for each in patterns:  # type: ignore[attr-defined]
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns)
        elif isinstance(each, URLPattern):
            yield str(each.name)


def browser() -> Client:
    """Somebody who has not signed in and reads Ukrainian."""
    client = Client()
    client.cookies["django_language"] = "uk"
    return client


def of(person: Person) -> Client:
    """A person who is signed in and reads Ukrainian."""
    client = person.client
    client.cookies["django_language"] = "uk"
    return client


def again(person: Person) -> Client:
    """A session in which it was shown just now once more that it is the person."""
    client = of(person)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def officer_with_everything(cast: Cast) -> Person:
    RecoveryCodes.activate(cast.officer.user)
    Passkey(cast.officer.user)
    for key in Authenticator.objects.filter(type="webauthn"):
        key.data["name"] = "Мій телефон"
        key.save()
    return cast.officer


def may_add(cast: Cast) -> Client:
    client = again(cast.kuldiga)
    client.post(link_in_the_mail(client))
    return client


def key_of(cast: Cast) -> int:
    return int(Authenticator.objects.get(type="webauthn", user=cast.officer.user).pk)


def half_signed_in(cast: Cast) -> Client:
    by_password(client := browser(), cast.officer)
    return client


def waits_for_a_code(cast: Cast) -> Client:
    client = browser()
    client.post(reverse("account_request_login_code"), {"email": cast.officer.user.email})
    return client


def proves_an_address(cast: Cast) -> Client:
    user = cast.kuldiga.user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client = of(cast.kuldiga)
    data = {"action_add": "", "email": "new@example.org"}
    client.post(reverse("account_email"), data)
    return client


def without_password(cast: Cast) -> Client:
    cast.kuldiga.user.set_unusable_password()
    cast.kuldiga.user.save()
    return of(cast.kuldiga)


def reset_path(cast: Cast) -> str:
    user = cast.kuldiga.user
    names = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return reverse("account_reset_password_from_key", kwargs=names)


def visitor(_cast: Cast) -> Client:
    return browser()


# How each page is reached: with which browser, and where it lies when its name does not say.
Way = tuple[Callable[[Cast], Client], Callable[[Cast], str] | None]
PAGES: dict[str, Way] = {
    "account_login": (visitor, None),
    "account_logout": (lambda cast: of(cast.kuldiga), None),
    "account_inactive": (visitor, None),
    "account_signup": (visitor, None),
    "account_reauthenticate": (lambda cast: of(cast.kuldiga), None),
    "account_email": (lambda cast: of(cast.kuldiga), None),
    "account_email_verification_sent": (proves_an_address, None),
    "account_change_password": (lambda cast: of(cast.kuldiga), None),
    "account_set_password": (without_password, None),
    "account_reset_password": (visitor, None),
    "account_reset_password_done": (visitor, None),
    "account_reset_password_from_key": (visitor, reset_path),
    "account_reset_password_from_key_done": (visitor, None),
    "account_confirm_login_code": (waits_for_a_code, None),
    "account_request_login_code": (visitor, None),
    "mfa_index": (lambda cast: of(officer_with_everything(cast)), None),
    "mfa_authenticate": (half_signed_in, None),
    "mfa_reauthenticate": (lambda cast: of(cast.officer), None),
    "mfa_activate_totp": (may_add, None),
    "mfa_deactivate_totp": (lambda cast: again(officer_with_everything(cast)), None),
    "mfa_view_recovery_codes": (lambda cast: again(officer_with_everything(cast)), None),
    "mfa_generate_recovery_codes": (lambda cast: again(officer_with_everything(cast)), None),
    "mfa_list_webauthn": (lambda cast: of(officer_with_everything(cast)), None),
    "mfa_add_webauthn": (may_add, None),
    "mfa_reauthenticate_webauthn": (lambda cast: of(officer_with_everything(cast)), None),
    "mfa_remove_webauthn": (
        lambda cast: again(officer_with_everything(cast)),
        lambda cast: reverse("mfa_remove_webauthn", args=[key_of(cast)]),
    ),
    "mfa_edit_webauthn": (
        lambda cast: again(officer_with_everything(cast)),
        lambda cast: reverse("mfa_edit_webauthn", args=[key_of(cast)]),
    ),
    "usersessions_list": (lambda cast: of(cast.kuldiga), None),
}
# A file and an answer to a script.
NO_PAGES = {"mfa_download_recovery_codes", "mfa_login_webauthn"}


def test_every_address_of_allauth_is_walked() -> None:
    modules = (account_urls, mfa_urls, session_urls)
    known = {name for module in modules for name in addresses(module.urlpatterns)}
    assert known == set(PAGES) | NO_PAGES


def open_page(name: str, cast: Cast) -> Any:
    enter, where = PAGES[name]
    client = enter(cast)
    return client.get(where(cast) if where else reverse(name), follow=where is not None)


def said(page: str) -> str:
    """What stands on the page for people: text, and the attributes that are read out."""
    shown = re.sub(r"(?s)<(script|style|svg|noscript)\b.*?</\1>|<!--.*?-->", " ", page)
    # The letters that stand for somebody's picture.
    shown = re.sub(r"(?s)<summary\b.*?</span>", " ", shown)
    shown = re.sub(r'(?s)<(\w+)[^>]*\blang="en"[^>]*>.*?</\1>', " ", shown)
    aloud = re.findall(r'(?:placeholder|aria-label|title|alt)="([^"]*)"', shown)
    return unescape(" ".join([re.sub(r"(?s)<[^>]*>", " ", shown), *aloud]))


@pytest.mark.parametrize("name", sorted(PAGES))
def test_page_is_in_our_layout_and_wholly_in_ukrainian(name: str, cast: Cast) -> None:
    page = open_page(name, cast)
    assert page.status_code == 200, page.headers
    used = {template.name for template in page.templates}
    assert "base.html" in used
    # Buttons, headings and panels of allauth's own kind stand on no page of ours.
    assert not {each for each in used if each and each.startswith("allauth/elements/")}
    assert re.findall(r"<h1\b", page.text) == ["<h1"]
    assert '<html lang="uk"' in page.text
    left = re.findall(r"[A-Za-z][A-Za-z' -]{2,}", SAME.sub(" ", said(page.text)))
    assert [words for words in left if words.strip()] == []


def test_mails_of_allauth_are_wholly_in_ukrainian(
    cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    client = browser()
    for email in (cast.kuldiga.user.email, "nobody@example.org"):
        client.post(reverse("account_reset_password"), {"email": email})
        client.post(reverse("account_request_login_code"), {"email": email})
    officer = again(cast.officer)
    officer.post(reverse("mfa_generate_recovery_codes"))
    officer.post(reverse("mfa_deactivate_totp"))
    # A link, a code, twice that there is no such account, what happened to the factor.
    assert len(mailoutbox) >= 4
    for letter in mailoutbox:
        text = re.sub(r"https?://\S+|\b[A-Z0-9]{3,4}-?[A-Z0-9]{3,4}\b", " ", letter.body)
        words = SAME.sub(" ", f"{letter.subject} {text}")
        assert re.findall(r"[A-Za-z]{3,}", words) == [], letter.body
