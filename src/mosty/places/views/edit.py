"""Forms that change a body, its names and its figures.

Whoever may not see a body gets 404, whoever may see it and not change it 403; a visitor is asked
to sign in first.
"""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mosty.core.access import permitted, require
from mosty.core.drafts.pages import open_draft
from mosty.core.facts import Fact
from mosty.core.requests import Request
from mosty.core.states import ReasonMissing
from mosty.places.domain import figures, names, organisations
from mosty.places.domain.changes import Refused, holding
from mosty.places.drafts import NAME, NEW_BODY, NEW_FACT, NEW_NAME, PROFILE, REGISTER
from mosty.places.forms.bodies import ProfileForm, RegisterForm
from mosty.places.forms.figures import FactForm
from mosty.places.forms.names import EndNameForm, NameForm
from mosty.places.models import Name, Organisation
from mosty.places.queries import profile
from mosty.places.views.profile import get_organisation, trail


@login_required
def create_organisation(request: Request) -> HttpResponse:
    """Enter a body into the register."""
    require("places.create_organisation", request.actor)
    draft = open_draft(request, NEW_BODY, REGISTER)
    form = draft.fill(RegisterForm())
    if request.method == "POST":
        with draft.alone():
            if again := draft.sent_before():
                return again
            form = RegisterForm(request.POST)
            if form.is_valid() and (made := _created(form, request)):
                messages.success(request, _("Entered into the register."))
                return draft.end(made.get_absolute_url())
        draft.keep()
    context = {
        "title": _("Add to the register"),
        "lead": _("One record for each body: its official code is the key."),
        "breadcrumbs": [
            (_("Municipalities"), reverse("places:list")),
            (_("Add to the register"), ""),
        ],
        "form": form,
        "draft": draft.shown_with(form),
        "back": reverse("places:list"),
    }
    return render(request, "places/edit.html", context)


def _created(form: RegisterForm, request: Request) -> Organisation | None:
    try:
        return organisations.create_organisation(
            by=request.actor,
            name=form.cleaned_data["name"],
            language=form.cleaned_data["name_language"],
            values=form.values(),
            circles=form.circles(),
        )
    except Refused as refusal:
        form.add_error(refusal.field, str(refusal))
        return None


@login_required
def edit_organisation(request: Request, code: str) -> HttpResponse:
    """Change what a body says about itself; the secretariat changes the rest too."""
    organisation = get_organisation(request, code)
    require("places.edit_profile", request.actor, organisation)
    keeps_register = permitted("places.edit_register", request.actor, organisation)
    make = RegisterForm if keeps_register else ProfileForm
    draft = open_draft(request, PROFILE, organisation.pk)
    form: ProfileForm = draft.fill(make(thing=organisation))
    if request.method == "POST":
        with holding(organisation):
            if again := draft.sent_before():
                return again
            organisation.refresh_from_db()
            form = make(request.POST, thing=organisation)
            if form.is_valid() and _saved(form, organisation, request):
                messages.success(request, _("Saved."))
                return draft.end(organisation.get_absolute_url())
        draft.keep()
    context = {
        "title": _("Edit %(name)s") % {"name": organisation},
        "breadcrumbs": trail(organisation, _("Edit")),
        "organisation": organisation,
        "form": form,
        "draft": draft.shown_with(form),
        "back": organisation.get_absolute_url(),
    }
    return render(request, "places/edit.html", context)


def _saved(form: ProfileForm, organisation: Organisation, request: Request) -> bool:
    try:
        organisations.edit_organisation(
            organisation, by=request.actor, values=form.values(), circles=form.circles()
        )
    except Refused as refusal:
        form.add_error(refusal.field, str(refusal))
        return False
    return True


@login_required
def list_names(request: Request, code: str) -> HttpResponse:
    """All names of a body, each to be corrected or ended, and a form for one more."""
    organisation = get_organisation(request, code)
    require("places.edit_names", request.actor, organisation)
    draft = open_draft(request, NEW_NAME, organisation.pk)
    form = draft.fill(NameForm())
    if request.method == "POST":
        with holding(organisation):
            if again := draft.sent_before():
                return again
            form = NameForm(request.POST)
            if form.is_valid():
                names.add_name(organisation, by=request.actor, **form.values())
                messages.success(request, _("The name was added."))
                return draft.end(reverse("places:names", args=[code]))
        draft.keep()
    now, before = profile.split_names(organisation)
    context = {
        "title": _("Names of %(name)s") % {"name": organisation},
        "lead": _("A name that was true once is ended, not deleted: people still look for it."),
        "breadcrumbs": trail(organisation, _("Names")),
        "organisation": organisation,
        "names": [(name, EndNameForm(name=name)) for name in now],
        "former_names": before,
        "form": form,
        "draft": draft.shown_with(form),
    }
    return render(request, "places/names.html", context)


@login_required
def edit_name(request: Request, code: str, name_id: int) -> HttpResponse:
    """Correct a name."""
    organisation = get_organisation(request, code)
    require("places.edit_names", request.actor, organisation)
    name = get_object_or_404(_correctable(organisation), pk=name_id)
    draft = open_draft(request, NAME, organisation.pk, section=str(name.pk))
    form = draft.fill(NameForm(thing=name))
    back = reverse("places:names", args=[code])
    if request.method == "POST":
        with holding(organisation):
            if again := draft.sent_before():
                return again
            name.refresh_from_db()
            form = NameForm(request.POST, thing=name)
            if form.is_valid() and _corrected(form, name, request):
                messages.success(request, _("Saved."))
                return draft.end(back)
        draft.keep()
    context = {
        "title": _("Correct “%(name)s”") % {"name": name},
        "lead": _("For slips and missing dates. If the body has a new name, add that instead."),
        "breadcrumbs": trail(organisation, _("Correct a name")),
        "form": form,
        "draft": draft.shown_with(form),
        "back": back,
    }
    return render(request, "places/edit.html", context)


