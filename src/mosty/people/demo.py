"""The cast of the demo: roles with places, entered with one click, in demo mode only."""

import json
from datetime import date
from pathlib import Path

from allauth.usersessions.models import UserSession
from django.contrib.auth import login
from django.http import Http404, HttpRequest

from mosty.core.access import Actor, Role
from mosty.people.middleware import ACTING_FOR
from mosty.people.models import Membership, User
from mosty.people.queries import ADMINISTERING, demo_people
from mosty.places.models import Organisation

# An expert works for the secretariat until experts have bodies of their own.
SECRETARIAT = "CEMR"
SINCE = date(2022, 11, 1)
BACKEND = "django.contrib.auth.backends.ModelBackend"


def load(folder: Path, *, by: Actor) -> dict[str, int]:
    """Make the people of `people.json`; a second run makes nobody. Counts what it made."""
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
                "demo_order": order,
            },
        )
        if is_new:
            user.set_unusable_password()
            user.save(update_fields=["password"])
        made += is_new
        if row["role"] is None:
            continue
        role = Role(row["role"])
        body = Organisation.objects.get(code=row["organisation"] or SECRETARIAT)
        Membership.objects.get_or_create(
            user=user,
            organisation=body,
            role=role,
            defaults={"since": SINCE, "is_admin": role in ADMINISTERING},
        )
    return {"people": made}


def enter(request: HttpRequest, user_id: int) -> User:
    """Sign the visitor in as one of the cast; 404 wherever demo mode is off."""
    user = demo_people().filter(pk=user_id).first()
    if user is None:
        raise Http404
    request.session.pop(ACTING_FOR, None)
    login(request, user, backend=BACKEND)
    # What allauth does for those who sign in with it: the page of sessions lists this one too.
    UserSession.objects.create_from_request(request)
    return user
