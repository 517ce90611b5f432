"""Opening a round and filling it: participants, quotas, policy."""

from collections.abc import Mapping, Sequence
from datetime import date
from math import isfinite
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citymatch.criteria import CRITERIA
from citymatch.model import MICRO, STAGES
from mosty.core.access import Actor, require
from mosty.core.history import edit, record
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.matching import queries
from mosty.matching.domain.refusals import Refused
from mosty.matching.models import Policy, Round, RoundParticipant, RoundQuota, Side
from mosty.places.models import Country, Organisation, Region
from mosty.programmes.models import Participant, Phase, Programme

MOST_PARTNERS = 20
SIDES = {Country.Side.UKRAINE: Side.LEFT, Country.Side.EU: Side.RIGHT}


def open_round(
    phase: Phase,
    *,
    by: Actor,
    slug: str,
    name: Text,
    note: Text | None = None,
    policy: Policy | None = None,
    level: str = Level.PROGRAMME,
    contacts_until: date | None = None,
) -> Round:
    """A new round in preparation; without a policy it takes the programme's newest version."""
    require("matching.open_round", by, phase)
    chosen = policy or queries.policies_of(phase.strand.programme).first()
    try:
        with transaction.atomic():
            made = Round.objects.create(
                phase=phase,
                slug=slug,
                name=name,
                note=note or Text(),
                policy=chosen,
                level=level,
                contacts_until=contacts_until,
                created_by_id=by.user_id,
            )
            record("matching.open_round", made, by=by, after={"phase": str(phase), "slug": slug})
    except IntegrityError:
        raise Refused(_("Another round has this address. Choose another one.")) from None
    return made


def edit_round(round_: Round, *, by: Actor, **values: Any) -> list[str]:
    """Change `name`, `note`, `level` or `contacts_until`; the names of what really changed.

    Another day for the contacts changes the market: refused once the round is approved.
    """
    require("matching.edit_round", by, round_)
    with transaction.atomic():
        until = values.get("contacts_until", round_.contacts_until)
        if until != round_.contacts_until:
            touch(round_)
        return edit(round_, values, verb="matching.edit_round", by=by)


def touch(round_: Round) -> None:
    """Count a change of what goes into the market; refused once the round is approved.

    Call it first in the transaction of the change: it also makes two changes at once wait.
    """
    rows = Round.objects.filter(pk=round_.pk, state__in=["draft", "proposed"])
    if not rows.update(revision=F("revision") + 1):
        raise Refused(_("This round is approved: nothing in it changes any more. Open a new one."))
    round_.refresh_from_db(fields=["revision", "state"])


def fill_participants(round_: Round, *, by: Actor) -> int:
    """Take over the phase's participants that the round does not have yet; how many came.

    Those that were taken out of the round before stay out. Municipalities of other countries
    than Ukraine and the European Union belong to no side and are passed over.
    """
    require("matching.fill_participants", by, round_)
    with transaction.atomic():
        known = RoundParticipant.objects.filter(round=round_).values("organisation_id")
        rows = (
            Participant.objects.filter(phase_id=round_.phase_id)
            .exclude(organisation_id__in=known)
            .select_related("organisation__country")
        )
        new = [
            RoundParticipant(
                round=round_,
                organisation=row.organisation,
                side=SIDES[Country.Side(row.organisation.side)],
                association_id=row.association_id,
                least=row.least_partners,
                most=row.most_partners,
            )
            for row in rows
            if row.organisation.side in SIDES
        ]
        if not new:
            return 0
        touch(round_)
        RoundParticipant.objects.bulk_create(new)
        codes = sorted(row.organisation.code for row in new)
        record("matching.fill_participants", round_, by=by, after={"added": codes})
    return len(new)


def fill_one(round_: Round, row: Participant) -> RoundParticipant:
    """Put a participant of the phase into the round; whoever calls has touched the round."""
    return RoundParticipant.objects.create(
        round=round_,
        organisation=row.organisation,
        side=SIDES[Country.Side(row.organisation.side)],
        association_id=row.association_id,
        least=row.least_partners,
        most=row.most_partners,
    )


