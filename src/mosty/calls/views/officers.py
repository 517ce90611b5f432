"""What the pages of the secretariat have in common: where they stand, and how a form is saved."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from mosty.calls.models import Call
from mosty.calls.views.public import call_or_404, crumbs
from mosty.core.access import require
from mosty.core.drafts.pages import DraftPage
from mosty.core.picking import is_search
from mosty.core.requests import Request

Make = Callable[[Any], Any]
Save = Callable[[Any], Any]


def call_to_edit(request: Request, slug: str, verb: str = "edit_call") -> Call:
    """The call at an address for somebody who may write it."""
    call = call_or_404(request, slug)
    require(f"calls.{verb}", request.actor, call)
    return call


@contextmanager
def holding(call: Call) -> Iterator[None]:
    """One save at a time for one call: nobody else comes between looking and saving."""
    with transaction.atomic():
        Call.objects.select_for_update().filter(pk=call.pk).first()
        yield


def put_errors(form: forms.BaseForm, error: ValidationError, **names: str) -> None:
    """Put what a verb refuses beside the fields that it names; `names` say what a form calls
    them otherwise."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        field = names.get(name, name)
        form.add_error(field if field in form.fields else None, errors)


def is_saved(form: Any, save: Save, **names: str) -> bool:
    """Whether the form holds and the verb took it."""
    if not form.is_valid():
        return False
    try:
        save(form)
    except ValidationError as error:
        put_errors(form, error, **names)
        return False
    return True


@dataclass(slots=True)
class Page:
    """One form page of a call: `make(data)` gives its form over what stands by then, `save(form)`
    is the verb, `done` where the reader comes to."""

    request: Request
    call: Call
    title: str
    current: str
    done: str
    template: str = "calls/form.html"
    back: str = ""
    said: str = ""
    draft: DraftPage | None = None
    context: dict[str, Any] | None = None

    def answer(self, make: Make, save: Save, **names: str) -> HttpResponse:
        """Show the form, or save what was sent: once, and with nothing typed lost."""
        if self.request.method != "POST":
            form = make(None)
            return self.show(self.draft.fill(form) if self.draft else form)
        with holding(self.call):
            if self.draft and (again := self.draft.sent_before()):
                return again
            form = make(self.request.POST)
            if not self._is_looking(form) and is_saved(form, save, **names):
                messages.success(self.request, self.said or _("Saved."))
                return self._ended()
        if self.draft:
            self.draft.keep()
        return self.show(form)

    @staticmethod
    def _is_looking(form: Any) -> bool:
        """It came back to be drawn again, not to be saved."""
        return is_search(form)

    def _ended(self) -> HttpResponse:
        if self.draft:
            return self.draft.end(self.done)
        response = HttpResponse(status=302)
        response["Location"] = self.done
        return response

    def show(self, form: Any) -> HttpResponse:
        """The page with the form."""
        context = page_context(self.call, self.title, self.current) | {
            "form": form,
            "draft": self.draft.shown_with(form) if self.draft else None,
            "back": self.back or self.done,
        }
        return render(self.request, self.template, context | (self.context or {}))


def page_context(call: Call, title: str, current: str) -> dict[str, Any]:
    """What every page of the secretariat about a call needs."""
    return {
        "title": title,
        "eyebrow": str(call),
        "eyebrow_url": call.get_absolute_url(),
        "breadcrumbs": crumbs(call, title),
        "call": call,
        "current": current,
    }


def url(name: str, call: Call, **more: Any) -> str:
    """The address of a page of that call."""
    return reverse(f"calls:{name}", kwargs={"slug": call.slug, **more})
