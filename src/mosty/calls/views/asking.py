"""The form of a call: its sections and questions, in their order."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mosty.calls import drafts
from mosty.calls.domain import form as domain
from mosty.calls.forms.asking import QuestionForm, SectionForm
from mosty.calls.models import Call, Question, Section
from mosty.calls.views.officers import Page, call_to_edit, page_context, url
from mosty.core.drafts.pages import DraftPage, open_draft
from mosty.core.requests import Request


@login_required
def show_form(request: Request, slug: str) -> HttpResponse:
    """Sections and questions in order, with what can be done to each."""
    call = call_to_edit(request, slug)
    context = page_context(call, _("What the call asks"), "form") | {
        "sections": list(call.sections.all()),
        "kinds": Question.Kind.choices,
        "fixed": domain.why_fixed(call),
    }
    return render(request, "calls/asking.html", context)


def _section(call: Call, section_id: int) -> Section:
    found: Section = get_object_or_404(call.sections.select_related("call"), pk=section_id)
    return found


def _question(call: Call, question_id: int) -> Question:
    rows = Question.objects.filter(section__call=call).select_related("section__call")
    return get_object_or_404(rows, pk=question_id)


@login_required
def add_section(request: Request, slug: str) -> HttpResponse:
    """A new section at the end."""
    call = call_to_edit(request, slug)
    page = Page(
        request, call, _("New section"), "form", url("form", call),
        draft=open_draft(request, drafts.NEW_SECTION, call.pk),
        context={"fixed": domain.why_fixed(call)},
    )  # fmt: skip

    def save(form: SectionForm) -> None:
        domain.add_section(
            call, by=request.actor, title=form.cleaned_data["title"],
            about=form.cleaned_data["about"],
        )  # fmt: skip

    return page.answer(SectionForm, save)


@login_required
def edit_section(request: Request, slug: str, section_id: int) -> HttpResponse:
    """Title and introduction of a section."""
    call = call_to_edit(request, slug)
    section = _section(call, section_id)
    page = Page(
        request, call, _("Edit the section"), "form", url("form", call),
        draft=open_draft(request, drafts.SECTION, call.pk, section=str(section.pk)),
    )  # fmt: skip

    def make(data: Any) -> SectionForm:
        return SectionForm(data, thing=_section(call, section_id))

    def save(form: SectionForm) -> None:
        domain.edit_section(form.thing, by=request.actor, **form.changed_values())

    return page.answer(make, save)


@login_required
def add_question(request: Request, slug: str, section_id: int) -> HttpResponse:
    """A new question at the end of a section, of the kind that was asked for."""
    call = call_to_edit(request, slug)
    section = _section(call, section_id)
    draft = open_draft(request, drafts.NEW_QUESTION, call.pk, section=str(section.pk))

    def make(data: Any) -> QuestionForm:
        return QuestionForm(data, kind=_kind(request, draft, Question.Kind.LONG))

    def save(form: QuestionForm) -> None:
        domain.add_question(_section(call, section_id), by=request.actor, **form.values())

    page = _QuestionPage(
        request, call, _("New question"), "form", url("form", call), draft=draft,
        template="calls/question_form.html",
        context={"section": section, "fixed": domain.why_fixed(call)},
    )  # fmt: skip
    return page.answer(make, save)


@login_required
def edit_question(request: Request, slug: str, question_id: int) -> HttpResponse:
    """A question; while people answer only its words."""
    call = call_to_edit(request, slug)
    rows = Question.objects.filter(section__call=call)
    question = rows.filter(pk=question_id).select_related("section").first()
    if question is None:
        return _rescued(request, call)
    fixed = domain.why_fixed(call)
    draft = open_draft(request, drafts.QUESTION, call.pk, section=str(question.pk))

    def make(data: Any) -> QuestionForm:
        fresh = _question(call, question_id)
        # A form that was opened before the call must not lose what it says, but be told.
        is_fixed = bool(fixed) and not (data and "kind" in data)
        kind = fresh.kind if is_fixed else _kind(request, draft, fresh.kind)
        return QuestionForm(data, kind=kind, thing=fresh, is_fixed=is_fixed)

    def save(form: QuestionForm) -> None:
        domain.edit_question(form.thing, by=request.actor, **form.values())

    page = _QuestionPage(
        request, call, _("Edit the question"), "form", url("form", call), draft=draft,
        template="calls/question_form.html",
        context={"section": question.section, "fixed": fixed, "question": question},
    )  # fmt: skip
    return page.answer(make, save)


def _rescued(request: Request, call: Call) -> HttpResponse:
    """What was typed over a question that is gone: it can be added anew."""
    section = call.sections.order_by("-order", "-pk").first()
    if request.method != "POST" or section is None or domain.why_fixed(call):
        raise Http404
    sent = request.POST.get("kind", "")
    form = QuestionForm(request.POST, kind=sent if sent in Question.Kind.values else "long")
    form.show_again()
    messages.warning(
        request,
        _("Somebody has taken this question out meanwhile. What you typed stands below: save it "
          "to add it again, at the end."),
    )  # fmt: skip
    page = _QuestionPage(
        request, call, _("New question"), "form", url("form", call),
        template="calls/question_form.html",
        context={"section": section, "action": url("add_question", call, section_id=section.pk)},
    )  # fmt: skip
    return page.show(form)


class _QuestionPage(Page):
    """The form of a question, which can be asked for the fields of another kind."""

    @staticmethod
    def _is_looking(form: Any) -> bool:
        # Another kind was chosen and saved at once: what that kind asks was not seen yet.
        is_other = form.data.get("shown_kind", form.of_kind) != form.of_kind
        if "show_kind" not in form.data and not is_other:
            return False
        form.show_again()
        return True


def _kind(request: Request, draft: DraftPage, otherwise: str) -> str:
    """The kind that was sent, that stands in the draft gone on with, or that was asked for."""
    asked = request.POST.get("kind") or request.GET.get("kind")
    if draft.is_continued and draft.draft:
        asked = str(draft.draft.content.get("kind", otherwise))
    return asked if asked in Question.Kind.values else otherwise


@login_required
@require_POST
def move_part(request: Request, slug: str, what: str, part_id: int) -> HttpResponse:
    """A section or question one place up or down."""
    call = call_to_edit(request, slug)
    part = _part(call, what, part_id)
    steps = -1 if request.POST.get("steps") == "-1" else 1
    try:
        domain.move(part, by=request.actor, steps=steps)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"{url('form', call)}#{what}-{part_id}")


@login_required
@require_POST
def remove_part(request: Request, slug: str, what: str, part_id: int) -> HttpResponse:
    """A section with its questions, or a question, taken out."""
    call = call_to_edit(request, slug)
    part = _part(call, what, part_id)
    try:
        if isinstance(part, Section):
            domain.remove_section(part, by=request.actor)
        else:
            domain.remove_question(part, by=request.actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Taken out. The history keeps its words."))
    return redirect(url("form", call))


def _part(call: Call, what: str, part_id: int) -> Section | Question:
    if what == "section":
        return _section(call, part_id)
    if what == "question":
        return _question(call, part_id)
    raise Http404
