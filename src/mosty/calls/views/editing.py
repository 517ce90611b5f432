"""The secretariat begins a call, writes it, publishes, extends and ends it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mosty.calls import drafts
from mosty.calls.concerned import concerned
from mosty.calls.domain import calls as domain
from mosty.calls.forms.call import CallForm, ExtendForm, NewCallForm, ReasonForm
from mosty.calls.models import Call
from mosty.calls.views.officers import Page, call_to_edit, page_context, put_errors, url
from mosty.calls.words import moment, zone_name
from mosty.core.access import require
from mosty.core.drafts.pages import open_draft
from mosty.core.publication import Level
from mosty.core.requests import Request
from mosty.core.states import WrongState


@login_required
def create_call(request: Request) -> HttpResponse:
    """Begin a call of a phase: empty, out of a template, or as a copy."""
    require("calls.create_call", request.actor)
    draft = open_draft(request, drafts.NEW_CALL, drafts.CALLS)
    initial = {"phase": request.GET.get("phase"), "source": request.GET.get("source")}
    form = draft.fill(NewCallForm(actor=request.actor, initial=initial))
    if request.method == "POST":
        with draft.alone():
            if again := draft.sent_before():
                return again
            form = NewCallForm(request.POST, actor=request.actor)
            if form.is_valid() and (made := _begun(form, request)):
                messages.success(request, _("Begun. Nobody but the secretariat sees it yet."))
                return draft.end(url("edit", made))
        draft.keep()
    context = {
        "title": _("New call"),
        "lead": _("A draft: it can be changed in every way until you publish it."),
        "breadcrumbs": [(_("Calls"), reverse("calls:list")), (_("New call"), "")],
        "form": form,
        "draft": draft.shown_with(form),
        "submit": _("Begin the call"),
        "back": reverse("calls:list"),
    }
    return render(request, "calls/form.html", context)


def _begun(form: NewCallForm, request: Request) -> Call | None:
    phase, name = form.cleaned_data["phase"], form.cleaned_data["name"]
    try:
        if form.copied:
            return domain.copy_call(form.copied, phase, by=request.actor, name=name)
        return domain.begin_call(phase, by=request.actor, name=name, template=form.template)
    except ValidationError as error:
        put_errors(form, error)
        return None


@login_required
def edit_call(request: Request, slug: str) -> HttpResponse:
    """The call itself: words, whom it is for, times, places, scale, who may see it."""
    call = call_to_edit(request, slug)
    page = Page(
        request, call, _("Edit the call"), "edit", url("edit", call),
        template="calls/edit.html", back=call.get_absolute_url(),
        draft=open_draft(request, drafts.CALL, call.pk),
        context={"standing": _standing(call), "times": _times(call)},
    )  # fmt: skip

    def make(data: Any) -> CallForm:
        fresh = call if data is None else call_to_edit(request, slug)
        return CallForm(data, thing=fresh, is_whole=bool(data) and "audience" in data)

    def save(form: CallForm) -> None:
        domain.edit_call(form.thing, by=request.actor, **form.values())

    return page.answer(make, save)


def _times(call: Call) -> str:
    """The times that stand, in words."""
    named = ((_("Opens: %(when)s"), call.opens_at), (_("Closes: %(when)s"), call.closes_at))
    return " · ".join(said % {"when": moment(at, call.zone)} for said, at in named if at)


def _standing(call: Call) -> list[tuple[str, str]]:
    """What cannot be changed any more, by its name; nothing of a draft."""
    if call.state == "draft":
        return []
    countries = ", ".join(str(each) for each in call.countries.all())
    times = [moment(at, call.zone) if at else "" for at in (call.opens_at, call.closes_at)]
    return [
        (_("Who may apply"), call.get_audience_display()),
        (_("How municipalities apply"), call.get_way_display()),
        (_("Countries"), countries or _("every country")),
        (_("Opens"), times[0]),
        (_("Closes"), times[1]),
        (_("Time zone"), zone_name(call.zone)),
        (_("Scores"), f"{call.lowest} – {call.highest}"),
    ]


@login_required
def publish_call(request: Request, slug: str) -> HttpResponse:
    """What is missing, how applicants will see it, and the one button."""
    call = call_to_edit(request, slug, "publish_call")
    now = timezone.now()
    if request.method == "POST":
        try:
            domain.publish_call(call, by=request.actor, at=now)
        except WrongState:
            messages.info(request, _("It is published already."))
            return redirect(call)
        except ValidationError:
            # What is missing stands on the page.
            pass
        else:
            messages.success(request, _("Published. Everybody who may see it can read it now."))
            return redirect(call)
    if call.state != "draft":
        messages.info(request, _("It is published already."))
        return redirect(call)
    context = page_context(call, _("Publish the call"), "publish") | {
        "lacks": domain.hindrances(call, now),
        "standing": [row for row in _facts(call) if row[1]],
        "is_public": call.level == Level.PUBLIC,
        "question_count": sum(len(part.questions.all()) for part in call.sections.all()),
    }
    return render(request, "calls/publish.html", context)


def _facts(call: Call) -> list[tuple[str, str]]:
    """What will stand once it is published."""
    countries = ", ".join(str(each) for each in call.countries.all())
    return [
        (_("Opens"), moment(call.opens_at, call.zone) if call.opens_at else ""),
        (_("Closes"), moment(call.closes_at, call.zone) if call.closes_at else ""),
        (_("Who may apply"), str(call.get_audience_display())),
        (_("Countries"), countries or _("every country")),
        (_("Scores"), f"{call.lowest} – {call.highest}"),
    ]


def letters_text(call: Call) -> str:
    """How many letters will go out, in a sentence."""
    count = concerned(call).count()
    if count == 0:
        return _("Nobody watches the call or has asked about it: no letter goes out.")
    return ngettext(
        "%(count)s letter goes out: to those who watch the call, asked about it or apply.",
        "%(count)s letters go out: to those who watch the call, asked about it or apply.",
        count,
    ) % {"count": count}


@login_required
def extend_call(request: Request, slug: str) -> HttpResponse:
    """Move the deadline to a later time, for a reason, and tell everyone concerned."""
    call = call_to_edit(request, slug, "extend_call")
    if call.state != "published":
        messages.info(request, _("Only the deadline of a published call is moved."))
        return redirect(call)
    letters = letters_text(call)
    page = Page(
        request, call, _("Move the deadline"), "extend", call.get_absolute_url(),
        said=_("The deadline was moved."), template="calls/extend.html",
        draft=open_draft(request, drafts.EXTENSION, call.pk),
        context={
            "letters": letters,
            "submit": _("Move the deadline"),
            "stands": moment(call.closes_at, call.zone) if call.closes_at else "",
            "zone": zone_name(call.zone),
        },
    )  # fmt: skip

    def make(data: Any) -> ExtendForm:
        fresh = call if data is None else call_to_edit(request, slug, "extend_call")
        return ExtendForm(data, thing=fresh)

    def save(form: ExtendForm) -> None:
        data = form.cleaned_data
        domain.extend_call(
            form.thing, by=request.actor, until=data["closes_at"], reason=data["reason"],
            at=timezone.now(),
        )  # fmt: skip

    return page.answer(make, save, until="closes_at")


@login_required
def cancel_call(request: Request, slug: str) -> HttpResponse:
    """The call does not take place: why, and who is told."""
    call = call_to_edit(request, slug, "cancel_call")
    if call.state != "published":
        messages.info(request, _("Only a published call is cancelled."))
        return redirect(call)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            domain.cancel_call(call, by=request.actor, reason=form.cleaned_data["reason"])
        except WrongState:
            messages.info(request, _("It was cancelled already."))
        else:
            messages.success(request, _("The call was cancelled."))
        return redirect(call)
    context = page_context(call, _("Cancel the call"), "cancel") | {
        "form": form,
        "letters": letters_text(call),
        "back": call.get_absolute_url(),
    }
    return render(request, "calls/cancel.html", context)


@login_required
@require_POST
def discard_call(request: Request, slug: str) -> HttpResponse:
    """Throw a draft away; the history keeps what it asked, and why it went."""
    call = call_to_edit(request, slug)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why, then the draft is thrown away."))
        return redirect(url("publish", call))
    try:
        domain.discard_call(call, by=request.actor, reason=form.cleaned_data["reason"])
    except WrongState:
        messages.error(request, _("It is published already: it can only be cancelled."))
        return redirect(call)
    messages.success(request, _("The draft was thrown away."))
    return redirect("calls:list")
