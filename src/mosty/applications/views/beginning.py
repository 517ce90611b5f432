"""From the page of a call to an application: may we, in which language, go."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from mosty.applications import hindrances, languages, queries
from mosty.applications.domain import writing
from mosty.applications.eligible import eligible
from mosty.applications.forms.deeds import LanguageForm
from mosty.applications.models import Application
from mosty.applications.panels import row_of
from mosty.applications.views.common import call_or_404
from mosty.calls.words import deadline
from mosty.core.requests import Request


@login_required
def list_own(request: Request) -> HttpResponse:
    """The applications of the body acted for."""
    now = timezone.now()
    context = {
        "title": _("My applications"),
        "lead": _("Those of the body that you act for; whoever acts for it sees and writes them."),
        "rows": [row_of(application, now) for application in queries.own(request.actor)],
    }
    return render(request, "applications/list_own.html", context)


@login_required
def apply(request: Request, slug: str) -> HttpResponse:
    """What the register answers, then the language, then the form."""
    call = call_or_404(request, slug)
    body = queries.bodies(call, request.actor).first()
    now = timezone.now()
    context: dict[str, Any] = {
        "title": _("Apply"),
        "eyebrow": str(call),
        "eyebrow_url": call.get_absolute_url(),
        "breadcrumbs": [(str(call), call.get_absolute_url()), (_("Apply"), "")],
        "call": call,
        "body": body,
        "when": deadline(call, now),
    }
    if body is None:
        return render(request, "applications/apply.html", context)
    known = queries.visible_to(request.actor).filter(call=call, organisation=body).first()
    if known is not None:
        return redirect(known)
    new = Application(call=call, organisation=body)
    language = languages.first_choice(call, body, request.actor)
    form = LanguageForm(request.POST or None, call=call, language=language)
    if request.method == "POST" and form.is_valid():
        try:
            made, is_new = writing.begin(
                call, body, by=request.actor, language=form.cleaned_data["language"], at=now
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if is_new:
                messages.success(request, _("Begun. What you write is saved as you go."))
            return redirect(made)
    context |= {
        "title": _("Apply for %(name)s") % {"name": body},
        "answer": eligible(call, body, request.actor),
        "shut": hindrances.why_shut(new, now),
        "form": form,
    }
    return render(request, "applications/apply.html", context)
