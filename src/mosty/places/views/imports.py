"""The import of municipalities: send a file, look at the plan, have it written, take it back.

The page of one import is that of every kind (`imports.kinds`).

Only the secretariat gets in. Nothing is written by looking; the plan is written by one button,
exactly as it stands on the page.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mosty.core.access import require
from mosty.core.exports import csv_response, xlsx_response
from mosty.core.requests import Request
from mosty.core.states import ReasonMissing, WrongState
from mosty.core.templatetags.mosty import number
from mosty.places import jobs
from mosty.places.forms.imports import ImportForm, WriteForm
from mosty.places.imports import sentences
from mosty.places.imports.commit import begin_writing
from mosty.places.imports.kinds import ImportKind, kind_of
from mosty.places.imports.layouts.lau import REMARKS
from mosty.places.imports.layouts.own import COLUMNS
from mosty.places.imports.plan import ROWS_OF_PART, Head, Outcome, PlannedRow
from mosty.places.imports.storing import (
    begin_import,
    drop_import,
    fault_of,
    head_of,
    parts_of,
    plan_again,
    rows_of,
)
from mosty.places.imports.undoing import can_undo, is_being_undone
from mosty.places.imports.undone import CannotUndo
from mosty.places.models import Country, Import
from mosty.places.queries.imports import TONES, imports_so_far

_RULE = "places.import_municipalities"
# What a page shows first: the faults, then what would happen.
_TABS = (
    Outcome.REFUSED,
    Outcome.DOUBTFUL,
    Outcome.CREATE,
    Outcome.CHANGE,
    Outcome.LEFT_OUT,
    Outcome.SAME,
)


@login_required
def list_imports(request: Request) -> HttpResponse:
    """Earlier imports, and the form for another one."""
    require(_RULE, request.actor)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file, groups = form.cleaned_data["file"], form.cleaned_data["groups"]
        made = begin_import(file, by=request.actor, name=file.name or "file.csv", groups=groups)
        jobs.start_planning(made, by=request.actor)
        return redirect(made)
    context = imports_so_far(Import.Kind.MUNICIPALITIES, number=request.GET.get("page")) | {
        "title": _("Import municipalities"),
        "lead": _("Send a file, look at what would happen, and have exactly that written."),
        "breadcrumbs": [(_("Municipalities"), reverse("places:list")), (_("Import"), "")],
        "form": form,
        "send_title": _("Send a file"),
        "understood": [
            _(
                "The codifier of Ukraine (KATOTTG) and Eurostat’s list of municipalities (LAU), as "
                "they are published: XLSX. Leave the name of Eurostat’s file as it is: it says the "
                "year."
            ),
            _(
                "Your own table: one row for each municipality, the first row names the columns. "
                "Only code and name are needed; what a cell leaves empty stays in the register as "
                "it is."
            ),
            _("hromadas.csv and lau.csv as published with their sources."),
        ],
        "columns_title": _("The columns of your own table"),
        "columns": COLUMNS.items(),
    }
    return render(request, "imports/send.html", context)


@login_required
def show_import(request: Request, import_id: int) -> HttpResponse:
    """One import: how far it is, what is planned, what was written."""
    import_ = get_import(request, import_id)
    if request.htmx and request.GET.get("part") == "progress":
        return _progress_answer(request, import_)
    return import_page(request, import_)


def import_page(
    request: Request, import_: Import, *, blocked: Sequence[tuple[int, str, str]] = ()
) -> HttpResponse:
    """The page of one import; `blocked` are rows for which it cannot be taken back."""
    head, kind = head_of(import_), kind_of(import_)
    done_label, done_url = kind.done
    stands = import_.result.get("blocked", ()) if import_.stage == "written" else ()
    context: dict[str, Any] = {
        "title": import_.file_name,
        "eyebrow": _("Import"),
        "eyebrow_url": reverse(kind.list_url),
        "breadcrumbs": _trail(import_),
        "state_text": import_.get_stage_display(),
        "state_tone": TONES[import_.stage],
        "import": import_,
        "has_country": kind.has_country,
        "list_url": reverse(kind.list_url),
        "done_label": done_label,
        "done_url": reverse(done_url),
        "can_undo": can_undo(import_) and not is_being_undone(import_),
        "blocked": blocked or stands,
        "head": head,
        "fault": fault_of(import_),
        "progress": _progress(import_),
        "moved": [
            (row, code, {**sentences.MOVED, **kind.moved}.get(what, what))
            for row, code, what in import_.result.get("moved", ())
        ],
    }
    if head is not None:
        context |= _plan(request, import_, head, kind)
    return render(request, "places/import.html", context)


def _plan(request: Request, import_: Import, head: Head, kind: ImportKind) -> dict[str, Any]:
    outcome = _outcome(request, head)
    count = head.count(outcome)
    page = Paginator(range(count), ROWS_OF_PART).get_page(request.GET.get("page"))
    rows = rows_of(import_, outcome, page.number) if count else []
    countries = {country.code: country for country in Country.objects.all()}
    labels = {**sentences.OUTCOMES, **kind.outcomes}
    to_write = sum(head.count(one) for one in (Outcome.CREATE, Outcome.CHANGE))
    return {
        "lead": _lead(head),
        "figures": [
            {"label": label, "value": head.count(one)}
            for one, label in labels.items()
            if one not in kind.never
        ],
        "facts": _facts(import_, head),
        "countries": [
            (countries.get(one.country, one.country or "–"), one, _remark(head, one.country))
            for one in head.countries
        ],
        "has_expected": any(one.expected for one in head.countries),
        "tabs": [
            {
                "label": labels[one],
                "url": f"?show={one}",
                "current": one is outcome,
                "count": head.count(one),
            }
            for one in _TABS
            if head.count(one)
        ],
        "outcome": outcome.value,
        "page_obj": page,
        "rows": [_shown(row, countries, import_, kind) for row in rows],
        "exports": [
            (suffix.upper(), reverse("places:import_rows", args=[import_.pk, outcome, suffix]))
            for suffix in ("csv", "xlsx")
        ],
        "write_form": WriteForm(doubtful=head.count(Outcome.DOUBTFUL)),
        "writes": kind.to_write(to_write),
        "new_regions": sum(not region.before for region in head.regions),
    }


def _outcome(request: Request, head: Head) -> Outcome:
    asked = request.GET.get("show", "")
    if asked in set(Outcome):
        return Outcome(asked)
    return next((one for one in _TABS if head.count(one)), Outcome.SAME)


def _lead(head: Head) -> str:
    if not head.is_sound:
        return _("Mend the rows below in your file and send it again. Nothing has been written.")
    return ""


def _facts(import_: Import, head: Head) -> list[dict[str, Any]]:
    """What was found in the file, whatever its encoding and separator."""
    layouts = {**sentences.LAYOUTS, **kind_of(import_).layouts}
    separator = _("tab") if head.separator == "tab" else head.separator
    return [
        {"label": _("Layout"), "value": layouts.get(head.layout, head.layout)},
        {"label": _("Encoding"), "value": head.encoding},
        *([{"label": _("Separator"), "value": separator}] if separator else []),
        {"label": _("Size"), "value": filesizeformat(head.file_size)},
        {"label": _("SHA-256 of the file"), "value": head.file_sha256[0][:16] + "…"},
        {"label": _("SHA-256 of the plan"), "value": import_.sha256[:16] + "…"},
    ]


def _remark(head: Head, country: str) -> Any:
    return REMARKS.get(country, "") if head.layout == "lau" else ""


def _shown(
    row: PlannedRow, countries: dict[str, Country], import_: Import, kind: ImportKind
) -> dict[str, Any]:
    return {
        "planned": row,
        "country": countries.get(row.country),
        "new": sentences.say_new(row),
        "changes": [kind.say(change) for change in row.changes],
        "url": kind.link(import_, row),
    }


def _progress(import_: Import) -> dict[str, Any] | None:
    """For the part; None where nothing is going on and nothing has failed."""
    running = import_.stage in {"reading", "writing"} and import_.is_at_work
    running = running or is_being_undone(import_)
    if not running and not import_.work_error:
        return None
    is_counted = import_.work_step == "comparing"
    return {
        "id": "import-progress",
        "headline": import_.work_error or sentences.STEPS.get(import_.work_step, ""),
        "text": "",
        "now": round(import_.work_share * 100) if is_counted else 0,
        "total": 100 if is_counted else 0,
        "running": running,
        "url": f"{import_.get_absolute_url()}?part=progress",
        "result_url": "",
        "result_label": "",
    }


def _progress_answer(request: Request, import_: Import) -> HttpResponse:
    progress = _progress(import_)
    if progress and progress["running"]:
        return render(request, "parts/progress.html", {"progress": progress})
    answer = HttpResponse()
    answer["HX-Redirect"] = import_.get_absolute_url()
    return answer


@login_required
@require_POST
def write_import(request: Request, import_id: int) -> HttpResponse:
    """Have the plan written, exactly as it was shown."""
    import_ = get_import(request, import_id)
    with_doubtful = request.POST.get("with_doubtful") == "on"
    if request.POST.get("sha256") != import_.sha256:
        messages.warning(request, _("This is not the plan that you saw. Look at it again."))
        return redirect(import_)
    try:
        begin_writing(import_, by=request.actor, with_doubtful=with_doubtful)
    except WrongState:
        messages.info(request, _("Somebody was quicker: see what became of it."))
        return redirect(import_)
    jobs.start_writing(import_, by=request.actor)
    return redirect(import_)


@login_required
@require_POST
def drop(request: Request, import_id: int) -> HttpResponse:
    """Put a plan away that nobody wants; it stays in the list."""
    import_ = get_import(request, import_id)
    try:
        drop_import(import_, by=request.actor)
    except WrongState:
        messages.info(request, _("Somebody was quicker: see what became of it."))
        return redirect(import_)
    messages.success(request, _("The plan was dropped."))
    return redirect(kind_of(import_).list_url)


@login_required
@require_POST
def undo(request: Request, import_id: int) -> HttpResponse:
    """Take a written import back, with the reason; says which rows keep it from happening."""
    import_ = get_import(request, import_id)
    reason = request.POST.get("reason", "")[:1000]
    try:
        count = jobs.start_undoing(import_, by=request.actor, reason=reason)
    except ReasonMissing:
        messages.error(request, _("Nothing was changed: write the reason as well."))
    except WrongState:
        messages.info(request, _("Somebody was quicker: see what became of it."))
    except CannotUndo as error:
        return import_page(request, import_, blocked=error.blocked)
    else:
        if count is not None:
            said = ngettext("Taken back: %(count)s row.", "Taken back: %(count)s rows.", count)
            messages.success(request, said % {"count": number(count)})
    return redirect(import_)


@login_required
@require_POST
def again(request: Request, import_id: int) -> HttpResponse:
    """Make a new plan of the same file, for the register as it is now."""
    import_ = get_import(request, import_id)
    made = plan_again(import_, by=request.actor)
    jobs.start_planning(made, by=request.actor)
    return redirect(made)


@login_required
def download_file(request: Request, import_id: int) -> FileResponse:
    """The file as it was sent."""
    import_ = get_import(request, import_id)
    return FileResponse(import_.file.open("rb"), as_attachment=True, filename=import_.file_name)


@login_required
def export_rows(request: Request, import_id: int, outcome: str, suffix: str) -> HttpResponseBase:
    """The rows with one outcome as a file."""
    import_ = get_import(request, import_id)
    kind = kind_of(import_)
    if outcome not in set(Outcome) or suffix not in {"csv", "xlsx"}:
        raise Http404
    head = [_("Row"), _("Code"), _("Name"), _("Country"), _("What")]
    rows = (
        [row.row, row.code, row.label, row.country, _in_words(row, kind)]
        for part in parts_of(import_, Outcome(outcome))
        for row in part.rows()
    )
    name = f"import-{import_.pk}-{outcome}"
    answer = csv_response if suffix == "csv" else xlsx_response
    return answer(name, head, rows)


def _in_words(row: PlannedRow, kind: ImportKind) -> str:
    said = [str(problem) for problem in row.problems]
    for change in row.changes:
        words = kind.say(change)
        before = f"{words.before} → " if words.before else ""
        said.append(f"{words.label}: {before}{words.after}")
    return "; ".join([*said, sentences.say_new(row)] if row.record else said)


def get_import(request: Request, import_id: int) -> Import:
    """The import with that number, for officers."""
    require(_RULE, request.actor)
    return get_object_or_404(Import, pk=import_id)


def _trail(import_: Import) -> list[tuple[str, str]]:
    kind = kind_of(import_)
    above = [(str(label), reverse(url)) for label, url in kind.trail]
    return [*above, (_("Import"), reverse(kind.list_url)), (import_.file_name, "")]
