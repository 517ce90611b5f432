"""After the release: places offered to the reserve, bodies that leave, appeals."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from mosty.calls.words import moment
from mosty.core import mail
from mosty.core.access import SYSTEM, Actor, require
from mosty.core.history import record
from mosty.core.texts import Text
from mosty.decisions import letters
from mosty.decisions.models import Appeal, Decision, Outcome, Promotion, Revision, Selection

State = Promotion.State


def free_places(selection: Selection) -> int:
    """How many of the places given out at the release are neither taken nor offered. Whoever came
    in by an appeal takes one too, where one is free."""
    rows = selection.decisions.all()
    by_appeal = rows.filter(appeal__revisions__state=Revision.State.APPROVED)
    given = (
        rows.filter(outcome=Outcome.ACCEPTED).count()
        - by_appeal.filter(outcome=Outcome.ACCEPTED).count()
    )
    offered = Promotion.objects.filter(decision__selection=selection, state=State.ASKED).count()
    return max(0, given - rows.filter(is_in=True).count() - offered)


def next_in_reserve(selection: Selection) -> Decision | None:
    """The first of the reserve who was not asked yet and has not left."""
    rows = selection.decisions.filter(
        outcome=Outcome.RESERVE, is_in=False, left_at=None, promotions=None
    )
    return rows.select_related("application__organisation").order_by("rank").first()


def held(decision: Decision) -> Decision:
    """The decision as it stands, and its selection held: places are counted by one at a time."""
    Selection.objects.select_for_update().get(pk=decision.selection_id)
    rows = Decision.objects.select_for_update(of=("self",))
    return rows.select_related(
        "selection__call", "application__organisation", "application__association"
    ).get(pk=decision.pk)


def offer_place(decision: Decision, *, by: Actor, reason: str = "") -> Promotion:
    """Offer a free place to a body of the reserve, with a deadline and a letter. Whoever is not
    next needs a reason."""
    require("decisions.promote", by, decision.selection)
    with transaction.atomic():
        fresh = held(decision)
        selection = fresh.selection
        is_open = fresh.outcome == Outcome.RESERVE and not fresh.is_in and fresh.left_at is None
        if selection.state != "released" or not is_open:
            raise ValidationError(_("Only a body of the reserve can be offered a place."))
        if fresh.promotions.filter(state=State.ASKED).exists():
            raise ValidationError(_("It is being asked already."), code="asked")
        if free_places(selection) < 1:
            raise ValidationError(
                _("No place is free: somebody accepted must withdraw first."), code="full"
            )
        following = next_in_reserve(selection)
        if following is not None and following.pk != fresh.pk and not reason.strip():
            raise ValidationError(
                {"reason": _("%(body)s is next. Say why another one is asked.")
                 % {"body": following.application.organisation}}
            )  # fmt: skip
        until = letters.end_of_day(selection.call, timezone.now(), selection.answer_days)
        made = Promotion.objects.create(
            decision=fresh, by_name=by.name, answer_by=until, reason=reason.strip()
        )
        record(
            "decisions.promote", fresh, by=by, reason=reason,
            after={"answer_by": until.isoformat()},
        )  # fmt: skip
        letters.tell(fresh, f"offer:{made.pk}", "offered", {"until": said(until, fresh)})
        mail.send_soon()
    return made


def said(at: datetime, decision: Decision) -> object:
    """A time as the reader of a letter says it."""
    return lazy(moment, str)(at, decision.selection.call.zone)


def answer_offer(promotion: Promotion, *, accepts: bool, by: Actor) -> None:
    """The body says yes or no, once and in time."""
    require("decisions.answer_offer", by, promotion.decision)
    now = timezone.now()
    with transaction.atomic():
        fresh = held(promotion.decision)
        rows = Promotion.objects.filter(pk=promotion.pk, state=State.ASKED)
        if not rows.filter(answer_by__gte=now).exists():
            raise ValidationError(
                _("The offer was answered already, or its deadline is over."), code="over"
            )
        state = State.ACCEPTED if accepts else State.REFUSED
        rows.update(state=state, answered_at=now, answered_by_name=by.name)
        if accepts:
            Decision.objects.filter(pk=fresh.pk).update(is_in=True)
        verb = "decisions.accept_offer" if accepts else "decisions.refuse_offer"
        record(verb, fresh, by=by, after={"is_in": accepts})
    promotion.refresh_from_db()


def leave(decision: Decision, *, by: Actor, reason: str) -> None:
    """An accepted body withdraws, or one of the reserve wants no place any more."""
    require("decisions.leave", by, decision)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    with transaction.atomic():
        fresh = held(decision)
        is_open = fresh.is_in or (fresh.outcome == Outcome.RESERVE and fresh.left_at is None)
        if fresh.selection.state != "released" or not is_open:
            raise ValidationError(_("It has no place to give back."), code="not_in")
        asked = fresh.promotions.filter(state=State.ASKED)
        asked.update(state=State.REFUSED, answered_at=timezone.now(), answered_by_name=by.name)
        Decision.objects.filter(pk=fresh.pk).update(
            is_in=False, left_at=timezone.now(), left_reason=reason.strip()[:1000]
        )
        record(
            "decisions.leave", fresh, by=by, reason=reason.strip(), before={"is_in": fresh.is_in},
            after={"is_in": False},
        )  # fmt: skip
    decision.refresh_from_db()


def appeal(decision: Decision, text: str, *, by: Actor) -> Appeal:
    """The body appeals, once and in time."""
    require("decisions.appeal", by, decision)
    if not text.strip():
        raise ValidationError({"text": _("Say what you appeal against, and why.")})
    with transaction.atomic():
        fresh = held(decision)
        if fresh.selection.state != "released":
            raise ValidationError(_("There is no decision yet."))
        if not letters.takes_appeals(fresh.selection):
            raise ValidationError(_("The time for appeals is over."), code="late")
        if Appeal.objects.filter(decision=fresh).exists():
            raise ValidationError(_("You have appealed already."), code="again")
        made = Appeal.objects.create(
            decision=fresh, text=text.strip(), language=by.language, by_id=by.user_id,
            by_name=by.name,
        )  # fmt: skip
        record("decisions.appeal", fresh, by=by)
    return made


def answer_appeal(appeal: Appeal, result: str, answer: Text, *, by: Actor) -> None:
    """Say what became of an appeal, with reasons; the body gets a letter."""
    require("decisions.answer_appeal", by, appeal.decision.selection)
    if result not in Appeal.Result.values:
        raise ValidationError({"result": _("Say whether the appeal is upheld.")})
    if not answer:
        raise ValidationError({"answer": _("Give the reasons.")})
    with transaction.atomic():
        fresh = held(appeal.decision)
        rows = Appeal.objects.filter(pk=appeal.pk, result="")
        changed = rows.update(
            result=result, answer=answer, answered_at=timezone.now(), answered_by_name=by.name
        )
        if not changed:
            raise ValidationError(_("It was answered already."), code="answered")
        appeal.refresh_from_db()
        record("decisions.answer_appeal", fresh, by=by, after={"result": result})
        letters.tell(fresh, f"appeal:{appeal.pk}", "appeal_answered", {"appeal": appeal})
        mail.send_soon()


def expire_offers() -> int:
    """End the offers whose deadline is over; how many."""
    over = Promotion.objects.filter(state=State.ASKED, answer_by__lt=timezone.now())
    count = 0
    for one in over.select_related("decision"):
        with transaction.atomic():
            rows = Promotion.objects.filter(pk=one.pk, state=State.ASKED)
            if rows.update(state=State.EXPIRED):
                record("decisions.expire_offer", one.decision, by=SYSTEM)
                count += 1
    return count
