"""An application while it is written: its overview, a page for each section, owners, files."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mosty.applications import answers, drafts, hindrances, languages, progress, queries, reuse
from mosty.applications.domain import files, writing
from mosty.applications.domain.holding import holding
from mosty.applications.forms.answers import AnswersForm, Line, put
from mosty.applications.forms.deeds import FileForm, LanguageForm, OwnerForm
from mosty.applications.models import Application
from mosty.applications.views.common import application_or_404, crumbs, own_or_404, url
from mosty.calls.models import Question, Section
from mosty.calls.words import deadline
from mosty.core.access import permitted
from mosty.core.drafts.pages import DraftPage, clock, open_draft
from mosty.core.languages import language_name
from mosty.core.requests import Request
from mosty.core.states import WrongState
from mosty.people.models import User

HISTORY_SHOWN = 12


def overview(request: Request, application: Application) -> dict[str, Any]:
    """For whoever writes it: sections with state, owner and due day, what is missing, time left."""
    now = timezone.now()
    found = progress.standings(application, now)
    people = queries.writers(application)
    answered, asked = progress.whole(found)
    rows = [
        {
            "standing": each,
            "url": url("section", application, each.section.pk),
            "owner_url": url("own_section", application, each.section.pk),
            "form": OwnerForm(
                people=people, key=each.section.pk,
                initial={"user": each.owner.user_id, "due": each.owner.due} if each.owner else {},
            ),
            "typed_at": clock(each.unsent.saved_at) if each.unsent else "",
        }
        for each in found
    ]  # fmt: skip
    missing = sum(each.missing + each.wrong for each in found)
    return {
        "rows": rows,
        "when": deadline(application.call, now),
        "shut": hindrances.why_shut(application, now),
        "progress_text": ngettext(
            "%(answered)s of %(asked)s question answered",
            "%(answered)s of %(asked)s questions answered",
            asked,
        ) % {"answered": answered, "asked": asked},
        "missing_text": ngettext(
            "%(count)s answer is missing or has to be mended.",
            "%(count)s answers are missing or have to be mended.",
            missing,
        ) % {"count": missing} if missing else "",
        "record_language": language_name(application.language),
        "language_form": LanguageForm(call=application.call, language=application.language),
        "may_change_language": len(application.call.languages) != 1,
    }  # fmt: skip


def _section(application: Application, section_id: int) -> Section:
    rows = Section.objects.filter(call=application.call_id).prefetch_related("questions")
    found: Section = get_object_or_404(rows, pk=section_id)
    return found


def _gone_on(
    request: Request, application: Application, draft: DraftPage | None = None
) -> HttpResponse:
    """Somebody has sent it in or withdrawn it meanwhile; what was typed waits as a draft."""
    if draft is not None and request.method == "POST" and not draft.sent_before():
        draft.keep()
    messages.info(request, _("This application is not being written now. What you typed is kept."))
    return redirect(application)


@login_required
def section(request: Request, pk: int, section_id: int) -> HttpResponse:
    """The questions of one section: saved as somebody types, whatever is wrong with them yet."""
    application = own_or_404(request, pk)
    part = _section(application, section_id)
    questions = list(part.questions.all())
    codes = [code for code in (application.language, languages.beside(application)) if code]
    offered = reuse.suggestions(application, questions, request.actor)
    is_taking = _take(request, questions, offered, codes)
    draft = open_draft(request, drafts.SECTION, application.pk, section=str(part.pk))
    if application.state != "draft" or application.call.state == "cancelled":
        return _gone_on(request, application, draft)

    def make(data: Any = None) -> AnswersForm:
        return AnswersForm(
            data, application=application, questions=questions,
            values=queries.values(application), languages=codes, suggestions=offered,
        )  # fmt: skip

    form = draft.fill(make())
    if request.method == "POST":
        with holding(application) as now:
            if again := draft.sent_before():
                return again
            if now.state != "draft":
                return _gone_on(request, application, draft)
            form = make(request.POST)
            if not is_taking and form.is_valid() and _saved(form, application, request):
                messages.success(request, _("Saved: %(section)s.") % {"section": part})
                return draft.end(application.get_absolute_url())
        draft.keep()
    context = _section_page(request, application, part) | {
        "form": form,
        "lines": _lines(form, application, questions),
        "draft": draft.shown_with(form),
    }
    return render(request, "applications/section.html", context)


def _take(request: Request, questions: list[Question], offered: Any, codes: list[str]) -> bool:
    """Whether a suggestion is taken over: it then stands in what was sent, as if typed."""
    wanted = request.POST.get("take", "")
    if not wanted:
        return False
    data = request.POST.copy()
    del data["take"]
    for question in questions:
        if str(question.pk) == wanted and question.pk in offered:
            put(data, question, offered[question.pk].value, codes)
            messages.info(request, _("Taken over. Look at it, change it, then save."))
    request.POST = data  # type: ignore[assignment]
    return True


def _saved(form: AnswersForm, application: Application, request: Request) -> bool:
    try:
        writing.save_answers(application, form.answered(), by=request.actor)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _section_page(request: Request, application: Application, part: Section) -> dict[str, Any]:
    parts = [row.pk for row in application.call.sections.all()]
    place = parts.index(part.pk)
    owner = queries.owners(application).get(part.pk)
    return {
        "title": str(part),
        "eyebrow": f"{application.call} · {application.organisation}",
        "eyebrow_url": application.get_absolute_url(),
        "lead": str(part.about),
        "breadcrumbs": crumbs(application, str(part)),
        "application": application,
        "part": part,
        "owner": owner,
        "when": deadline(application.call, timezone.now()),
        "place": place + 1,
        "count": len(parts),
        "before_url": url("section", application, parts[place - 1]) if place else "",
        "next_url": url("section", application, parts[place + 1])
        if place + 1 < len(parts)
        else "",
        "back": application.get_absolute_url(),
        "illustrative": application.is_illustrative,
    }  # fmt: skip


def _lines(
    form: AnswersForm, application: Application, questions: list[Question]
) -> list[Line | dict[str, Any]]:
    """All questions of the section in their order; those for files have forms of their own."""
    day = hindrances.day_of(application.call, timezone.now())
    said = {line.question.pk: line for line in form.lines(day)}
    held = list(queries.files(application).filter(question__in=questions))
    return [
        said.get(one.pk)
        or {
            "is_file": True,
            "question": one,
            "is_required": answers.is_required(one, day),
            "files": [row for row in held if row.question_id == one.pk],
            "url": url("attach", application, one.pk),
            "form": FileForm(key=one.pk),
        }
        for one in questions
    ]


@login_required
@require_POST
def own_section(request: Request, pk: int, section_id: int) -> HttpResponse:
    """Say who writes a section, and until when."""
    application = own_or_404(request, pk, "own_section")
    part = _section(application, section_id)
    form = OwnerForm(request.POST, people=queries.writers(application), key=part.pk)
    if not form.is_valid():
        messages.error(request, _("Choose somebody who acts for you today, and a day."))
        return redirect(application)
    user: User | None = form.cleaned_data["user"]
    try:
        writing.own_section(
            application, part, by=request.actor, user=user, due=form.cleaned_data["due"]
        )
    except (ValidationError, WrongState):
        return _gone_on(request, application)
    messages.success(request, _("Saved: %(section)s.") % {"section": part})
    return redirect(application)


@login_required
@require_POST
def set_language(request: Request, pk: int) -> HttpResponse:
    """The language of record from now on."""
    application = own_or_404(request, pk)
    form = LanguageForm(request.POST, call=application.call, language=application.language)
    if form.is_valid():
        try:
            writing.set_language(
                application, by=request.actor, language=form.cleaned_data["language"]
            )
        except WrongState:
            return _gone_on(request, application)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Choose one of the languages of the call."))
    return redirect(application)


@login_required
@require_POST
def attach(request: Request, pk: int, question_id: int) -> HttpResponse:
    """A file that answers a question."""
    application = own_or_404(request, pk, "attach")
    rows = Question.objects.filter(section__call=application.call_id, kind=Question.Kind.FILE)
    question = get_object_or_404(rows, pk=question_id)
    form = FileForm(request.POST, request.FILES, key=question.pk)
    back = f"{url('section', application, question.section_id)}#q-{question.pk}"
    if form.is_valid():
        try:
            made, is_new = files.attach(
                application, question, form.cleaned_data["file"], by=request.actor
            )
        except ValidationError as error:
            form.add_error("file", error)
        except WrongState:
            return _gone_on(request, application)
        else:
            said = (
                _("Added: %(file)s.") if is_new else _("This very file is here already: %(file)s.")
            )
            messages.success(request, said % {"file": made.file_name})
            return redirect(back)
    for fault in form.errors["file"]:
        messages.error(request, str(fault))
    return redirect(back)


@login_required
@require_POST
def take_out(request: Request, pk: int, file_id: int) -> HttpResponse:
    """Take a file out of what is being written."""
    application = own_or_404(request, pk, "attach")
    found = get_object_or_404(queries.files(application), pk=file_id)
    try:
        files.take_out(found, by=request.actor)
    except WrongState:
        return _gone_on(request, application)
    messages.success(request, _("Taken out: %(file)s.") % {"file": found.file_name})
    question = found.question
    if question is None:
        return redirect(application)
    return redirect(f"{url('section', application, question.section_id)}#q-{question.pk}")


@login_required
def file(request: Request, pk: int, file_id: int) -> FileResponse:
    """A file, for whoever may know of the application; what is being written only for its own."""
    application = application_or_404(request, pk)
    rows = application.attachments.all()
    if not permitted("applications.write", request.actor, application):
        content = application.version.content if application.version else {"files": []}
        rows = rows.filter(pk__in=[row["key"] for row in content["files"]])
    found = get_object_or_404(rows, pk=file_id)
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.file_name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response
