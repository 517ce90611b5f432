"""Locks and vetoes: what an officer decides about one pair, its exact cost, its withdrawal."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import citymatch
from mosty.core.access import Actor, require
from mosty.core.history import record
from mosty.matching import market, queries, reasons
from mosty.matching.domain.preparation import touch
from mosty.matching.domain.refusals import Refused
from mosty.matching.models import Override, Round
from mosty.places.models import Organisation

MOST_REASON = 2000


@dataclass(frozen=True, slots=True)
class Cost:
    """What one decision does to the whole round: differences in pairs and millionths, negative
    is a loss, and the figures afterwards.

    `status`: `ok`; `infeasible` (no match would be left, differences are None); `unknown` (there
    is no match without it either, so there is nothing to compare with). `input_sha256` names the
    market that it was weighed on: the same market, the same cost.
    """

    status: str
    input_sha256: str
    d_size: int | None = None
    d_floor: int | None = None
    d_score: int | None = None
    size: int | None = None
    floor: int | None = None
    score: int | None = None

    @property
    def is_free(self) -> bool:
        """Whether an equally good match exists."""
        changes = (self.d_size, self.d_floor or 0, self.d_score)
        return self.status == "ok" and changes == (0, 0, 0)

    def dump(self) -> dict[str, Any]:
        return asdict(self)


def weigh_override(round_: Round, kind: str, *, left: Organisation, right: Organisation) -> Cost:
    """The exact cost of a lock or veto, on the round as it stands now (other decisions that the
    last run does not know yet included): solved with and without it."""
    now = _market_now(round_)
    key = (left.code, right.code)
    _check_pair(now, kind, key)
    return _compare(round_, now, _decide(now, kind, key))


def weigh_withdrawal(override: Override) -> Cost:
    """What it would change to take a decision back."""
    now = _market_now(override.round)
    key = (override.left.code, override.right.code)
    without = replace(
        now,
        locked=tuple(pair for pair in now.locked if pair != key),
        vetoed=tuple(pair for pair in now.vetoed if pair != key),
    )
    return _compare(override.round, now, without)


def _market_now(round_: Round) -> citymatch.Market:
    try:
        return market.build(round_).market
    except market.NotReady as error:
        raise Refused(reasons.NOT_READY[error.code]) from None
    except citymatch.InputError as error:
        raise Refused(reasons.problem(error.problems[0])) from None


def _check_pair(now: citymatch.Market, kind: str, key: tuple[str, str]) -> None:
    if kind not in Override.Kind.values:
        raise Refused(_("Choose whether the two go together or not."))
    if key not in market.eligible(now):
        codes = {(row.left, row.right): row.code for row in now.excluded}
        raise Refused(reasons.not_eligible(codes.get(key, "not_listed")))
    if key in now.locked or key in now.vetoed:
        raise Refused(_("There is a decision on this pair already. Take it back first."))


def _decide(now: citymatch.Market, kind: str, key: tuple[str, str]) -> citymatch.Market:
    if kind == Override.Kind.LOCK:
        return replace(now, locked=(*now.locked, key))
    return replace(now, vetoed=(*now.vetoed, key))


@dataclass(frozen=True, slots=True)
class _Figures:
    is_feasible: bool
    size: int
    floor: int | None
    score: int


def _figures(result: citymatch.Result) -> _Figures:
    return _Figures(result.status == "optimal", result.size or 0, result.floor, result.score or 0)


def _base(round_: Round, now: citymatch.Market, sha256: str) -> _Figures:
    """The figures without the decision: those of the last run if it was made of this market."""
    run = round_.current_run
    if run is not None and run.input_sha256 == sha256 and run.is_verified:
        return _Figures(True, run.size or 0, run.floor, run.score or 0)
    return _figures(citymatch.solve(now))


def _compare(round_: Round, now: citymatch.Market, then: citymatch.Market) -> Cost:
    sha256 = citymatch.input_sha256(now)
    before = _base(round_, now, sha256)
    try:
        after = _figures(citymatch.solve(then))
    except citymatch.InputError as error:
        raise Refused(reasons.problem(error.problems[0])) from None
    if not after.is_feasible:
        return Cost("infeasible", sha256)
    figures = {"size": after.size, "floor": after.floor, "score": after.score}
    if not before.is_feasible:
        return Cost("unknown", sha256, **figures)
    both = before.floor is not None and after.floor is not None
    return Cost(
        "ok",
        sha256,
        d_size=after.size - before.size,
        d_floor=(after.floor or 0) - (before.floor or 0) if both else None,
        d_score=after.score - before.score,
        **figures,
    )


def add_override(
    round_: Round,
    kind: str,
    *,
    left: Organisation,
    right: Organisation,
    reason: str,
    by: Actor,
    seen: Mapping[str, Any] | None = None,
) -> Override:
    """Decide about a pair, with a reason; the cost is stored as it is at this moment.

    `seen` is the cost that was shown (`Cost.dump()`): when the round has moved on since, nothing
    is saved and the person looks at the new cost first.
    """
    require("matching.add_override", by, round_)
    if not reason.strip():
        raise Refused(_("Say why: the reason stands beside the decision for good."))
    with transaction.atomic():
        touch(round_)
        cost = weigh_override(round_, kind, left=left, right=right)
        if seen is not None and dict(seen) != cost.dump():
            raise Refused(_("The round has changed meanwhile. Look at the new cost, then save."))
        try:
            made = Override.objects.create(
                round=round_,
                kind=kind,
                left=left,
                right=right,
                reason=reason.strip()[:MOST_REASON],
                author_id=by.user_id,
                author_name=by.name,
                cost=cost.dump(),
            )
        except IntegrityError:
            raise Refused(
                _("There is a decision on this pair already. Take it back first.")
            ) from None
        record(
            "matching.add_override",
            round_,
            by=by,
            after={"kind": kind, "left": left.code, "right": right.code, "cost": cost.dump()},
            reason=made.reason,
        )
    return made


def withdraw_override(override: Override, *, by: Actor, reason: str) -> Override:
    """Take a decision back, with a reason; it stays on record."""
    require("matching.withdraw_override", by, override.round)
    if not reason.strip():
        raise Refused(_("Say why it is taken back."))
    with transaction.atomic():
        touch(override.round)
        rows = Override.objects.filter(pk=override.pk, withdrawn_at__isnull=True)
        values = {
            "withdrawn_at": timezone.now(),
            "withdrawn_by_id": by.user_id,
            "withdrawn_by_name": by.name,
            "withdrawn_reason": reason.strip()[:MOST_REASON],
        }
        if not rows.update(**values):
            raise Refused(_("It was taken back already."))
        decided = {
            "kind": override.kind,
            "left": override.left.code,
            "right": override.right.code,
        }
        record("matching.withdraw_override", override.round, by=by, before=decided, reason=reason)
    override.refresh_from_db()
    return override


def undo_last(round_: Round, *, by: Actor, reason: str) -> Override | None:
    """Take back the newest decision in force; None when there is none."""
    last = queries.overrides_in_force(round_).first()
    if last is not None:
        withdraw_override(last, by=by, reason=reason)
    return last
