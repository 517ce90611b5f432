"""Needs and offers of one body: one page per side, one form per theme."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mosty.core.access import require
from mosty.core.drafts.pages import DraftPage, open_draft
from mosty.core.requests import Request
from mosty.places import drafts, queries
from mosty.places.domain import entries
from mosty.places.domain.changes import holding
from mosty.places.forms.entries import AddEntryForm, EntryForm
from mosty.places.models import Need, Offer, Organisation, Theme
from mosty.places.views.profile import get_organisation, trail

NEEDS, OFFERS = "needs", "offers"
# The section of the draft of an entry whose theme is not chosen yet; no theme is called so.
NEW = "new"


class SideConverter:
    """`needs` or `offers` in an address."""

    regex = f"{NEEDS}|{OFFERS}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def _model(side: str) -> type[Need] | type[Offer]:
    return Need if side == NEEDS else Offer


def _words(side: str) -> dict[str, str]:
    """What a side is called where it is spoken of."""
    if side == NEEDS:
        return {
            "many": _("Needs"),
            "lead": _("What you look for. The engine weighs what you mark as important."),
            "add": _("Add a need"),
            "none": _("No need said yet"),
            "none_text": _("Without a need nobody can be matched to you. Begin with one theme."),
        }
    return {
        "many": _("Offers"),
        "lead": _("What you can give. What is ordinary to you may be new to others."),
        "add": _("Add an offer"),
        "none": _("No offer said yet"),
        "none_text": _("Partners look for those who know how. Begin with what you do well."),
    }


def _open(request: Request, code: str) -> Organisation:
    organisation = get_organisation(request, code)
    require("places.edit_entries", request.actor, organisation)
    return organisation


def _rows(request: Request, organisation: Organisation, side: str) -> Any:
    rows = queries.needs(request.actor) if side == NEEDS else queries.offers(request.actor)
    return rows.filter(organisation=organisation).select_related("theme")


@login_required
def list_entries(request: Request, code: str, side: str) -> HttpResponse:
    """All needs (or offers) of a body, each to be changed or taken out."""
    organisation = _open(request, code)
    words = _words(side)
    context = {
        "title": words["many"],
        "eyebrow": organisation.name,
        "lead": words["lead"],
        "breadcrumbs": trail(organisation, words["many"]),
        "organisation": organisation,
        "side": side,
        "words": words,
        "entries": list(_rows(request, organisation, side)),
        "tabs": [
            {
                "label": _words(each)["many"],
                "url": reverse("places:entries", args=[code, each]),
                "current": each == side,
            }
            for each in (NEEDS, OFFERS)
        ],
    }
    return render(request, "places/entries.html", context)


@login_required
def add_entry(request: Request, code: str, side: str) -> HttpResponse:
    """Say a need (or an offer) on a theme that nothing was said on yet."""
    organisation = _open(request, code)
    draft = _draft(request, organisation, side, NEW)
    form = AddEntryForm()
    if request.method == "POST":
        with holding(organisation):
            if again := draft.sent_before():
                return again
            there = _rows(request, organisation, side).filter(
                theme__slug=request.POST.get("theme", "")
            )
            form = AddEntryForm(request.POST, thing=there.first())
            if form.is_valid():
                theme = form.cleaned_data["theme"]
                _save(request, organisation, side, theme, form)
                return draft.end(reverse("places:entries", args=[code, side]))
        draft.keep()
    else:
        said = _rows(request, organisation, side).values("theme")
        form.fields["theme"].queryset = (  # type: ignore[attr-defined]
            Theme.objects.exclude(pk__in=said)
        )
        form = draft.fill(form)
    return _form_page(organisation, side, form, draft, title=_words(side)["add"])


@login_required
def edit_entry(request: Request, code: str, side: str, theme: str) -> HttpResponse:
    """Say a need (or an offer) anew. One that was taken out meanwhile is said again."""
    organisation = _open(request, code)
    about = get_object_or_404(Theme, slug=theme)
    rows = _rows(request, organisation, side).filter(theme=about)
    draft = _draft(request, organisation, side, about.slug)
    if request.method == "POST":
        with holding(organisation):
            if again := draft.sent_before():
                return again
            form = EntryForm(request.POST, thing=rows.first())
            if form.is_valid():
                _save(request, organisation, side, about, form)
                return draft.end(reverse("places:entries", args=[code, side]))
        draft.keep()
    else:
        entry = rows.first()
        if entry is None:
            raise Http404
        form = draft.fill(EntryForm(thing=entry))
    return _form_page(organisation, side, form, draft, title=str(about))


def _save(
    request: Request, organisation: Organisation, side: str, theme: Theme, form: EntryForm
) -> None:
    is_new = form.thing is None
    values = form.values()
    if is_new:
        # Taken out while it was being written: all of it is said again, not only what differs.
        names = set(entries.FIELDS) & set(form.cleaned_data)
        values = {name: form.cleaned_data[name] for name in names}
    entries.set_entry(_model(side), organisation, theme, by=request.actor, values=values)
    messages.success(request, _("Saved: %(theme)s.") % {"theme": theme})


@login_required
@require_POST
def remove_entry(request: Request, code: str, side: str, theme: str) -> HttpResponse:
    """Take a need (or an offer) out; sending it twice does it once."""
    organisation = _open(request, code)
    about = get_object_or_404(Theme, slug=theme)
    entry = _rows(request, organisation, side).filter(theme=about).first()
    if entry is not None:
        entries.remove_entry(entry, by=request.actor, reason=request.POST.get("reason", "")[:1000])
    messages.success(request, _("Taken out: %(theme)s.") % {"theme": about})
    return redirect("places:entries", code=code, side=side)


def _draft(request: Request, organisation: Organisation, side: str, section: str) -> DraftPage:
    """One draft for each theme, and one for the theme that is still to be chosen."""
    kind = drafts.NEEDS if side == NEEDS else drafts.OFFERS
    return open_draft(request, kind, organisation.pk, section=section)


def _form_page(
    organisation: Organisation, side: str, form: EntryForm, draft: DraftPage, *, title: str
) -> HttpResponse:
    back = reverse("places:entries", args=[organisation.code, side])
    crumbs = trail(organisation, title)
    crumbs.insert(-1, (_words(side)["many"], back))
    context = {
        "title": title,
        "eyebrow": f"{organisation.name} · {_words(side)['many']}",
        "breadcrumbs": crumbs,
        "form": form,
        "draft": draft.shown_with(form),
        "back": back,
    }
    return render(draft.request, "places/edit.html", context)
