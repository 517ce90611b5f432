"""What calls add to other pages: to the page of a phase its calls, to the desk what waits."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mosty.calls import queries
from mosty.calls.eligibility import Verdict, check
from mosty.calls.models import Call
from mosty.calls.taken_up import taken_up
from mosty.calls.words import STAGE_TONES, deadline
from mosty.core.access import Actor, permitted
from mosty.core.panels import Panel, Task, register_panel, register_tasks
from mosty.programmes.models import Phase


def calls_of_phase(phase: Phase, actor: Actor) -> Panel | None:
    """The calls of a phase, and for officers the way to a new one."""
    rows = list(queries.visible_to(actor).filter(phase=phase))
    may_create = permitted("calls.create_call", actor, phase)
    if not rows and not may_create:
        return None
    now = timezone.now()
    return Panel(
        "calls/parts/of_phase.html",
        {
            "calls": [row_of(call, now) for call in rows],
            "create_url": f"{reverse('calls:create')}?phase={phase.pk}" if may_create else "",
        },
    )


def row_of(call: Call, now: datetime) -> tuple[Call, Any, str, str]:
    """A call in a list: with its stage, the tone of that, and its time."""
    stage = call.stage_at(now)
    return call, stage.label, STAGE_TONES[stage], deadline(call, now)


def waiting_questions(actor: Actor) -> Iterable[Task]:
    """Questions that the secretariat has not answered yet, but for calls that were cancelled."""
    if not permitted("calls.answer", actor):
        return
    waiting: dict[int, int] = {}
    calls = {}
    for enquiry in queries.unanswered(actor).exclude(call__state="cancelled"):
        waiting[enquiry.call_id] = waiting.get(enquiry.call_id, 0) + 1
        calls[enquiry.call_id] = enquiry.call
    for pk, count in waiting.items():
        call = calls[pk]
        yield Task(
            title=ngettext(
                "%(count)s question about a call waits for an answer",
                "%(count)s questions about a call wait for an answer",
                count,
            ) % {"count": count},
            url=reverse("calls:enquiries", args=[call.slug]),
            about=str(call),
            due=call.closes_there.date() if call.closes_there else None,
        )  # fmt: skip


def open_calls(actor: Actor) -> Iterable[Task]:
    """Calls that are open to the body acted for and that it has not taken up yet; none of which
    the register says that it may not apply."""
    if actor.is_officer or not actor.organisation_ids:
        return
    now = timezone.now()
    known = taken_up(actor)
    for call in queries.at_stage(queries.visible_to(actor), "open", now).exclude(pk__in=known):
        own = queries.bodies_to_check(call, actor).filter(pk__in=actor.organisation_ids)
        answers = check(call, own, actor).values()
        if any(answer.verdict is not Verdict.NO for answer in answers):
            yield Task(
                title=_("A call is open to you"),
                url=call.get_absolute_url(),
                about=str(call),
                due=call.closes_there.date() if call.closes_there else None,
            )


def register_all() -> None:
    """Called once, when the site starts."""
    register_panel("programmes.phase", calls_of_phase, order=10)
    register_tasks(waiting_questions)
    register_tasks(open_calls)
