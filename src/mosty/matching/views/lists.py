"""The list of rounds, and opening or renaming one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mosty.core.access import Actor, permitted, require
from mosty.core.exports import maker
from mosty.core.requests import Request
from mosty.core.search import fold
from mosty.core.texts import Text
from mosty.matching import domain, pages, queries, reasons
from mosty.matching.forms.rounds import NewRoundForm, RoundForm
from mosty.matching.models import ROUND, Round
from mosty.matching.views.answering import attempt, staff_round_or_404
from mosty.programmes.models import Phase
from mosty.programmes.queries import phases

PER_PAGE = 50
SORTS = {
    "created": ("created_at", "pk"),
    "phase": ("phase__starts_on", "pk"),
    "state": ("state", "-created_at"),
    "size": ("current_run__size", "pk"),
}


class RoundFilter(forms.Form):
    """The bar above the list."""

    q = forms.CharField(
        label=gettext_lazy("Search rounds"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    phase = forms.ModelChoiceField(
        label=gettext_lazy("Phase"),
        queryset=Phase.objects.none(),
        required=False,
        empty_label=gettext_lazy("All"),
    )
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, actor: Actor) -> None:
        super().__init__(data, label_suffix="")
        self.fields["phase"].queryset = phases(actor).order_by("-starts_on")  # type: ignore[attr-defined]
        states = [(state.code, state.staff) for state in ROUND.states]
        seen = states if actor.is_officer else [row for row in states if row[0] in queries.SETTLED]
        self.fields["state"].choices = [("", _("All")), *seen]  # type: ignore[attr-defined]

    def narrow(self, rows: QuerySet[Round]) -> QuerySet[Round]:
        """The rounds that were asked for, in the order asked for; the newest first."""
        self.is_valid()
        data = self.cleaned_data
        if data.get("phase"):
            rows = rows.filter(phase=data["phase"])
        if data.get("state"):
            rows = rows.filter(state=data["state"])
        if words := fold(data.get("q") or "").split():
            # Names are texts in several languages: few rounds, compared here.
            named = [
                row.pk
                for row in rows
                if all(word in fold(f"{row.slug} {_all_names(row)}") for word in words)
            ]
            rows = rows.filter(pk__in=named)
        sort = data.get("sort") or "-created"
        keys = SORTS.get(sort.removeprefix("-"), SORTS["created"])
        if not sort.startswith("-"):
            return rows.order_by(*keys)
        return rows.order_by(
            *(key.removeprefix("-") if key[0] == "-" else f"-{key}" for key in keys)
        )


def _all_names(row: Round) -> str:
    return " ".join(text for text, _state, _mark in row.name.wordings.values())


def _found(request: Request) -> tuple[RoundFilter, QuerySet[Round]]:
    form = RoundFilter(request.GET, actor=request.actor)
    inside = Count("participants", filter=Q(participants__removed_at__isnull=True), distinct=True)
    rows = queries.visible_to(request.actor).annotate(participants_count=inside)
    return form, form.narrow(rows)


def rounds(request: Request) -> HttpResponse:
    """The rounds that the actor may know of."""
    form, found = _found(request)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    count = page.paginator.count
    query = request.GET.copy()
    query.pop("page", None)
    after = f"?{query.urlencode()}" if query else ""
    context = {
        "title": _("Rounds"),
        "lead": _("Each round puts municipalities of both sides together: proposed by the engine, "
                  "decided by people."),
        "form": form,
        "filters_label": _("Search and narrow the list of rounds"),
        "page_obj": page,
        "rows": [_row(round_, request.actor) for round_ in page.object_list],
        "count_text": ngettext("%(count)s round", "%(count)s rounds", count) % {"count": count},
        "sort": form.cleaned_data.get("sort") or "-created",
        "exports": [
            (suffix.upper(), reverse("matching:rounds_file", args=[suffix]) + after)
            for suffix in ("csv", "xlsx")
        ],
        "may_open": permitted("matching.open_round", request.actor),
    }  # fmt: skip
    return render(request, "matching/rounds.html", context)


def _row(round_: Round, actor: Actor) -> dict[str, Any]:
    run = round_.current_run
    return {
        "round": round_,
        "url": pages.first_page(round_, actor),
        "state": pages.state_words(round_, actor),
        "tone": pages.TONES[round_.state],
        "size": run.size if run else None,
        "floor": reasons.points(run.floor) if run and run.floor is not None else "",
        "score": reasons.points(run.score // run.size) if run and run.size and run.score else "",
    }


def rounds_file(request: Request, suffix: str) -> HttpResponseBase:
    """The list as a file: every page of it, with the filters of the address."""
    make = maker(suffix)
    _form, found = _found(request)
    head = [_("Round"), _("Phase"), _("State"), _("Municipalities"), _("Pairs"), _("Floor"),
            _("Mean score"), _("Opened"), _("Approved"), _("Note")]  # fmt: skip
    lines = []
    for round_ in found:
        row = _row(round_, request.actor)
        lines.append(
            [
                str(round_), str(round_.phase), str(row["state"]),
                getattr(round_, "participants_count", 0),
                row["size"], row["floor"], row["score"], _day(round_.created_at),
                _day(round_.approved_at),
                _("illustrative, not agreed") if round_.is_illustrative else "",
            ]
        )  # fmt: skip
    return make(f"rounds-{timezone.localdate():%Y-%m-%d}", head, lines)


def _day(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "Y-m-d") if moment else ""


@login_required
def open_round(request: Request) -> HttpResponse:
    """A new round of a phase."""
    if not request.actor.is_officer:
        raise Http404
    require("matching.open_round", request.actor)
    phase = request.GET.get("phase", "")
    initial = {"phase": phase} if phase.isdecimal() else {}
    form = NewRoundForm(request.POST or None, actor=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = attempt(request, lambda: _open(form.cleaned_data, by=request.actor))
        if made is not None:
            messages.success(request, _("The round is open. Fill it with participants."))
            return redirect("matching:prepare", made.slug)
    context = {
        "title": _("Open a round"),
        "lead": _("A round takes the participants of a phase and proposes pairs."),
        "form": form,
        "breadcrumbs": [(_("Rounds"), reverse("matching:rounds")), (_("Open a round"), "")],
        "submit": _("Open the round"),
        "back": reverse("matching:rounds"),
    }
    return render(request, "matching/form.html", context)


def _open(data: dict[str, Any], *, by: Actor) -> Round:
    return domain.open_round(
        data["phase"],
        by=by,
        slug=data["slug"],
        name=data["name"],
        note=data["note"] or Text(),
        level=data["level"],
        contacts_until=data["contacts_until"],
    )


@login_required
def edit_round(request: Request, slug: str) -> HttpResponse:
    """What a round is called and who may see it."""
    round_ = staff_round_or_404(request, slug)
    names = ("name", "note", "level", "contacts_until")
    initial = {name: getattr(round_, name) for name in names}
    form = RoundForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        by, values = request.actor, form.cleaned_data
        if attempt(request, lambda: domain.edit_round(round_, by=by, **values)) is not None:
            messages.success(request, _("Saved."))
            return redirect("matching:prepare", slug)
    context = pages.frame(round_, request.actor, current="") | {
        "lead": _("Name, note, and who may see it."),
        "form": form,
        "submit": _("Save"),
        "back": reverse("matching:prepare", args=[slug]),
    }
    return render(request, "matching/form.html", context)
