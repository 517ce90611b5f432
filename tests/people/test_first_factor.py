"""Whoever knows a password alone cannot become an officer by setting up the first factor."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mosty.core.access import Role
from mosty.core.history import HistoryEntry
from mosty.core.mail import Letter
from mosty.people import domain
from mosty.people.accounts.tables import FactorLink
from mosty.people.models import Membership, User
from tests.people import Cast, Person
from tests.people.signing_in import PASSWORD, by_code, by_password, code_now, link_in_the_mail

pytestmark = pytest.mark.web

ADDING = ("mfa_activate_totp", "mfa_add_webauthn")
ASK = "/people/account/first-factor/"


@pytest.fixture(autouse=True)
def fresh_codes() -> None:
    cache.clear()


@pytest.fixture
def officer(cast: Cast) -> Person:
    """An officer who has no factor yet."""
    Authenticator.objects.all().delete()
    return cast.officer


def signed_in(person: Person) -> Client:
    """With the password and nothing else."""
    client = Client()
    by_password(client, person)
    return client


def opens(client: Client) -> list[bool]:
    """Whether the pages on which a factor is added open; allauth asks for the password again."""
    again = reverse("account_reauthenticate")
    led = [client.get(reverse(name)).headers.get("Location", again) for name in ADDING]
    return [to.startswith(again) for to in led]


def test_password_alone_adds_no_first_factor(officer: Person) -> None:
    client = signed_in(officer)
    for name in ADDING:
        assert client.get(reverse(name)).headers["Location"].startswith(ASK)
        answer = client.post(reverse(name), {"code": "000000"})
        assert (answer.status_code, "sent to your address" in answer.text) == (403, True)
    assert not Authenticator.objects.exists()


def test_nobody_adds_one_before_they_are_given_a_role(cast: Cast) -> None:
    client = cast.stranger.client
    assert opens(client) == [False, False]


def test_link_is_confirmed_by_a_post_once_and_opens_the_session_that_did(officer: Person) -> None:
    stranger, owner = signed_in(officer), signed_in(officer)
    path = link_in_the_mail(stranger)
    assert mail.outbox[-1].to == [officer.user.email]

    assert [owner.get(path).status_code, owner.head(path).status_code] == [200, 200]
    assert opens(owner) == [False, False]
    assert owner.post(path).headers["Location"] == reverse("people:second_factor")

    # Whoever asked without reading the mail has gained nothing.
    assert (opens(owner), opens(stranger)) == ([True, True], [False, False])
    assert (stranger.post(path).status_code, opens(stranger)) == (410, [False, False])
    assert HistoryEntry.objects.get().verb == "people.use_factor_link"
    assert Letter.objects.get().body == ""


def test_link_of_somebody_else_opens_nothing(officer: Person, cast: Cast) -> None:
    path = link_in_the_mail(signed_in(officer))
    other = cast.stranger.client
    assert [other.get(path).status_code, other.post(path).status_code] == [410, 410]
    assert opens(other) == [False, False]
    assert Client().get(path).headers["Location"].startswith(reverse("account_login"))


def test_newer_link_replaces_the_one_before(officer: Person) -> None:
    client = signed_in(officer)
    first = link_in_the_mail(client)
    second = link_in_the_mail(client)
    assert client.post(first).status_code == 410
    assert client.post(second).status_code == 302


def test_link_and_open_door_run_out_after_half_an_hour(officer: Person) -> None:
    client = signed_in(officer)
    old = link_in_the_mail(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert client.post(old).status_code == 410
        client.post(link_in_the_mail(client))
        assert opens(client) == [True, True]
    with time_machine.travel(timezone.now() + timedelta(minutes=62)):
        assert opens(client)[0] is False


def test_session_that_began_with_a_code_by_mail_needs_no_link(officer: Person) -> None:
    client = Client()
    by_code(client, officer)
    assert opens(client) == [True, True]


def test_invitation_accepted_in_the_session_opens_it(cast: Cast) -> None:
    user = cast.stranger.user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client = signed_in(cast.stranger)
    domain.invite(
        email=user.email, name="", organisation=cast.officer.organisation,  # type: ignore[arg-type]
        role=Role.OFFICER, by=cast.officer.actor,
    )  # fmt: skip
    path = next(line for line in mail.outbox[-1].body.split() if "/invitations/" in line)
    client.get(path := path[path.index("/people/") :])
    assert opens(client) == [False, False]
    client.post(path)
    assert Membership.objects.filter(user=user, role=Role.OFFICER).exists()
    assert opens(client) == [True, True]


def test_factor_that_was_removed_needs_a_link_again(officer: Person) -> None:
    client = signed_in(officer)
    client.post(link_in_the_mail(client))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    client.post(reverse("mfa_activate_totp"), {"code": code_now(page.context["form"].secret)})
    assert Authenticator.objects.filter(user=officer.user).count() == 2
    call_command("reset_second_factor", officer.user.email, reason="Met her")
    assert opens(signed_in(officer)) == [False, False]


def test_first_officer_of_a_new_site_gets_in_by_a_code_or_a_link_of_the_server(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("create_officer", "first@example.org", name="First")
    user = User.objects.get()
    client = Client()
    by_code(client, Person("first", user, None))
    assert opens(client) == [True, True]

    other = Client()
    other.force_login(user)
    call_command("first_factor_link", user.email, reason="No mail server yet")
    path = capsys.readouterr().out.split("/people/")[-1].strip()
    assert other.post(f"/people/{path}").status_code == 302
    assert opens(other) == [True, True]
    made = HistoryEntry.objects.get(verb="people.make_factor_link")
    assert (made.actor_name, made.reason) == ("Mosty", "No mail server yet")


def test_command_wants_a_reason_and_nobody_with_a_factor(cast: Cast) -> None:
    with pytest.raises(CommandError, match="reason"):
        call_command("first_factor_link", cast.stranger.user.email, reason=" ")
    with pytest.raises(CommandError, match="reset_second_factor"):
        call_command("first_factor_link", cast.officer.user.email, reason="Met her")
    assert not FactorLink.objects.exists()
