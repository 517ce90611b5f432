"""The workspace of an association: its members, what is missing, and what it does for them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail as django_mail
from django.urls import reverse
from django.utils import timezone

from mosty.core.access import Role
from mosty.people import domain
from mosty.people.models import Membership, User
from mosty.places.models import Affiliation, Need, Offer, Organisation
from tests.people import Bodies, Cast, make_town

Queries = Callable[[int], Any]


@pytest.fixture
def members(cast: Cast, bodies: Bodies) -> Bodies:
    for town in (bodies.chuhuiv, bodies.korop):
        Affiliation.objects.create(member=town, association=bodies.ukrainian_association)
    return bodies


@pytest.mark.web
def test_workspace_shows_members_alone_and_what_each_lacks(cast: Cast, members: Bodies) -> None:
    Need.objects.create(organisation=members.korop, theme_id="energy")
    Offer.objects.create(organisation=members.korop, theme_id="energy")

    page = cast.ukraine.client.get(reverse("people:association"))

    lines = {
        line["body"].label_en: [gap.key for gap in line["missing"]]
        for line in page.context["members"]
    }
    assert lines == {
        "Chuhuiv": ["has_need", "has_offer", "has_languages", "has_about", "has_website"],
        "Korop": ["has_languages", "has_about", "has_website"],
    }


@pytest.mark.web
@pytest.mark.parametrize(
    ("view", "found"),
    [("nobody", ["Nizhyn"]), ("unseen", ["Chuhuiv"]), ("requests", ["Korop"]),
     ("incomplete", ["Chuhuiv", "Korop", "Nizhyn"]), ("unvouched", ["Chuhuiv", "Korop"])],
)  # fmt: skip
def test_views_of_the_workspace_narrow_page_and_file_alike(
    cast: Cast, members: Bodies, view: str, found: list[str]
) -> None:
    nizhyn = make_town("UA74040250000015921", "Nizhyn", "Ніжин", "Ніжин", in_country="UA",
                       lat=51.05, lon=31.88, population=66983)  # fmt: skip
    Affiliation.objects.create(member=nizhyn, association=members.ukrainian_association)
    User.objects.filter(pk=cast.chuhuiv.user.pk).update(last_login=None)
    User.objects.filter(pk=cast.korop.user.pk).update(last_login=timezone.now())
    domain.ask_to_join(members.korop, email="a@example.org", name="A", by=cast.stranger.actor)
    browser = cast.ukraine.client

    page = browser.get(reverse("people:association"), {"view": view})
    file = browser.get(reverse("people:association_file", args=["AUC", "csv"]), {"view": view})

    assert [line["body"].label_en for line in page.context["members"]] == found
    rows = b"".join(file.streaming_content).decode().splitlines()[1:]  # type: ignore[attr-defined]
    assert [row.split(",")[1] for row in rows] == found


@pytest.mark.web
def test_reminder_goes_once_a_week_and_leaves_out_bodies_without_people(
    cast: Cast, members: Bodies
) -> None:
    address = reverse("people:association_act", args=["AUC"])
    Membership.objects.filter(user=cast.korop.user).delete()
    form = {"do": "remind", "body": [members.chuhuiv.pk, members.korop.pk, members.gulbene.pk]}

    cast.ukraine.client.post(address, form)
    cast.ukraine.client.post(address, form)

    assert [letter.to for letter in django_mail.outbox] == [[cast.chuhuiv.user.email]]


@pytest.mark.web
def test_vouching_in_bulk_is_for_own_members_and_never_for_oneself(
    cast: Cast, members: Bodies
) -> None:
    Membership.objects.create(
        user=cast.ukraine.user, organisation=members.korop, role=Role.MUNICIPALITY,
        since=timezone.localdate(),
    )  # fmt: skip
    cast.ukraine.client.post(
        reverse("people:association_act", args=["AUC"]),
        {"do": "vouch", "body": [members.chuhuiv.pk, members.korop.pk, members.gulbene.pk]},
    )
    vouched = Membership.objects.filter(vouched_by=cast.ukraine.user)
    assert {row.user_id for row in vouched} == {cast.chuhuiv.user.pk, cast.korop.user.pk}
    assert {row.proof for row in vouched} == {"association"}


@pytest.mark.web
def test_letter_sent_twice_by_the_same_form_reaches_each_once(cast: Cast, members: Bodies) -> None:
    address = reverse("people:association_act", args=["AUC"])
    chosen = {"do": "write", "body": [members.chuhuiv.pk, members.korop.pk]}
    form = cast.ukraine.client.post(address, chosen).context["form"]
    sent = {**chosen, "subject": "Forum", "text": "Come, please.", "once": form["once"].value()}

    for _again in range(2):
        assert cast.ukraine.client.post(address, sent).status_code == 302

    letters = [(one.to, one.subject, one.reply_to) for one in django_mail.outbox]
    assert sorted(letters) == [
        ([cast.chuhuiv.user.email], "Forum", [cast.ukraine.user.email]),
        ([cast.korop.user.email], "Forum", [cast.ukraine.user.email]),
    ]


@pytest.mark.web
def test_workspace_of_a_thousand_members_asks_few_questions(
    cast: Cast, bodies: Bodies, django_assert_max_num_queries: Queries
) -> None:
    towns = Organisation.objects.bulk_create(
        Organisation(
            kind="municipality", scheme="katottg", code=f"UA{n:017}", label_en=f"T{n}",
            sort_en=f"t{n}", sort_uk=f"t{n}", country_id="UA",
        )
        for n in range(1000)
    )  # fmt: skip
    Affiliation.objects.bulk_create(
        Affiliation(member=town, association=bodies.ukrainian_association) for town in towns
    )
    people = User.objects.bulk_create(User(email=f"p{n}@example.org") for n in range(1000))
    Membership.objects.bulk_create(
        Membership(user=user, organisation=town, role="municipality", since="2022-01-01")
        for user, town in zip(people, towns, strict=True)
    )
    with django_assert_max_num_queries(25):
        page = cast.ukraine.client.get(reverse("people:association"))
    assert page.context["page_obj"].paginator.count == 1000
