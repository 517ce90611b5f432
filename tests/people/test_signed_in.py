"""A session becomes a person with one query, whatever every page asks about them."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mosty.core.access import Role
from mosty.people.accounts.consent import current
from mosty.people.accounts.standing import signed_in, standing_of
from mosty.people.models import Consent, Membership
from mosty.people.queries import actor_for, memberships_of
from tests.people import Bodies, Cast, Person

pytestmark = pytest.mark.django_db


def request_of(person: Person):
    """A request with the session of the person, as the middleware hands it on."""
    request = RequestFactory().get("/")
    request.session = person.client.session
    return request


def asked_of(person: Person) -> int:
    """How many queries it takes to know who asks, what they may do and whether all is in order."""
    request, on = request_of(person), timezone.localdate()
    with CaptureQueriesContext(connection) as asked:
        user = get_user(request)
        actor_for(user, on=on, language="en")
        standing = standing_of(request, user, on=on)
        assert standing.has_agreed
        assert not standing.is_officer or standing.has_proven
    return len(asked.captured_queries)


def test_officer_takes_three_queries_with_the_session_and_others_two(cast: Cast) -> None:
    assert [asked_of(one) for one in (cast.officer, cast.chuhuiv, cast.latvia)] == [3, 2, 2]


def test_person_is_the_same_with_and_without_a_session(cast: Cast, bodies: Bodies) -> None:
    """The memberships that hold, in the same order; ended ones and those to come are none."""
    on = timezone.localdate()
    person = cast.chuhuiv.user
    more = Membership.objects.bulk_create(
        Membership(user=person, organisation=body, role=Role.EXPERT, since=since, until=until)
        for body, since, until in (
            (bodies.secretariat, date(2023, 1, 1), None),
            (bodies.kuldiga, date(2023, 1, 1), on),
            (bodies.korop, on + timedelta(days=1), None),
        )
    )
    read = signed_in(person.pk, on=on)
    assert read is not None
    assert read.today is not None
    assert list(read.today.memberships) == memberships_of(person, on=on)
    assert more[0] in read.today.memberships
    for body in (None, bodies.secretariat.pk, bodies.kuldiga.pk):
        assert actor_for(read, on=on, language="uk", acting_for_id=body) == actor_for(
            person, on=on, language="uk", acting_for_id=body
        )


def test_what_was_read_of_another_day_is_read_again(cast: Cast) -> None:
    """A session that goes over midnight acts as what holds then."""
    on = timezone.localdate()
    Membership.objects.filter(user=cast.chuhuiv.user).update(until=on + timedelta(days=1))
    read = signed_in(cast.chuhuiv.user.pk, on=on)
    assert actor_for(read, on=on, language="en").roles == {Role.MUNICIPALITY}
    assert actor_for(read, on=on + timedelta(days=1), language="en").roles == frozenset()


def test_whoever_acts_for_nobody_is_known_with_their_consent(cast: Cast) -> None:
    on, stranger = timezone.localdate(), cast.stranger.user
    read = signed_in(stranger.pk, on=on)
    assert read == stranger
    assert (read.today.memberships, read.today.has_agreed) == ((), True)
    Consent.objects.filter(user=stranger, version=current().code).update(
        withdrawn_at=timezone.now()
    )
    assert signed_in(stranger.pk, on=on).today.has_agreed is False
    assert signed_in(0, on=on) is None


def test_account_that_was_closed_is_nobody(cast: Cast) -> None:
    request = request_of(cast.chuhuiv)
    cast.chuhuiv.user.is_active = False
    cast.chuhuiv.user.save()
    assert get_user(request).is_authenticated is False
