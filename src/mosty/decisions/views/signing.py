"""Proposal, approval, letters before they leave, the release and its progress."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mosty.core.access import permitted
from mosty.core.diffs import Change
from mosty.core.history import history_of
from mosty.core.jobs import WorkState
from mosty.core.languages import language_choices
from mosty.core.mail import Letter
from mosty.core.requests import Request
from mosty.core.texts import Text
from mosty.decisions import content, letters, listing
from mosty.decisions.domain import drafting, releasing, signing
from mosty.decisions.forms import TermsForm
from mosty.decisions.groups import broken
from mosty.decisions.models import Outcome, Release, Selection
from mosty.decisions.queries import sent_in
from mosty.decisions.views.common import OUTCOME_TONES, attempt, page, selection_or_404, url

LETTERS_AT_ONCE = 20
MOST_CHANGES = 200


@login_required
def show_signing(request: Request, slug: str) -> HttpResponse:
    """Who proposed and approved which list, what is missing, what has changed since."""
    selection = selection_or_404(request, slug)
    form = TermsForm(request.POST or None, instance=selection)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        fresh = Selection.objects.select_related("call").get(pk=selection.pk)
        if attempt(request, lambda: drafting.set_terms(fresh, by=request.actor, **values)):
            messages.success(request, _("Saved."))
            return redirect(url("signing", selection.call))
    selection.refresh_from_db()
    is_released = selection.state == "released"
    meters = listing.meters_of(selection.call, listing.outcomes_of(selection), request.actor)
    changes = [] if is_released else signing.changed_since(selection)
    voided = history_of(selection, request.actor).filter(verb="decisions.voided").first()
    context = page(selection, _("Proposal and approval"), "signing") | {
        "form": form,
        "lacks": drafting.missing(selection) if selection.state == "draft" else [],
        "broken": broken(meters),
        "meters": meters,
        "changes": [said_change(selection, one) for one in changes[:MOST_CHANGES]],
        "voided": voided if selection.state == "draft" else None,
        "may_approve": selection.state == "proposed"
        and permitted("decisions.approve", request.actor, selection),
        "is_mine": selection.proposed_by_id == request.actor.user_id,
        "history": history_of(selection, request.actor)[:10],
    }
    return render(request, "decisions/signing.html", context)


def said_change(selection: Selection, change: Change) -> tuple[str, str, Any]:
    """A change for people: whose line, what of it, and how."""
    names = {"outcome": _("Outcome"), "rank": _("Place in the reserve"), "reason": _("Reason"),
             "suggested": _("Suggestion"), "criteria": _("Means of the criteria"),
             "comments": _("Comments to the applicant"), "appeal_days": _("Days for an appeal"),
             "answer_days": _("Days for a reserve to answer")}  # fmt: skip
    path = change.path
    if path[0] != "decisions":
        return "", names.get(path[0], path[0]), _plain(path[0], change)
    body = _body_of(selection, path[1])
    if len(path) < 3:
        what = _("New in the list") if change.before is None else _("Not in the list any more")
        return body, what, Change(path, None, None)
    return body, names.get(path[2], path[2]), _plain(path[2], change)


def _plain(field: str, change: Change) -> Change:
    return Change(change.path, _words(field, change.before), _words(field, change.after))


def _words(field: str, value: Any) -> Any:
    if field in {"outcome", "suggested"} and value in Outcome.values:
        return str(Outcome(value).label)
    if field == "comments" and isinstance(value, list):
        return " · ".join(str(Text.load(one)) for one in value)
    return value if value is None or isinstance(value, str) else str(value)


def _body_of(selection: Selection, key: str) -> str:
    rows = selection.call.applications.select_related("organisation").filter(pk=int(key))
    found = rows.first()
    return str(found.organisation) if found else key


@login_required
@require_POST
def propose(request: Request, slug: str) -> HttpResponse:
    """Freeze the list and ask a second officer."""
    selection = selection_or_404(request, slug)
    if attempt(request, lambda: signing.propose(selection, by=request.actor)):
        messages.success(request, _("Proposed. A second officer must approve it."))
    return redirect(url("signing", selection.call))


@login_required
@require_POST
def approve(request: Request, slug: str) -> HttpResponse:
    """Approve the version that was on the page."""
    selection = selection_or_404(request, slug)
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isdecimal() else 0
    if attempt(request, lambda: signing.approve(selection, version, by=request.actor)):
        messages.success(request, _("Approved. The decisions can be released."))
    return redirect(url("signing", selection.call))


@login_required
@require_POST
def take_back(request: Request, slug: str) -> HttpResponse:
    """Take the proposal or the approval back."""
    selection = selection_or_404(request, slug)
    reason = request.POST.get("reason", "")
    if attempt(request, lambda: signing.take_back(selection, by=request.actor, reason=reason)):
        messages.success(request, _("Taken back. The list can be changed again."))
    return redirect(url("signing", selection.call))


@login_required
def outbox(request: Request, slug: str) -> HttpResponse:
    """Every letter as its reader will get it."""
    selection = selection_or_404(request, slug)
    rows = sent_in(selection.call).select_related("organisation").order_by("pk")
    page_obj = Paginator(rows, LETTERS_AT_ONCE).get_page(request.GET.get("page"))
    shown = list(page_obj.object_list)
    # What was approved is what leaves; before that, what stands now.
    frozen = letters.entries(selection) if selection.state != "draft" else {}
    fresh = {} if frozen else content.entries_of(selection, [row.pk for row in shown])
    found = frozen or fresh
    readers = letters.readers(shown)
    criteria = letters.criteria_by_key(selection.call)
    languages = dict(language_choices(["en", "uk"]))
    previews = []
    for row in shown:
        entry, reader = found.get(row.pk), readers.get(row.pk)
        if entry is None or not entry["outcome"]:
            previews.append((row, reader, "", "", "", "", ""))
            continue
        subject, text = letters.preview(
            letters.context(selection, row, entry, criteria, reader), reader
        )
        language = reader.language if reader else "en"
        outcome = Outcome(entry["outcome"])
        previews.append(
            (row, reader, subject, text, languages.get(language, language),
             OUTCOME_TONES[outcome], str(outcome.label))
        )  # fmt: skip
    context = page(selection, _("Letters"), "outbox") | {
        "page_obj": page_obj, "previews": previews,
    }  # fmt: skip
    return render(request, "decisions/outbox.html", context)


@login_required
def release(request: Request, slug: str) -> HttpResponse:
    """Release the approved list at once; later, how far its letters are."""
    selection = selection_or_404(request, slug)
    if request.method == "POST":
        if attempt(request, lambda: releasing.release(selection, by=request.actor)):
            messages.success(request, _("Released. The letters are being written."))
        return redirect(url("release", selection.call))
    made = Release.objects.filter(selection=selection).first()
    context = page(selection, _("Release"), "release") | {"release": made}
    if made is not None:
        context |= progress(made, url("release", selection.call))
        if request.htmx:
            return render(request, "parts/progress.html", context)
    return render(request, "decisions/release.html", context)


def progress(made: Release, address: str) -> dict[str, Any]:
    """How many letters are written and sent, and what a person must look at."""
    total = len(letters.entries(made.selection))
    states = dict(made.sendings.order_by().values_list("letter__state").annotate(count=Count("pk")))
    written, nobody = sum(states.values()), made.sendings.filter(message_id="").count()
    # What went out two years ago is forgotten: it was sent.
    gone = states.pop(None, 0) - nobody
    sent = states.get(Letter.State.SENT, 0) + gone
    stuck = states.get(Letter.State.UNCLEAR, 0) + states.get(Letter.State.FAILED, 0)
    running = made.work_state != WorkState.DONE or bool(
        states.get(Letter.State.WAITING) or states.get(Letter.State.SENDING)
    )
    state = {
        "id": "release-progress", "running": running, "url": address,
        "now": sent if made.work_state == WorkState.DONE else written, "total": total,
        "text": "",
        "headline": _("All letters have gone.") if not running and not stuck and not nobody
        else _("The letters have gone, except for those below.") if not running
        else _("The letters are being sent.") if made.work_state == WorkState.DONE
        else _("The letters are being written."),
    }  # fmt: skip
    return {
        "progress": state,
        "sent": sent,
        "total": total,
        "stuck": list(
            made.sendings.filter(letter__state__in=[Letter.State.UNCLEAR, Letter.State.FAILED])
            .select_related("organisation", "letter")[:50]
        ),
        "letters_url": reverse("people:letters"),
        "unread": list(made.sendings.filter(message_id="").select_related("organisation")[:50]),
    }  # fmt: skip
