"""Who gets in where: accounts and memberships."""

from typing import Any

from allauth.usersessions.models import UserSession

from mosty.people.accounts import recovery
from mosty.people.models import Membership
from tests.matrix import KNOWN, NOBODY, OFFICERS, Row, World


def _membership(world: World) -> dict[str, Any]:
    return {"membership_id": Membership.objects.get(user=world.cast.expert.user).pk}


def build(world: World) -> None:
    world.things["people.request"] = recovery.ask_to_remove_factor(world.cast.expert.user)
    world.things["people.session"] = UserSession.objects.create(
        user=world.cast.officer.user, ip="192.0.2.1", session_key="elsewhere", user_agent="-"
    )


def _request(world: World) -> dict[str, Any]:
    return {"request_id": world.things["people.request"].pk}


def _refuse(world: World) -> dict[str, Any]:
    return _request(world) | {"decision": "refuse"}


ROWS = {
    "people:people": Row(OFFICERS),
    "people:add": Row(OFFICERS),
    # The membership is the expert's own: seen, but not theirs to end.
    "people:end": Row(OFFICERS, refused=frozenset({"expert"}), args=_membership, post=True),
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
    "people:withdraw_consent": Row(KNOWN, post=True),
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
