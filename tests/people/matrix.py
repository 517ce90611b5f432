"""Who gets in where: accounts and memberships."""

from typing import Any

from mosty.people.models import Membership
from tests.matrix import KNOWN, NOBODY, OFFICERS, Row, World


def _membership(world: World) -> dict[str, Any]:
    return {"membership_id": Membership.objects.get(user=world.cast.expert.user).pk}


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
    # Both exist in demo mode only (tests/people/test_demo.py).
    "people:demo": Row(NOBODY, visitor=404),
    "people:demo_enter": Row(
        NOBODY, visitor=404, post=True, args=lambda world: {"user_id": world.cast.officer.user.pk}
    ),
}
