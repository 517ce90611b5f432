"""The cast of the demo: roles with places, entered with one click, in demo mode only."""

import json
from datetime import date, datetime
from pathlib import Path

from allauth.usersessions.models import UserSession
from django.contrib.auth import login
from django.http import Http404, HttpRequest

from mosty.core.access import Actor, Role
from mosty.people.middleware import ACTING_FOR
from mosty.people.models import Mandate, Membership, User
from mosty.people.queries import ADMINISTERING, actor_for, demo_people
from mosty.places.models import Organisation

# An expert works for the secretariat until experts have bodies of their own.
SECRETARIAT = "CEMR"
# When the programme began: the calls of the pilot are replayed too.
SINCE = date(2021, 3, 1)


def load(folder: Path, *, by: Actor) -> dict[str, int]:
    """Make the people of `people.json`; a second run makes nobody. Counts what it made.

    Those marked `"enters": false` write for their bodies in what is replayed, and are no door.
    """
    rows = json.loads((folder / "people.json").read_text(encoding="utf-8"))["people"]
    made = 0
    for order, row in enumerate(rows, start=1):
        user, is_new = User.objects.get_or_create(
            email=row["email"],
            defaults={
                "name": row["display_name"]["en"],
                "demo_name_uk": row["display_name"]["uk"],
                "language": row["language"],
                "is_demo": True,
            },
        )
        if is_new:
            user.set_unusable_password()
            user.save(update_fields=["password"])
        made += is_new
        place = order if row.get("enters", True) else 0
        if user.demo_order != place:
            # Others have come between since it was loaded.
            user.demo_order = place
            user.save(update_fields=["demo_order"])
        if row["role"] is None:
            continue
        role = Role(row["role"])
        body = Organisation.objects.get(code=row["organisation"] or SECRETARIAT)
        membership, _is_new = Membership.objects.get_or_create(
            user=user,
            organisation=body,
            role=role,
            defaults={
                "since": SINCE,
                "is_admin": role in ADMINISTERING,
                "mandate": Mandate(row.get("mandate", Mandate.STAFF)),
            },
        )
        if membership.since > SINCE:
            # Loaded before anything of the pilot was replayed.
            membership.since = SINCE
            membership.save(update_fields=["since"])
    return {"people": made}


def person(key: str) -> User:
    """One of the people of the demonstration; `User.DoesNotExist` without it."""
    return User.objects.get(email=f"{key}@example.org", is_demo=True)


def actor(key: str, *, at: datetime) -> Actor:
    """The same as an actor, as it is when the site tells of that moment."""
    user = person(key)
    return actor_for(user, on=at.date(), language=user.language or "en")


def enter(request: HttpRequest, user_id: int) -> User:
    """Sign the visitor in as one of the cast; 404 wherever demo mode is off."""
    user = demo_people().filter(pk=user_id).first()
    if user is None:
        raise Http404
    request.session.pop(ACTING_FOR, None)
    login(request, user)
    # What allauth does for those who sign in with it: the page of sessions lists this one too.
    UserSession.objects.create_from_request(request)
    return user
