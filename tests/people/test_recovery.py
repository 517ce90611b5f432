"""A way back to an account, with four eyes: nothing changes before a second officer confirms."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from mosty.core.access import NotAllowed
from mosty.core.history import HistoryEntry
from mosty.core.panels import tasks_for
from mosty.core.states import ReasonMissing, WrongState
from mosty.people.accounts import recovery
from mosty.people.accounts.tables import AccountRequest
from mosty.people.models import User
from tests.people import Cast
from tests.people.passkey import Passkey
from tests.people.signing_in import by_password

LOST = "/people/account/lost-factor/"
Commits = DjangoCaptureOnCommitCallbacks


def factors(cast: Cast) -> int:
    return Authenticator.objects.filter(user=cast.officer.user).count()


def verbs() -> list[str]:
    return list(HistoryEntry.objects.order_by("id").values_list("verb", flat=True))


@pytest.mark.web
def test_stranger_cannot_ask_and_learns_nothing(cast: Cast, client: Client) -> None:
    assert client.get(LOST).headers["Location"] == reverse("account_login")
    assert client.post(LOST).headers["Location"] == reverse("account_login")
    assert not AccountRequest.objects.exists()


@pytest.mark.web
def test_person_stopped_at_the_second_step_asks_and_nothing_changes_yet(
    cast: Cast, client: Client, django_capture_on_commit_callbacks: Commits
) -> None:
    elsewhere = cast.officer.client
    by_password(client, cast.officer)
    assert LOST in client.get(reverse("mfa_authenticate")).text

    # Looking at the page asks nobody.
    assert client.get(LOST).status_code == 200
    assert not AccountRequest.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(LOST)
        client.post(LOST)

    made = AccountRequest.objects.get()
    assert (made.user_id, made.kind, made.state) == (cast.officer.user.pk, "factor", "asked")
    assert "A second officer has been asked" in page.text
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        (["officer@example.org"], "Somebody asks to remove your second factor")
    ]
    assert factors(cast) == 1
    assert elsewhere.get("/desk/").status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.web
def test_second_officer_confirms_and_everything_is_removed_ended_told_and_recorded(
    cast: Cast, django_capture_on_commit_callbacks: Commits
) -> None:
    elsewhere = cast.officer.client
    Passkey(cast.officer.user)
    made = recovery.ask_to_remove_factor(cast.officer.user)
    url = reverse(
        "people:decide_account_request", kwargs={"request_id": made.pk, "decision": "confirm"}
    )
    second = cast.second_officer.client
    assert second.get(url).status_code == 405
    assert factors(cast) == 2

    with django_capture_on_commit_callbacks(execute=True):
        second.post(url, {"reason": "Called her number in the directory"})

    made.refresh_from_db()
    assert (made.state, factors(cast)) == ("confirmed", 0)
    assert elsewhere.get("/desk/").headers["Location"].startswith(reverse("account_login"))
    assert second.get("/desk/").status_code == 200
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        (["officer@example.org"], "Your second factor was removed")
    ]
    entry = HistoryEntry.objects.get(verb="people.confirm_account_request")
    assert (entry.user_id, entry.reason) == (
        cast.second_officer.user.pk,
        "Called her number in the directory",
    )


@pytest.mark.web
def test_nobody_confirms_their_own_request(cast: Cast) -> None:
    made = recovery.ask_to_remove_factor(cast.officer.user)
    with pytest.raises(NotAllowed):
        recovery.confirm_request(made, by=cast.officer.actor, reason="It is me")
    url = reverse(
        "people:decide_account_request", kwargs={"request_id": made.pk, "decision": "confirm"}
    )
    assert cast.officer.client.post(url, {"reason": "It is me"}).status_code == 403
    assert (AccountRequest.objects.get().state, factors(cast)) == ("asked", 1)


def test_others_than_officers_confirm_nothing(cast: Cast) -> None:
    made = recovery.ask_to_remove_factor(cast.officer.user)
    for person in (cast.latvia, cast.chuhuiv, cast.expert, cast.funder, cast.stranger):
        with pytest.raises(NotAllowed):
            recovery.confirm_request(made, by=person.actor, reason="Why not")
    assert factors(cast) == 1


def test_request_confirmed_without_a_reason_changes_nothing(cast: Cast) -> None:
    made = recovery.ask_to_remove_factor(cast.officer.user)
    with pytest.raises(ReasonMissing):
        recovery.confirm_request(made, by=cast.second_officer.actor, reason=" ")
    assert (AccountRequest.objects.get().state, factors(cast)) == ("asked", 1)


def test_request_runs_out_after_seven_days_and_can_be_made_anew(cast: Cast) -> None:
    made = recovery.ask_to_remove_factor(cast.officer.user)
    assert made.expires_at - made.asked_at == pytest.approx(timedelta(days=7), abs=timedelta(1e-5))
    AccountRequest.objects.update(expires_at=timezone.now())
    made.refresh_from_db()

    with pytest.raises(WrongState):
        recovery.confirm_request(made, by=cast.second_officer.actor, reason="Called her")
    assert (str(made.said_state), factors(cast)) == ("ran out unanswered", 1)
    assert not [task for task in tasks_for(cast.second_officer.actor) if "/requests/" in task.url]

    anew = recovery.ask_to_remove_factor(cast.officer.user)
    made.refresh_from_db()
    assert (made.state, anew.state, anew.pk != made.pk) == ("lapsed", "asked", True)


def test_request_refused_or_withdrawn_cannot_be_confirmed_any_more(cast: Cast) -> None:
    refused = recovery.ask_to_remove_factor(cast.officer.user)
    recovery.refuse_request(refused, by=cast.second_officer.actor, reason="She knows of nothing")
    withdrawn = recovery.ask_to_remove_factor(cast.officer.user)
    with pytest.raises(NotAllowed):
        recovery.withdraw_request(withdrawn, by=cast.second_officer.actor)
    recovery.withdraw_request(withdrawn, by=cast.officer.actor)
    for request in (refused, withdrawn):
        with pytest.raises(WrongState):
            recovery.confirm_request(request, by=cast.second_officer.actor, reason="Called her")
    assert factors(cast) == 1


def test_request_waits_on_the_desk_of_other_officers_only(cast: Cast) -> None:
    recovery.ask_to_remove_factor(cast.officer.user)
    titles = {
        person.key: [
            str(task.title) for task in tasks_for(person.actor) if "/requests/" in task.url
        ]
        for person in (cast.officer, cast.second_officer, cast.latvia)
    }
    assert titles == {
        "officer": [],
        "second-officer": ["Make sure that it is Programme officer, then confirm or refuse"],
        "latvia": [],
    }


# --- addresses ------------------------------------------------------------------------------------
def change_address(client: Client, new: str) -> None:
    """Ask for a new address on allauth's page and prove it with the code."""
    client.post(reverse("account_email"), {"action_add": "", "email": new})
    letter = next(one for one in reversed(mail.outbox) if one.to == [new])
    code = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", letter.body, re.M)
    assert code, letter.body
    client.post(reverse("account_email_verification_sent"), {"code": code[1]})


