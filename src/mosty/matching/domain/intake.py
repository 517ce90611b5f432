"""A round takes over the towns that were accepted in a call of its phase."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mosty.calls.models import Call
from mosty.core.access import Actor, require
from mosty.core.history import record
from mosty.core.publication import Level
from mosty.matching import intake
from mosty.matching.domain.preparation import fill_one, set_quota, touch
from mosty.matching.domain.refusals import Refused
from mosty.matching.models import Round
from mosty.places.domain.entries import set_entry
from mosty.places.models import Need, Offer, Theme
from mosty.programmes import domain as programmes
from mosty.programmes.models import Participant, Phase


@dataclass(frozen=True, slots=True)
class Taken:
    """How much was added."""

    towns: int
    wishes: int
    quotas: int


def take_in(round_: Round, call: Call, *, by: Actor) -> Taken:
    """Add what the plan says, as it stands by then; what is there already is not touched, so that
    doing it twice adds nothing. Towns taken out of the round before stay out."""
    require("matching.take_in", by, round_)
    if call.phase_id != round_.phase_id:
        raise Refused(_("The call belongs to another phase."))
    with transaction.atomic():
        # One after the other: a second click waits here and finds everything there.
        Phase.objects.select_for_update().get(pk=round_.phase_id)
        Round.objects.select_for_update().get(pk=round_.pk)
        found = intake.plan(round_, call)
        if found.is_empty:
            return Taken(0, 0, 0)
        touch(round_)
        new, wishes = found.new, 0
        for town in found.towns:
            if not town.is_taken:
                continue
            participant = _in_phase(round_.phase, town, by=by)
            if town.state == intake.NEW:
                fill_one(round_, participant)
            wishes += _say_wishes(town, by=by)
        for quota in found.quotas:
            set_quota(round_, quota.group, by=by, least=quota.least, most=quota.most)
        record("matching.take_in", round_, by=by, after={
            "call": call.slug, "added": sorted(town.body.code for town in new),
            "wishes": wishes, "quotas": len(found.quotas),
        })  # fmt: skip
    return Taken(len(new), wishes, len(found.quotas))


def _in_phase(phase: Phase, town: intake.Town, *, by: Actor) -> Participant:
    body = town.body
    if not town.is_in_phase:
        programmes.add_participants(
            phase, [body], by=by, association=town.application.association,
            is_illustrative=town.application.is_illustrative,
        )  # fmt: skip
    return Participant.objects.select_related("organisation__country").get(
        phase=phase, organisation=body
    )


def _say_wishes(town: intake.Town, *, by: Actor) -> int:
    said: list[tuple[type[Need] | type[Offer], str]] = [
        *((Need, slug) for slug in town.new_needs),
        *((Offer, slug) for slug in town.new_offers),
    ]
    for model, slug in said:
        theme = Theme.objects.get(pk=slug)
        # Said in an application, not to everybody: the programme may know.
        set_entry(model, town.body, theme, by=by, values={"level": Level.PROGRAMME})
    return len(said)
