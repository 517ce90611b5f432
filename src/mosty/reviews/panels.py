"""What waits on My desk, for reviewers and for officers; and the way from a call to its review."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mosty.calls.models import Call
from mosty.core.access import Actor
from mosty.core.panels import Panel, Task, register_panel, register_tasks
from mosty.reviews.queries import officers, reading


def to_review(actor: Actor) -> Iterable[Task]:
    """What a reviewer has to do: one line for each call."""
    now = timezone.now()
    for reviewer in reading.reviewers(actor):
        call = reviewer.call
        if reviewer.declared_at is None:
            yield Task(
                title=_("Say with whom you have a conflict of interest, before you review"),
                url=reverse("reviews:conflicts", args=[call.slug]), about=str(call),
            )  # fmt: skip
            continue
        found = reading.waiting(reading.assignments(reviewer, now), now)
        if found:
            yield Task(
                title=ngettext(
                    "%(count)s application waits for your review",
                    "%(count)s applications wait for your review",
                    len(found),
                ) % {"count": len(found)},
                url=reverse("reviews:queue", args=[call.slug]), about=str(call),
                due=timezone.localtime(min(one.phase.closes_at for one in found)).date(),
            )  # fmt: skip


def set_aside(actor: Actor) -> Iterable[Task]:
    """Reviews that a conflict has set aside: somebody else may have to read."""
    calls: dict[int, tuple[Call, int]] = {}
    for review in officers.set_aside(actor):
        call = review.assignment.phase.call
        calls[call.pk] = call, calls.get(call.pk, (call, 0))[1] + 1
    for call, count in calls.values():
        yield Task(
            title=ngettext(
                "%(count)s review was set aside for a conflict of interest",
                "%(count)s reviews were set aside for a conflict of interest",
                count,
            ) % {"count": count},
            url=reverse("reviews:progress", args=[call.slug]), about=str(call),
        )  # fmt: skip


def of_call(call: Any, actor: Actor) -> Panel | None:
    """On the page of a call: to its review, for officers and its reviewers."""
    if actor.is_officer:
        url = reverse("reviews:panel", args=[call.slug])
    elif reading.reviewer_of(actor, call) is not None:
        url = reverse("reviews:queue", args=[call.slug])
    else:
        return None
    return Panel("reviews/parts/of_call.html", {"url": url})


def register_all() -> None:
    """Called once, when the site starts."""
    register_tasks(to_review)
    register_tasks(set_aside)
    register_panel("calls.call", of_call, order=40)
