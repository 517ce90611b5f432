"""When the last administrator goes: the association is warned, appoints, and every task moves."""

from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.urls import reverse
from django.utils import timezone

from mosty.core.access import Role
from mosty.core.panels import tasks_for
from mosty.people import domain, queries
from mosty.people.models import Membership, User
from mosty.people.queries import actor_for
from mosty.people.queries.bodies import voice_of
from mosty.places.models import Affiliation
from tests.people import Bodies, Cast


@pytest.fixture
def affiliated(cast: Cast, bodies: Bodies) -> Membership:
    """Chuhuiv is a member of its association; its only administrator."""
    Affiliation.objects.create(member=bodies.chuhuiv, association=bodies.ukrainian_association)
    return Membership.objects.get(user=cast.chuhuiv.user)


def leave(membership: Membership, cast: Cast, *, days: int | None = None) -> None:
    day = None if days is None else timezone.localdate() + timedelta(days=days)
    domain.end_membership(membership, by=cast.chuhuiv.actor, reason="New office", last_day=day)


def test_association_is_warned_before_the_last_administrator_leaves(
    affiliated: Membership, cast: Cast
) -> None:
    leave(affiliated, cast, days=20)

    assert [letter.to for letter in django_mail.outbox] == [[cast.ukraine.user.email]]
    (task,) = [one for one in tasks_for(cast.ukraine.actor) if "Chuhuiv" in str(one.title)]
    assert task.due == timezone.localdate() + timedelta(days=20)
    # Until then the person acts on.
    today = timezone.localdate()
    assert actor_for(cast.chuhuiv.user, on=today, language="en").roles == {"municipality"}


def test_every_open_task_waits_for_the_association_and_moves_to_the_successor(
    affiliated: Membership, cast: Cast, bodies: Bodies
) -> None:
    today = timezone.localdate()
    mine = actor_for(cast.chuhuiv.user, on=today, language="en")
    before = tasks_for(mine)
    assert before
    leave(affiliated, cast)
    gone = actor_for(cast.chuhuiv.user, on=today, language="en")
    assert tasks_for(gone) == []

    page = cast.ukraine.client.get(reverse("people:body", args=[bodies.chuhuiv.code]))
    assert [one["title"] for one in page.context["tasks"]] == [one.title for one in before]

    made = domain.invite(
        email="next@example.org", name="Next", organisation=bodies.chuhuiv,
        role=Role.MUNICIPALITY, by=cast.ukraine.actor, is_admin=True,
    )  # fmt: skip
    user = User.objects.create_user("next@example.org", name="Next")
    actor = actor_for(user, on=today, language="en")
    domain.accept(made, by=actor, email=user.email)

    successor = actor_for(user, on=today, language="en")
    assert tasks_for(successor) == before
    assert queries.last_administered_day(bodies.chuhuiv, on=today) is None
    assert not [one for one in tasks_for(cast.ukraine.actor) if "Chuhuiv" in str(one.title)]


def test_colleague_made_administrator_ends_the_warning(
    affiliated: Membership, cast: Cast, bodies: Bodies
) -> None:
    colleague = Membership.objects.create(
        user=cast.stranger.user, organisation=bodies.chuhuiv, role=Role.MUNICIPALITY,
        since=timezone.localdate() - timedelta(days=1),
    )  # fmt: skip
    leave(affiliated, cast)
    assert queries.losing_their_voice(cast.ukraine.actor, on=timezone.localdate()).count() == 1

    domain.appoint(colleague, by=cast.ukraine.actor)

    assert not queries.losing_their_voice(cast.ukraine.actor, on=timezone.localdate()).exists()


def test_body_without_association_is_the_secretariats_care(cast: Cast) -> None:
    leave(Membership.objects.get(user=cast.chuhuiv.user), cast)
    told = {letter.to[0] for letter in django_mail.outbox}
    assert told == {cast.officer.user.email, cast.second_officer.user.email}


def test_nobody_is_warned_while_another_administrator_stays(
    affiliated: Membership, cast: Cast, bodies: Bodies
) -> None:
    Membership.objects.create(
        user=cast.stranger.user, organisation=bodies.chuhuiv, role=Role.MUNICIPALITY,
        since=timezone.localdate(), is_admin=True,
    )  # fmt: skip
    leave(affiliated, cast)
    assert django_mail.outbox == []


def test_membership_ended_by_others_is_told_to_the_person(
    affiliated: Membership, cast: Cast
) -> None:
    domain.end_membership(affiliated, by=cast.ukraine.actor, reason="Left the council")
    (letter,) = [one for one in django_mail.outbox if one.to == [cast.chuhuiv.user.email]]
    assert "Left the council" in letter.body


def test_last_day_to_come_can_still_be_moved(affiliated: Membership, cast: Cast) -> None:
    leave(affiliated, cast, days=20)
    leave(affiliated, cast, days=40)
    until = Membership.objects.get(pk=affiliated.pk).until
    assert until == timezone.localdate() + timedelta(days=41)


def test_voice_of_a_body_sees_what_its_officer_sees(cast: Cast, bodies: Bodies) -> None:
    actor = actor_for(cast.chuhuiv.user, on=timezone.localdate(), language="en")
    assert tasks_for(voice_of(bodies.chuhuiv)) == tasks_for(actor)
