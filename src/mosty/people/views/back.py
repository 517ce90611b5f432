"""Where a form leads back to: the page that it stands on."""

from django.urls import reverse
from django.utils import timezone

from mosty.core.access import permitted
from mosty.core.requests import Request
from mosty.people.models import Membership


def back_or(request: Request, name: str, membership: Membership) -> str:
    """The body's page for a form that stands there, else the page of that name.

    Whoever has just ended their own membership may see neither and comes to their account.
    """
    body = membership.organisation
    # The actor of this request still holds what has just ended.
    has_left = (
        membership.user_id == request.actor.user_id
        and membership.until is not None
        and membership.until <= timezone.localdate()
    )
    if has_left:
        return reverse("people:account")
    if request.POST.get("from") == "body":
        if permitted("people.see_people_of", request.actor, body):
            return reverse("people:body", args=[body.code])
        return reverse("people:account")
    return reverse(name)