@pytest.mark.web
def test_new_address_of_an_officer_waits_for_a_second_officer(
    cast: Cast, django_capture_on_commit_callbacks: Commits
) -> None:
    client = cast.officer.client
    change_address(client, "new@example.org")

    officer = User.objects.get(pk=cast.officer.user.pk)
    made = AccountRequest.objects.get()
    assert (officer.email, made.kind, made.new_email) == (
        "officer@example.org", "email", "new@example.org",
    )  # fmt: skip
    assert list(EmailAddress.objects.filter(user=officer).values_list("email", flat=True)) == [
        "officer@example.org"
    ]
    with pytest.raises(NotAllowed):
        recovery.confirm_request(made, by=cast.officer.actor, reason="It is me")

    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        recovery.confirm_request(made, by=cast.second_officer.actor, reason="Met her")

    officer.refresh_from_db()
    assert officer.email == "new@example.org"
    addresses = EmailAddress.objects.filter(user=officer)
    assert list(addresses.values_list("email", "verified", "primary")) == [
        ("new@example.org", True, True)
    ]
    assert factors(cast) == 1
    assert client.get("/desk/").status_code == 302
    assert [letter.to for letter in mail.outbox] == [["officer@example.org"], ["new@example.org"]]


def test_new_address_taken_meanwhile_is_refused_and_the_request_stays(cast: Cast) -> None:
    made = recovery.ask_to_change_email(cast.officer.user, cast.chuhuiv.user.email)
    with pytest.raises(Exception, match="Another account has this address"):
        recovery.confirm_request(made, by=cast.second_officer.actor, reason="Met her")
    assert AccountRequest.objects.get().state == "asked"
    assert User.objects.get(pk=cast.officer.user.pk).email == "officer@example.org"


