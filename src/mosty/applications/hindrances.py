"""What keeps an application from being sent in, one line each, with the page that mends it.

Later steps add their own, such as signatures that are missing: `register_hindrance`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from mosty.applications import answers, queries
from mosty.applications.models import Application
from mosty.calls.models import Call, Question


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Where, what, and the address where it is mended."""

    where: str
    text: str
    url: str = ""


Provider = Callable[[Application, datetime], Iterable[Hindrance]]
_providers: list[Provider] = []


def register_hindrance(provider: Provider) -> None:
    """Called once by what comes after this; the provider gives nothing when all is well."""
    if provider not in _providers:
        _providers.append(provider)


def day_of(call: Call, at: datetime) -> date:
    """The day that it is for the call, in its own zone."""
    return at.astimezone(ZoneInfo(call.zone)).date()


def hindrances(application: Application, at: datetime) -> list[Hindrance]:
    """Everything that is missing or does not hold at that moment, in the order of the form."""
    given = queries.values(application)
    unsent = queries.unsent(application)
    day = day_of(application.call, at)
    found: list[Hindrance] = []
    told: set[int] = set()
    for question in queries.questions(application):
        if question.section_id not in told:
            told.add(question.section_id)
            if draft := unsent.get(question.section_id):
                found.append(
                    Hindrance(
                        str(question.section),
                        _("%(name)s has typed here and not saved it yet. Save it, or drop it.")
                        % {"name": draft.saved_by_name or _("Somebody")},
                        url_of(application, question),
                    )
                )
        if text := answers.fault(question, given.get(question.pk), day=day):
            url = f"{url_of(application, question)}#q-{question.pk}"
            found.append(Hindrance(str(question), text, url))
    for provider in _providers:
        found.extend(provider(application, at))
    return found


def url_of(application: Application, question: Question) -> str:
    """The page on which the question is answered."""
    return reverse("applications:section", args=[application.pk, question.section_id])


def last_day(application: Application, at: datetime) -> date | None:
    """Until which day it can be sent in, as its call counts days: the deadline, or what a
    permission adds to it."""
    call = application.call
    permitted = queries.permission(call, application.organisation_id, at)
    ends = max(
        (one for one in (call.closes_at, permitted and permitted.until) if one), default=None
    )
    return ends.astimezone(ZoneInfo(call.zone)).date() if ends else None


def why_shut(application: Application, at: datetime) -> str:
    """Why nothing can be sent in at that moment; empty while it can."""
    call = application.call
    if call.state == "cancelled":
        return _("The call was cancelled.")
    if call.takes_at(at) or queries.permission(call, application.organisation_id, at):
        return ""
    if call.opens_at is not None and at < call.opens_at:
        return _("The call is not open yet.")
    return _("The deadline has passed. Only the secretariat can permit a later sending.")