def _corrected(form: NameForm, name: Name, request: Request) -> bool:
    try:
        names.edit_name(name, by=request.actor, values=form.values())
    except Refused as refusal:
        form.add_error(refusal.field, str(refusal))
        return False
    return True


@login_required
@require_POST
def end_name(request: Request, code: str, name_id: int) -> HttpResponse:
    """The body is not called so any more."""
    organisation = get_organisation(request, code)
    require("places.edit_names", request.actor, organisation)
    name = get_object_or_404(_correctable(organisation), pk=name_id)
    form = EndNameForm(request.POST, name=name)
    if form.is_valid():
        try:
            names.end_name(name, by=request.actor, **form.cleaned_data)
            messages.success(request, _("“%(name)s” is a former name now.") % {"name": name})
        except Refused as refusal:
            messages.error(request, str(refusal))
    else:
        for field, errors in form.errors.items():
            label = form.fields[field].label if field in form.fields else ""
            messages.error(request, f"{label}: {' '.join(map(str, errors))}")
    return redirect("places:names", code=code)


def _correctable(organisation: Organisation) -> Any:
    """Codes among the names are kept by the register itself."""
    return Name.objects.filter(organisation=organisation).exclude(use=Name.Use.CODE)


@login_required
def list_facts(request: Request, code: str) -> HttpResponse:
    """All figures of a body: which one is shown, which were withdrawn."""
    organisation = get_organisation(request, code)
    require("places.edit_facts", request.actor, organisation)
    context = {
        "title": _("Figures of %(name)s") % {"name": organisation},
        "lead": _("Sources may disagree: every value stays, one is shown."),
        "breadcrumbs": trail(organisation, _("Figures")),
        "organisation": organisation,
        "groups": profile.fact_groups(organisation, request.actor),
        "withdrawn": profile.withdrawn_facts(organisation, request.actor),
    }
    return render(request, "places/facts.html", context)


@login_required
def add_fact(request: Request, code: str) -> HttpResponse:
    """Add what a source says."""
    organisation = get_organisation(request, code)
    require("places.add_fact", request.actor, organisation)
    keeps_facts = permitted("places.edit_facts", request.actor, organisation)
    back = reverse("places:facts", args=[code]) if keeps_facts else organisation.get_absolute_url()
    make = partial(
        FactForm, actor=request.actor, today=timezone.localdate(), may_choose=keeps_facts
    )
    draft = open_draft(request, NEW_FACT, organisation.pk)
    form = draft.fill(make())
    if request.method == "POST":
        with holding(organisation):
            if again := draft.sent_before():
                return again
            form = make(request.POST)
            if form.is_valid() and _fact_added(form, organisation, request):
                messages.success(request, _("The figure was added."))
                return draft.end(back)
        draft.keep()
    context = {
        "title": _("Add a figure"),
        "eyebrow": str(organisation),
        "breadcrumbs": trail(organisation, _("Add a figure")),
        "form": form,
        "draft": draft.shown_with(form),
        "back": back,
    }
    return render(request, "places/edit.html", context)


def _fact_added(form: FactForm, organisation: Organisation, request: Request) -> bool:
    data = form.cleaned_data
    try:
        with holding(organisation):
            source = data["source"] or figures.source_of(
                url=data["source_url"],
                title=data["source_title"],
                publisher=data["source_publisher"],
            )
            figures.add_fact(organisation, by=request.actor, source=source, **form.values())
    except Refused as refusal:
        form.add_error(refusal.field, str(refusal))
        return False
    return True


@login_required
@require_POST
def choose_fact(request: Request, code: str, fact_id: int) -> HttpResponse:
    """Show this value from now on."""
    fact = _fact(request, code, fact_id)
    try:
        figures.choose_fact(fact, by=request.actor)
        messages.success(request, _("This value is shown from now on."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("places:facts", code=code)


@login_required
@require_POST
def withdraw_fact(request: Request, code: str, fact_id: int) -> HttpResponse:
    """It does not count any more, for the reason given."""
    fact = _fact(request, code, fact_id)
    try:
        figures.withdraw_fact(fact, by=request.actor, reason=request.POST.get("reason", ""))
        messages.success(request, _("The value was withdrawn. It stays here with its reason."))
    except ReasonMissing:
        messages.error(request, _("Reason: say why the value does not count, then send it again."))
    return redirect("places:facts", code=code)


@login_required
@require_POST
def restore_fact(request: Request, code: str, fact_id: int) -> HttpResponse:
    """A withdrawn value counts again."""
    figures.take_fact_back(_fact(request, code, fact_id), by=request.actor)
    messages.success(request, _("The value counts again."))
    return redirect("places:facts", code=code)


def _fact(request: Request, code: str, fact_id: int) -> Fact:
    organisation = get_organisation(request, code)
    require("places.edit_facts", request.actor, organisation)
    return get_object_or_404(Fact, organisation=organisation, pk=fact_id)