def set_participant(
    round_: Round,
    organisation: Organisation,
    *,
    by: Actor,
    association: Organisation | None = None,
    least: int = 0,
    most: int = 1,
) -> RoundParticipant:
    """Put a municipality into the round (again), or change its bounds and association."""
    require("matching.set_participant", by, round_)
    if organisation.side not in SIDES:
        raise Refused(_("Only municipalities of Ukraine and of the European Union can be paired."))
    if not 0 <= least <= most <= MOST_PARTNERS:
        raise Refused(
            _("A town can have from 0 to %(most)s partners, at least not above at most.")
            % {"most": MOST_PARTNERS}
        )
    values = {"association": association, "least": least, "most": most, "removed_at": None}
    with transaction.atomic():
        touch(round_)
        old = RoundParticipant.objects.filter(round=round_, organisation=organisation).first()
        row, _made = RoundParticipant.objects.update_or_create(
            round=round_,
            organisation=organisation,
            defaults=values,
            create_defaults={**values, "side": SIDES[Country.Side(organisation.side)]},
        )
        record(
            "matching.set_participant",
            round_,
            by=by,
            before=_bounds(old) if old else {},
            after=_bounds(row),
        )
    return row


def _bounds(row: RoundParticipant) -> dict[str, Any]:
    return {
        "organisation": row.organisation.code,
        "association": row.association.code if row.association else None,
        "least": row.least,
        "most": row.most,
        "is_out": row.removed_at is not None,
    }


def remove_participant(row: RoundParticipant, *, by: Actor, reason: str) -> None:
    """Take a municipality out of the round, with the reason; its row stays and can come back."""
    require("matching.remove_participant", by, row.round)
    if not reason.strip():
        raise Refused(_("Say why it is taken out."))
    with transaction.atomic():
        touch(row.round)
        values = {
            "removed_at": timezone.now(),
            "removed_by_name": by.name,
            "removed_reason": reason.strip()[:400],
        }
        rows = RoundParticipant.objects.filter(pk=row.pk, removed_at__isnull=True)
        if not rows.update(**values):
            raise Refused(_("It is out of the round already."))
        record("matching.remove_participant", row.round, by=by, before=_bounds(row), reason=reason)
    row.refresh_from_db()


def set_quota(
    round_: Round,
    group: Organisation | Country | Region,
    *,
    by: Actor,
    least: int,
    most: int | None,
) -> RoundQuota:
    """How many pairs the towns of an association, a country or a region get together."""
    require("matching.set_quota", by, round_)
    if least < 0 or (most is not None and most < least):
        raise Refused(_("At most must not be below at least."))
    kind = {
        Organisation: RoundQuota.Kind.ASSOCIATION,
        Country: RoundQuota.Kind.COUNTRY,
        Region: RoundQuota.Kind.REGION,
    }[type(group)]
    with transaction.atomic():
        touch(round_)
        old = RoundQuota.objects.filter(round=round_, kind=kind, **{kind: group}).first()
        before = {"group": old.key, "least": old.least, "most": old.most} if old else {}
        defaults = {"least": least, "most": most}
        named: dict[str, Any] = {"round": round_, "kind": kind, str(kind): group}
        quota, _made = RoundQuota.objects.update_or_create(defaults=defaults, **named)
        after = {"group": quota.key, "least": least, "most": most}
        record("matching.set_quota", round_, by=by, before=before, after=after)
    return quota


def remove_quota(quota: RoundQuota, *, by: Actor) -> None:
    """Take a quota away; the history keeps what it was."""
    require("matching.remove_quota", by, quota.round)
    before = {"group": quota.key, "least": quota.least, "most": quota.most}
    with transaction.atomic():
        touch(quota.round)
        if not RoundQuota.objects.filter(pk=quota.pk).delete()[0]:
            raise Refused(_("This quota is gone already."))
        record("matching.remove_quota", quota.round, by=by, before=before)


