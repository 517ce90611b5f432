"""What everybody reads of calls: the list, a call, its blank form, whether one may apply."""

from typing import Any

from django.http import FileResponse, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from mosty.calls import queries
from mosty.calls.domain.calls import missing
from mosty.calls.eligibility import Answer, Verdict, check, check_one, said_with_notes
from mosty.calls.forms.readers import BodyForm, CallFilter
from mosty.calls.models import Call, Condition, Stage
from mosty.calls.words import STAGE_TONES, deadline, moment, quota_words, scale
from mosty.core import mail
from mosty.core.access import VISITOR, permitted
from mosty.core.history import history_of
from mosty.core.languages import language_choices
from mosty.core.panels import panels_for
from mosty.core.requests import Request
from mosty.core.templatetags.mosty import number
from mosty.core.texts import Text, said_html
from mosty.core.versions import versions_of
from mosty.places import queries as places

VERDICTS = {
    Verdict.YES: ("good", gettext_lazy("May apply")),
    Verdict.NO: ("bad", gettext_lazy("May not apply")),
    Verdict.UNKNOWN: ("warn", gettext_lazy("Not known yet")),
}
LINE_WORDS = {
    Verdict.YES: ("good", gettext_lazy("fulfilled")),
    Verdict.NO: ("bad", gettext_lazy("not fulfilled")),
    Verdict.UNKNOWN: ("warn", gettext_lazy("not known")),
}
RUNNING = frozenset({Stage.ANNOUNCED, Stage.OPEN})
HISTORY_SHOWN = 10
FEED_VERSION = "https://jsonfeed.org/version/1.1"
FEED_LENGTH = 50
# Bodies of one's own that are checked without being asked: an association has many members.
CHECKED_AT_ONCE = 12


def call_or_404(request: Request, slug: str) -> Call:
    """The call at an address with all that it asks, if the actor may know of it."""
    rows = queries.with_all(queries.visible_to(request.actor))
    call: Call = get_object_or_404(rows, slug=slug)
    return call


def crumbs(call: Call, *below: str) -> list[tuple[str, str]]:
    """Where a page of a call stands."""
    steps = [(_("Calls"), reverse("calls:list"))]
    if not below:
        return [*steps, (str(call), "")]
    return [*steps, (str(call), call.get_absolute_url()), *((name, "") for name in below)]


def list_calls(request: Request) -> HttpResponse:
    """All calls that the actor may know of; those that are open lead."""
    now = timezone.now()
    form = CallFilter(request.GET, actor=request.actor)
    rows = queries.visible_to(request.actor)
    if form.chosen:
        rows = queries.at_stage(rows, form.chosen, now)
    order = list(STAGE_TONES)
    calls = [(call, call.stage_at(now)) for call in rows.prefetch_related("countries")]
    calls.sort(key=lambda row: (row[1] is not Stage.OPEN, order.index(row[1])))
    context = {
        "title": _("Calls"),
        "lead": _("Who may take part is decided in calls: what is asked, until when, judged how."),
        "form": form,
        "filters_label": _("Filter the calls"),
        "count_text": ngettext("%(count)s call", "%(count)s calls", len(calls))
        % {"count": number(len(calls))},
        "calls": [
            (call, stage.label, STAGE_TONES[stage], deadline(call, now)) for call, stage in calls
        ],
        "may_create": permitted("calls.create_call", request.actor),
    }
    return render(request, "calls/list.html", context)


def show_call(request: Request, slug: str) -> HttpResponse:
    """What it is about, whom it is for, what it asks, how it decides, and what one's own body
    would be answered."""
    actor, now = request.actor, timezone.now()
    call = call_or_404(request, slug)
    stage = call.stage_at(now)
    may_edit = permitted("calls.edit_call", actor, call)
    cancelled = (
        history_of(call, actor).filter(verb="calls.cancel").first()
        if stage is Stage.CANCELLED
        else None
    )
    version = versions_of(call).first()
    bodies = list(queries.bodies_to_check(call, actor)[: CHECKED_AT_ONCE + 1])
    answers = check(call, bodies[:CHECKED_AT_ONCE], actor)
    context = {
        "title": str(call),
        "eyebrow": f"{call.phase.strand.programme} · {call.phase}",
        "eyebrow_url": call.phase.get_absolute_url(),
        "title_language": call.name.said().language if call.name.said().is_fallback else "",
        "lead": said_html(call.about),
        "state_text": " · ".join(filter(None, (str(stage.label), deadline(call, now)))),
        "state_tone": STAGE_TONES[stage],
        "breadcrumbs": crumbs(call),
        "call": call,
        "stage": stage,
        "cancelled": cancelled,
        "extensions": [
            (extension, *(moment(at, call.zone) for at in (extension.before, extension.after)))
            for extension in call.extensions.all()
        ],
        "version": version,
        # The first version is the publication; whoever read that wants to know of the others.
        "corrected": moment(version.at, call.zone) if version and version.number > 1 else "",
        "sections": list(call.sections.all()),
        "conditions": said_with_notes(list(call.conditions.all()), actor),
        "criteria": weighted(call),
        "scale": scale(call),
        "quotas": [quota_words(quota, actor) for quota in call.quotas.all()],
        "languages": [name for _code, name in language_choices(call.languages)],
        "checked": [(body, shown(answers[body.pk])) for body in bodies[:CHECKED_AT_ONCE]],
        "has_more_bodies": len(bodies) > CHECKED_AT_ONCE,
        "enquiry_count": queries.enquiries(call, actor).count(),
        "is_watched": queries.is_watched(call, actor),
        "may_watch": permitted("calls.watch", actor, call) and stage in RUNNING,
        "may_edit": may_edit,
        "lacks": missing(call) if may_edit and stage is Stage.DRAFT else [],
        "panels": panels_for("calls.call", call, actor),
        "history": history_of(call, actor)[:HISTORY_SHOWN],
    }
    return render(request, "calls/show.html", context)


