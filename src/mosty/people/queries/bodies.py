"""Who acts for one body, what waits for it, and who wants to."""

from datetime import date

from django.utils import timezone

from mosty.core.access import Actor
from mosty.people import queries
from mosty.people.models import Invitation, JoinRequest, Membership
from mosty.places.models import Kind, Organisation

PAST_SHOWN = 50
# The role in which somebody speaks for a body of that kind.
VOICE = {Kind.MUNICIPALITY: "municipality", Kind.ASSOCIATION: "coordinator"}


def people_of(
    body: Organisation, actor: Actor, *, on: date
) -> tuple[list[Membership], list[Membership]]:
    """Memberships that hold or will hold, administrators first, and those that are over."""
    rows = queries.memberships_visible_to(actor).filter(organisation=body)
    rows = rows.select_related("vouched_by").order_by("-is_admin", "user__name", "pk")
    over = rows.filter(until__lte=on).order_by("-until", "pk")
    return list(rows.exclude(until__lte=on)), list(over[:PAST_SHOWN])


def open_invitations(body: Organisation, actor: Actor) -> list[Invitation]:
    """Invitations without an answer, expired ones among them: they can be sent anew."""
    rows = queries.invitations_visible_to(actor).filter(organisation=body)
    return list(rows.filter(accepted_at__isnull=True, withdrawn_at__isnull=True))


def open_requests(body: Organisation, actor: Actor) -> list[JoinRequest]:
    """Requests on which the actor may decide."""
    rows = queries.requests_visible_to(actor).filter(organisation=body)
    return list(rows.filter(state=JoinRequest.State.OPEN).order_by("created_at"))


def waiting_requests(actor: Actor) -> list[JoinRequest]:
    """All requests on which the actor may decide, the oldest first."""
    rows = queries.requests_visible_to(actor).filter(state=JoinRequest.State.OPEN)
    return list(rows.order_by("created_at"))


def voice_of(body: Organisation) -> Actor:
    """Whoever speaks for a body, so as to ask what waits for it while nobody is there."""
    role = VOICE.get(Kind(body.kind))
    return Actor(
        name=str(body),
        acting_for_id=body.pk,
        acting_for=str(body),
        roles=frozenset({role} if role else ()),
        organisation_ids=frozenset({body.pk}),
    )


def days_since(request: JoinRequest) -> int:
    """For how many days a request has waited."""
    return (timezone.now() - request.created_at).days
