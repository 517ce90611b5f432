"""What is withheld and comes due stands on My desk."""

from collections.abc import Iterable
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mosty.core.access import Actor
from mosty.core.looking_again import withheld
from mosty.core.panels import Task, register_tasks

# So many days before its date a thing stands on the desk.
AHEAD = timedelta(days=14)
# More than this stand behind one line.
SHOWN = 5


def look_again(actor: Actor) -> Iterable[Task]:
    """What the actor is to look at again, overdue or due soon."""
    due = withheld(actor, until=timezone.localdate() + AHEAD)
    for each in due[:SHOWN]:
        what = f"{each.kind.label}: {each.words}"
        if str(each.about) != each.words:
            what = f"{what}, {each.about}"
        yield Task(
            title=_("Look again whether this must be withheld: %(what)s") % {"what": what},
            about=" · ".join(part for part in (each.circle, each.reason) if part),
            url=reverse("desk:look_again", args=[each.kind.key, each.thing.pk]),
            due=each.due,
        )
    if len(due) > SHOWN:
        more = len(due) - SHOWN
        title = ngettext(
            "%(count)s more thing is to be looked at again",
            "%(count)s more things are to be looked at again",
            more,
        )
        yield Task(title=title % {"count": more}, url=reverse("desk:withheld"), due=due[SHOWN].due)


def register_all() -> None:
    """Called once, when the site starts."""
    register_tasks(look_again)
