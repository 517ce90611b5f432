"""Who a person is in the programme today."""

from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet

from mosty.core.access import VISITOR, Actor, Role
from mosty.core.search import search_words
from mosty.people.models import Membership, User


def in_force(rows: QuerySet[Membership], *, on: date) -> QuerySet[Membership]:
    """The memberships that hold on a day; `until` is the first day on which one holds no more."""
    return rows.filter(Q(until__isnull=True) | Q(until__gt=on), since__lte=on)


def memberships_of(user: User, *, on: date) -> list[Membership]:
    """What a person may act as, in a fixed order."""
    rows = in_force(Membership.objects.filter(user=user), on=on)
    return list(rows.select_related("organisation").order_by("organisation__sort_en", "role"))


def actor_for(
    user: User | None, *, on: date, language: str, acting_for_id: int | None = None
) -> Actor:
    """The actor for a person acting for one of their bodies.

    `acting_for_id` is the body chosen; one that the person has no membership of is passed over,
    and the first membership decides. Roles held for other bodies do not count meanwhile. An
    account of the demo is nobody where demo mode is off, even with a session left over.
    """
    is_stray = user is not None and getattr(user, "is_demo", False) and not settings.DEMO_MODE
    if user is None or is_stray or not user.is_authenticated or not user.is_active:
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


def people_visible_to(actor: Actor) -> QuerySet[User]:
    """Officers see everybody, others themselves."""
    if actor.is_officer:
        return User.objects.all()
    return User.objects.filter(pk=actor.user_id or 0)


def memberships_visible_to(actor: Actor) -> QuerySet[Membership]:
    """Officers see all, a coordinator those of its association, others their own."""
    rows = Membership.objects.select_related("user", "organisation", "organisation__country")
    if actor.is_officer:
        return rows
    own = Q(user_id=actor.user_id)
    if actor.has(Role.COORDINATOR):
        own |= Q(organisation_id__in=actor.organisation_ids)
    return rows.filter(own)


def memberships_found(actor: Actor, query: str, *, on: date) -> QuerySet[Membership]:
    """Memberships in force that the actor may see, narrowed to a person's name or address."""
    rows = in_force(memberships_visible_to(actor), on=on)
    for word in search_words(query):
        rows = rows.filter(user__search_key__contains=f" {word}")
    return rows.order_by("organisation__sort_en", "user__name", "pk")


def demo_people() -> QuerySet[User]:
    """The accounts that demo mode lets one enter as."""
    rows = User.objects.filter(is_demo=True, is_active=True) if settings.DEMO_MODE else None
    return rows.order_by("demo_order") if rows is not None else User.objects.none()
