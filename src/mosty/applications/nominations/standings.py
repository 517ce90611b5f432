"""Which applications an association sees, and where its word on each stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from mosty.applications.models import Application
from mosty.applications.nominations.tables import Nomination
from mosty.calls.decided import decided
from mosty.calls.models import Audience, Call, Quota, Stage, Way
from mosty.core.access import Actor, Role
from mosty.places.models import Affiliation, Kind, Organisation
from mosty.programmes.models import PhaseState

Word = Nomination.Word
# Ways to apply in which an association has a word.
THROUGH = (Way.ASSOCIATION, Way.EITHER)


@dataclass(frozen=True, slots=True)
class Stand:
    """Where one application stands with its association: the newest word of each kind."""

    application: Application
    word: Nomination | None = None
    confirmed: Nomination | None = None
    comments: Sequence[Nomination] = ()

    @property
    def is_nominated(self) -> bool:
        return self.word is not None and self.word.word == Word.NOMINATE

    @property
    def is_refused(self) -> bool:
        return self.word is not None and self.word.word == Word.REFUSE


def has_way(call: Call) -> bool:
    """Whether a town can come to this call through an association."""
    return call.audience == Audience.MUNICIPALITY and call.way in THROUGH


def over(calls: Iterable[Call], at: datetime) -> set[int]:
    """Of these calls, by their ids, those on whose applications no word is needed any more: they
    are cancelled or decided, or both they and their phase have ended."""
    listed = list(calls)
    ended = {
        call.pk
        for call in listed
        if call.state == "cancelled"
        or (
            call.stage_at(at) is Stage.CLOSED
            and call.phase.state_on(timezone.localdate(at)) is PhaseState.ENDED
        )
    }
    return ended | decided({call.pk for call in listed} - ended)


def choices(application: Application) -> QuerySet[Organisation]:
    """The associations of which the body is a member today."""
    rows = Affiliation.objects.filter(member=application.organisation_id, until="")
    return Organisation.objects.filter(pk__in=rows.values("association_id")).order_by("sort_en")


def through(associations: Iterable[int]) -> QuerySet[Application]:
    """What was sent in and, as it was sent, names one of these associations.

    What a town is still writing is its own; what it names now may differ from what it has sent.
    """
    rows = Application.objects.filter(
        association_id__in=list(associations), version__isnull=False,
        call__audience=Audience.MUNICIPALITY, call__way__in=THROUGH,
    )  # fmt: skip
    named = rows.annotate(named=KeyTextTransform("association", "version__content"))
    return named.filter(named=F("association__code"))


def seen_by(actor: Actor) -> Q:
    """For `queries.visible_to`: what a coordinator's association may read."""
    if not actor.has(Role.COORDINATOR):
        return Q(pk__in=[])
    return Q(pk__in=through(actor.organisation_ids).values("pk"))


def of_call(call: Call, association_id: int) -> list[Stand]:
    """The applications of a call that came through an association, those without a word first."""
    rows = through([association_id]).filter(call=call).exclude(state="withdrawn")
    rows = rows.select_related("organisation__country", "version", "call")
    found = stands(rows.order_by("organisation__sort_en", "pk"))
    return sorted(found, key=lambda stand: stand.word is not None)


def sent_through(application: Application) -> Organisation | None:
    """The association that what counts names; what a town writes now may name another one."""
    code = application.version.content.get("association", "") if application.version else ""
    rows = Organisation.objects.filter(kind=Kind.ASSOCIATION, code=code)
    return rows.first() if code else None


def stand_of(application: Application, association: Organisation | None) -> Stand:
    """Where one application stands with this association."""
    said = list(Nomination.objects.filter(application=application))
    return _stand(application, said, association.pk if association else None)


def stands(applications: Iterable[Application]) -> list[Stand]:
    """Where each stands, in two queries."""
    listed = list(applications)
    said: dict[int, list[Nomination]] = {}
    ids = [application.pk for application in listed]
    for row in Nomination.objects.filter(application__in=ids):
        said.setdefault(row.application_id, []).append(row)
    return [
        _stand(each, said.get(each.pk, []), each.association_id) for each in listed
    ]  # fmt: skip


def _stand(application: Application, rows: list[Nomination], association: int | None) -> Stand:
    # A word of an association that the application does not name any more stays in the history.
    own = [row for row in rows if row.association_id == association]
    words = [row for row in own if row.word in {Word.NOMINATE, Word.REFUSE}]
    confirmed = [row for row in own if row.word == Word.CONFIRM]
    return Stand(
        application,
        words[-1] if words else None,
        confirmed[-1] if confirmed else None,
        [row for row in own if row.comment],
    )


def quota_of(call: Call, association: Organisation) -> Quota | None:
    """How many of this association the call takes, if it says so."""
    return call.quotas.filter(by=Quota.By.ASSOCIATION, key=association.code).first()
