"""An appeal that was upheld leads to a new decision: proposed by one officer, approved by another.

It can only be better for the body than what stood. A place that is free is taken; where none is,
one more takes part, and the next place that becomes free is not offered to the reserve.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from mosty.core import mail
from mosty.core.access import Actor, NotAllowed, permitted, require
from mosty.core.history import record
from mosty.core.texts import Text
from mosty.decisions import letters
from mosty.decisions.domain.after import held
from mosty.decisions.domain.drafting import in_both
from mosty.decisions.models import Appeal, Decision, Outcome, Promotion, Revision

State = Revision.State


def better(decision: Decision) -> list[Outcome]:
    """What an upheld appeal can lead to; nothing for whoever has a place or wants none."""
    if decision.is_in or decision.left_at is not None:
        return []
    return {
        Outcome.DECLINED.value: [Outcome.ACCEPTED, Outcome.RESERVE],
        Outcome.RESERVE.value: [Outcome.ACCEPTED],
    }.get(decision.outcome, [])


def propose(appeal: Appeal, outcome: str, reason: Text, *, by: Actor) -> Revision:
    """Propose what shall be decided instead; nothing changes before a second officer agrees."""
    require("decisions.answer_appeal", by, appeal.decision.selection)
    if not in_both(reason):
        raise ValidationError({"reason": _("Give the reason in English and in Ukrainian.")})
    with transaction.atomic():
        fresh = held(appeal.decision)
        if not Appeal.objects.filter(pk=appeal.pk, result=Appeal.Result.UPHELD).exists():
            raise ValidationError(_("Only an appeal that is upheld leads to a new decision."))
        if appeal.revisions.exclude(state=State.TAKEN_BACK).exists():
            raise ValidationError(_("A new decision is proposed already."), code="again")
        _stand_ready(fresh, outcome)
        made = Revision.objects.create(
            appeal=appeal, before=fresh.outcome, outcome=outcome, reason=reason,
            proposed_by_id=by.user_id, proposed_by_name=by.name,
        )  # fmt: skip
        record("decisions.propose_revision", fresh, by=by, after={"outcome": outcome})
    return made


def _stand_ready(decision: Decision, outcome: str) -> None:
    if outcome not in better(decision):
        raise ValidationError(
            _("That is not possible any more, or not better than what stands."), code="not_better"
        )
    if decision.promotions.filter(state=Promotion.State.ASKED).exists():
        raise ValidationError(
            _("A place is offered to it just now: wait for the answer."), code="asked"
        )


def approve(revision: Revision, *, by: Actor) -> None:
    """Make it so, with a letter to the body; somebody else than who proposed it."""
    appeal = revision.appeal
    require("decisions.answer_appeal", by, appeal.decision.selection)
    if by.user_id is None or by.user_id == revision.proposed_by_id:
        raise NotAllowed(_("Whoever proposed the new decision does not approve it."))
    with transaction.atomic():
        fresh = held(appeal.decision)
        now = timezone.now()
        rows = Revision.objects.filter(pk=revision.pk, state=State.PROPOSED)
        if not rows.update(
            state=State.APPROVED, approved_by_id=by.user_id, approved_by_name=by.name, ended_at=now
        ):
            raise ValidationError(_("Somebody was quicker. Look at what stands now, then go on."))
        _stand_ready(fresh, revision.outcome)
        before = {"outcome": fresh.outcome, "rank": fresh.rank, "is_in": fresh.is_in}
        fresh.outcome, fresh.rank = revision.outcome, None
        if revision.outcome == Outcome.RESERVE:
            reserve = fresh.selection.decisions.filter(outcome=Outcome.RESERVE)
            fresh.rank = (reserve.aggregate(last=Max("rank"))["last"] or 0) + 1
        fresh.is_in = revision.outcome == Outcome.ACCEPTED
        fresh.changed_at, fresh.changed_by_name = now, by.name
        fresh.save(update_fields=["outcome", "rank", "is_in", "changed_at", "changed_by_name"])
        after = {"outcome": fresh.outcome, "rank": fresh.rank, "is_in": fresh.is_in}
        record("decisions.approve_revision", fresh, by=by, before=before, after=after)
        said = {"outcome": fresh.outcome, "rank": fresh.rank, "reason": revision.reason}
        letters.tell(fresh, f"revision:{revision.pk}", "revised", said)
        mail.send_soon()
    revision.refresh_from_db()


def take_back(revision: Revision, *, by: Actor, reason: str) -> None:
    """Take a proposal back, so that another can be made."""
    decision = revision.appeal.decision
    require("decisions.answer_appeal", by, decision.selection)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: the others must know.")})
    with transaction.atomic():
        fresh = held(decision)
        rows = Revision.objects.filter(pk=revision.pk, state=State.PROPOSED)
        if not rows.update(state=State.TAKEN_BACK, ended_at=timezone.now()):
            raise ValidationError(_("Somebody was quicker. Look at what stands now, then go on."))
        record("decisions.take_back_revision", fresh, by=by, reason=reason.strip())
    revision.refresh_from_db()


def may_approve(revision: Revision, actor: Actor) -> bool:
    """Whether that officer is a second one."""
    return (
        revision.state == State.PROPOSED
        and actor.user_id not in {None, revision.proposed_by_id}
        and permitted("decisions.answer_appeal", actor, revision.appeal.decision.selection)
    )
