"""What the view of a form needs to give it a draft.

    draft = open_draft(request, "places.profile", organisation.pk)
    form = draft.fill(ProfileForm(thing=organisation))
    if request.method == "POST":
        with holding(organisation):
            if again := draft.sent_before():
                return again
            form = ProfileForm(request.POST, thing=organisation)
            if form.is_valid():
                …
                return draft.end(organisation.get_absolute_url())
        draft.keep()

and `"draft": draft.shown_with(form)` in the context of a template that includes the three parts
`parts/draft_offer.html`, `parts/draft.html` and `parts/draft_sides.html`.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Self

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mosty.core.drafts import domain
from mosty.core.drafts.kinds import Place, key_of, place_for
from mosty.core.drafts.merging import Typed, Value
from mosty.core.drafts.models import Draft
from mosty.core.editing import SEEN, mark
from mosty.core.requests import Request
from mosty.core.rows import RowsWidget

CONTINUE = "draft=continue"
# Read and deleted by static/js/kept.js: the page that was taken, whose copy in the browser may go.
COOKIE = "draft_sent"
DAY_IN_SECONDS = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Side:
    """Two versions of one field: what stands in the form, and the other.

    `is_own`: the form holds the version that waits (`version` is its page) and the draft the
    other; else it is the other way round. One without a name is the pattern for the script.
    """

    name: str = ""
    label: str = ""
    version: str = ""
    is_own: bool = True
    is_text: bool = True
    mine: str = ""
    theirs: str = ""
    theirs_raw: str = '""'
    by: str = ""
    at: str = ""


class DraftPage:
    """The draft of one form, as one request sees it."""

    def __init__(self, request: Request, place: Place) -> None:
        self.request = request
        self.place = place
        self.draft: Draft | None = domain.draft_at(place, by=request.actor)
        self.typed = Typed.of(request.POST)
        self.page = self.typed.page or secrets.token_urlsafe(16)
        self.is_kept = False
        self.theirs: frozenset[str] = frozenset()
        self.pattern = Side()
        self.form: forms.BaseForm | None = None

    # --- what the view does -----------------------------------------------------------------

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One sending at a time for this person, where the form makes a new thing: that has no row
        to hold yet."""
        user_id = self.request.actor.user_id
        assert user_id is not None, "place_for lets only people in"
        with transaction.atomic():
            get_user_model().objects.select_for_update().get(pk=user_id)
            yield

    def fill[F: forms.BaseForm](self, form: F) -> F:
        """Put the draft into a form that is shown, where the person has chosen to go on with it."""
        if self.draft is None or not self.is_continued:
            return form
        data = QueryDict(mutable=True)
        for name, said in self.draft.content.items():
            data.setlist(name, said if isinstance(said, list) else [said])
        for name, box in form.fields.items():
            if name == SEEN:
                now = json.loads(str(box.initial or "{}"))
                form.initial[SEEN] = json.dumps(now | self.draft.seen)
            else:
                html_name = form.add_prefix(name)
                form.initial[name] = box.widget.value_from_datadict(data, {}, html_name)
        return form

    def sent_before(self) -> HttpResponse | None:
        """The answer to a form that was sent twice: the same page as the first time."""
        result = domain.sent_before(self.typed, by=self.request.actor)
        if result is None:
            return None
        messages.info(self.request, _("This came twice. It was saved once."))
        return self._sent(result)

    def end(self, result: str) -> HttpResponse:
        """The form is saved: its draft goes, and the reader comes to the page with the result."""
        domain.end_draft(self.place, self.typed, by=self.request.actor, result=result)
        return self._sent(result)

    def _sent(self, result: str) -> HttpResponse:
        response = redirect(result)
        if self.typed.page:
            response.set_cookie(
                COOKIE,
                self.typed.page,
                max_age=DAY_IN_SECONDS,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response

    def keep(self) -> None:
        """The form came back with faults: what was typed is kept as a draft until it is mended."""
        try:
            saved = domain.save_draft(self.place, self.typed, by=self.request.actor)
        except domain.TooMuch:
            # It stands in the form that is shown again.
            return
        self.draft = saved.draft
        self.is_kept = True
        self.theirs = frozenset(saved.theirs)

    # --- what the template shows ------------------------------------------------------------

    def shown_with(self, form: forms.BaseForm) -> Self:
        """With the form whose labels and choices say what a field is called and holds."""
        self.form = form
        return self

    @property
    def is_continued(self) -> bool:
        """The person has chosen to go on with the draft."""
        return self.request.method == "GET" and self.request.GET.get("draft") == "continue"

    @property
    def is_offered(self) -> bool:
        """There is a draft that stands in no form yet."""
        return self.draft is not None and not self.is_continued and not self.is_kept

    @property
    def is_shown(self) -> bool:
        """The form holds what is in the draft."""
        return self.draft is not None and not self.is_offered

    @property
    def save_url(self) -> str:
        return reverse("drafts:save", args=[self.place.key, self.place.section])

    @property
    def drop_url(self) -> str:
        return reverse("drafts:drop", args=[self.place.key, self.place.section])

    @property
    def back(self) -> str:
        """The page of the form."""
        return self.request.path

    @property
    def continue_url(self) -> str:
        return f"{self.back}?{CONTINUE}"

    @property
    def store(self) -> str:
        """Under which the browser keeps what it could not send: per person and draft."""
        return f"{self.request.actor.user_id}:{self.place.key}:{self.place.section}"

    @property
    def saved_at(self) -> str:
        return clock(self.draft.saved_at) if self.draft else ""

    @property
    def content_json(self) -> str:
        """For the script, which does not offer a copy that says the same."""
        return json.dumps(self.draft.content if self.draft else {})

    @property
    def seen_json(self) -> str:
        """The marks of what this page shows of the draft, for browsers without a script."""
        if self.draft is None or not self.is_shown:
            return "{}"
        # A box without a tick sends nothing: what the draft does not hold is shown empty.
        empty = dict.fromkeys(labels(self.form), mark(""))
        rows = empty | {name: mark(said) for name, said in self.draft.content.items()}
        untouched = {name: mark(self.typed.content.get(name, "")) for name in self.theirs}
        return json.dumps(rows | untouched)

    @property
    def labels_json(self) -> str:
        """Name of a field in the page → what it is called, for the script."""
        return json.dumps(labels(self.form) if self.form else {}, ensure_ascii=False)

    @cached_property
    def sides(self) -> list[Side]:
        """The fields of which several versions wait for a choice."""
        if self.draft is None or self.form is None or not self.is_shown:
            return []
        called = labels(self.form)
        return [
            self._side(name, called.get(name, name), version, said)
            for name, versions in sorted(self.draft.rivals.items())
            for version, said in versions.items()
        ]

    @property
    def is_shared(self) -> bool:
        """Others of the same body may go on with it."""
        return self.place.organisation_id is not None

    def _side(self, name: str, label: str, version: str, said: Mapping[str, Any]) -> Side:
        assert self.draft is not None
        is_own = version == self.page
        there: Value = self.draft.content.get(name, "")
        mine, theirs = (said["text"], there) if is_own else (there, said["text"])
        signed = self.draft.said_by.get(name, {}) if is_own else said
        return Side(
            name=name,
            label=label,
            version=version,
            is_own=is_own,
            is_text=name not in _choices(self.form),
            mine=words(self.form, name, mine),
            theirs=words(self.form, name, theirs),
            theirs_raw=json.dumps(theirs),
            by=signed.get("by", ""),
            at=clock(signed.get("at", "")),
        )


def open_draft(
    request: Request, name: str, reference: object, *, section: str = "form"
) -> DraftPage:
    """The draft of a form of one record; 404 where the actor may not write it."""
    place = place_for(request.actor, key_of(name, reference), section)
    if place is None:
        raise Http404
    return DraftPage(request, place)


def clock(at: datetime | str) -> str:
    """When something was typed: 12:04 today, else with its date; in the zone of the site.

    >>> clock("")
    ''
    """
    if isinstance(at, str):
        if not at:
            return ""
        at = datetime.fromisoformat(at)
    there = timezone.localtime(at)
    if there.date() == timezone.localdate():
        return date_format(there, "H:i")
    return f"{date_format(there, 'DATE_FORMAT')}, {date_format(there, 'H:i')}"


def labels(form: forms.BaseForm | None) -> dict[str, str]:
    """Name of each field in the page → what it is called; a text in several languages has a name
    for each of them."""
    found: dict[str, str] = {}
    languages = dict(settings.LANGUAGES)
    for box in form or ():
        found[box.html_name] = str(box.label)
        if isinstance(box.field.widget, forms.MultiWidget):
            for suffix in _suffixes(box.field.widget):
                language = languages.get(suffix.removeprefix("_"))
                name = f"{box.label} · {language}" if language else str(box.label)
                found[box.html_name + suffix] = name
        if isinstance(box.field.widget, RowsWidget):
            for number, row in enumerate(box.field.widget.row_forms(box.html_name), start=1):
                rows = labels(row).items()
                found |= {name: f"{box.label} {number}: {said}" for name, said in rows}
    return found


def _suffixes(widget: forms.MultiWidget) -> list[str]:
    return list(widget.widgets_names)  # type: ignore[attr-defined]


def _choices(form: forms.BaseForm | None) -> dict[str, dict[str, str]]:
    """Name of a field in the page → its choices in words."""
    found: dict[str, dict[str, str]] = {}
    for box in form or ():
        parts = {box.html_name: box.field.widget}
        if isinstance(box.field.widget, forms.MultiWidget):
            rows = zip(_suffixes(box.field.widget), box.field.widget.widgets, strict=True)
            parts = {box.html_name + suffix: widget for suffix, widget in rows}
        for name, widget in parts.items():
            if isinstance(widget, forms.widgets.ChoiceWidget):
                rows_of = ((str(key), str(said)) for key, said in _flat(widget.choices))
                found[name] = dict(rows_of)
            elif isinstance(widget, forms.CheckboxInput):
                found[name] = {"on": _("Yes"), "": _("No")}
    return found


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    for key, said in choices:
        if isinstance(said, list | tuple):
            yield from said
        else:
            yield key, said


def words(form: forms.BaseForm | None, name: str, said: Value) -> str:
    """What stands in a field, as its readers know it: choices by their names."""
    known = _choices(form).get(name, {})
    values = said if isinstance(said, list) else [said]
    return ", ".join(known.get(value, value) for value in values)
