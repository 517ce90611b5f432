"""The page on which an application is signed off. A GET signs nothing: scanners open links."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mosty.applications.compare import Comparison
from mosty.applications.content import dump
from mosty.applications.models import Application
from mosty.applications.reading import of_version
from mosty.applications.signing import domain
from mosty.applications.signing.forms import AskForm
from mosty.applications.signing.standings import acting, where_it_stands
from mosty.applications.views.common import crumbs, no_store, own_or_404
from mosty.core.access import permitted
from mosty.core.requests import Request
from mosty.core.signing import SignForm, shown
from mosty.core.signoff import Signature, Word, signatories
from mosty.core.states import WrongState
from mosty.core.versions import digest, versions_of


@login_required
def signatures(request: Request, pk: int) -> HttpResponse:
    """Who signs, where each stands, what was changed since, and one's own word."""
    return _page(request, own_or_404(request, pk))


@login_required
@require_POST
def ask(request: Request, pk: int) -> HttpResponse:
    """Put the application as it stands before people who shall sign it."""
    application = own_or_404(request, pk, "ask_to_sign")
    if "again" in request.POST:
        return _ask_again(request, application)
    form = _ask_form(application, request.POST)
    if not form.is_valid():
        return _page(request, application, ask_form=form)
    try:
        added = domain.ask_to_sign(application, form.cleaned_data["people"], by=request.actor)
    except ValidationError as error:
        form.add_error(None, " ".join(error.messages))
        return _page(request, application, ask_form=form)
    except WrongState:
        return _over(request, application)
    said = ngettext(
        "%(count)s person is asked to sign, by mail and on the desk.",
        "%(count)s people are asked to sign, by mail and on the desk.",
        len(added),
    )
    messages.success(request, said % {"count": len(added)})
    return redirect("signing:signatures", pk=pk)


def _ask_again(request: Request, application: Application) -> HttpResponse:
    try:
        domain.ask_all_again(application, by=request.actor)
    except WrongState:
        return _over(request, application)
    messages.success(request, _("All are asked again, for the version as it stands now."))
    return redirect("signing:signatures", pk=application.pk)


@login_required
@require_POST
def sign(request: Request, pk: int) -> HttpResponse:
    """Say one's word on the version that was shown."""
    application = own_or_404(request, pk, "sign")
    form = SignForm(request.POST, label_suffix="")
    if not form.is_valid():
        return _page(request, application, sign_form=form)
    data = form.cleaned_data
    version = get_object_or_404(versions_of(application), number=data["version"])
    try:
        domain.say(
            application, version, by=request.actor, choice=data["choice"],
            reason=data["reason"], until=data["until"],
        )  # fmt: skip
    except ValidationError as error:
        form.add_error(None, " ".join(error.messages))
        # The version beside the form is the new one: what is sent next is what is seen now.
        return _page(request, application, sign_form=form)
    except WrongState:
        return _over(request, application)
    messages.success(request, _("Your word is kept, with this version."))
    return redirect("signing:signatures", pk=pk)


@login_required
@require_POST
def release(request: Request, pk: int, signatory_id: int) -> HttpResponse:
    """Somebody's word is not needed any more, for a reason."""
    application = own_or_404(request, pk, "ask_to_sign")
    signatory = get_object_or_404(signatories(application), pk=signatory_id)
    try:
        domain.release_signatory(
            signatory, application, by=request.actor, reason=request.POST.get("reason", "")
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except WrongState:
        return _over(request, application)
    else:
        messages.success(request, _("Their word is not needed any more."))
    return redirect("signing:signatures", pk=pk)


def _over(request: Request, application: Application) -> HttpResponse:
    messages.error(request, _("It is not being written any more: nothing is signed now."))
    return redirect("signing:signatures", pk=application.pk)


def _ask_form(application: Application, data: Any = None) -> AskForm:
    asked = set(signatories(application).values_list("user_id", flat=True))
    people = acting(application, on=timezone.localdate())
    return AskForm(data, acting=people, asked=asked, label_suffix="")


def _page(
    request: Request, application: Application, *, ask_form: AskForm | None = None,
    sign_form: SignForm | None = None,
) -> HttpResponse:  # fmt: skip
    actor, content = request.actor, dump(application)
    compared = Comparison.of(application.call)
    standing = where_it_stands(application, compared)
    signing = None
    if standing is not None and standing.places:
        signing = shown(standing, user_id=actor.user_id, describe=compared.describe)
    is_open = application.state == "draft"
    is_stale = standing is not None and standing.version.sha256 != digest(content)
    may_ask = permitted("applications.ask_to_sign", actor, application) and is_open
    may_sign = bool(
        signing and signing.own and is_open and not is_stale
        and permitted("applications.sign", actor, application)
    )  # fmt: skip
    if may_sign and standing is not None:
        sign_form = _for_version(sign_form, standing.version.number)
    context = {
        "title": _("Signatures"),
        "eyebrow": str(application),
        "eyebrow_url": application.get_absolute_url(),
        "lead": _("All who are asked sign one frozen version. Whatever is changed later, "
                  "everybody is asked again."),
        "breadcrumbs": crumbs(application, _("Signatures")),
        "application": application,
        "version": standing.version if signing and standing else None,
        "signing": signing,
        "is_complete": bool(standing and standing.is_complete and not is_stale),
        "is_stale": bool(signing and is_stale),
        "may_ask": may_ask,
        "sign_form": sign_form if may_sign else None,
        "has_approved": bool(
            signing and signing.own and signing.own.place.word is Word.APPROVED
        ),
        "sign_url": reverse("signing:sign", args=[application.pk]),
        "ask_form": (ask_form or _ask_form(application)) if may_ask else None,
        "reading": of_version(
            standing.version.content if signing and standing else content, application.call
        ),
    }  # fmt: skip
    return no_store(render(request, "applications/signatures.html", context))


def _for_version(form: SignForm | None, number: int) -> SignForm:
    """The form for the version that is shown, whatever was sent before."""
    if form is None:
        initial = {"version": number, "choice": Signature.Choice.APPROVE}
        return SignForm(initial=initial, label_suffix="")
    form.data = {**form.data, "version": str(number)}
    return form
