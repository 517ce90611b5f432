"""What nominations add elsewhere: to the pages of a call and an application, to the desk, and to
what keeps an application from being sent in."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mosty.applications.hindrances import Hindrance, register_hindrance
from mosty.applications.models import Application
from mosty.applications.nominations import standings
from mosty.calls import queries as calls
from mosty.calls.models import Call, Stage, Way
from mosty.core.access import Actor, Role, permitted
from mosty.core.panels import Panel, Task, register_panel, register_tasks


def of_application(application: Application, actor: Actor) -> Panel | None:
    """Through whom it comes and what they say; comments for the association and the secretariat."""
    if not standings.has_way(application.call):
        return None
    is_own = permitted("applications.write", actor, application)
    # What is being written is its own people's: others read through whom it was sent.
    if not is_own and application.version is None:
        return None
    association = application.association if is_own else standings.sent_through(application)
    stand = standings.stand_of(application, association)
    is_association = permitted("applications.nominate", actor, application)
    return Panel(
        "applications/parts/nomination.html",
        {
            "stand": stand,
            "association": association,
            "comments": stand.comments if is_association or actor.is_officer else (),
            "change_url": reverse("nominations:association", args=[application.pk])
            if is_own and application.state == "draft"
            else "",
            "say_url": reverse("nominations:of_call", args=[application.call.slug])
            if is_association
            else "",
        },
    )


def of_call(call: Call, actor: Actor) -> Panel | None:
    """For a coordinator: the way to the nominations of the call."""
    if not actor.has(Role.COORDINATOR) or not standings.has_way(call) or call.state == "draft":
        return None
    url = reverse("nominations:of_call", args=[call.slug])
    return Panel("applications/parts/nominations_of_call.html", {"url": url})


def waiting(actor: Actor) -> Iterable[Task]:
    """Applications on which the association has not said its word, while it may still say it."""
    if not actor.has(Role.COORDINATOR):
        return
    rows = standings.through(actor.organisation_ids).exclude(state="withdrawn")
    rows = rows.filter(call__in=calls.visible_to(actor), call__state="published")
    found: dict[int, list[standings.Stand]] = {}
    for stand in standings.stands(rows.select_related("call__phase")):
        if stand.word is None:
            found.setdefault(stand.application.call_id, []).append(stand)
    now = timezone.now()
    over = standings.over([stands[0].application.call for stands in found.values()], now)
    for stands in found.values():
        call = stands[0].application.call
        if call.pk in over:
            continue
        is_open = call.stage_at(now) is Stage.OPEN
        yield Task(
            title=ngettext(
                "%(count)s application waits for the word of your association",
                "%(count)s applications wait for the word of your association", len(stands),
            ) % {"count": len(stands)},
            url=reverse("nominations:of_call", args=[call.slug]),
            about=str(call),
            # What came on the last day is looked at afterwards: no date says until when.
            due=call.closes_there.date() if call.closes_there and is_open else None,
        )  # fmt: skip


def nobody_named(application: Application, _at: datetime) -> Iterable[Hindrance]:
    """A call that is applied to through associations wants one to be named."""
    call = application.call
    is_needed = standings.has_way(call) and call.way == Way.ASSOCIATION
    if is_needed and application.association_id is None:
        url = reverse("nominations:association", args=[application.pk])
        yield Hindrance(_("Association"), _("Say through which association you apply."), url)


def register_all() -> None:
    """Called once, when the site starts."""
    register_panel("applications.application", of_application, order=30)
    register_panel("calls.call", of_call, order=30)
    register_tasks(waiting)
    register_hindrance(nobody_named)
