"""Invitations and requests to join: one door, one use, for the invited mailbox alone."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as django_mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mosty.core.access import NotAllowed, Role
from mosty.core.history import HistoryEntry
from mosty.core.mail import Letter
from mosty.people import domain
from mosty.people.models import Invitation, JoinRequest, Membership, Proof, User
from mosty.people.views.joining import masked
from mosty.places.models import Affiliation
from tests.people import Bodies, Cast, Person, agree_all

PDF = b"%PDF-1.7\n1 0 obj"


def invite(by: Person, bodies: Bodies, email: str = "new@example.org") -> tuple[Invitation, str]:
    """An invitation to Chuhuiv and the path in its mail."""
    made = domain.invite(
        email=email, name="New", organisation=bodies.chuhuiv, role=Role.MUNICIPALITY, by=by.actor
    )
    found = re.search(r"https?://[^/\s]+(/people/invitations/\S+)", django_mail.outbox[-1].body)
    assert found is not None
    return made, found.group(1)


def signed_in(email: str, *, verified: bool = True) -> Client:
    user, is_new = User.objects.get_or_create(email=email)
    if is_new:
        agree_all([user])
    EmailAddress.objects.get_or_create(
        user=user, email=email, defaults={"verified": verified, "primary": True}
    )
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.mark.web
def test_invitation_accepted_by_its_address_makes_the_membership_once(
    cast: Cast, bodies: Bodies
) -> None:
    made, path = invite(cast.chuhuiv, bodies)
    browser = signed_in("new@example.org")

    first, second = browser.post(path), browser.post(path)

    assert (first.status_code, first["Location"]) == (302, reverse("desk:home"))
    assert second["Location"] == path
    (membership,) = Membership.objects.filter(user__email="new@example.org")
    assert (membership.organisation, membership.proof, membership.vouched_by) == (
        bodies.chuhuiv,
        Proof.COLLEAGUE,
        cast.chuhuiv.user,
    )
    assert browser.get("/desk/").wsgi_request.session["acting_for"] == bodies.chuhuiv.pk
    made.refresh_from_db()
    assert made.state == "accepted"


@pytest.mark.web
def test_links_of_every_mail_got_and_headed_by_a_bot_change_nothing(
    cast: Cast, bodies: Bodies
) -> None:
    invite(cast.chuhuiv, bodies)
    domain.ask_to_join(
        bodies.chuhuiv, email="a@example.org", name="A", by=cast.stranger.actor, message="Me"
    )
    membership = Membership.objects.get(user=cast.chuhuiv.user)
    domain.end_membership(membership, by=cast.chuhuiv.actor, reason="I retire")
    models = (Invitation, Membership, User, JoinRequest, HistoryEntry, Letter)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    links = [
        link
        for one in django_mail.outbox
        for link in re.findall(r"https?://[^/\s]+(/\S*)", one.body)
    ]

    for browser in (Client(), signed_in("new@example.org"), cast.officer.client):
        before[2] = list(User.objects.order_by("pk").values())
        for link in links:
            browser.get(link)
            browser.head(link)

    assert len(links) >= 3
    assert [list(model.objects.order_by("pk").values()) for model in models] == before


@pytest.mark.web
def test_invitation_forwarded_lets_nobody_in(cast: Cast, bodies: Bodies) -> None:
    _made, path = invite(cast.chuhuiv, bodies)
    other, unproven = signed_in("other@example.org"), signed_in("new@example.org", verified=False)

    page = other.get(path)

    assert "n•••@example.org" in page.content.decode()
    assert "new@example.org" not in page.content.decode()
    assert [other.post(path).status_code, unproven.post(path).status_code] == [403, 403]
    assert not Membership.objects.filter(
        user__email__contains="@example.org", since=timezone.localdate()
    ).exists()


@pytest.mark.web
def test_invitation_of_a_visitor_leads_to_a_code_for_the_invited_address(
    cast: Cast, bodies: Bodies
) -> None:
    _made, path = invite(cast.chuhuiv, bodies)

    answer = Client().post(path)

    assert answer["Location"].startswith(reverse("account_request_login_code"))
    assert not User.objects.get(email="new@example.org").has_usable_password()
    assert not Membership.objects.filter(user__email="new@example.org").exists()


def test_invitation_accepted_by_code_walks_from_mail_to_desk(cast: Cast, bodies: Bodies) -> None:
    _made, path = invite(cast.chuhuiv, bodies)
    browser = Client()
    there = browser.post(path)["Location"]
    confirm = browser.post(there, {"email": "new@example.org"})["Location"]
    code = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})$", django_mail.outbox[-1].body, re.M)
    assert code is not None, django_mail.outbox[-1].body

    answer = browser.post(confirm, {"code": code.group(1)})
    assert answer["Location"] == path
    # Somebody new is asked for consent first, and comes back to the invitation.
    asked = browser.get(path)["Location"]
    version = browser.get(asked).context["text"].code
    assert browser.post(asked, {"agree": "yes", "version": version})["Location"] == path
    assert browser.get(path).status_code == 200
    assert browser.post(path)["Location"] == reverse("desk:home")

    assert Membership.objects.get(user__email="new@example.org").organisation == bodies.chuhuiv


def test_invitation_expired_or_withdrawn_opens_nothing(cast: Cast, bodies: Bodies) -> None:
    made, path = invite(cast.chuhuiv, bodies)
    browser = signed_in("new@example.org")
    Invitation.objects.filter(pk=made.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert browser.get(path).status_code == 410
    browser.post(path)
    Invitation.objects.filter(pk=made.pk).update(expires_at=timezone.now() + timedelta(days=1))
    domain.withdraw(made, by=cast.chuhuiv.actor)
    assert browser.get(path).status_code == 410
    browser.post(path)

    assert not Membership.objects.filter(user__email="new@example.org").exists()


def test_invitation_sent_anew_closes_the_door_of_the_first(cast: Cast, bodies: Bodies) -> None:
    first, _path = invite(cast.chuhuiv, bodies)
    second, _path = invite(cast.chuhuiv, bodies)
    first.refresh_from_db()
    assert (first.state, second.state) == ("withdrawn", "open")


def test_letter_of_an_invitation_forgets_its_text_once_sent(cast: Cast, bodies: Bodies) -> None:
    invite(cast.chuhuiv, bodies)
    (letter,) = Letter.objects.all()
    assert (letter.state, letter.body, letter.message_id) == (
        "sent",
        "",
        django_mail.outbox[0].extra_headers["Message-ID"],
    )


@pytest.mark.parametrize(
    ("who", "proof"),
    [("officer", Proof.SECRETARIAT), ("ukraine", Proof.ASSOCIATION), ("chuhuiv", Proof.COLLEAGUE)],
)
def test_proof_of_an_invitation_says_who_vouched(
    cast: Cast, bodies: Bodies, who: str, proof: Proof
) -> None:
    Affiliation.objects.create(member=bodies.chuhuiv, association=bodies.ukrainian_association)
    made, _path = invite(getattr(cast, who), bodies)
    assert made.proof == proof


@pytest.mark.parametrize(
    ("email", "is_official"),
    [
        ("mayor@chuhuiv-rada.gov.ua", True),
        ("a@mail.chuhuiv-rada.gov.ua", True),
        ("a@notchuhuiv-rada.gov.ua", False),
        ("chuhuiv-rada.gov.ua@example.org", False),
    ],
)
def test_proof_by_domain_needs_the_very_domain(
    cast: Cast, bodies: Bodies, email: str, is_official: bool
) -> None:
    bodies.chuhuiv.website = "https://www.chuhuiv-rada.gov.ua/"
    assert domain.invitations.is_official(email, bodies.chuhuiv) is is_official


@pytest.mark.parametrize("who", ["latvia", "kuldiga", "korop", "expert", "funder", "stranger"])
def test_invitation_by_a_stranger_to_the_body_is_refused(
    cast: Cast, bodies: Bodies, who: str
) -> None:
    with pytest.raises(PermissionDenied):
        invite(getattr(cast, who), bodies)


def test_invitation_to_a_role_of_the_secretariat_is_the_secretariats_own(
    cast: Cast, bodies: Bodies
) -> None:
    with pytest.raises(NotAllowed):
        domain.invite(
            email="x@example.org", name="", organisation=bodies.chuhuiv, role=Role.EXPERT,
            by=cast.chuhuiv.actor,
        )  # fmt: skip


@pytest.mark.web
def test_request_to_join_is_told_decided_and_becomes_an_invitation(
    cast: Cast, bodies: Bodies
) -> None:
    answer = Client().post(
        reverse("people:join", args=[bodies.chuhuiv.code]),
        {
            "name": "Олена", "email": "Olena@example.org", "mandate": "acting_mayor",
            "message": "", "language": "uk",
            "order": SimpleUploadedFile("наказ.pdf", PDF, content_type="application/pdf"),
        },
    )  # fmt: skip
    assert answer.status_code == 302
    (asked,) = JoinRequest.objects.all()
    assert django_mail.outbox[-1].to == [cast.chuhuiv.user.email]

    domain.decide(asked, by=cast.chuhuiv.actor, accept=True)

    (made,) = Invitation.objects.all()
    assert (made.email, made.mandate, made.proof) == (
        "olena@example.org",
        "acting_mayor",
        Proof.ORDER,
    )
    assert django_mail.outbox[-1].to == ["olena@example.org"]
    with pytest.raises(ValidationError):
        domain.decide(asked, by=cast.chuhuiv.actor, accept=False, reason="Late")


@pytest.mark.web
@pytest.mark.parametrize(
    ("name", "content"),
    [("order.pdf", b"MZ\x90\x00program"), ("order.pdf", b""), ("order.jpg", b"<html>")],
)
def test_order_that_lies_about_its_type_is_refused_and_nothing_lost(
    cast: Cast, bodies: Bodies, name: str, content: bytes
) -> None:
    page = Client().post(
        reverse("people:join", args=[bodies.chuhuiv.code]),
        {"name": "O", "email": "o@example.org", "mandate": "staff", "language": "en",
         "message": "Kept", "order": SimpleUploadedFile(name, content)},
    )  # fmt: skip
    assert page.context["form"].errors.keys() == {"order"}
    assert "Kept" in page.content.decode()
    assert not JoinRequest.objects.exists()


def test_request_declined_tells_why(cast: Cast, bodies: Bodies) -> None:
    asked = domain.ask_to_join(
        bodies.chuhuiv, email="a@example.org", name="A", by=cast.stranger.actor
    )
    domain.decide(asked, by=cast.chuhuiv.actor, accept=False, reason="We do not know you")
    letter = django_mail.outbox[-1]
    assert letter.to == ["a@example.org"]
    assert "We do not know you" in letter.body


def test_masked_address_shows_its_first_letter_alone() -> None:
    assert masked("olena.koval@rada.gov.ua") == "o•••@rada.gov.ua"
