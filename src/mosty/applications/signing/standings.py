"""Where the signatures of an application stand, read only."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mosty.applications.compare import Comparison
from mosty.applications.models import Application
from mosty.core.signoff import Place, Signatory, Standing, Word, signatories, standing
from mosty.core.versions import digest
from mosty.people.models import Membership
from mosty.people.queries import ADMINISTERING, able_to_act, in_force


def acting(application: Application, *, on: date) -> QuerySet[Membership]:
    """Who acts for the body on a day, and can therefore sign for it: mayor, secretary, officers."""
    rows = Membership.objects.filter(
        organisation_id=application.organisation_id, role__in=ADMINISTERING
    )
    rows = in_force(able_to_act(rows), on=on).select_related("user")
    return rows.order_by("user__name", "user_id", "pk")


def where_it_stands(
    application: Application, comparison: Comparison | None = None
) -> Standing | None:
    """Everybody's word on the newest version, changes in words; None while none is frozen."""
    compared = comparison or Comparison.of(application.call)
    return standing(application, read=compared.read)


def is_asked(application: Application, user_id: int | None) -> bool:
    """Whether the application needs the word of this person."""
    if user_id is None:
        return False
    rows: QuerySet[Signatory] = signatories(application)
    return rows.filter(user_id=user_id).exists()


def hindrances(application: Application, content: Any) -> list[str]:
    """What keeps this very content from being sent in, a sentence for each person.

    Empty when all who were asked have approved it. Nobody asked: the word of whoever sends it in
    counts, and is recorded with the sending.
    """
    if not signatories(application).exists():
        return []
    found = standing(application)
    if found is None or found.version.sha256 != digest(content):
        return [_("It was changed after it was put before those who sign. Ask them again.")]
    return [_why(place) for place in found.waiting]


def _why(place: Place) -> str:
    named = {"name": place.signatory.name}
    said = place.signature
    if place.word is Word.DECLINED and said:
        return _("%(name)s declines to sign: %(reason)s") % {**named, "reason": said.reason}
    if place.word is Word.PUT_OFF and said and said.until:
        day = date_format(said.until, "DATE_FORMAT")
        return _("%(name)s puts signing off until %(day)s.") % {**named, "day": day}
    if place.word is Word.VOIDED:
        return _("It was changed after %(name)s had signed.") % named
    return _("%(name)s has not signed yet.") % named
