"""Questions about a call and their answers; telling somebody of changes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mosty.calls import queries
from mosty.calls.domain import enquiries as domain
from mosty.calls.drafts import ANSWER
from mosty.calls.forms.readers import AnswerForm, AskForm
from mosty.calls.models import Enquiry
from mosty.calls.views.public import RUNNING, call_or_404, crumbs
from mosty.core.access import permitted, require
from mosty.core.drafts.pages import open_draft
from mosty.core.requests import Request


def list_enquiries(request: Request, slug: str) -> HttpResponse:
    """What was asked and answered, and the way to ask: the same answer for everybody."""
    actor = request.actor
    call = call_or_404(request, slug)
    may_ask = permitted("calls.ask", actor, call) and call.stage_at() in RUNNING
    form = AskForm(request.POST or None, label_suffix="")
    if request.method == "POST":
        require("calls.ask", actor, call)
        if form.is_valid():
            try:
                domain.ask(call, by=actor, text=form.cleaned_data["text"])
            except ValidationError as error:
                form.add_error(None, error if not hasattr(error, "error_dict") else error.messages)
            else:
                messages.success(
                    request, _("Your question was sent. The answer comes here and by mail.")
                )
                return redirect("calls:enquiries", slug=slug)
    rows = list(queries.enquiries(call, actor))
    context = {
        "title": _("Questions and answers"),
        "eyebrow": str(call),
        "lead": _("Everybody gets the same answers; nobody reads who asked."),
        "breadcrumbs": crumbs(call, _("Questions and answers")),
        "call": call,
        "answered": [row for row in rows if row.answered_at],
        "waiting": [row for row in rows if not row.answered_at],
        "form": form,
        "may_ask": may_ask,
        "may_answer": permitted("calls.answer", actor, call),
    }
    return render(request, "calls/enquiries.html", context)


@login_required
def answer(request: Request, slug: str, enquiry_id: int) -> HttpResponse:
    """Answer a question, or correct the answer."""
    call = call_or_404(request, slug)
    require("calls.answer", request.actor, call)
    enquiry: Enquiry = get_object_or_404(queries.enquiries(call, request.actor), pk=enquiry_id)
    draft = open_draft(request, ANSWER, call.pk, section=str(enquiry.pk))
    form = draft.fill(AnswerForm(thing=enquiry))
    back = reverse("calls:enquiries", args=[slug])
    if request.method == "POST":
        with transaction.atomic():
            Enquiry.objects.select_for_update().filter(pk=enquiry.pk).first()
            if again := draft.sent_before():
                return again
            enquiry.refresh_from_db()
            form = AnswerForm(request.POST, thing=enquiry)
            if form.is_valid():
                data = form.cleaned_data
                domain.answer(
                    enquiry, by=request.actor, text=data["answer"], question=data["text"],
                    is_public=data["is_public"], at=timezone.now(),
                )  # fmt: skip
                messages.success(request, _("Answered."))
                return draft.end(back)
        draft.keep()
    context = {
        "title": _("Answer a question"),
        "eyebrow": str(call),
        "breadcrumbs": crumbs(call, _("Answer a question")),
        "call": call,
        "enquiry": enquiry,
        "form": form,
        "draft": draft.shown_with(form),
        "back": back,
    }
    return render(request, "calls/answer.html", context)


@login_required
@require_POST
def watch(request: Request, slug: str) -> HttpResponse:
    """Be told of changes by mail, or no more."""
    call = call_or_404(request, slug)
    is_on = request.POST.get("on") == "1"
    domain.watch(call, by=request.actor, is_on=is_on)
    said = _("We tell you by mail when this call changes.") if is_on else _("You are told no more.")
    messages.success(request, said)
    return redirect(call)
