"""My desk: home after signing in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mosty.core import looking_again
from mosty.core.looking_again import ChangedMeanwhile, Withheld
from mosty.core.panels import panels_for
from mosty.core.requests import Request
from mosty.desk import queries
from mosty.desk.forms import KeepForm, OpenForm

PAGE_SIZE = 50


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


@login_required
def list_withheld(request: Request) -> HttpResponse:
    """What is withheld and by when somebody looks again, the nearest day first."""
    rows = looking_again.withheld(request.actor)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    count = len(rows)
    context = {
        "title": _("Withheld, to be looked at again"),
        "lead": _("What is not for everybody, with the day on which somebody asks whether it "
                  "still has to be."),
        "breadcrumbs": [(_("My desk"), reverse("desk:home")), (_("To be looked at again"), "")],
        "page_obj": page,
        "today": timezone.localdate(),
        "count_text": ngettext("%(count)s thing has a date", "%(count)s things have a date", count)
        % {"count": count},
    }  # fmt: skip
    return render(request, "desk/withheld.html", context)


@login_required
def look_again(request: Request, kind: str, pk: int) -> HttpResponse:
    """One thing that is withheld: it stays so until another day, or is opened."""
    each = looking_again.find(request.actor, kind, pk)
    if each is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    wants_open = bool(data) and request.POST.get("decision") == "open"
    keep = KeepForm(None if wants_open else data, thing=each, today=timezone.localdate())
    opening = OpenForm(data if wants_open else None, thing=each)
    form = opening if wants_open else keep
    if data is not None and form.is_valid():
        try:
            messages.success(request, _decide(each, form, request))
        except ChangedMeanwhile:
            messages.info(request, _("Somebody else has looked at it meanwhile."))
        return redirect("desk:withheld")
    context = {
        "title": _("Look again: %(what)s") % {"what": each.words},
        "eyebrow": " · ".join(dict.fromkeys([str(each.kind.label), str(each.about)])),
        "breadcrumbs": [
            (_("My desk"), reverse("desk:home")),
            (_("To be looked at again"), reverse("desk:withheld")),
            (each.words, ""),
        ],
        "each": each,
        "keep": keep,
        "opening": opening,
        "today": timezone.localdate(),
    }
    return render(request, "desk/look_again.html", context)


def _decide(each: Withheld, form: Any, request: Request) -> str:
    said = form.cleaned_data
    if isinstance(form, OpenForm):
        looking_again.open_up(each, reason=said["why"], by=request.actor, seen=said["seen"])
        return _("Opened: %(what)s.") % {"what": each.words}
    looking_again.keep(
        each, until=said["until"], reason=said["reason"], by=request.actor, seen=said["seen"]
    )
    day = date_format(said["until"], "DATE_FORMAT")
    return _("It stays withheld until somebody looks again on %(day)s.") % {"day": day}
