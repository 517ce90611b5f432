"""Who a person is in the programme today."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import DateField, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from mosty.core.access import VISITOR, Actor, Role
from mosty.core.search import search_words
from mosty.people.models import Consent, Invitation, JoinRequest, Membership, User
from mosty.places.models import Affiliation, Organisation

# In these roles a body has somebody who answers for who acts for it.
ADMINISTERING = (Role.MUNICIPALITY, Role.COORDINATOR)
# So long before, the association looks for a successor.
SUCCESSION_AHEAD = timedelta(days=30)


def in_force(rows: QuerySet[Membership], *, on: date) -> QuerySet[Membership]:
    """The memberships that hold on a day; `until` is the first day on which one holds no more."""
    return rows.filter(Q(until__isnull=True) | Q(until__gt=on), since__lte=on)


def has_withdrawn(user: OuterRef | int) -> QuerySet[Consent]:
    """Rows are there when a person (a key, or a reference within a query) has taken the consent
    back and not agreed anew: they cannot act here. Whoever was never asked has taken nothing
    back."""
    own = Consent.objects.filter(user_id=user)
    again = Consent.objects.filter(user_id=OuterRef("user_id"), withdrawn_at__isnull=True)
    return own.filter(~Exists(again), withdrawn_at__isnull=False)


def able_to_act(rows: QuerySet[Membership]) -> QuerySet[Membership]:
    """Those of people who may sign in and have not taken their consent back."""
    return rows.filter(~Exists(has_withdrawn(OuterRef("user_id"))), user__is_active=True)


def wants_no_letters(email: str) -> bool:
    """Whoever has taken the consent back gets the necessary letters only (`core.mail`)."""
    people = User.objects.filter(email__iexact=email)
    return people.filter(Exists(has_withdrawn(OuterRef("pk")))).exists()


def acting_as(user_id: Any, *, on: date) -> QuerySet[Membership]:
    """What a person may act as, in a fixed order."""
    rows = in_force(Membership.objects.filter(user_id=user_id), on=on)
    return rows.select_related("organisation").order_by("organisation__sort_en", "role")


def memberships_of(user: User, *, on: date) -> list[Membership]:
    """The rows of `acting_as`."""
    return list(acting_as(user.pk, on=on))


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
    today = user.today
    known = today is not None and today.day == on
    rows = today.memberships if today and known else memberships_of(user, on=on)
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
    """Officers see all, others those of their body, a coordinator those of members too."""
    rows = Membership.objects.select_related("user", "organisation", "organisation__country")
    if actor.is_officer:
        return rows
    return rows.filter(Q(user_id=actor.user_id or 0) | _of_own(actor))


def invitations_visible_to(actor: Actor) -> QuerySet[Invitation]:
    """Invitations of the same bodies."""
    rows = Invitation.objects.select_related("organisation", "organisation__country")
    return rows if actor.is_officer else rows.filter(_of_own(actor))


def requests_visible_to(actor: Actor) -> QuerySet[JoinRequest]:
    """Requests to join the same bodies; what an applicant wrote is for those who decide."""
    rows = JoinRequest.objects.select_related("organisation", "organisation__country")
    if actor.is_officer:
        return rows
    administers = Membership.objects.filter(user_id=actor.user_id or 0, is_admin=True)
    own = Q(
        organisation_id__in=in_force(administers, on=timezone.localdate()).values("organisation_id")
    )
    if actor.has(Role.COORDINATOR):
        own |= _of_members(actor)
    return rows.filter(own & _of_own(actor))


def _of_own(actor: Actor) -> Q:
    own = Q(organisation_id__in=actor.organisation_ids)
    return own | _of_members(actor) if actor.has(Role.COORDINATOR) else own


def _of_members(actor: Actor) -> Q:
    """Of the present members of the actor's association."""
    members = Affiliation.objects.filter(association_id__in=actor.organisation_ids, until="")
    return Q(organisation_id__in=members.values("member_id"))


def is_member_of_own(actor: Actor, body: Organisation) -> bool:
    """Whether a body is a present member of the association that the actor acts for."""
    return Affiliation.objects.filter(
        member=body, association_id__in=actor.organisation_ids, until=""
    ).exists()


def is_administrator(actor: Actor, body: Organisation) -> bool:
    """Whether the actor administers the body that they act for."""
    if body.pk not in actor.organisation_ids:
        return False
    rows = administrators_of(body, on=timezone.localdate())
    return rows.filter(user_id=actor.user_id or 0, role__in=actor.roles).exists()


def administrators_of(body: Organisation, *, on: date) -> QuerySet[Membership]:
    """Who answers for who acts for a body, on a day."""
    rows = Membership.objects.filter(organisation=body, is_admin=True, role__in=ADMINISTERING)
    return in_force(able_to_act(rows), on=on)


def last_administered_day(body: Organisation, *, on: date) -> date | None:
    """The last day on which somebody administers the body; None while somebody stays for good.

    A body for which nobody has ever acted has nobody to lose: None too.
    """
    rows = Membership.objects.filter(organisation=body, role__in=ADMINISTERING)
    if not rows.exists():
        return None
    admins = able_to_act(rows.filter(is_admin=True))
    if admins.filter(until__isnull=True).exists():
        return None
    until = admins.aggregate(last=Max("until"))["last"]
    return (until or on) - timedelta(days=1)


def losing_their_voice(actor: Actor, *, on: date) -> QuerySet[Any]:
    """Bodies in the actor's care that nobody administers, or soon nobody will; `last_until`."""
    acting = Membership.objects.filter(organisation=OuterRef("pk"), role__in=ADMINISTERING)
    staying = able_to_act(acting.filter(is_admin=True)).filter(
        Q(until__isnull=True) | Q(until__gt=on + SUCCESSION_AHEAD)
    )
    rows = Organisation.objects.filter(
        Exists(acting), ~Exists(staying), standing=Organisation.Standing.CURRENT
    ).annotate(
        last_until=Subquery(
            able_to_act(acting.filter(is_admin=True)).order_by("-until").values("until")[:1],
            output_field=DateField(),
        )
    )
    if not actor.is_officer:
        members = Affiliation.objects.filter(association_id__in=actor.organisation_ids, until="")
        rows = rows.filter(pk__in=members.values("member_id"))
    return rows.order_by("sort_en", "pk")


def memberships_found(actor: Actor, query: str, *, on: date) -> QuerySet[Membership]:
    """Memberships in force that the actor may see, narrowed to a person's name or address."""
    rows = in_force(memberships_visible_to(actor), on=on)
    for word in search_words(query):
        rows = rows.filter(user__search_key__contains=f" {word}")
    return rows.order_by("organisation__sort_en", "user__name", "pk")


def demo_people() -> QuerySet[User]:
    """The accounts that demo mode lets one enter as: those of the demonstration with a place in
    its order; the others only write for their bodies in what it tells."""
    if not settings.DEMO_MODE:
        return User.objects.none()
    rows = User.objects.filter(is_demo=True, is_active=True, demo_order__gt=0)
    return rows.order_by("demo_order")
