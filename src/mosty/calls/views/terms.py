"""Who may apply, by what it is judged, how many are accepted, and the files of a call."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mosty.calls import drafts
from mosty.calls.domain import terms as domain
from mosty.calls.domain.form import why_fixed
from mosty.calls.eligibility import said
from mosty.calls.forms.terms import (
    CONDITIONS,
    ConditionForm,
    CriteriaForm,
    DocumentForm,
    QuotasForm,
)
from mosty.calls.locks import CRITERIA, why_locked
from mosty.calls.models import Call, Condition
from mosty.calls.views.officers import Page, call_to_edit, is_saved, page_context, url
from mosty.calls.views.public import weighted
from mosty.core.drafts.pages import open_draft
from mosty.core.requests import Request


@login_required
def show_conditions(request: Request, slug: str) -> HttpResponse:
    """The conditions that stand, and the kinds that can be added."""
    call = call_to_edit(request, slug)
    conditions = list(call.conditions.all())
    there = {condition.kind for condition in conditions}
    context = page_context(call, _("Who may apply"), "conditions") | {
        "conditions": list(zip(conditions, said(conditions, request.actor), strict=True)),
        # Not part of a metropolitan area is said once; the others may differ.
        "kinds": [
            choice
            for choice in Condition.Kind.choices
            if choice[0] != Condition.Kind.METROPOLITAN or choice[0] not in there
        ],
        "countries": ", ".join(str(each) for each in call.countries.all()),
        "fixed": why_fixed(call),
    }
    return render(request, "calls/conditions.html", context)


def _condition_page(request: Request, call: Call, kind: str, title: str) -> Page:
    return Page(
        request, call, title, "conditions", url("conditions", call),
        context={"lead": str(Condition.Kind(kind).label), "fixed": why_fixed(call)},
    )  # fmt: skip


@login_required
def add_condition(request: Request, slug: str, kind: str) -> HttpResponse:
    """A condition of one kind."""
    call = call_to_edit(request, slug)
    if kind not in CONDITIONS:
        raise Http404

    def save(form: ConditionForm) -> None:
        domain.put_condition(call, kind, form.params(), by=request.actor, note=form.note_written())

    page = _condition_page(request, call, kind, _("New condition"))
    return page.answer(CONDITIONS[kind], save)


@login_required
def edit_condition(request: Request, slug: str, condition_id: int) -> HttpResponse:
    """A condition, with its figures or names."""
    call = call_to_edit(request, slug)
    condition = get_object_or_404(call.conditions, pk=condition_id)

    def make(data: Any) -> ConditionForm:
        fresh = call.conditions.filter(pk=condition_id).first() or condition
        return CONDITIONS[condition.kind](data, thing=fresh)

    def save(form: ConditionForm) -> None:
        domain.put_condition(
            call, condition.kind, form.params(), by=request.actor, pk=condition_id,
            note=form.note_written(),
        )  # fmt: skip

    page = _condition_page(request, call, condition.kind, _("Edit the condition"))
    return page.answer(make, save)


@login_required
@require_POST
def remove_condition(request: Request, slug: str, condition_id: int) -> HttpResponse:
    """One condition less."""
    call = call_to_edit(request, slug)
    condition = get_object_or_404(call.conditions.select_related("call"), pk=condition_id)
    try:
        domain.remove_condition(condition, by=request.actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Taken out."))
    return redirect(url("conditions", call))


@login_required
def edit_criteria(request: Request, slug: str) -> HttpResponse:
    """All criteria: weights, and what scores mean; a new version once somebody has scored."""
    call = call_to_edit(request, slug)
    locked = why_locked(CRITERIA, call)
    page = Page(
        request, call, _("By what it is judged"), "criteria", url("criteria", call),
        template="calls/criteria.html", back=call.get_absolute_url(),
        draft=open_draft(request, drafts.CRITERIA, call.pk),
        context={"locked": locked, "shares": weighted(call)},
    )  # fmt: skip

    def make(data: Any) -> CriteriaForm:
        fresh = call if data is None else call_to_edit(request, slug)
        return CriteriaForm(data, thing=fresh, is_locked=bool(why_locked(CRITERIA, fresh)))

    def save(form: CriteriaForm) -> None:
        if "rows" not in form.changed_values():
            # What a colleague has made of them meanwhile stands.
            return
        reason = form.cleaned_data.get("reason", "")
        domain.set_criteria(
            form.thing, form.criteria_rows(), by=request.actor, as_new_version=bool(reason),
            reason=reason,
        )  # fmt: skip

    return page.answer(make, save)


@login_required
def edit_quotas(request: Request, slug: str) -> HttpResponse:
    """All quotas, by name."""
    call = call_to_edit(request, slug)
    page = Page(
        request, call, _("How many of whom"), "quotas", url("quotas", call),
        template="calls/quotas.html", back=call.get_absolute_url(),
        draft=open_draft(request, drafts.QUOTAS, call.pk),
    )  # fmt: skip

    def make(data: Any) -> QuotasForm:
        fresh = call if data is None else call_to_edit(request, slug)
        return QuotasForm(data, thing=fresh, actor=request.actor)

    def save(form: QuotasForm) -> None:
        if "rows" not in form.changed_values():
            return
        domain.set_quotas(form.thing, form.quota_rows(), by=request.actor)

    return page.answer(make, save)


@login_required
def edit_documents(request: Request, slug: str) -> HttpResponse:
    """The files of a call, and a form for one more."""
    call = call_to_edit(request, slug)
    form = DocumentForm()
    if request.method == "POST":
        form = DocumentForm(request.POST, request.FILES)

        def save(form: DocumentForm) -> None:
            data = form.cleaned_data
            domain.add_document(
                call, data["file"], by=request.actor, title=data["title"],
                language=data["language"],
            )  # fmt: skip

        if is_saved(form, save):
            messages.success(request, _("The file was added."))
            return redirect(url("documents", call))
    context = page_context(call, _("Documents"), "documents") | {
        "form": form,
        "documents": list(call.documents.all()),
    }
    return render(request, "calls/documents.html", context)


@login_required
@require_POST
def remove_document(request: Request, slug: str, document_id: int) -> HttpResponse:
    """A file taken out."""
    call = call_to_edit(request, slug)
    document = get_object_or_404(call.documents.select_related("call"), pk=document_id)
    domain.remove_document(document, by=request.actor)
    messages.success(request, _("The file was taken out."))
    return redirect(url("documents", call))
