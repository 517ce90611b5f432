"""Who must not judge whom: derived from the register each time it is asked, and declared.

Nothing that is derived is stored, so that a membership that begins today holds today. The way out
of a conflict takes longer: who acted for a body, or was a member of an association, at any time
since the call opened, has one with it until the call is over.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from mosty.applications.models import Application
from mosty.calls.models import Call
from mosty.partnerships import queries as partnerships
from mosty.people.models import Membership
from mosty.places.models import Affiliation
from mosty.reviews.models import Conflict, Reviewer


class Ground(models.TextChoices):
    """Why somebody must not judge an application."""

    BODY = "body", _("Acts for the body that applies")
    ASSOCIATION = "association", _("The same association")
    PARTNER = "partner", _("A partner of the body that applies")
    DECLARED = "declared", _("Declared a conflict of interest")

    @property
    def kept(self) -> str:
        """As the record keeps it: in one language, whoever is at the keyboard."""
        with translation.override("en"):
            return str(self.label)


def said(reason: str) -> str:
    """A reason that the record keeps, for whoever reads it: what follows from the register in their
    language, what people wrote as they wrote it."""
    return next((str(ground.label) for ground in Ground if ground.kept == reason), reason)


@dataclass(frozen=True, slots=True)
class Applied:
    """The applications of a call by what makes conflicts."""

    # Their ids in order.
    ids: Mapping[int, None]
    # Body → its application; association → those that come through it.
    of_body: Mapping[int, int]
    through: Mapping[int, list[int]]

    @classmethod
    def of(cls, rows: QuerySet[Application]) -> Self:
        """One query."""
        found = list(rows.values_list("pk", "organisation_id", "association_id"))
        through: dict[int, list[int]] = defaultdict(list)
        for pk, _body, association in found:
            if association is not None:
                through[association].append(pk)
        ids = dict.fromkeys(pk for pk, _body, _through in found)
        return cls(ids, {body: pk for pk, body, _through in found}, through)


@dataclass(frozen=True, slots=True)
class Grounds:
    """The bodies with which one reviewer has a conflict, by ground."""

    own: frozenset[int] = frozenset()
    association: frozenset[int] = frozenset()
    partners: frozenset[int] = frozenset()
    declared: frozenset[int] = field(default=frozenset())

    def of(self, application: Application) -> Ground | None:
        """Why not this application; None where nothing stands against it."""
        return self.of_ids(application.organisation_id, application.association_id)

    def of_ids(self, body: int, through: int | None) -> Ground | None:
        """The same by ids: the body, and the association through which it comes."""
        if body in self.own:
            return Ground.BODY
        if body in self.association or (through is not None and through in self.own):
            return Ground.ASSOCIATION
        if body in self.partners:
            return Ground.PARTNER
        return Ground.DECLARED if body in self.declared else None

    def among(self, applied: Applied) -> set[int]:
        """The ids of those applications for which `of_ids` gives a ground: of thousands at once,
        without asking one by one."""
        own = (applied.through.get(one, ()) for one in self.own)
        bodies = self.own | self.association | self.partners | self.declared
        found = {applied.of_body[body] for body in bodies & applied.of_body.keys()}
        return found.union(*own)


def grounds(call: Call, reviewers: Iterable[Reviewer]) -> dict[int, Grounds]:
    """Reviewer → the bodies that are closed to them in this call; five queries for any number."""
    those = list(reviewers)
    own = _own(call, those)
    everybody = {body for bodies in own.values() for body in bodies}
    close = _in_one_association(call, everybody)
    partners: dict[int, set[int]] = defaultdict(set)
    for tie in partnerships.ties_of(everybody) if everybody else ():
        if tie.status in partnerships.LIVING:
            partners[tie.left_id].add(tie.right_id)
            partners[tie.right_id].add(tie.left_id)
    declared: dict[int, set[int]] = defaultdict(set)
    rows = Conflict.objects.filter(reviewer__in=[one.pk for one in those]).order_by()
    for reviewer, body in rows.values_list("reviewer_id", "organisation_id"):
        declared[reviewer].add(body)
    return {
        one.pk: Grounds(
            own=frozenset(own[one.pk]),
            association=_union(close, own[one.pk]),
            partners=_union(partners, own[one.pk]),
            declared=frozenset(declared[one.pk]),
        )
        for one in those
    }


def _union(of: dict[int, set[int]], bodies: Collection[int]) -> frozenset[int]:
    return frozenset(one for body in bodies for one in of.get(body, ()))


def _since(call: Call) -> str:
    """The day from which on what somebody was counts."""
    return f"{call.opens_at:%Y-%m-%d}" if call.opens_at else ""


def _own(call: Call, reviewers: list[Reviewer]) -> dict[int, set[int]]:
    """The body for which each reviews, and those for which they act or acted during the call."""
    of_user: dict[int, set[int]] = defaultdict(set)
    rows = Membership.objects.filter(user__in=[one.user_id for one in reviewers]).order_by()
    if since := _since(call):
        rows = rows.filter(Q(until=None) | Q(until__gte=since))
    for user, body in rows.values_list("user_id", "organisation_id"):
        of_user[user].add(body)
    named = {one.pk: {one.organisation_id} if one.organisation_id else set() for one in reviewers}
    return {one.pk: named[one.pk] | of_user[one.user_id] for one in reviewers}


def _in_one_association(call: Call, bodies: set[int]) -> dict[int, set[int]]:
    """Association → its members that apply; body → the associations of it that apply."""
    found: dict[int, set[int]] = defaultdict(set)
    applying = Application.objects.filter(call=call).order_by().values("organisation")
    rows = Affiliation.objects.filter(
        Q(association__in=bodies, member__in=applying)
        | Q(member__in=bodies, association__in=applying)
    ).order_by()
    since = _since(call)
    for member, association, until in rows.values_list("member_id", "association_id", "until"):
        # Dates of the register may be a year or a month alone: the whole of it counts.
        if not until or until >= since[: len(until)]:
            found[association].add(member)
            found[member].add(association)
    return found
