"""What people add to earlier pages: on the page of a body, who acts for it, or how to."""

from django.utils import timezone

from mosty.core.access import Actor, permitted
from mosty.core.panels import Panel, register_panel
from mosty.people import queries
from mosty.people.domain.requests import ROLE_OF_KIND
from mosty.people.models import Membership
from mosty.places.models import Organisation


def of_body(body: Organisation, actor: Actor) -> Panel | None:
    """How many act for it, for those who may see who; for everybody else the door to ask."""
    may_see = permitted("people.see_people_of", actor, body)
    if not may_see and (body.kind not in ROLE_OF_KIND or body.standing == "former"):
        return None
    people = 0
    if may_see:
        rows = Membership.objects.filter(organisation=body)
        people = (
            queries.in_force(rows, on=timezone.localdate()).values("user_id").distinct().count()
        )
    return Panel("people/parts/panel.html", {"body": body, "may_see": may_see, "people": people})


def register_all() -> None:
    """Called once, when the site starts."""
    register_panel("places.profile", of_body, order=200)