def weighted(call: Call) -> list[tuple[Any, int, list[tuple[str, Any]]]]:
    """The criteria that count, each with its share of the whole in per cent and its labels."""
    rows = queries.criteria(call)
    total = sum(one.weight for one in rows) or 1
    return [(one, round(100 * one.weight / total), anchors(one)) for one in rows]


def anchors(criterion: Any) -> list[tuple[str, Any]]:
    """Score → what it means, from the lowest on."""
    found = sorted(criterion.anchors.items(), key=lambda row: int(row[0]))
    return [(score, Text.load(said)) for score, said in found]


def shown(answer: Answer) -> dict[str, Any]:
    """An answer for a template."""
    tone, words = VERDICTS[answer.verdict]
    return {
        "tone": tone,
        "words": words,
        "lines": [(line, *LINE_WORDS[line.verdict]) for line in answer.lines],
        "verdict": answer.verdict.value,
        "because": [line.because for line in answer.of(answer.verdict)]
        if answer.verdict is not Verdict.YES
        else [],
    }


def blank_form(request: Request, slug: str) -> HttpResponse:
    """All questions with room to write, for printing: some prepare answers on paper."""
    call = call_or_404(request, slug)
    context = {
        "title": str(call),
        "eyebrow": _("Blank form"),
        "lead": _("For preparing. What counts is what is sent here, on the site."),
        "breadcrumbs": crumbs(call, _("Blank form")),
        "call": call,
        "sections": list(call.sections.all()),
        "closes": deadline(call, timezone.now()),
    }
    return render(request, "calls/blank_form.html", context)


def eligibility(request: Request, slug: str) -> HttpResponse:
    """Whether a body may apply: yes, no because, or unknown, with the figure that decides."""
    call = call_or_404(request, slug)
    form = BodyForm(request.GET or None, call=call, actor=request.actor)
    body = answer = None
    if request.GET and form.is_valid():
        rows = places.visible_to(request.actor).select_related("country", "region")
        body = get_object_or_404(rows, pk=form.cleaned_data["body"][0].pk)
        answer = shown(check_one(call, body, request.actor))
    context = {
        "title": _("May we apply?"),
        "eyebrow": str(call),
        "lead": _("Answered from the register, before anybody fills in a long form."),
        "breadcrumbs": crumbs(call, _("May we apply?")),
        "call": call,
        "form": form,
        "body": body,
        "answer": answer,
        "conditions": said_with_notes(list(call.conditions.all()), request.actor),
    }
    return render(request, "calls/eligibility.html", context)


def document(request: Request, slug: str, document_id: int) -> FileResponse:
    """A file of a call, for whoever may know of the call."""
    found = get_object_or_404(queries.documents(request.actor), pk=document_id, call__slug=slug)
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.file_name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def feed(request: Request) -> JsonResponse:
    """JSON Feed 1.1 of the calls that everybody may know of, whoever asks."""
    language = get_language() or "en"
    rows = queries.with_all(queries.visible_to(VISITOR)).exclude(published_at=None)
    calls = list(rows.order_by("-published_at", "-pk")[:FEED_LENGTH])
    known = _known_associations(calls)
    items = [_item(call, known) for call in calls]
    data = {
        "version": FEED_VERSION,
        "title": _("Calls"),
        "home_page_url": mail.address(reverse("calls:list")),
        "feed_url": mail.address(reverse("calls:feed")),
        "language": language,
        "items": items,
    }
    return JsonResponse(
        data, content_type="application/feed+json", json_dumps_params={"ensure_ascii": False}
    )


def _known_associations(calls: list[Call]) -> set[str]:
    """Of the associations that conditions name, those that everybody may know of now."""
    codes = {
        code
        for call in calls
        for one in call.conditions.all()
        if one.kind == Condition.Kind.ASSOCIATION
        for code in one.params.get("codes", ())
    }
    rows = places.visible_to(VISITOR).filter(code__in=codes)
    return set(rows.values_list("code", flat=True))


def _item(call: Call, known: set[str]) -> dict[str, Any]:
    """A call in the feed; `_mosty` holds what a machine wants to know."""
    stage = call.stage_at()
    url = mail.address(call.get_absolute_url())
    return {
        "id": url,
        "url": url,
        "title": str(call),
        "content_text": str(call.about) or str(call),
        "date_published": call.published_at.isoformat() if call.published_at else None,
        "tags": [stage.value, call.audience],
        "_mosty": {
            "stage": stage.value,
            "opens": call.opens_there.isoformat() if call.opens_there else None,
            "closes": call.closes_there.isoformat() if call.closes_there else None,
            "time_zone": call.zone,
            "audience": call.audience,
            "countries": sorted(country.pk for country in call.countries.all()),
            "languages": call.languages,
            "places": call.places,
            "conditions": [
                {"kind": one.kind, **_public_params(one, known)} for one in call.conditions.all()
            ],
        },
    }


def _public_params(condition: Condition, known: set[str]) -> dict[str, Any]:
    params = dict(condition.params)
    if condition.kind == Condition.Kind.ASSOCIATION and params.get("codes"):
        params["codes"] = [code for code in params["codes"] if code in known]
        if not params["codes"]:
            # An empty list would say that any association will do.
            del params["codes"]
    return params
