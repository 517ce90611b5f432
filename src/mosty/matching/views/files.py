"""What can be taken along: pairs as CSV and XLSX; market, result and certificate as JSON."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from mosty.core.exports import maker
from mosty.core.requests import Request
from mosty.matching import exports, queries
from mosty.matching.models import Round, Run
from mosty.matching.views.answering import round_or_404


def _run_or_404(request: Request, round_: Round, number: int) -> Run:
    rows = queries.runs_of(round_, request.actor).defer(None).defer("regrets")
    found = get_object_or_404(rows, number=number)
    found.round = round_
    return found


def pairs_file(request: Request, slug: str, number: int, suffix: str) -> HttpResponseBase:
    """The pairs of one run as a file."""
    make = maker(suffix)
    round_ = round_or_404(request, slug)
    run = _run_or_404(request, round_, number)
    # Rows are read now: a stream that fails half-way would look like a whole file.
    rows = list(exports.lines(run, request.actor))
    note = exports.illustrative_label() if round_.is_illustrative else ""
    return make(f"{round_.slug}-{number}-pairs", exports.head(run), rows, note=note)


def run_file(request: Request, slug: str, number: int, name: str) -> HttpResponse:
    """One of the engine's files, for whoever may read every fact in it."""
    round_ = round_or_404(request, slug)
    run = _run_or_404(request, round_, number)
    if not queries.may_read_facts(run, request.actor):
        raise Http404
    try:
        content = exports.file_of(run, name)
    except (KeyError, ValueError):
        raise Http404 from None
    return HttpResponse(
        content,
        content_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="{round_.slug}-{number}-{name}.json"'
        },
    )
