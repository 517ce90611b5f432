"""The preparation of a round: participants, quotas, policy, and the start of a run."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mosty.core.facts import find_source
from mosty.core.picking import is_search
from mosty.core.pictures.bars import QuotaMeter, quota_meter
from mosty.core.requests import Request
from mosty.matching import checks, domain, intake, market, pages, queries, reasons, territory
from mosty.matching.forms.deeds import ReasonForm
from mosty.matching.forms.preparing import (
    BoundsForm,
    ContactForm,
    NewParticipantForm,
    NewQuotaForm,
    QuotaForm,
)
from mosty.matching.models import Pair, Round, RoundParticipant, RoundQuota, Run, Side
from mosty.matching.views.answering import attempt, staff_round_or_404
from mosty.matching.views.policies import weight_bars


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """A town of the round as the page shows it."""

    row: RoundParticipant
    unknown: str
    needs: int
    offers: int
    partners: int | None


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """A quota in words and, once there is a result, with a meter of its pairs."""

    quota: RoundQuota
    meter: QuotaMeter | None
    words: str
    towns: int
    warnings: list[str]


@login_required
def prepare(request: Request, slug: str) -> HttpResponse:
    """Everything that goes into the market, what is seen wrong with it, and the start button."""
    round_ = staff_round_or_404(request, slug)
    rows = list(queries.participants_of(round_))
    quotas = list(queries.quotas_of(round_))
    known = checks.what_is_known(rows)
    found = checks.look(round_, rows, quotas, known)
    used = _partners_used(round_.current_run)
    at_work = queries.run_at_work(round_)
    by_side = {side: [row for row in rows if row.side == side] for side in Side}
    context = pages.frame(round_, request.actor, current="prepare") | {
        "lead": str(round_.note),
        "figures": [
            {"label": _("Ukraine"), "value": len(by_side[Side.LEFT])},
            {"label": _("European Union"), "value": len(by_side[Side.RIGHT])},
            {"label": _("Quotas"), "value": len(quotas)},
            {"label": _("Decisions"), "value": queries.overrides_in_force(round_).count()},
        ],
        "sides": [
            {
                "code": side.value,
                "name": reasons.side_name(side),
                "rows": [_participant(row, known[row.pk], used) for row in towns],
                "count_text": ngettext(
                    "%(count)s municipality", "%(count)s municipalities", len(towns)
                ) % {"count": len(towns)},
            }
            for side, towns in by_side.items()
        ],
        "contacts": list(queries.contacts_of(round_)),
        "removed": list(queries.removed_from(round_)),
        "quotas": [_quota(row, rows, used, found) for row in quotas],
        "stops": [reasons.check(check) for check in found if check.stops],
        "worth_knowing": [reasons.check(check) for check in found if not check.stops],
        "sources": intake.sources(round_, request.actor) if round_.is_open else [],
        "may_add_quota": round_.is_open and bool(rows),
        "versions": list(queries.policies_of(round_.phase.strand.programme)[:50]),
        "weights": weight_bars(round_.policy) if round_.policy else None,
        **territory.look(round_.current_run, [row.organisation for row in rows]).context,
        "run_at_work": at_work,
        "newest": round_.current_run,
        "is_current": queries.stands(round_),
    }  # fmt: skip
    return render(request, "matching/prepare.html", context)


def _participant(
    row: RoundParticipant, known: checks.Known, used: dict[int, int] | None
) -> ParticipantRow:
    return ParticipantRow(
        row=row,
        unknown=reasons.listed(str(reasons.FACTS[name]) for name in known.unknown),
        needs=known.needs,
        offers=known.offers,
        partners=used.get(row.organisation_id, 0) if used is not None else None,
    )


def _partners_used(run: Run | None) -> dict[int, int] | None:
    """Partners per town in the newest result; None before there is one."""
    if run is None:
        return None
    used: dict[int, int] = {}
    for ends in Pair.objects.filter(run=run).order_by().values_list("left_id", "right_id"):
        for body in ends:
            used[body] = used.get(body, 0) + 1
    return used


def _quota(
    quota: RoundQuota,
    rows: list[RoundParticipant],
    used: dict[int, int] | None,
    found: list[checks.Check],
) -> QuotaRow:
    towns = [row for row in rows if quota.key in market.groups(row)]
    meter = None
    if used is not None:
        count = sum(used.get(row.organisation_id, 0) for row in towns)
        meter = quota_meter(str(quota.group), used=count, minimum=quota.least, maximum=quota.most)
    return QuotaRow(
        quota=quota,
        meter=meter,
        words=reasons.quota(quota.least, quota.most),
        towns=len(towns),
        warnings=[reasons.check(check) for check in found if check.quota == quota.pk],
    )


@login_required
@require_POST
def fill_participants(request: Request, slug: str) -> HttpResponse:
    """Take over the phase's participants."""
    round_ = staff_round_or_404(request, slug)
    count = attempt(request, lambda: domain.fill_participants(round_, by=request.actor))
    if count == 0:
        messages.info(request, _("The phase has no participant that this round does not know."))
    elif count:
        added = ngettext(
            "%(count)s municipality was added.", "%(count)s municipalities were added.", count
        )
        messages.success(request, added % {"count": count})
    return redirect("matching:prepare", slug)


@login_required
def add_participant(request: Request, slug: str) -> HttpResponse:
    """Put one municipality of the register into the round."""
    round_ = staff_round_or_404(request, slug)
    form = NewParticipantForm(request.POST or None, actor=request.actor, round_=round_)
    if request.method == "POST" and not is_search(form) and form.is_valid():
        data = dict(form.cleaned_data)
        town = data.pop("organisation")[0]
        if attempt(request, lambda: domain.set_participant(round_, town, by=request.actor, **data)):
            messages.success(request, _("%(town)s is in the round.") % {"town": town})
            return redirect("matching:prepare", slug)
    return _form(request, round_, form, _("Add a municipality"), _("Add"))


