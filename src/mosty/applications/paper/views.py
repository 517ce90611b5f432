"""The versions of an application, what differs between two of them, and papers to draft with."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mosty.applications import queries
from mosty.applications.compare import Comparison
from mosty.applications.content import dump
from mosty.applications.models import Application
from mosty.applications.paper import council, docx, pdf, sheets
from mosty.applications.paper.forms import CompareForm
from mosty.applications.paper.registry import may_compare
from mosty.applications.paper.standing import is_behind
from mosty.applications.reading import of_version
from mosty.applications.views.common import (
    application_or_404,
    call_or_404,
    crumbs,
    no_store,
    own_or_404,
)
from mosty.core.access import permitted, require
from mosty.core.files import DOCX, PDF
from mosty.core.requests import Request
from mosty.core.states import WrongState
from mosty.core.versions import Version, versions_of


@login_required
def versions(request: Request, pk: int) -> HttpResponse:
    """Frozen versions, newest first, and what differs between two of them: all for its own people,
    for the secretariat those that were sent in."""
    application = application_or_404(request, pk)
    is_own = permitted("applications.write", request.actor, application)
    if not may_compare(request.actor, application):
        require("applications.write", request.actor, application)
    rows: list[Any] = list(
        _read_by(request, application).annotate(
            approvals=Count("signatures__signatory", Q(signatures__choice="approve"), distinct=True)
        )
    )
    form, pair = _pair(request, rows)
    differences = None
    if pair is not None:
        before, after = pair
        compared = Comparison.of(application.call)
        differences = compared.between(before.content, after.content)
    context = {
        "title": _("Versions"),
        "eyebrow": str(application),
        "eyebrow_url": application.get_absolute_url(),
        "lead": _("Each is frozen: nobody can change it, its hash shows that nobody has."),
        "breadcrumbs": crumbs(application, _("Versions")),
        "application": application,
        "is_own": is_own,
        "rows": rows,
        "form": form,
        "pair": pair,
        "changes": differences,
    }
    return no_store(render(request, "applications/versions.html", context))


def _pair(
    request: Request, rows: list[Version]
) -> tuple[CompareForm | None, tuple[Version, Version] | None]:
    """The two versions to compare: those asked for, else the newest and the one before."""
    if len(rows) < 2:
        return None, None
    numbers = [row.number for row in rows]
    data = request.GET if request.GET else {"from": str(numbers[1]), "to": str(numbers[0])}
    form = CompareForm(data, numbers=numbers)
    if not form.is_valid():
        return form, None
    found = {row.number: row for row in rows}
    return form, (found[form.cleaned_data["from"]], found[form.cleaned_data["to"]])


def _version_or_404(request: Request, application: Application, number: int) -> Version:
    found: Version = get_object_or_404(_read_by(request, application), number=number)
    return found


def _read_by(request: Request, application: Application) -> QuerySet[Version]:
    """Its own people read every version, the secretariat what was sent in, others what counts."""
    if permitted("applications.write", request.actor, application):
        return versions_of(application)
    if may_compare(request.actor, application):
        return queries.sent_versions(application)
    return versions_of(application).filter(pk=application.version_id or 0)


def _below_versions(request: Request, application: Application, name: str) -> list[tuple[str, str]]:
    if not may_compare(request.actor, application):
        return crumbs(application, name)
    *steps, (label, _url) = crumbs(application, _("Versions"))
    return [*steps, (label, reverse("papers:versions", args=[application.pk])), (name, "")]


@login_required
def version(request: Request, pk: int, number: int) -> HttpResponse:
    """One frozen version, as it was."""
    application = application_or_404(request, pk)
    row = _version_or_404(request, application, number)
    name = _("Version %(number)s") % {"number": number}
    context = {
        "title": name,
        "eyebrow": str(application),
        "eyebrow_url": application.get_absolute_url(),
        "breadcrumbs": _below_versions(request, application, name),
        "application": application,
        "version": row,
        "has_pdf": pdf.is_possible(),
        "is_intact": row.is_intact(),
        "reading": of_version(row.content, application.call),
    }
    return no_store(render(request, "applications/version.html", context))


@login_required
def now(request: Request, pk: int) -> HttpResponse:
    """The application as it stands now, for printing; sent in, the version that counts."""
    application = application_or_404(request, pk)
    _refuse_unread(request, application)
    if frozen := _counting(request, application):
        return redirect("papers:version", pk=pk, number=frozen.number)
    context = {
        "title": str(application.organisation),
        "eyebrow": str(application.call),
        "eyebrow_url": application.call.get_absolute_url(),
        "lead": _("As it stands now: not signed, not sent in."),
        "breadcrumbs": crumbs(application, _("For printing")),
        "reading": of_version(dump(application), application.call),
    }
    return no_store(render(request, "applications/version.html", context))


@login_required
def paper(request: Request, pk: int, suffix: str) -> HttpResponse:
    """The application as DOCX or PDF: as it stands, or the version `?version=` asks for."""
    application = application_or_404(request, pk)
    language, at = get_language() or "en", timezone.now()
    frozen: Version | None
    if asked := request.GET.get("version"):
        if not asked.isdecimal() or len(asked) > 6:
            raise Http404
        frozen = _version_or_404(request, application, int(asked))
        content, instead = frozen.content, reverse("papers:version", args=[pk, frozen.number])
    else:
        _refuse_unread(request, application)
        frozen = _counting(request, application)
        content = frozen.content if frozen else dump(application)
        instead = reverse("papers:now", args=[pk])
    sheet = sheets.of_application(application, content, version=frozen, language=language, at=at)
    return _sent(request, sheet, suffix, instead=instead)


@login_required
def set_council(request: Request, pk: int) -> HttpResponse:
    """The decision of the council: its day, and the file that shows it."""
    application = own_or_404(request, pk)
    if application.state != "draft":
        messages.info(request, _("It is not being written: nothing is changed now."))
        return redirect(application)
    initial = {"day": application.council_on}
    form = council.CouncilForm(
        request.POST or None, request.FILES or None, initial=initial, label_suffix=""
    )
    if request.method == "POST" and form.is_valid():
        day, file = form.cleaned_data["day"], form.cleaned_data["file"]
        try:
            council.set_council(application, by=request.actor, day=day, file=file)
        except ValidationError as error:
            form.add_error("file", " ".join(error.messages))
        except WrongState:
            messages.info(request, _("It is not being written: nothing is changed now."))
            return redirect(application)
        else:
            messages.success(request, _("Saved."))
            return redirect(application)
    context = {
        "title": _("Decision of the council"),
        "eyebrow": str(application),
        "eyebrow_url": application.get_absolute_url(),
        "lead": _("An optional step. What stands here is part of what is signed and sent in."),
        "breadcrumbs": crumbs(application, _("Decision of the council")),
        "application": application,
        "form": form,
    }
    return no_store(render(request, "applications/council.html", context))


def blank(request: Request, slug: str, suffix: str) -> HttpResponse:
    """The blank form of a call as DOCX or PDF, for whoever may know of the call."""
    call = call_or_404(request, slug)
    sheet = sheets.blank_form(call, language=get_language() or "en", at=timezone.now())
    return _sent(request, sheet, suffix, instead=reverse("calls:blank_form", args=[slug]))


def _refuse_unread(request: Request, application: Application) -> None:
    """What a body is still writing is read by its own people only."""
    if application.state != "submitted":
        require("applications.write", request.actor, application)


def _counting(request: Request, application: Application) -> Version | None:
    """What is read of an application that is sent in; none where it is read as it stands: while it
    is written, and where its own people have changed it and not sent it anew."""
    if application.state != "submitted":
        return None
    is_own = permitted("applications.write", request.actor, application)
    version: Version | None = application.version
    return None if is_own and is_behind(application) else version


def _sent(request: Request, sheet: sheets.Sheet, suffix: str, *, instead: str) -> HttpResponse:
    writers = {"docx": (docx.write, DOCX), "pdf": (pdf.write, PDF)}
    if suffix not in writers:
        raise Http404
    write, kind = writers[suffix]
    try:
        made = write(sheet)
    except pdf.NotPossible:
        messages.info(request, _("No PDF can be made here. Print this page, or take the DOCX."))
        return redirect(instead)
    response = HttpResponse(made, content_type=kind.media_type)
    name = f"{sheet.name}{kind.suffix}"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return no_store(response)
