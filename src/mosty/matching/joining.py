"""Why a record that stands in a result cannot become part of another one.

Market, result and certificate name towns by their codes and are proven by their hash: they stay
as they are for good, and so must the record that they speak of. The other one can go.
"""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mosty.core.joining import register_obstacle, register_settled, register_words
from mosty.matching.models import (
    Override,
    Round,
    RoundContact,
    RoundParticipant,
    RoundQuota,
    Run,
    Scenario,
)
from mosty.places.models import Organisation


def obstacles(_kept: Organisation, gone: Organisation) -> Iterator[str | Promise]:
    """One sentence for each round with results that name the record."""
    inside = RoundParticipant.objects.filter(round=OuterRef("pk")).filter(
        Q(organisation=gone) | Q(association=gone)
    )
    quota = RoundQuota.objects.filter(round=OuterRef("pk"), association=gone)
    runs = Run.objects.filter(round=OuterRef("pk")).order_by()
    scenarios = Scenario.objects.filter(round=OuterRef("pk")).order_by()
    rows = Round.objects.filter(Exists(inside.order_by()) | Exists(quota.order_by()))
    for round_ in rows.filter(Exists(runs) | Exists(scenarios)).order_by("pk"):
        yield _(
            "%(code)s stands in results of “%(round)s”, which stay as they were proven. "
            "Merge the other record into this one."
        ) % {"code": gone.code, "round": round_}


def has_results(row: RoundParticipant | RoundQuota | RoundContact | Override) -> bool:
    """Whether the round of a row has been run: then results speak of the row as it is."""
    return (
        Run.objects.filter(round=row.round_id).exists()
        or Scenario.objects.filter(round=row.round_id).exists()
    )


def register_all() -> None:
    """Called once, when the site starts."""
    register_obstacle("places.organisation", obstacles)
    for model in (RoundParticipant, RoundQuota, RoundContact, Override):
        register_settled(model._meta.label_lower, has_results)
    register_words("matching.override", gettext_lazy("decisions about pairs"))
