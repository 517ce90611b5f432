"""Who gets in where: accounts, memberships, invitations, the workspace of an association."""

from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.core.files.base import ContentFile
from django.utils import timezone

from mosty.core.mail import Letter
from mosty.people.accounts import first_factor, recovery
from mosty.people.domain.invitations import digest
from mosty.people.models import FactorLink, Invitation, JoinRequest, Membership
from tests.matrix import EVERYBODY, KNOWN, NOBODY, OFFICERS, Row, World

SECRET = "what-stands-in-the-mail"
OF_CHUHUIV = OFFICERS | {"chuhuiv"}


def build(world: World) -> None:
    """An invitation to Chuhuiv, a request to join it, and a letter that got stuck."""
    chuhuiv = world.bodies.chuhuiv
    world.things["invitation"] = Invitation.objects.create(
        organisation=chuhuiv,
        email="invited@example.org",
        role="municipality",
        proof="secretariat",
        digest=digest(SECRET),
        expires_at=timezone.now() + timedelta(days=1),
    )
    world.things["request"] = JoinRequest.objects.create(
        organisation=chuhuiv,
        email="asks@example.org",
        name="Somebody",
        order=ContentFile(b"%PDF-1.7", name="order.pdf"),
    )
    world.things["letter"] = Letter.objects.create(
        key="stuck", to="x@example.org", language="en", subject="Stuck", message_id="<stuck@x>",
        state=Letter.State.UNCLEAR,
    )  # fmt: skip
    world.things["people.request"] = recovery.ask_to_remove_factor(world.cast.expert.user)
    FactorLink.objects.create(
        user=world.cast.expert.user,
        digest=first_factor.digest(SECRET),
        expires_at=timezone.now() + timedelta(days=1),
    )
    world.things["people.session"] = UserSession.objects.create(
        user=world.cast.officer.user, ip="192.0.2.1", session_key="elsewhere", user_agent="-"
    )


def _membership(world: World) -> dict[str, Any]:
    return {"membership_id": Membership.objects.get(user=world.cast.expert.user).pk}


def _of_korop(world: World) -> dict[str, Any]:
    return {"membership_id": Membership.objects.get(user=world.cast.korop.user).pk}


def _of_chuhuiv(world: World) -> dict[str, Any]:
    return {"membership_id": Membership.objects.get(user=world.cast.chuhuiv.user).pk}


def _code(world: World) -> dict[str, Any]:
    return {"code": world.bodies.chuhuiv.code}


def _association(world: World) -> dict[str, Any]:
    return {"code": world.bodies.latvian_association.code}


def _join_request(world: World) -> dict[str, Any]:
    return {"request_id": world.things["request"].pk}


def _request(world: World) -> dict[str, Any]:
    return {"request_id": world.things["people.request"].pk}


def _refuse(world: World) -> dict[str, Any]:
    return _request(world) | {"decision": "refuse"}


ROWS = {
    "people:people": Row(OFFICERS),
    "people:add": Row(OFFICERS),
    # The membership is the expert's own: everybody may leave.
    "people:end": Row(OFFICERS | {"expert"}, args=_membership, post=True),
    "people:appoint": Row(OFFICERS | {"korop"}, args=_of_korop, post=True),
    # Nobody vouches for themselves.
    "people:vouch": Row(OFFICERS, refused=frozenset({"chuhuiv"}), args=_of_chuhuiv, post=True),
    "people:body": Row(OF_CHUHUIV, args=_code),
    "people:invite": Row(OF_CHUHUIV, args=_code),
    "people:join": Row(EVERYBODY, visitor=200, args=_code),
    "people:invitation": Row(EVERYBODY, visitor=200, args=lambda _world: {"secret": SECRET}),
    "people:withdraw": Row(
        OF_CHUHUIV,
        args=lambda world: {"invitation_id": world.things["invitation"].pk},
        post=True,
    ),
    "people:decide": Row(OF_CHUHUIV, args=_join_request, post=True),
    "people:order_file": Row(OF_CHUHUIV, args=_join_request),
    "people:association": Row(frozenset({"latvia", "ukraine"})),
    "people:association_of": Row(OFFICERS | {"latvia"}, args=_association),
    "people:association_act": Row(OFFICERS | {"latvia"}, args=_association, post=True),
    "people:association_file": Row(
        OFFICERS | {"latvia"}, args=lambda world: _association(world) | {"suffix": "csv"}
    ),
    "people:letters": Row(OFFICERS),
    "people:letter_settle": Row(
        OFFICERS, args=lambda world: {"letter_id": world.things["letter"].pk}, post=True
    ),
    "people:account": Row(KNOWN),
    "people:act_for": Row(
        OFFICERS | {"expert"},
        args=lambda world: {"organisation_id": world.bodies.secretariat.pk},
        post=True,
    ),
    "people:second_factor": Row(KNOWN),
    # Visitors may ask only when they have passed the first step of signing in.
    "people:lost_factor": Row(KNOWN),
    "people:consent": Row(KNOWN),
    "people:own_data": Row(KNOWN),
    "people:withdraw_consent": Row(KNOWN),
    "people:first_factor": Row(KNOWN),
    # It is the expert's own; to others it says that it opens nothing.
    "people:first_factor_link": Row(
        frozenset({"expert"}), otherwise=410, args=lambda _world: {"secret": SECRET}
    ),
    "people:officers_lacking": Row(OFFICERS),
    "people:remind_officers": Row(OFFICERS, post=True),
    "people:end_session": Row(
        frozenset({"officer"}),
        post=True,
        args=lambda world: {"session_id": world.things["people.session"].pk},
    ),
    # Everybody sees their own, officers all; the request here is the expert's.
    "people:account_requests": Row(KNOWN),
    "people:account_request": Row(OFFICERS | {"expert"}, args=_request),
    "people:decide_account_request": Row(
        OFFICERS, refused=frozenset({"expert"}), args=_refuse, post=True
    ),
    "people:withdraw_account_request": Row(
        frozenset({"expert"}), refused=OFFICERS, args=_request, post=True
    ),
    # Both exist in demo mode only (tests/people/test_demo.py).
    "people:demo": Row(NOBODY, visitor=404),
    "people:demo_enter": Row(
        NOBODY, visitor=404, post=True, args=lambda world: {"user_id": world.cast.officer.user.pk}
    ),
}