@pytest.mark.web
def test_new_address_of_others_counts_once_the_code_came_back(cast: Cast) -> None:
    EmailAddress.objects.create(
        user=cast.chuhuiv.user, email=cast.chuhuiv.user.email, verified=True, primary=True
    )
    change_address(cast.chuhuiv.client, "town@example.org")
    assert User.objects.get(pk=cast.chuhuiv.user.pk).email == "town@example.org"
    assert list(
        EmailAddress.objects.filter(user=cast.chuhuiv.user).values_list("email", flat=True)
    ) == ["town@example.org"]
    assert not AccountRequest.objects.exists()


# --- the command line -----------------------------------------------------------------------------
def test_reset_on_the_server_removes_ends_tells_and_records(
    cast: Cast, django_capture_on_commit_callbacks: Commits
) -> None:
    client = cast.officer.client
    recovery.ask_to_remove_factor(cast.officer.user)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("reset_second_factor", "Officer@example.org", "--reason", "Met her")
    assert (factors(cast), client.get("/desk/").status_code) == (0, 302)
    entry = HistoryEntry.objects.get(verb="people.reset_second_factor")
    assert (entry.actor_name, entry.reason, entry.object_id) == (
        "Mosty", "Met her", cast.officer.user.pk,
    )  # fmt: skip
    assert mail.outbox[-1].subject == "Your second factor was removed"
    assert AccountRequest.objects.get().state == "lapsed"


def test_reset_on_the_server_needs_a_reason_and_a_known_address(cast: Cast) -> None:
    with pytest.raises(CommandError, match=r"^reason: "):
        call_command("reset_second_factor", "officer@example.org", "--reason", " ")
    with pytest.raises(CommandError, match=r"^email: "):
        call_command("reset_second_factor", "nobody@example.org", "--reason", "Met her")
    assert factors(cast) == 1


def test_address_confirmed_on_the_server_where_there_is_no_second_officer(cast: Cast) -> None:
    recovery.ask_to_change_email(cast.officer.user, "new@example.org")
    call_command("confirm_email_change", "officer@example.org", "--reason", "Met her")
    assert User.objects.get(pk=cast.officer.user.pk).email == "new@example.org"
    assert verbs()[-1] == "people.confirm_account_request"
    with pytest.raises(CommandError, match="no change waits"):
        call_command("confirm_email_change", "officer@example.org", "--reason", "Again")


@pytest.mark.web
@pytest.mark.parametrize(
    ("language", "subject"),
    [("en", "Your second factor was removed"), ("uk", "Ваш другий фактор вилучено")],
)
def test_mails_come_in_the_language_of_the_person(
    language: str, subject: str, cast: Cast, django_capture_on_commit_callbacks: Commits
) -> None:
    user = cast.officer.user
    user.language = language
    user.save()
    with django_capture_on_commit_callbacks(execute=True):
        recovery.reset_second_factor(user, reason="Met her")
    assert mail.outbox[-1].subject == subject
