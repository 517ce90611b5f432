"""The workspace of an association: its members at a glance, and what it does for them."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mosty.core import exports
from mosty.core.access import permitted
from mosty.core.panels import panels_for
from mosty.core.requests import Request
from mosty.people import domain
from mosty.people.forms import LetterForm
from mosty.people.models import User
from mosty.people.queries import association as queries
from mosty.places.models import Kind, Organisation
from mosty.places.queries import visible_to

PAGE_SIZE = 50
# A letter goes to so many members at most; more are written to in parts.
MOST_CHOSEN = 500


def _get(request: Request, code: str | None) -> Organisation:
    """The association at the code, or the one acted for; 404 for whoever does not work for it."""
    rows = visible_to(request.actor).filter(kind=Kind.ASSOCIATION)
    own = {"code": code} if code else {"pk": request.actor.acting_for_id or 0}
    found: Organisation = get_object_or_404(rows.select_related("country"), **own)
    if not permitted("people.work_for_association", request.actor, found):
        raise Http404
    return found


@login_required
def show(request: Request, code: str | None = None) -> HttpResponse:
    """Members with who acts for them, what is missing, what waits."""
    association = _get(request, code)
    today = timezone.localdate()
    view, query = request.GET.get("view", ""), request.GET.get("q", "").strip()
    view = view if view in queries.VIEWS else ""
    rows = queries.members(association, request.actor, on=today, view=view, query=query)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    count = page.paginator.count
    numbers = queries.summary(association, request.actor, on=today)
    path = reverse("people:association_of", args=[association.code])
    context = {
        "title": association.name,
        "eyebrow": _("Workspace of the association"),
        "association": association,
        "figures": [
            {"label": _("Members"), "value": numbers["all"]},
            {"label": _("Somebody acts for them"), "value": numbers["with_people"]},
            {"label": _("Have signed in"), "value": numbers["seen"]},
            {"label": _("Page complete"), "value": numbers["complete"]},
        ],
        "page_obj": page,
        "members": [{"body": body, "missing": queries.missing(body)} for body in page],
        "views": [(key, label, key == view) for key, label in queries.VIEWS.items()],
        "view": view,
        "query": query,
        "count_text": ngettext("%(count)s member", "%(count)s members", count) % {"count": count},
        "panels": panels_for("people.association", association, request.actor),
        "file_url": f"{path}members.",
        "once": uuid.uuid4().hex,
    }
    return render(request, "people/association.html", context)


@login_required
def export(request: Request, code: str, suffix: str) -> exports.File:
    """The members as a file, exactly those that the page shows."""
    association = _get(request, code)
    make = exports.maker(suffix)
    view, query = request.GET.get("view", ""), request.GET.get("q", "").strip()
    rows = queries.members(
        association, request.actor, on=timezone.localdate(), view=view, query=query
    )
    head = [
        _("Code"), _("Name"), _("Population"), _("People"), _("Administrators"),
        _("Last signed in"), _("Requests to join"), _("Missing"),
    ]  # fmt: skip
    lines = (
        [
            body.code, body.name, body.population, body.people, body.admins,
            body.last_seen.date().isoformat() if body.last_seen else "",
            body.requests, ", ".join(str(gap.label) for gap in queries.missing(body)),
        ]
        for body in rows
    )  # fmt: skip
    return make(f"{association.code}-members", head, lines)


def _chosen(request: Request, association: Organisation) -> list[Organisation]:
    """The members that were ticked, of this association alone."""
    ticked = [int(value) for value in request.POST.getlist("body") if value.isdecimal()]
    rows = queries.members(association, request.actor, on=timezone.localdate())
    return list(rows.filter(pk__in=ticked[:MOST_CHOSEN]))


@login_required
@require_POST
def act(request: Request, code: str) -> HttpResponse:
    """Do one thing for the members that were ticked: remind, vouch, or begin a letter."""
    association = _get(request, code)
    bodies = _chosen(request, association)
    back = redirect("people:association_of", code=association.code)
    if not bodies:
        messages.error(request, _("Nothing was done: tick one member or more first."))
        return back
    what = request.POST.get("do")
    if what == "remind":
        done = domain.remind(association, bodies, by=request.actor)
        messages.success(
            request,
            ngettext("%(count)s member was reminded.", "%(count)s members were reminded.", done)
            % {"count": done},
        )
        if left := len(bodies) - done:
            messages.info(
                request,
                ngettext(
                    "%(count)s was left out: nobody acts for it, or it was reminded this week.",
                    "%(count)s were left out: nobody acts for them, or they were reminded this "
                    "week.",
                    left,
                )
                % {"count": left},
            )
    elif what == "vouch":
        rows = queries.unvouched([b.pk for b in bodies], request.actor, on=timezone.localdate())
        done = domain.vouch(rows, by=request.actor)
        messages.success(
            request,
            ngettext(
                "You have vouched for %(count)s person.",
                "You have vouched for %(count)s people.",
                done,
            )
            % {"count": done},
        )
    elif what == "write":
        return _write(request, association, bodies)
    return back


def _write(request: Request, association: Organisation, bodies: list[Organisation]) -> HttpResponse:
    """A letter to the people of these members: first the form, then the sending."""
    is_sent = "subject" in request.POST
    form = LetterForm(request.POST if is_sent else None, initial={"once": uuid.uuid4().hex})
    if is_sent and form.is_valid():
        sender = get_object_or_404(User, pk=request.user.pk)
        done = domain.write_to_members(
            association, bodies, by=request.actor, reply_to=sender.email, **form.cleaned_data
        )
        messages.success(
            request,
            ngettext(
                "Your letter is on its way to %(count)s person.",
                "Your letter is on its way to %(count)s people.",
                done,
            )
            % {"count": done},
        )
        return redirect("people:association_of", code=association.code)
    context = {
        "title": _("A letter to members"),
        "breadcrumbs": [
            (association.name, reverse("people:association_of", args=[association.code])),
            (_("Letter"), ""),
        ],
        "form": form,
        "association": association,
        "bodies": bodies,
    }
    return render(request, "people/letter.html", context)
