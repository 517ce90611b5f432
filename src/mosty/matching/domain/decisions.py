"""Approval by a second person, sending back, agreement of pairs, closing."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import citymatch
from mosty.core.access import Actor, NotAllowed, require
from mosty.core.history import record
from mosty.core.publication import Level
from mosty.core.versions import Version, freeze
from mosty.matching import queries, reasons, rules
from mosty.matching.domain.refusals import Refused
from mosty.matching.domain.running import objections
from mosty.matching.models import PAIR, ROUND, Notice, Pair, Round, Run
from mosty.partnerships.domain import agree_partnership, withdraw_partnership
from mosty.places.models import Theme

# Obstacles that lie in the person, not in the round.
PERSONAL = {"not_officer", "own_run", "own_override"}


def check(run: Run) -> list[str]:
    """Prove a stored run again, now: codes of what is wrong, empty when all is well.

    The frozen market must be the one that was solved, the stored pairs those of the result, and
    the independent checker must prove size, floor and score.
    """
    frozen, result = citymatch.market_from_json(run.market), queries.result_of(run)
    if result is None:
        return ["no_result"]
    found = []
    if citymatch.input_sha256(frozen) != run.input_sha256:
        found.append("market_changed")
    stored = set(
        run.pairs.values_list("left__code", "right__code", "left_view", "right_view", "score")
    )
    chosen = {(p.left, p.right, p.left_view, p.right_view, p.score) for p in result.pairs}
    if stored != chosen:
        found.append("pairs_changed")
    return [*found, *objections(citymatch.verify(frozen, result))]


def approve_round(round_: Round, *, by: Actor) -> Version:
    """A second officer approves the proposal; it is proven again first, then frozen.

    Raises `NotAllowed` to whoever made the run or a decision that it used, `Refused` while
    another run is under way, when the round has changed since the run, or when the check fails.
    """
    _refuse(rules.obstacles(round_, by))
    proposed = round_.current_run
    assert proposed is not None  # no run is an obstacle
    run = Run.objects.select_related("policy").get(pk=proposed.pk)
    problems = check(run)
    if problems:
        raise Refused(reasons.check_failed(problems))
    with transaction.atomic():
        held = (
            Round.objects.select_for_update(of=("self",))
            .select_related("current_run", "phase__strand__programme")
            .get(pk=round_.pk)
        )
        _refuse(rules.obstacles(held, by))
        if held.current_run_id != run.pk:
            raise Refused(reasons.OBSTACLES["changed_since"])
        now = timezone.now()
        ROUND.move(
            held,
            "approved",
            by=by,
            changes={
                "approved_by_id": by.user_id,
                "approved_by_name": by.name,
                "approved_at": now,
            },
            level=Level.PROGRAMME,
        )
        Pair.objects.filter(run=run, state="proposed").update(state="approved")
        version = freeze(held, _frozen(held, run), by=by)
        _tell(held, run, Notice.Kind.APPROVED, by=by)
    round_.refresh_from_db()
    return version


def _refuse(obstacles: list[str]) -> None:
    if not obstacles:
        return
    personal = [code for code in obstacles if code in PERSONAL]
    if personal:
        raise NotAllowed(reasons.OBSTACLES[personal[0]])
    raise Refused(reasons.OBSTACLES[obstacles[0]])


def _frozen(round_: Round, run: Run) -> dict[str, Any]:
    return {
        "round": {"slug": round_.slug, "name": round_.name.dump(), "phase": str(round_.phase)},
        "run": run.number,
        "author": run.author_name,
        "approved_by": round_.approved_by_name,
        "approved_at": round_.approved_at.isoformat() if round_.approved_at else None,
        "policy": {
            "number": run.policy.number,
            "weights": run.policy.weights,
            "rationale": run.policy.rationale.dump(),
        },
        "overrides": run.overrides,
        "market": run.market,
        "result": run.result,
    }


def _tell(round_: Round, run: Run, kind: str, *, by: Actor, reason: str = "") -> None:
    """Everybody who shaped the result is told, except whoever decides now; mails go by a job."""
    Notice.objects.bulk_create(
        Notice(round=round_, run=run, user_id=person, kind=kind, reason=reason, by_name=by.name)
        for person in sorted(queries.involved(round_, run) - {by.user_id})
    )


def send_back(round_: Round, *, by: Actor, reason: str) -> Round:
    """Not approved: back into preparation, with the reason; those who made it are told."""
    require("matching.send_back", by, round_)
    if not reason.strip():
        raise Refused(_("Say what should be different."))
    with transaction.atomic():
        held = Round.objects.select_for_update().get(pk=round_.pk)
        if held.state != "proposed" or held.current_run is None:
            raise Refused(_("There is no proposal to send back any more."))
        ROUND.move(held, "draft", by=by, reason=reason)
        _tell(held, held.current_run, Notice.Kind.SENT_BACK, by=by, reason=reason.strip())
        record("matching.send_back", held, by=by, reason=reason)
    round_.refresh_from_db()
    return round_


def agree_pair(pair: Pair, *, by: Actor, on: date, source: str) -> Pair:
    """Both councils said yes: an officer records the day and how we know. The pair is public."""
    require("matching.agree_pair", by, pair)
    _check_agreeable(pair)
    if not source.strip():
        raise Refused(_("Say how we know that both councils agreed."))
    if on > timezone.localdate():
        raise Refused(_("This day lies ahead. Record the agreement when both councils gave it."))
    round_ = pair.run.round
    with transaction.atomic():
        partnership = agree_partnership(
            [pair.left, pair.right],
            phase=round_.phase,
            on=on,
            by=by,
            themes=Theme.objects.filter(slug__in=_themes(pair)),
            reason=source.strip(),
            is_illustrative=round_.is_illustrative,
        )
        PAIR.move(
            pair,
            "agreed",
            by=by,
            reason=source.strip(),
            changes={
                "agreed_on": on,
                "agreed_by_id": by.user_id,
                "agreed_source": source.strip()[:400],
                "partnership_id": partnership.pk,
            },
            level=Level.PROGRAMME,
        )
    return pair


def _themes(pair: Pair) -> set[str]:
    return {slug for slugs in pair.themes.values() for slug in slugs}


def _check_agreeable(pair: Pair) -> None:
    round_ = pair.run.round
    if not round_.is_settled or round_.current_run_id != pair.run_id:
        raise Refused(_("Only pairs of an approved round can be agreed."))


def retract_pair(pair: Pair, *, by: Actor, reason: str) -> Pair:
    """The agreement was recorded in error: pair and partnership are not public any more."""
    require("matching.agree_pair", by, pair)
    if not reason.strip():
        raise Refused(_("Say why the agreement is taken back."))
    with transaction.atomic():
        partnership = pair.partnership
        PAIR.move(
            pair,
            "approved",
            by=by,
            reason=reason,
            changes={
                "agreed_on": None,
                "agreed_by_id": None,
                "agreed_source": "",
                "partnership_id": None,
            },
            level=Level.PROGRAMME,
        )
        if partnership is not None and partnership.status == "agreed":
            withdraw_partnership(partnership, by=by, reason=reason)
    return pair


def close_round(round_: Round, *, by: Actor, reason: str) -> None:
    """Nothing more is expected of this round."""
    require("matching.close_round", by, round_)
    if not reason.strip():
        raise Refused(_("Say why the round is closed."))
    ROUND.move(round_, "closed", by=by, reason=reason, level=Level.PROGRAMME)
