"""The letters of a selection: to whom, in which language, and what they say.

A letter is made of the frozen list alone and of nothing but the entry of its own body: the means
of its criteria in words, and what reviewers wrote for it. It names no reviewer and nobody else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import lazy

from mosty.applications.models import Application
from mosty.calls.models import Call, Criterion
from mosty.calls.queries import criteria as criteria_of
from mosty.calls.words import moment
from mosty.core import mail
from mosty.core.access import Role
from mosty.core.mail import Letter
from mosty.core.texts import Text
from mosty.decisions.models import Decision, Selection
from mosty.people import queries as people
from mosty.people.models import Membership, User

TEMPLATE = "decisions/mail/released"


@dataclass(frozen=True, slots=True)
class Reader:
    """To whom a letter goes."""

    email: str
    name: str
    language: str


def readers(applications: Iterable[Application]) -> dict[int, Reader]:
    """Application → who reads its letter: whoever sent it in while they act for the body, else
    its administrators, else anybody who acts for it. A body without anybody has no reader."""
    rows = list(applications)
    bodies = {row.organisation_id for row in rows}
    acting: dict[int, list[User]] = {}
    members = people.able_to_act(
        people.in_force(Membership.objects.all(), on=timezone.localdate())
    ).filter(organisation__in=bodies, role__in=[Role.MUNICIPALITY, Role.COORDINATOR])
    for one in members.select_related("user").order_by("-is_admin", "since", "pk"):
        acting.setdefault(one.organisation_id, []).append(one.user)
    found = {}
    for row in rows:
        users = acting.get(row.organisation_id, [])
        user = next((one for one in users if one.pk == row.submitted_by_id), None)
        user = user or next(iter(users), None)
        if user is not None and user.email:
            found[row.pk] = Reader(user.email, user.name or user.email, user.language or "en")
    return found


def criteria_by_key(call: Call) -> dict[str, Criterion]:
    """The criteria by which the call was judged."""
    prefetch_related_objects([call], "criteria")
    return {one.key: one for one in criteria_of(call)}


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion as the applicant reads it."""

    criterion: Criterion
    mean: float
    words: Text


def judged(entry: Mapping[str, Any], criteria: Mapping[str, Criterion]) -> list[Judged]:
    """The means of an entry of the frozen list, each with the label next to it."""
    found = []
    for row in entry["criteria"]:
        criterion = criteria.get(row["key"])
        if criterion is None:
            continue
        scores = sorted(criterion.anchors, key=lambda score: (abs(int(score) - row["mean"]), score))
        label = Text.load(criterion.anchors[scores[0]]) if scores else Text()
        found.append(Judged(criterion, row["mean"], label))
    return found


def comments(entry: Mapping[str, Any]) -> list[Text]:
    """What reviewers wrote for the applicant."""
    return [Text.load(one) for one in entry["comments"]]


def entries(selection: Selection) -> dict[int, Mapping[str, Any]]:
    """Application → its entry in the frozen list."""
    content = selection.version.content if selection.version else {"decisions": []}
    return {int(row["key"]): row for row in content["decisions"]}


def appeals_until(selection: Selection, released_at: datetime | None = None) -> datetime:
    """Until when an appeal is taken: the end of the last day, in the zone of the call."""
    begun = released_at or selection.released_at or timezone.now()
    return end_of_day(selection.call, begun, selection.appeal_days)


def takes_appeals(selection: Selection) -> bool:
    """Whether an appeal is still in time, by the server's clock."""
    return timezone.now() <= appeals_until(selection)


def end_of_day(call: Call, begun: datetime, days: int) -> datetime:
    """The last second of the day so many days later, as the call's clock has it."""
    with timezone.override(call.zone):
        there = timezone.localtime(begun) + timedelta(days=days)
        return there.replace(hour=23, minute=59, second=59, microsecond=0)


def context(
    selection: Selection,
    application: Application,
    entry: Mapping[str, Any],
    criteria: Mapping[str, Criterion],
    reader: Reader | None,
) -> dict[str, Any]:
    """What the template needs. Times are said when it is rendered, in the reader's language."""
    call = selection.call
    path = reverse("decisions:show", args=[call.slug, application.pk])
    until = appeals_until(selection)
    return {
        "call": call,
        "body": application.organisation,
        "reader": reader,
        "outcome": entry["outcome"],
        "rank": entry["rank"],
        "reason": Text.load(entry["reason"]),
        "judged": judged(entry, criteria),
        "comments": comments(entry),
        "highest": call.highest,
        "appeals_until": lazy(moment, str)(until, call.zone),
        "url": mail.address(path),
    }


def key_of(application_id: int) -> str:
    """One key for one application, whoever writes the letter and however often."""
    return f"decisions:release:{application_id}"


def compose(values: Mapping[str, Any], application_id: int, reader: Reader) -> Letter:
    """The letter of that application, kept nowhere yet."""
    letter = mail.compose(
        key_of(application_id), to=reader.email, language=reader.language, template=TEMPLATE,
        context=values, reply_to=values["call"].email,
    )  # fmt: skip
    if letter is None:
        raise RuntimeError("a letter with a decision is always necessary")
    return letter


def preview(values: Mapping[str, Any], reader: Reader | None) -> tuple[str, str]:
    """Subject and text as the reader will get them."""
    with translation.override(reader.language if reader else "en"):
        shown = {**values, "site_name": settings.SITE_NAME}
        subject = " ".join(render_to_string(f"{TEMPLATE}_subject.txt", shown).split())
        return subject, render_to_string(f"{TEMPLATE}.txt", shown).strip()


def tell(decision: Decision, key: str, template: str, more: Mapping[str, Any]) -> Letter | None:
    """A later letter about one decision; None when nobody can read it."""
    application = decision.application
    reader = readers([application]).get(application.pk)
    if reader is None:
        return None
    call = decision.selection.call
    values = {
        "call": call,
        "body": application.organisation,
        "reader": reader,
        "url": mail.address(reverse("decisions:show", args=[call.slug, application.pk])),
        **more,
    }
    return mail.write(
        f"decisions:{key}", to=reader.email, language=reader.language,
        template=f"decisions/mail/{template}", context=values, reply_to=call.email,
    )  # fmt: skip
