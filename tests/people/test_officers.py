"""Officers without a second factor are listed, reminded in one action, and a task of others."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from mosty.core.history import HistoryEntry
from mosty.core.panels import tasks_for
from mosty.people.accounts import officers
from mosty.people.models import Membership, User
from tests.people import SINCE, Cast

URL = "/people/officers/"


@pytest.fixture
def lacking(cast: Cast) -> Cast:
    """The second officer has none."""
    Authenticator.objects.filter(user=cast.second_officer.user).delete()
    return cast


def test_list_names_who_lacks_one_and_since_when(lacking: Cast) -> None:
    (row,) = officers.lacking(on=timezone.localdate())
    assert (row.user, row.since, row.reminded_at) == (lacking.second_officer.user, SINCE, None)
    assert row.bodies == ("Council of European Municipalities and Regions",)


def test_recovery_codes_alone_are_no_factor(lacking: Cast) -> None:
    Authenticator.objects.create(
        user=lacking.second_officer.user, type="recovery_codes", data={"seed": "x"}
    )
    assert len(officers.lacking(on=timezone.localdate())) == 1


def test_demo_past_and_closed_accounts_are_not_counted(lacking: Cast) -> None:
    own = {"user": lacking.second_officer.user}
    User.objects.filter(pk=own["user"].pk).update(is_demo=True)
    assert officers.lacking(on=timezone.localdate()) == []
    User.objects.filter(pk=own["user"].pk).update(is_demo=False, is_active=False)
    assert officers.lacking(on=timezone.localdate()) == []
    User.objects.filter(pk=own["user"].pk).update(is_active=True)
    Membership.objects.filter(**own).update(until=timezone.localdate())
    assert officers.lacking(on=timezone.localdate()) == []


@pytest.mark.web
def test_one_action_writes_to_all_at_most_once_a_week(lacking: Cast) -> None:
    client = lacking.officer.client
    assert "Remind one officer" in client.get(URL).text
    for _twice in range(2):
        client.post(reverse("people:remind_officers"))
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (
        [lacking.second_officer.user.email], "Please set up your second factor",
    )  # fmt: skip
    assert "/people/account/second-factor/" in letter.body
    assert HistoryEntry.objects.get().verb == "people.remind_of_factor"
    assert "Remind one officer" not in client.get(URL).text
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert officers.remind(by=lacking.officer.actor) == 1


@pytest.mark.web
def test_nobody_lacking_is_said(cast: Cast) -> None:
    assert "Every officer has a second factor" in cast.officer.client.get(URL).text
    assert URL in cast.officer.client.get("/people/").text


def test_task_stands_on_the_desk_of_officers_alone(lacking: Cast) -> None:
    title = "1 officer has no second factor"
    seen = [
        title in {str(task.title) for task in tasks_for(person.actor)}
        for person in (lacking.officer, lacking.latvia, lacking.chuhuiv)
    ]
    assert seen == [True, False, False]
