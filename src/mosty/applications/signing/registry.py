"""What signing adds elsewhere: to the page of an application, to the desk, and to what keeps an
application from being sent in."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mosty.applications import queries
from mosty.applications.content import dump
from mosty.applications.hindrances import (
    Hindrance,
    last_day,
    register_hindrance,
    why_shut,
)
from mosty.applications.models import Application
from mosty.applications.signing.standings import hindrances, where_it_stands
from mosty.core.access import Actor, permitted
from mosty.core.panels import Panel, Task, register_panel, register_tasks
from mosty.core.signoff import Place, Signatory, Standing, Word, signatories


def signatures_of(application: Application, actor: Actor) -> Panel | None:
    """How many have signed, and the way to the page, for its own people."""
    if not permitted("applications.write", actor, application):
        return None
    standing = where_it_stands(application)
    places = standing.places if standing else ()
    approved = sum(place.word is Word.APPROVED for place in places)
    if not places and application.state != "draft":
        return None
    return Panel(
        "applications/parts/signatures_panel.html",
        {"application": application, "asked": len(places), "approved": approved,
         "url": reverse("signing:signatures", args=[application.pk])},
    )  # fmt: skip


def waiting_signatures(actor: Actor) -> Iterable[Task]:
    """One's own word that is asked for, and what has become of the others' words."""
    if actor.user_id is None or not actor.organisation_ids:
        return
    kind = Application._meta.label_lower
    asked = Signatory.objects.filter(object_type=kind, released_at=None)
    rows = queries.visible_to(actor).filter(
        organisation_id__in=actor.organisation_ids, state="draft",
        pk__in=asked.values("object_id"),
    )  # fmt: skip
    now = timezone.now()
    for application in rows:
        # What cannot be sent in any more needs nobody's word.
        if not why_shut(application, now) and (standing := where_it_stands(application)):
            yield from _tasks(application, standing, actor, last_day(application, now))


def _tasks(
    application: Application, standing: Standing, actor: Actor, closes: date | None
) -> Iterable[Task]:
    call = application.call
    url = reverse("signing:signatures", args=[application.pk])
    for place in standing.places:
        if place.signatory.user_id == actor.user_id and (title := _asked_for(place)):
            yield Task(title=title, url=url, about=str(call), due=closes)
        elif place.word is Word.DECLINED:
            said = _("%(name)s declines to sign") % {"name": place.signatory.name}
            yield Task(title=said, url=url, about=str(call), due=closes)
    if standing.is_complete:
        yield Task(
            title=_("All have signed: the application can be sent in"),
            url=application.get_absolute_url(), about=str(call), due=closes,
        )  # fmt: skip


def _asked_for(place: Place) -> str:
    if place.word is Word.WAITING:
        return _("Your signature is asked for")
    if place.word is Word.VOIDED:
        return _("It was changed: your signature is asked for again")
    until = place.signature.until if place.signature else None
    if place.word is Word.PUT_OFF and until and until <= timezone.localdate():
        return _("You put signing off until today")
    return ""


def missing_signatures(application: Application, _at: datetime) -> Iterable[Hindrance]:
    """What signing has against sending the application in as it stands."""
    if not signatories(application).exists():
        return
    url = reverse("signing:signatures", args=[application.pk])
    for text in hindrances(application, dump(application)):
        yield Hindrance(_("Signatures"), text, url)


def register_all() -> None:
    """Called once, when the site starts."""
    register_panel("applications.application", signatures_of, order=20)
    register_tasks(waiting_signatures)
    register_hindrance(missing_signatures)
