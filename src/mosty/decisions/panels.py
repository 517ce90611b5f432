"""What decisions add to other pages: the accepted on the page of a call, one's own decision, and
what waits on the desk."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mosty.applications.models import Application
from mosty.calls.models import Call
from mosty.core.access import Actor, permitted
from mosty.core.panels import Panel, Task, register_panel, register_tasks
from mosty.decisions import letters, queries
from mosty.decisions.domain.drafting import not_yet, takes_still
from mosty.decisions.domain.revising import better
from mosty.decisions.models import Appeal, Promotion, Revision, Selection
from mosty.places import queries as places


def accepted_of_call(call: Call, actor: Actor) -> Panel | None:
    """After the release: who is accepted, as far as the reader may know of them, and the way to
    one's own decision. For officers the way to the decisions."""
    may_decide = actor.is_officer and call.state == "published" and not queries.recused(call, actor)
    is_out = queries.released(call) is not None
    if not is_out and not may_decide:
        return None
    is_early = may_decide and takes_still(call)
    own = []
    bodies = []
    if is_out:
        ids = queries.accepted(call).order_by().values("organisation")
        bodies = list(places.visible_to(actor).filter(pk__in=ids).select_related("country"))
        if not actor.is_officer and actor.organisation_ids:
            own = list(queries.visible_to(actor).filter(selection__call=call))
    return Panel(
        "decisions/parts/of_call.html",
        {
            "bodies": bodies,
            "own": own,
            "is_out": is_out,
            "call": call,
            "early": not_yet(call) if is_early else "",
            "url": reverse("decisions:list", args=[call.slug])
            if may_decide and not is_early
            else "",
            "pictures_url": reverse("decisions:pictures", args=[call.slug]) if is_out else "",
        },
    )


def decision_of_application(application: Application, actor: Actor) -> Panel | None:
    """On the page of an application: what was decided."""
    rows = queries.visible_to(actor).filter(application=application)
    found = rows.first()
    if found is None:
        return None
    return Panel("decisions/parts/of_application.html", {"decision": found})


def to_approve(actor: Actor) -> Iterable[Task]:
    """Lists that wait for a second officer."""
    if not actor.is_officer:
        return
    rows = Selection.objects.filter(
        state="proposed", call__in=queries.calls_to_decide(actor).order_by().values("pk")
    )
    for one in rows.select_related("call"):
        if permitted("decisions.approve", actor, one):
            yield Task(
                title=_("Decisions wait for a second officer"),
                url=reverse("decisions:signing", args=[one.call.slug]),
                about=str(one.call),
            )


def to_answer(actor: Actor) -> Iterable[Task]:
    """Appeals without an answer, for the secretariat; places offered, for the body."""
    if actor.is_officer:
        yield from _of_appeals(actor)
        return
    offers = Promotion.objects.filter(
        state=Promotion.State.ASKED, answer_by__gte=timezone.now(),
        decision__in=queries.visible_to(actor).order_by().values("pk"),
    )  # fmt: skip
    for one in offers.select_related("decision__selection__call", "decision__application"):
        if permitted("decisions.answer_offer", actor, one.decision):
            yield Task(
                title=_("A place is offered to you"),
                url=_page(one.decision.selection.call, one.decision.application_id),
                about=str(one.decision.selection.call),
                due=one.answer_by.date(),
            )


def _of_appeals(actor: Actor) -> Iterable[Task]:
    """To answer, to decide anew, to approve: one line of each for a call."""
    waiting: dict[tuple[Call, str], None] = {}
    rows = Appeal.objects.exclude(result=Appeal.Result.REJECTED).exclude(
        revisions__state=Revision.State.APPROVED
    )
    for one in rows.select_related("decision__selection__call").prefetch_related("revisions"):
        proposed = next(
            (each for each in one.revisions.all() if each.state == Revision.State.PROPOSED), None
        )
        title = ""
        if not one.result:
            title = _("Appeals wait for an answer")
        elif proposed is None and better(one.decision):
            title = _("An appeal is upheld: decide anew")
        elif proposed is not None and proposed.proposed_by_id != actor.user_id:
            title = _("A new decision waits for a second officer")
        if title:
            waiting[one.decision.selection.call, title] = None
    for call, title in waiting:
        if not queries.recused(call, actor):
            url = reverse("decisions:after", args=[call.slug])
            yield Task(title=title, url=url, about=str(call))


def new_decisions(actor: Actor) -> Iterable[Task]:
    """One's own decision, while an appeal is possible."""
    if actor.is_officer or not actor.organisation_ids:
        return
    rows = queries.visible_to(actor).filter(application__organisation__in=actor.organisation_ids)
    for one in rows:
        if letters.takes_appeals(one.selection):
            yield Task(
                title=_("Your application was decided on"),
                url=_page(one.selection.call, one.application_id),
                about=str(one.selection.call),
                due=letters.appeals_until(one.selection).date(),
            )


def _page(call: Call, application_id: int) -> str:
    return reverse("decisions:show", args=[call.slug, application_id])


def register_all() -> None:
    """Called once, when the site starts."""
    register_panel("calls.call", accepted_of_call, order=30)
    register_panel("applications.application", decision_of_application, order=10)
    for provider in (to_approve, to_answer, new_decisions):
        register_tasks(provider)