def write_policy(
    programme: Programme,
    *,
    by: Actor,
    weights: Mapping[str, Mapping[str, float]],
    rationale: Text,
    stages: Sequence[str] = STAGES,
    absolute_floor: int = 0,
    tie_key: str = "",
    partners_again: bool = False,
    is_illustrative: bool = False,
) -> Policy:
    """The next version of a programme's policy. `absolute_floor` in millionths.

    Refused without a rationale, with weights that say nothing, and when nothing would change.
    An empty tie key keeps that of the version before.
    """
    require("matching.write_policy", by, programme)
    if not rationale:
        raise Refused(_("Say why the policy is as it is: others will ask."))
    clean = clean_policy(weights, stages=stages, absolute_floor=absolute_floor)
    with transaction.atomic():
        Programme.objects.select_for_update().get(pk=programme.pk)
        last = Policy.objects.filter(programme=programme).order_by("-number").first()
        made = Policy(
            programme=programme,
            number=(last.number if last else 0) + 1,
            weights=clean,
            stages=list(stages),
            absolute_floor=absolute_floor,
            tie_key=tie_key or (last.tie_key if last else f"{programme.slug}-1"),
            partners_again=partners_again,
            rationale=rationale,
            is_illustrative=is_illustrative,
            author_id=by.user_id,
            author_name=by.name,
        )
        if last is not None and not queries.policy_diff(last, made):
            raise Refused(_("Nothing differs from version %(number)s.") % {"number": last.number})
        made.save()
        record(
            "matching.write_policy",
            made,
            by=by,
            before={"number": last.number} if last else {},
            after={
                "number": made.number,
                "weights": clean,
                "stages": made.stages,
                "absolute_floor": absolute_floor,
                "tie_key": made.tie_key,
                "partners_again": partners_again,
            },
            reason=str(rationale),
            level=Level.PROGRAMME,
        )
    return made


def clean_policy(
    weights: Mapping[str, Mapping[str, float]], *, stages: Sequence[str], absolute_floor: int
) -> dict[str, dict[str, float]]:
    """The weights of both sides, each criterion named; `Refused` where a value says nothing."""
    clean = {side: _clean_weights(weights.get(side, {})) for side in ("left", "right")}
    if not stages or list(stages) != [stage for stage in STAGES if stage in stages]:
        raise Refused(_("Choose at least one stage; their order is fixed."))
    if not 0 <= absolute_floor <= MICRO:
        raise Refused(_("The absolute floor lies between 0 and 100 %."))
    return clean


def _clean_weights(given: Mapping[str, float]) -> dict[str, float]:
    """Every criterion of the engine with its weight, none below zero, at least one above."""
    unknown = sorted(set(given) - set(CRITERIA))
    if unknown:
        raise Refused(_("There is no criterion called %(name)s.") % {"name": ", ".join(unknown)})
    clean = {name: float(given.get(name, 0)) for name in CRITERIA}
    if any(not isfinite(value) or value < 0 for value in clean.values()):
        raise Refused(_("A weight is a number of 0 or more."))
    if not any(clean.values()):
        raise Refused(_("Give at least one criterion of each side a weight above 0."))
    return clean


def choose_policy(round_: Round, policy: Policy, *, by: Actor) -> None:
    """Let the round use this version."""
    require("matching.choose_policy", by, round_)
    if policy.programme_id != round_.phase.strand.programme_id:
        raise Refused(_("This policy belongs to another programme."))
    if policy.pk == round_.policy_id:
        return
    with transaction.atomic():
        touch(round_)
        before = {"policy": round_.policy.number if round_.policy else None}
        Round.objects.filter(pk=round_.pk).update(policy=policy)
        round_.policy = policy
        record(
            "matching.choose_policy", round_, by=by, before=before, after={"policy": policy.number}
        )


def next_run_number(round_: Round) -> int:
    """Runs of a round are counted from one."""
    last: int | None = round_.runs.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1
