"""My desk: home after signing in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from mosty.core.panels import panels_for
from mosty.core.requests import Request
from mosty.desk import queries


@login_required
def home(request: Request) -> HttpResponse:
    """What waits for me, by when, and what changed."""
    actor = request.actor
    today = timezone.localdate()
    context = {
        "title": _("My desk"),
        "eyebrow": actor.acting_for,
        "tasks": [
            {
                "title": task.title,
                "url": task.url,
                "about": task.about,
                "due": task.due,
                "overdue": bool(task.due and task.due < today),
            }
            for task in queries.waiting_for(actor, on=today)
        ],
        "changes": queries.told_once(queries.changed_for(actor)[:100], most=12),
        "panels": panels_for("desk.home", None, actor),
    }
    return render(request, "desk/home.html", context)
