"""Every read of calls begins here: what an actor may know of.

A call is seen when it, its phase and its programme are open to the actor; a draft only by the
secretariat.
"""

from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from mosty.calls.models import Call, Criterion, Document, Enquiry, Question, Section, Stage, Watch
from mosty.core.access import Actor, Role
from mosty.core.publication import visible
from mosty.places import queries as places
from mosty.places.models import Organisation
from mosty.programmes import queries as programmes


def visible_to(actor: Actor) -> QuerySet[Call]:
    """The calls that the actor may know of, with their phase."""
    rows = visible(Call.objects.all(), actor)
    rows = rows.filter(phase__in=programmes.phases(actor).order_by().values("pk"))
    if not actor.is_officer:
        rows = rows.exclude(state="draft")
    return rows.select_related("phase__strand__programme")


def at_stage(rows: QuerySet[Call], stage: str, at: datetime) -> QuerySet[Call]:
    """Those that stand at that stage at that moment."""
    published = Q(state="published")
    return rows.filter(
        {
            Stage.DRAFT: Q(state="draft"),
            Stage.CANCELLED: Q(state="cancelled"),
            Stage.ANNOUNCED: published & Q(opens_at__gt=at),
            Stage.OPEN: published & Q(opens_at__lte=at, closes_at__gte=at),
            Stage.CLOSED: published & Q(closes_at__lt=at),
        }[Stage(stage)]
    )


def with_all(rows: QuerySet[Call]) -> QuerySet[Call]:
    """Calls with what they ask and how they decide."""
    questions = Question.objects.order_by("order", "pk")
    sections = Section.objects.prefetch_related(Prefetch("questions", questions))
    return rows.prefetch_related(
        Prefetch("sections", sections), "countries", "conditions", "criteria", "quotas",
        "documents", "extensions",
    )  # fmt: skip


def criteria(call: Call) -> list[Criterion]:
    """Those of the version that counts, out of what was fetched with the call."""
    return [one for one in call.criteria.all() if one.version == call.criteria_version]


def documents(actor: Actor) -> QuerySet[Document]:
    """The files of calls that the actor may know of."""
    return Document.objects.filter(call__in=visible_to(actor).order_by().values("pk"))


def enquiries(call: Call, actor: Actor) -> QuerySet[Enquiry]:
    """Answered ones for everybody, one's own ones for whoever asked, all for the secretariat."""
    rows = call.enquiries.all()
    if actor.is_officer:
        return rows.select_related("asked_by", "asked_for")
    is_open = Q(is_public=True, answered_at__isnull=False)
    if actor.user_id is not None:
        is_open |= Q(asked_by_id=actor.user_id)
    return rows.filter(is_open)


def is_watched(call: Call, actor: Actor) -> bool:
    """Whether the person is told of changes."""
    return (
        actor.user_id is not None
        and Watch.objects.filter(call=call, user_id=actor.user_id).exists()
    )


def bodies_to_check(call: Call, actor: Actor) -> QuerySet[Organisation]:
    """For whom the actor may ask at once whether they may apply: their own body, and of an
    association its members."""
    own = Q(pk__in=actor.organisation_ids)
    if actor.has(Role.COORDINATOR):
        own |= Q(affiliations__association__in=actor.organisation_ids, affiliations__until="")
    rows = places.visible_to(actor).filter(own, kind=call.audience)
    return rows.select_related("country", "region").distinct()


def unanswered(actor: Actor) -> QuerySet[Enquiry]:
    """Questions that wait for the secretariat."""
    calls = visible_to(actor).order_by().values("pk")
    return Enquiry.objects.filter(call__in=calls, answered_at=None).select_related("call")
