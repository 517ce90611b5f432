"""Roles come from memberships in force for the body acted for, and from nothing else."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from mosty.core.access import VISITOR, Role
from mosty.core.history import HistoryEntry
from mosty.core.states import ReasonMissing
from mosty.people import domain
from mosty.people.models import Membership, User
from mosty.people.queries import actor_for
from tests.people import Bodies, Cast


def test_actor_outside_the_dates_of_a_membership_has_no_role(cast: Cast) -> None:
    user = cast.officer.user
    Membership.objects.filter(user=user).update(since=date(2023, 1, 1), until=date(2023, 9, 30))

    roles = [
        actor_for(user, on=day, language="en").roles
        for day in (date(2022, 12, 31), date(2023, 1, 1), date(2023, 9, 29), date(2023, 9, 30))
    ]

    assert roles == [frozenset(), frozenset({"officer"}), frozenset({"officer"}), frozenset()]


def test_actor_acting_for_one_body_has_no_role_of_the_other(cast: Cast, bodies: Bodies) -> None:
    user = cast.officer.user
    Membership.objects.create(
        user=user, organisation=bodies.chuhuiv, role=Role.MUNICIPALITY, since=date(2023, 1, 1)
    )

    town = actor_for(user, on=date(2023, 3, 14), language="en", acting_for_id=bodies.chuhuiv.pk)

    assert (town.roles, town.organisation_ids) == (
        frozenset({"municipality"}),
        frozenset({bodies.chuhuiv.pk}),
    )


def test_actor_choosing_a_body_without_membership_stays_with_the_own(
    cast: Cast, bodies: Bodies
) -> None:
    actor = actor_for(
        cast.chuhuiv.user,
        on=date(2023, 3, 14),
        language="en",
        acting_for_id=bodies.kuldiga.pk,
    )
    assert actor.organisation_ids == frozenset({bodies.chuhuiv.pk})


def test_actor_of_an_account_switched_off_is_a_visitor(cast: Cast) -> None:
    cast.officer.user.is_active = False
    assert actor_for(cast.officer.user, on=date(2023, 3, 14), language="en") == VISITOR


def test_membership_added_makes_an_account_and_a_line_of_history(
    cast: Cast, bodies: Bodies
) -> None:
    made = domain.add_membership(
        email="New.Person@Example.org",
        name="Officer, Gulbene",
        organisation=bodies.gulbene,
        role=Role.MUNICIPALITY,
        by=cast.officer.actor,
    )

    assert (made.user.email, made.user.has_usable_password()) == ("new.person@example.org", False)
    entry = HistoryEntry.objects.get()
    assert (entry.verb, entry.object_id, entry.user_id) == (
        "people.add_membership",
        bodies.gulbene.pk,
        cast.officer.user.pk,
    )


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COORDINATOR, Role.FUNDER])
def test_membership_in_a_role_that_does_not_fit_the_body_is_refused(
    role: Role, cast: Cast, bodies: Bodies
) -> None:
    with pytest.raises(ValidationError) as caught:
        domain.add_membership(
            email="new@example.org", name="New", organisation=bodies.gulbene, role=role,
            by=cast.officer.actor,
        )  # fmt: skip
    assert list(caught.value.message_dict) == ["role"]
    assert not User.objects.filter(email="new@example.org").exists()


def test_membership_held_already_is_refused_and_changes_nothing(cast: Cast, bodies: Bodies) -> None:
    before = Membership.objects.count()
    with pytest.raises(ValidationError):
        domain.add_membership(
            email=cast.chuhuiv.user.email, name="", organisation=bodies.chuhuiv,
            role=Role.MUNICIPALITY, by=cast.officer.actor,
        )  # fmt: skip
    assert Membership.objects.count() == before


def test_membership_ended_holds_no_more_at_once_and_keeps_its_row(cast: Cast) -> None:
    membership = Membership.objects.get(user=cast.expert.user)

    domain.end_membership(membership, by=cast.officer.actor, reason="Contract over")

    today = timezone.localdate()
    assert actor_for(cast.expert.user, on=today, language="en").roles == frozenset()
    assert Membership.objects.get(pk=membership.pk).until == today
    entry = HistoryEntry.objects.get()
    assert (entry.verb, entry.reason) == ("people.end_membership", "Contract over")


def test_membership_ended_without_reason_is_refused(cast: Cast) -> None:
    membership = Membership.objects.get(user=cast.expert.user)
    with pytest.raises(ReasonMissing):
        domain.end_membership(membership, by=cast.officer.actor, reason="  ")
    assert Membership.objects.get(pk=membership.pk).until is None


def test_membership_ended_by_the_coordinator_of_another_association_is_refused(
    cast: Cast,
) -> None:
    membership = Membership.objects.get(user=cast.chuhuiv.user)
    with pytest.raises(PermissionDenied):
        domain.end_membership(membership, by=cast.latvia.actor, reason="Not mine")
    assert Membership.objects.get(pk=membership.pk).until is None


@pytest.mark.web
def test_whoever_leaves_a_body_comes_to_their_own_account(cast: Cast) -> None:
    membership = Membership.objects.get(user=cast.kuldiga.user)
    client = cast.kuldiga.client
    left = client.post(
        reverse("people:end", args=[membership.pk]), {"from": "body", "reason": "New work"},
        follow=True,
    )  # fmt: skip
    assert left.redirect_chain == [(reverse("people:account"), 302)]
    assert left.status_code == 200
    assert "The membership ends." in left.content.decode()
    assert client.get(reverse("people:body", args=["LV_0620200"])).status_code == 404


@pytest.mark.web
def test_people_page_finds_by_a_part_of_the_name_in_any_alphabet(cast: Cast) -> None:
    cast.korop.user.name = "Олена Коваль"
    cast.korop.user.save()

    page = cast.officer.client.get(reverse("people:people"), {"q": "koval"})

    assert [row.user_id for row in page.context["page_obj"]] == [cast.korop.user.pk]


@pytest.mark.web
def test_people_page_asks_a_bounded_number_of_queries(
    cast: Cast, bodies: Bodies, django_assert_max_num_queries: object
) -> None:
    since = timezone.localdate() - timedelta(days=1)
    users = User.objects.bulk_create(
        User(email=f"p{number}@example.org", name=f"Person {number}") for number in range(1000)
    )
    Membership.objects.bulk_create(
        Membership(user=user, organisation=bodies.korop, role=Role.MUNICIPALITY, since=since)
        for user in users
    )
    client = cast.officer.client
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        page = client.get(reverse("people:people"))
    assert page.context["page_obj"].paginator.count == 1010


@pytest.mark.web
def test_account_page_saves_name_and_language(cast: Cast) -> None:
    client = cast.kuldiga.client
    response = client.post(reverse("people:account"), {"name": "Anna, Kuldīga", "language": "uk"})
    user = User.objects.get(pk=cast.kuldiga.user.pk)
    assert (user.name, user.language, response.cookies["django_language"].value) == (
        "Anna, Kuldīga",
        "uk",
        "uk",
    )


def test_create_officer_twice_makes_one_membership(db: None, capsys: object) -> None:
    for _time in range(2):
        call_command("create_officer", "first@example.org", "--name", "First", verbosity=0)
    rows = Membership.objects.values_list("user__email", "role", "organisation__code")
    assert list(rows) == [("first@example.org", "officer", "CEMR")]


def test_create_officer_with_a_wrong_address_says_which_field(db: None) -> None:
    with pytest.raises(CommandError, match=r"^email: "):
        call_command("create_officer", "nobody", "--name", "First")
    assert not User.objects.exists()
