"""What people ask of a person on My desk: bodies without a voice, requests, stuck letters."""

from collections.abc import Iterable
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mosty.core.access import Actor, Role
from mosty.core.mail import open_letters
from mosty.core.panels import Task, register_tasks
from mosty.people import queries
from mosty.people.queries import bodies

# More of one kind than this stand behind one line.
SHOWN = 5


def successors(actor: Actor) -> Iterable[Task]:
    """Bodies in the actor's care that nobody administers, or soon nobody will."""
    if not (actor.is_officer or actor.has(Role.COORDINATOR)):
        return
    today = timezone.localdate()
    for body in queries.losing_their_voice(actor, on=today)[:SHOWN]:
        last = body.last_until - timedelta(days=1) if body.last_until else None
        if last is None or last < today:
            about = _("Nobody administers it any more.")
        else:
            about = _("Its last administrator leaves on %(day)s.") % {
                "day": date_format(last, "DATE_FORMAT")
            }
        yield Task(
            title=_("Find somebody who acts for %(name)s") % {"name": body},
            about=about,
            url=reverse("people:body", args=[body.code]),
            due=last,
        )


def requests(actor: Actor) -> Iterable[Task]:
    """Requests to join on which the actor decides."""
    for asked in bodies.waiting_requests(actor)[:SHOWN]:
        yield Task(
            title=_("Decide whether %(name)s acts for %(body)s")
            % {"name": asked.name, "body": asked.organisation},
            about=asked.get_mandate_display(),
            url=reverse("people:body", args=[asked.organisation.code]),
            due=(asked.created_at + timedelta(days=7)).date(),
        )


def letters(actor: Actor) -> Iterable[Task]:
    """Letters that the site could not send."""
    if not actor.is_officer:
        return
    if count := open_letters().count():
        yield Task(
            title=ngettext(
                "%(count)s letter did not surely go out",
                "%(count)s letters did not surely go out",
                count,
            )
            % {"count": count},
            about=_("Say whether it arrived, or have it sent again."),
            url=reverse("people:letters"),
        )


def register_all() -> None:
    """Called once, when the site starts."""
    for source in (successors, requests, letters):
        register_tasks(source)
