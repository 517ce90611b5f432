"""An association's page of nominations for a call, and a town's choice of association."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mosty.applications.models import Application
from mosty.applications.nominations import domain, standings
from mosty.applications.nominations.forms import AssociationForm, WordForm
from mosty.applications.views.common import (
    application_or_404,
    call_or_404,
    crumbs,
    no_store,
    own_or_404,
)
from mosty.calls.models import Call
from mosty.core.access import Role, require
from mosty.core.pictures.bars import quota_meter
from mosty.core.requests import Request
from mosty.core.states import WrongState
from mosty.places.models import Organisation


@login_required
def of_call(request: Request, slug: str) -> HttpResponse:
    """What came through one's association, its word on each, and how many the call takes of it."""
    return _page(request, *_own_call_or_404(request, slug))


@login_required
@require_POST
def say(request: Request, pk: int) -> HttpResponse:
    """The word of the association on one application."""
    application = application_or_404(request, pk)
    require("applications.nominate", request.actor, application)
    form = WordForm(request.POST, application=application)
    if form.is_valid():
        try:
            domain.say(application, by=request.actor, **form.cleaned_data)
        except ValidationError as error:
            found = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
            for name, texts in found.items():
                form.add_error(name, " ".join(texts))
        else:
            messages.success(request, _("Kept: %(name)s.") % {"name": application.organisation})
            return redirect("nominations:of_call", slug=application.call.slug)
    call, association = _own_call_or_404(request, application.call.slug)
    return _page(request, call, association, sent={application.pk: form})


@login_required
def name_association(request: Request, pk: int) -> HttpResponse:
    """Through which association the application comes."""
    application = own_or_404(request, pk)
    if not standings.has_way(application.call):
        raise Http404
    form = AssociationForm(request.POST or None, application=application)
    if request.method == "POST":
        form = AssociationForm(request.POST, application=application)
        if form.is_valid() and _is_named(request, application, form):
            return redirect(application)
    context = {
        "title": _("Through which association?"),
        "eyebrow": str(application),
        "eyebrow_url": application.get_absolute_url(),
        "lead": _("It reads what you have sent in, and says whether it nominates you. It never "
                  "reads what you are still writing, and never scores its own members."),
        "breadcrumbs": crumbs(application, _("Association")),
        "application": application,
        "form": form,
        "is_open": application.state == "draft",
        "has_any": standings.choices(application).exists(),
    }  # fmt: skip
    return no_store(render(request, "applications/association.html", context))


def _is_named(request: Request, application: Application, form: AssociationForm) -> bool:
    try:
        domain.name_association(application, form.cleaned_data["association"], by=request.actor)
    except ValidationError as error:
        form.add_error("association", " ".join(error.messages))
        return False
    except WrongState:
        messages.info(request, _("It is not being written: nothing is changed now."))
    else:
        messages.success(request, _("Saved."))
    return True


def _own_call_or_404(request: Request, slug: str) -> tuple[Call, Organisation]:
    """A call that takes towns through associations, for who coordinates one of them."""
    call, actor = call_or_404(request, slug), request.actor
    if not actor.has(Role.COORDINATOR) or not standings.has_way(call) or call.state == "draft":
        raise Http404
    association = Organisation.objects.filter(pk__in=actor.organisation_ids).first()
    if association is None:
        raise Http404
    return call, association


def _page(
    request: Request, call: Call, association: Organisation, *,
    sent: dict[int, WordForm] | None = None,
) -> HttpResponse:  # fmt: skip
    stands = standings.of_call(call, association.pk)
    nominated = sum(stand.is_nominated for stand in stands)
    quota = standings.quota_of(call, association)
    given = sent or {}
    rows: list[Any] = [
        (stand, given.get(stand.application.pk) or WordForm(application=stand.application),
         stand.application.pk in given)
        for stand in stands
    ]  # fmt: skip
    title = _("Nominations")
    context = {
        "title": title,
        "eyebrow": str(call),
        "eyebrow_url": call.get_absolute_url(),
        "lead": ngettext(
            "%(count)s application names %(name)s.",
            "%(count)s applications name %(name)s.", len(stands),
        ) % {"count": len(stands), "name": association},
        "breadcrumbs": [
            (_("Calls"), reverse("calls:list")), (str(call), call.get_absolute_url()), (title, ""),
        ],
        "call": call,
        "waiting": [row for row in rows if row[0].word is None],
        "said": [row for row in rows if row[0].word is not None],
        "is_over": bool(standings.over([call], timezone.now())),
        "meter": quota_meter(
            str(association), used=nominated, minimum=quota.least or 0, maximum=quota.most
        ) if quota else None,
    }  # fmt: skip
    return no_store(render(request, "applications/nominations.html", context))
