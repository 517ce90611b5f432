"""An application as a whole: read, sent in, its receipt, taken back, withdrawn, taken up again."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mosty.applications import content, hindrances, progress, queries, reading
from mosty.applications.domain import sending
from mosty.applications.eligible import eligible
from mosty.applications.models import Application
from mosty.applications.panels import row_of
from mosty.applications.paper.standing import is_behind
from mosty.applications.views.common import application_or_404, crumbs, no_store, own_or_404, url
from mosty.applications.views.writing import HISTORY_SHOWN, overview
from mosty.calls.decided import decided
from mosty.calls.words import deadline, moment
from mosty.core.access import permitted
from mosty.core.panels import panels_for
from mosty.core.requests import Request
from mosty.core.states import ReasonMissing, WrongState
from mosty.core.versions import canonical, versions_of


def _links(application: Application) -> reading.Link:
    return lambda key: reverse("applications:file", args=[application.pk, int(key)])


def _read(application: Application, *, is_own: bool) -> reading.Reading | None:
    """What counts; for its own people, while they write, what stands as it was written."""
    is_written = is_own and application.state == "draft"
    if application.version and not is_written:
        frozen = application.version.content
    elif is_own:
        frozen = content.dump(application)
    else:
        return None
    return reading.of_version(frozen, application.call, link=_links(application))


@login_required
def show(request: Request, pk: int) -> HttpResponse:
    """While it is written: the overview, for its own people. Sent in: what was sent."""
    application = application_or_404(request, pk)
    now = timezone.now()
    is_own = permitted("applications.write", request.actor, application)
    row = row_of(application, now)
    is_written = is_own and application.state == "draft" and application.call.state != "cancelled"
    context: dict[str, Any] = {
        "title": str(application.organisation),
        "eyebrow": str(application.call),
        "eyebrow_url": application.call.get_absolute_url(),
        "state_text": row.state,
        "state_tone": row.tone,
        "breadcrumbs": crumbs(application),
        "application": application,
        "call": application.call,
        "is_own": is_own,
        "is_cancelled": application.call.state == "cancelled",
        "note": row.note,
        "sent_when": moment(application.submitted_at, application.call.zone)
        if application.submitted_at
        else "",
        "may_withdraw": is_own
        and application.state != "withdrawn"
        and not (application.version_id and decided([application.call_id])),
        "is_behind": is_own and is_behind(application),
        "may_change": is_own and not hindrances.why_shut(application, now),
        "panels": panels_for("applications.application", application, request.actor),
        # The comments of an association are for the secretariat: it reads no history.
        "history": queries.history(application, is_own=is_own)[:HISTORY_SHOWN]
        if is_own or request.actor.is_officer
        else [],
        "reading": None if is_written else _read(application, is_own=is_own),
        "typed_later": [
            str(each.section) for each in progress.standings(application, now) if each.unsent
        ] if is_own and not is_written else [],
    }  # fmt: skip
    if is_written:
        context |= overview(request, application)
    return no_store(render(request, "applications/show.html", context))


@login_required
def send(request: Request, pk: int) -> HttpResponse:
    """What is missing, with links; how it will be read; and the one button."""
    now = timezone.now()
    application = own_or_404(request, pk, "submit")
    if application.state == "submitted":
        messages.info(request, _("It is sent in already."))
        return redirect(url("receipt", application))
    if application.state == "withdrawn":
        return redirect(application)
    found: list[hindrances.Hindrance] | None = None
    if request.method == "POST":
        try:
            is_first = sending.submit(application, by=request.actor, at=now)
        except sending.NotReady as error:
            found = error.hindrances
        except sending.Shut as error:
            messages.error(request, str(error))
        except WrongState:
            messages.info(request, _("It was withdrawn meanwhile."))
            return redirect(application)
        else:
            if is_first:
                messages.success(request, _("Sent in. This is your receipt."))
            else:
                messages.info(request, _("It was sent in already, once."))
            return redirect(url("receipt", application))
    found = hindrances.hindrances(application, now) if found is None else found
    frozen = content.dump(application)
    context = {
        "title": _("Send in"),
        "eyebrow": f"{application.call} · {application.organisation}",
        "eyebrow_url": application.get_absolute_url(),
        "breadcrumbs": crumbs(application, _("Send in")),
        "application": application,
        "hindrances": found,
        "shut": hindrances.why_shut(application, now),
        "when": deadline(application.call, now),
        "answer": eligible(application.call, application.organisation, request.actor),
        "reading": reading.of_version(frozen, application.call, link=_links(application)),
        "is_anew": application.version_id is not None,
    }
    status = 422 if request.method == "POST" else 200
    return no_store(render(request, "applications/send.html", context, status=status))


@login_required
def receipt(request: Request, pk: int) -> HttpResponse:
    """What was sent in when, with the SHA-256 of its content, to be printed."""
    application = application_or_404(request, pk)
    version, at = application.version, application.submitted_at
    if version is None or at is None:
        raise Http404
    call = application.call
    newest = versions_of(application).first()
    context = {
        "title": _("Receipt"),
        "eyebrow": f"{call} · {application.organisation}",
        "eyebrow_url": application.get_absolute_url(),
        "breadcrumbs": crumbs(application, _("Receipt")),
        "application": application,
        "call": call,
        "version": version,
        "is_newest": newest is None or newest.pk == version.pk,
        "is_intact": version.is_intact(),
        "when": moment(at, call.zone),
        "closes": moment(call.closes_at, call.zone) if call.closes_at else "",
        "is_taken_back": application.state == "draft",
    }
    return no_store(render(request, "applications/receipt.html", context))


@login_required
def frozen(request: Request, pk: int) -> HttpResponse:
    """The very bytes whose SHA-256 the receipt names."""
    application = application_or_404(request, pk)
    if application.version is None:
        raise Http404
    name = f"{application.call.slug}-{application.organisation.code}-{application.version.number}"
    response = HttpResponse(canonical(application.version.content), content_type="application/json")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.json") or ""
    return no_store(response)


@login_required
@require_POST
def take_back(request: Request, pk: int) -> HttpResponse:
    """Back to be changed, while the call takes it."""
    application = own_or_404(request, pk, "submit")
    try:
        sending.take_back(application, by=request.actor, at=timezone.now())
    except sending.Shut as error:
        messages.error(request, str(error))
    except WrongState:
        messages.info(request, _("It is being changed already."))
    else:
        messages.success(
            request, _("You can change it now. What you sent counts until you send it anew.")
        )
    return redirect(application)


@login_required
@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    """It does not count any more, for a reason."""
    application = own_or_404(request, pk, "withdraw")
    try:
        sending.withdraw(application, by=request.actor, reason=request.POST.get("reason", ""))
    except ReasonMissing:
        messages.error(request, _("Say why, then it is withdrawn."))
    except sending.Shut as error:
        messages.error(request, str(error))
    except WrongState:
        messages.info(request, _("The application was withdrawn already."))
    else:
        messages.success(request, _("Withdrawn. It does not count any more."))
    return redirect(application)


@login_required
@require_POST
def resume(request: Request, pk: int) -> HttpResponse:
    """Take a withdrawn application up again."""
    application = own_or_404(request, pk, "submit")
    try:
        sending.resume(application, by=request.actor, at=timezone.now())
    except sending.Shut as error:
        messages.error(request, str(error))
    except WrongState:
        messages.info(request, _("It is being written already."))
    else:
        messages.success(request, _("Taken up again. Nothing is sent in yet."))
    return redirect(application)
