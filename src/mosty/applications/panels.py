"""What applications add to other pages: how to apply, one's own ones, what waits on the desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mosty.applications import progress, queries
from mosty.applications.hindrances import last_day, why_shut
from mosty.applications.models import Application, Ownership
from mosty.applications.workflow import APPLICATION
from mosty.calls.models import Call, Stage
from mosty.calls.words import deadline, moment
from mosty.core.access import Actor, permitted
from mosty.core.panels import Panel, Task, register_panel, register_tasks
from mosty.places.models import Organisation

TONES = {"draft": "blue", "submitted": "good", "withdrawn": "quiet"}
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Row:
    """An application in a list: its state in words, and what a reader must know of its time."""

    application: Application
    state: str
    tone: str
    note: str
    # When what counts was sent in.
    sent: str = ""


def row_of(application: Application, at: datetime) -> Row:
    """One row; of what was sent in when, of the rest until when it can be."""
    call = application.call
    state, tone = str(application.get_state_display()), TONES[application.state]
    if application.state == "draft" and application.version_id:
        state, tone = _("Taken back; what was sent in counts"), "warn"
    note, sent = deadline(call, at), ""
    if application.submitted_at:
        sent = moment(application.submitted_at, call.zone)
        note = _("sent in on %(when)s") % {"when": sent}
    return Row(application, state, tone, note, sent)


def of_call(call: Call, actor: Actor) -> Panel | None:
    """On the page of a call: how to apply, one's own application, the secretariat's list."""
    if call.state == "draft":
        return None
    now = timezone.now()
    stage = call.stage_at(now)
    context: dict[str, Any] = {"call": call, "is_visitor": not actor.is_known}
    if permitted("applications.read_all", actor, call):
        counts = queries.counts(call, actor)
        context |= {
            "list_url": reverse("applications:of_call", args=[call.slug]),
            "late_url": reverse("applications:late", args=[call.slug]),
            "counts": [(state.staff, counts.get(state.code, 0)) for state in APPLICATION.states],
        }
        return Panel("applications/parts/of_call_officers.html", context)
    bodies = list(queries.bodies(call, actor))
    mine = queries.own(actor).filter(call=call).first()
    context |= {
        "row": row_of(mine, now) if mine else None,
        "body": bodies[0] if bodies and mine is None else None,
        "shut": why_shut(Application(call=call, organisation=bodies[0]), now) if bodies else "",
        "is_open": stage is Stage.OPEN,
        "apply_url": reverse("applications:apply", args=[call.slug]),
    }
    if mine is None and stage not in {Stage.ANNOUNCED, Stage.OPEN} and context["shut"]:
        return None
    if mine is None and not bodies and stage not in {Stage.ANNOUNCED, Stage.OPEN}:
        return None
    return Panel("applications/parts/of_call.html", context)


def of_body(organisation: Organisation, actor: Actor) -> Panel | None:
    """On the page of a body, for its own people and the secretariat."""
    rows = queries.visible_to(actor).filter(organisation=organisation)
    return _listed(list(rows.order_by("-call__closes_at", "-pk")[:SHOWN]), _("Applications"))


def on_desk(_thing: Any, actor: Actor) -> Panel | None:
    """My applications."""
    return _listed(list(queries.own(actor)[:SHOWN]), _("My applications"))


def _listed(applications: list[Application], title: str) -> Panel | None:
    if not applications:
        return None
    now = timezone.now()
    rows = [row_of(application, now) for application in applications]
    return Panel("applications/parts/listed.html", {"rows": rows, "title": title})


def waiting(actor: Actor) -> Iterable[Task]:
    """What is not sent in yet while it can be, also late by permission, and the sections that are
    one's own and not complete."""
    now = timezone.now()
    rows = queries.own(actor).filter(state="draft", call__state="published")
    applications = {
        application.pk: application for application in rows if not why_shut(application, now)
    }
    for application in applications.values():
        yield Task(
            title=_("Send your changed application in") if application.version_id
            else _("Send your application in"),
            url=application.get_absolute_url(),
            about=str(application.call),
            due=last_day(application, now),
        )  # fmt: skip
    owned = list(
        Ownership.objects.filter(
            application__in=applications, user_id=actor.user_id or 0
        ).select_related("section")
    )
    standing = {
        (pk, each.section.pk): each
        for pk in {row.application_id for row in owned}
        for each in progress.standings(applications[pk], now)
    }
    for row in owned:
        application = applications[row.application_id]
        if standing[application.pk, row.section_id].is_done:
            continue
        yield Task(
            title=_("Write “%(section)s”") % {"section": row.section},
            url=reverse("applications:section", args=[application.pk, row.section_id]),
            about=str(application.call),
            due=row.due,
        )


def register_all() -> None:
    """Called once, when the site starts."""
    register_panel("calls.call", of_call, order=20)
    register_panel("places.profile", of_body, order=70)
    register_panel("desk.home", on_desk, order=20)
    register_tasks(waiting)
