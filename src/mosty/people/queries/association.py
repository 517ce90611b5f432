"""What an association sees of its members: who acts for them, what is missing, what waits."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor
from mosty.core.search import search_words
from mosty.people.models import Invitation, JoinRequest, Membership
from mosty.people.queries import ADMINISTERING
from mosty.places import queries as places
from mosty.places.models import Need, Offer, Organisation

# What the list can be narrowed to.
VIEWS: dict[str, Any] = {
    "": _("All members"),
    "nobody": _("Nobody acts for them"),
    "unseen": _("Nobody has signed in yet"),
    "incomplete": _("Page not complete"),
    "unvouched": _("Not vouched for"),
    "requests": _("Requests to join"),
}


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that the page of a member does not say yet."""

    key: str
    label: str | Promise


GAPS = (
    Gap("has_need", _("needs")),
    Gap("has_offer", _("offers")),
    Gap("has_languages", _("languages")),
    Gap("has_about", _("a few words")),
    Gap("has_website", _("website")),
)


def members(
    association: Organisation, actor: Actor, *, on: date, view: str = "", query: str = ""
) -> QuerySet[Any]:
    """The present members with what is known of them, by name.

    Adds `people`, `admins`, `last_seen`, `unvouched`, `requests`, `invited`, and `has_…` for each
    of `GAPS`.
    """
    acting = (
        Membership.objects.filter(
            Q(until__isnull=True) | Q(until__gt=on),
            organisation=OuterRef("pk"),
            role__in=ADMINISTERING,
            since__lte=on,
            user__is_active=True,
        )
        .order_by()
        .values("organisation")
    )

    def number(rows: QuerySet[Any], what: str = "pk") -> Coalesce:
        counted = rows.annotate(n=Count(what, distinct=True)).values("n")
        return Coalesce(Subquery(counted), 0)

    waiting = JoinRequest.objects.filter(organisation=OuterRef("pk"), state=JoinRequest.State.OPEN)
    invited = Invitation.objects.filter(
        organisation=OuterRef("pk"), accepted_at__isnull=True, withdrawn_at__isnull=True
    )
    rows = (
        places.members_of(association, actor)
        .select_related("country", "region")
        .annotate(
            people=number(acting, "user"),
            admins=number(acting.filter(is_admin=True), "user"),
            unvouched=number(acting.filter(vouched_by__isnull=True)),
            last_seen=Subquery(
                acting.annotate(seen=Max("user__last_login")).values("seen"),
            ),
            requests=number(waiting.order_by().values("organisation")),
            invited=number(invited.order_by().values("organisation")),
            # A text that says something has a wording, which has a state.
            about_text=Cast("about", CharField()),
            has_need=Exists(Need.objects.filter(organisation=OuterRef("pk"))),
            has_offer=Exists(Offer.objects.filter(organisation=OuterRef("pk"))),
        )
    )
    for word in search_words(query):
        rows = rows.filter(search_key__contains=f" {word}")
    if view == "nobody":
        rows = rows.filter(people=0)
    elif view == "unseen":
        rows = rows.filter(people__gt=0, last_seen__isnull=True)
    elif view == "incomplete":
        rows = rows.filter(incomplete())
    elif view == "unvouched":
        rows = rows.filter(unvouched__gt=0)
    elif view == "requests":
        rows = rows.filter(requests__gt=0)
    return rows.order_by("sort_en", "pk")


def summary(association: Organisation, actor: Actor, *, on: date) -> dict[str, int]:
    """Numbers over all members: `all`, with `people`, `seen` at least once, `complete`."""
    rows = members(association, actor, on=on).order_by()
    found: dict[str, int] = rows.aggregate(
        all=Count("pk"),
        with_people=Count("pk", filter=Q(people__gt=0)),
        seen=Count("pk", filter=Q(last_seen__isnull=False)),
        complete=Count("pk", filter=~incomplete()),
    )
    return found


def incomplete() -> Q:
    """Members whose page lacks something."""
    return (
        Q(has_need=False)
        | Q(has_offer=False)
        | Q(languages=[])
        | ~Q(about_text__contains='"state"')
        | Q(website="")
    )


def missing(member: Any) -> list[Gap]:
    """What the page of a member lacks; needs what `members` adds."""
    has = {
        "has_need": member.has_need,
        "has_offer": member.has_offer,
        "has_languages": bool(member.languages),
        "has_about": bool(member.about),
        "has_website": bool(member.website),
    }
    return [gap for gap in GAPS if not has[gap.key]]


def unvouched(bodies: list[int], actor: Actor, *, on: date) -> list[Membership]:
    """Memberships in force of some bodies for which nobody has vouched."""
    rows = Membership.objects.filter(
        Q(until__isnull=True) | Q(until__gt=on),
        organisation_id__in=bodies,
        role__in=ADMINISTERING,
        vouched_by__isnull=True,
    )
    return list(rows.select_related("organisation", "user").exclude(user_id=actor.user_id or 0))