@login_required
def participant(request: Request, slug: str, pk: int) -> HttpResponse:
    """The bounds of one town, and taking it out."""
    round_ = staff_round_or_404(request, slug)
    row = get_object_or_404(queries.participants_of(round_), pk=pk)
    initial = {"association": row.association_id, "least": row.least, "most": row.most}
    form = BoundsForm(request.POST or None, actor=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        verb = domain.set_participant
        if attempt(
            request, lambda: verb(round_, row.organisation, by=request.actor, **form.cleaned_data)
        ):
            messages.success(request, _("Saved."))
            return redirect("matching:prepare", slug)
    remove = {
        "label": _("Take it out of the round"),
        "action": reverse("matching:remove_participant", args=[slug, pk]),
    }
    return _form(request, round_, form, str(row.organisation), _("Save"), remove=remove)


@login_required
@require_POST
def remove_participant(request: Request, slug: str, pk: int) -> HttpResponse:
    """Take one town out, with the reason."""
    round_ = staff_round_or_404(request, slug)
    row = get_object_or_404(queries.participants_of(round_), pk=pk)
    reason = request.POST.get("reason", "")
    attempt(request, lambda: domain.remove_participant(row, by=request.actor, reason=reason))
    return redirect("matching:prepare", slug)


@login_required
def add_quota(request: Request, slug: str) -> HttpResponse:
    """A quota for an association, country or region of the round."""
    round_ = staff_round_or_404(request, slug)
    form = NewQuotaForm(request.POST or None, round_=round_)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        group = data.pop("group")
        if attempt(request, lambda: domain.set_quota(round_, group, by=request.actor, **data)):
            messages.success(request, _("The quota of %(group)s is set.") % {"group": group})
            return redirect("matching:prepare", slug)
    return _form(request, round_, form, _("Add a quota"), _("Add"))


@login_required
def quota(request: Request, slug: str, pk: int) -> HttpResponse:
    """Change one quota, or take it away."""
    round_ = staff_round_or_404(request, slug)
    row = get_object_or_404(queries.quotas_of(round_), pk=pk)
    form = QuotaForm(request.POST or None, initial={"least": row.least, "most": row.most})
    if request.method == "POST" and form.is_valid():
        group, data = row.group, form.cleaned_data
        if attempt(request, lambda: domain.set_quota(round_, group, by=request.actor, **data)):
            messages.success(request, _("Saved."))
            return redirect("matching:prepare", slug)
    remove = {
        "label": _("Take this quota away"),
        "action": reverse("matching:remove_quota", args=[slug, pk]),
        "plain": True,
    }
    return _form(request, round_, form, str(row.group), _("Save"), remove=remove)


@login_required
@require_POST
def remove_quota(request: Request, slug: str, pk: int) -> HttpResponse:
    """Take one quota away."""
    round_ = staff_round_or_404(request, slug)
    row = get_object_or_404(queries.quotas_of(round_), pk=pk)
    attempt(request, lambda: domain.remove_quota(row, by=request.actor))
    return redirect("matching:prepare", slug)


@login_required
def add_contact(request: Request, slug: str) -> HttpResponse:
    """Note that two towns of the round knew each other before."""
    round_ = staff_round_or_404(request, slug)
    form = ContactForm(request.POST or None, round_=round_)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        address = data.pop("source_url")
        source = find_source(address) if address else None
        if attempt(
            request,
            lambda: domain.add_contact(round_, by=request.actor, source=source, **data),
        ):
            messages.success(request, _("The contact is noted."))
            return redirect("matching:prepare", slug)
    return _form(request, round_, form, _("Note an earlier contact"), _("Note it"))


@login_required
@require_POST
def remove_contact(request: Request, slug: str, pk: int) -> HttpResponse:
    """Take a noted contact away, with the reason."""
    round_ = staff_round_or_404(request, slug)
    row = get_object_or_404(queries.contacts_of(round_), pk=pk)
    reason = request.POST.get("reason", "")
    attempt(request, lambda: domain.remove_contact(row, by=request.actor, reason=reason))
    return redirect("matching:prepare", slug)


@login_required
@require_POST
def choose_policy(request: Request, slug: str) -> HttpResponse:
    """Let the round use another version of the policy."""
    round_ = staff_round_or_404(request, slug)
    number = request.POST.get("number", "")
    rows = queries.policies_of(round_.phase.strand.programme)
    chosen = rows.filter(number=number).first() if number.isdecimal() else None
    if chosen is None:
        messages.error(request, _("Choose one of the versions."))
        return redirect("matching:prepare", slug)
    attempt(request, lambda: domain.choose_policy(round_, chosen, by=request.actor))
    return redirect("matching:prepare", slug)


def _form(
    request: Request,
    round_: Round,
    form: Any,
    title: str,
    submit: str,
    *,
    remove: dict[str, Any] | None = None,
) -> HttpResponse:
    back = reverse("matching:prepare", args=[round_.slug])
    context = {
        "title": title,
        "eyebrow": str(round_),
        "eyebrow_url": back,
        "form": form,
        "submit": submit,
        "back": back,
        "is_closed": not round_.is_open,
        "remove": remove,
        "reason_form": ReasonForm(prefix="out") if remove else None,
        "breadcrumbs": [
            (_("Rounds"), reverse("matching:rounds")), (str(round_), back), (title, ""),
        ],
    }  # fmt: skip
    return render(request, "matching/form.html", context)
