"""Who a person is in the programme today."""

from datetime import date

from django.db.models import Q, QuerySet

from mosty.core.access import VISITOR, Actor
from mosty.people.models import Membership, User


def in_force(rows: QuerySet[Membership], *, on: date) -> QuerySet[Membership]:
    """The memberships that hold on a day."""
    return rows.filter(Q(until__isnull=True) | Q(until__gte=on), since__lte=on)


def memberships_of(user: User, *, on: date) -> list[Membership]:
    """What a person may act as, in a fixed order."""
    rows = in_force(Membership.objects.filter(user=user), on=on)
    return list(rows.select_related("organisation").order_by("organisation__sort_en", "role"))


def actor_for(
    user: User | None, *, on: date, language: str, acting_for_id: int | None = None
) -> Actor:
    """The actor for a person acting for one of their bodies.

    `acting_for_id` is the body chosen; one that the person has no membership of is passed over,
    and the first membership decides. Roles held for other bodies do not count meanwhile.
    """
    if user is None or not user.is_authenticated or not user.is_active:
        return VISITOR if language == "en" else Actor(language=language)
    rows = memberships_of(user, on=on)
    chosen = [row for row in rows if row.organisation_id == acting_for_id]
    if not chosen and rows:
        chosen = [row for row in rows if row.organisation_id == rows[0].organisation_id]
    body = chosen[0].organisation if chosen else None
    return Actor(
        user_id=user.pk,
        name=str(user),
        acting_for_id=body.pk if body else None,
        acting_for=str(body) if body else "",
        roles=frozenset(row.role for row in chosen),
        organisation_ids=frozenset({body.pk} if body else ()),
        language=language,
    )
