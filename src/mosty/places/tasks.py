"""What the register asks of a person on My desk: to say what is missing on their own page."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from mosty.core.access import Actor, permitted
from mosty.core.panels import Task, register_tasks
from mosty.places import queries
from mosty.places.queries import profile


def missing_on_own_page(actor: Actor) -> Iterable[Task]:
    """One task per body that the actor speaks for, naming what nobody has said yet."""
    for organisation in queries.visible_to(actor).filter(pk__in=actor.organisation_ids):
        if actor.is_officer or not permitted("places.edit_profile", actor, organisation):
            continue
        lines = profile.exchanges(organisation, actor)
        gaps = profile.gaps(organisation, actor, lines)
        if gaps:
            yield Task(
                title=_("Complete the page of %(name)s") % {"name": organisation},
                about="; ".join(str(gap.label) for gap in gaps),
                url=organisation.get_absolute_url(),
            )


def register_all() -> None:
    """Called once, when the site starts."""
    register_tasks(missing_on_own_page)
