"""Who acts for one body: people, invitations and requests, and what is done with them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mosty.core.access import permitted
from mosty.core.panels import tasks_for
from mosty.core.requests import Request
from mosty.core.states import ReasonMissing
from mosty.people import domain, queries
from mosty.people.forms import InvitationForm
from mosty.people.models import Invitation, JoinRequest, Membership
from mosty.people.queries import bodies
from mosty.places.models import Organisation
from mosty.places.queries import profile


def _get_body(request: Request, code: str) -> Organisation:
    """The body, for those who may see who acts for it; 404 for everybody else."""
    body = profile.by_code(code, request.actor)
    if body is None or not permitted("people.see_people_of", request.actor, body):
        raise Http404
    return body


@login_required
def show_body(request: Request, code: str) -> HttpResponse:
    """Everybody who acts for a body, what waits for it, invitations and requests."""
    actor, today = request.actor, timezone.localdate()
    body = _get_body(request, code)
    manages = permitted("people.invite", actor, body)
    acting, past = bodies.people_of(body, actor, on=today)
    last_day = queries.last_administered_day(body, on=today)
    context = {
        "title": _("Who acts for %(name)s") % {"name": body},
        "eyebrow": _("People"),
        "breadcrumbs": [(body.name, body.get_absolute_url()), (_("People"), "")],
        "body": body,
        "manages": manages,
        "people": [
            {
                "membership": row,
                "may_end": permitted("people.end_membership", actor, row),
                "may_vouch": row.vouched_by_id is None and permitted("people.vouch", actor, row),
                "is_me": row.user_id == actor.user_id,
            }
            for row in acting
        ],
        "past": past,
        "last_day": last_day,
        "is_over": last_day is not None and last_day < today,
        "tasks": _tasks(body, today) if manages else [],
        "invitations": bodies.open_invitations(body, actor) if manages else [],
        "requests": bodies.open_requests(body, actor),
    }
    return render(request, "people/body.html", context)


def _tasks(body: Organisation, today: Any) -> list[dict[str, Any]]:
    return [
        {
            "title": task.title,
            "url": task.url,
            "about": task.about,
            "due": task.due,
            "overdue": bool(task.due and task.due < today),
        }
        for task in tasks_for(bodies.voice_of(body))
    ]


@login_required
def invite(request: Request, code: str) -> HttpResponse:
    """Ask somebody by mail to act for the body."""
    body = _get_body(request, code)
    if not permitted("people.invite", request.actor, body):
        raise PermissionDenied
    form = InvitationForm(
        request.POST or None,
        roles=domain.roles_open_to(request.actor, body),
        initial={"language": request.actor.language},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = domain.invite(organisation=body, by=request.actor, **form.values())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, _("The invitation is on its way to %(email)s.") % {"email": made.email}
            )
            return redirect("people:body", code=body.code)
    context = {
        "title": _("Invite somebody to act for %(name)s") % {"name": body},
        "breadcrumbs": [
            (body.name, body.get_absolute_url()),
            (_("People"), reverse("people:body", args=[body.code])),
            (_("Invite"), ""),
        ],
        "form": form,
        "body": body,
        "days": domain.invitations.VALID_FOR.days,
    }
    return render(request, "people/invite.html", context)


@login_required
@require_POST
def withdraw(request: Request, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""
    rows = queries.invitations_visible_to(request.actor)
    invitation: Invitation = get_object_or_404(rows, pk=invitation_id)
    if domain.withdraw(invitation, by=request.actor):
        messages.success(request, _("The invitation was taken back. Its link opens nothing."))
    else:
        messages.info(request, _("It had been answered or taken back already."))
    return redirect("people:body", code=invitation.organisation.code)


@login_required
@require_POST
def appoint(request: Request, membership_id: int) -> HttpResponse:
    """Make somebody an administrator of the body, or take it back."""
    rows = queries.memberships_visible_to(request.actor)
    membership: Membership = get_object_or_404(rows, pk=membership_id)
    is_admin = request.POST.get("admin") == "yes"
    if domain.appoint(membership, by=request.actor, is_admin=is_admin):
        say = (
            _("%(person)s is now an administrator of %(body)s.")
            if is_admin
            else _("%(person)s is no administrator of %(body)s any more.")
        )
        names = {"person": membership.user, "body": membership.organisation}
        messages.success(request, say % names)
    return redirect("people:body", code=membership.organisation.code)


@login_required
@require_POST
def vouch(request: Request, membership_id: int) -> HttpResponse:
    """Say that somebody really acts for the body."""
    rows = queries.memberships_visible_to(request.actor)
    membership: Membership = get_object_or_404(rows, pk=membership_id)
    if domain.vouch([membership], by=request.actor):
        messages.success(request, _("You have vouched for %(who)s.") % {"who": membership.user})
    return redirect("people:body", code=membership.organisation.code)


@login_required
@require_POST
def decide(request: Request, request_id: int) -> HttpResponse:
    """Invite whoever asked to join, or decline with a reason."""
    rows = queries.requests_visible_to(request.actor)
    asked: JoinRequest = get_object_or_404(rows, pk=request_id)
    accept = request.POST.get("answer") == "accept"
    try:
        domain.decide(asked, by=request.actor, accept=accept, reason=request.POST.get("reason", ""))
    except ReasonMissing:
        messages.error(request, _("Nothing was changed: write the reason, please."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if accept:
            messages.success(request, _("An invitation is on its way to %(email)s.")
                             % {"email": asked.email})  # fmt: skip
        else:
            messages.success(request, _("Declined. %(name)s gets your reason by mail.")
                             % {"name": asked.name})  # fmt: skip
    return redirect("people:body", code=asked.organisation.code)


@login_required
def order_file(request: Request, request_id: int) -> HttpResponse | FileResponse:
    """The order of appointment that came with a request, for those who decide."""
    rows = queries.requests_visible_to(request.actor)
    asked: JoinRequest = get_object_or_404(rows, pk=request_id)
    if not asked.order:
        raise Http404
    return FileResponse(
        asked.order.open("rb"), as_attachment=True, filename=asked.order_name or "order"
    )
