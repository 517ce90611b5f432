"""What if we weighed differently? Scenarios of a round: tried, compared, at most taken over."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

import citymatch
from citymatch.model import STAGES
from mosty.core.access import SYSTEM, Actor, require
from mosty.core.history import record
from mosty.core.jobs import WorkState
from mosty.core.texts import Text
from mosty.matching import market, queries
from mosty.matching.domain.preparation import choose_policy, clean_policy, write_policy
from mosty.matching.domain.refusals import Refused
from mosty.matching.domain.running import AT_WORK, Outcome, ended, frozen_market, solved
from mosty.matching.models import Policy, Round, Scenario

MOST_NAME = 120


def add_scenario(
    round_: Round,
    *,
    by: Actor,
    name: str,
    rationale: Text,
    weights: Mapping[str, Mapping[str, float]],
    stages: Sequence[str] = STAGES,
    absolute_floor: int = 0,
    partners_again: bool = False,
) -> Scenario:
    """Freeze the round's market under other weights; it waits for a worker
    (`jobs.add_scenario` also queues it). `absolute_floor` in millionths.

    The tie key is the round's: what differs then differs because of the weights. Refused without
    name or rationale, and when nothing differs from the round's policy.
    """
    require("matching.add_scenario", by, round_)
    if not name.strip():
        raise Refused(_("Give the scenario a name."))
    if not rationale:
        raise Refused(_("Say what you want to find out: others will ask."))
    clean = clean_policy(weights, stages=stages, absolute_floor=absolute_floor)
    with transaction.atomic():
        held = Round.objects.select_for_update().get(pk=round_.pk)
        last = held.scenarios.aggregate(last=Max("number"))["last"]
        made = Scenario(
            round=held,
            number=(last or 0) + 1,
            name=name.strip()[:MOST_NAME],
            rationale=rationale,
            weights=clean,
            stages=list(stages),
            absolute_floor=absolute_floor,
            partners_again=partners_again,
            tie_key=held.policy.tie_key if held.policy else f"{held.slug}-1",
            author_id=by.user_id,
            author_name=by.name,
        )
        if held.policy is not None and not queries.policy_diff(held.policy, made):
            raise Refused(_("Nothing differs from the policy of the round."))
        _freeze(made, frozen_market(held, made))
        made.save()
        record(
            "matching.add_scenario",
            held,
            by=by,
            after={"scenario": made.number, "name": made.name, "weights": clean},
            reason=str(rationale),
        )
    return made


def _freeze(scenario: Scenario, built: market.Built) -> None:
    scenario.revision = scenario.round.revision
    scenario.market = citymatch.market_to_json(built.market)
    scenario.facts_level = built.facts_level
    scenario.input_sha256 = citymatch.input_sha256(built.market)


def rerun_scenario(scenario: Scenario, *, by: Actor) -> Scenario:
    """Try it again on the round as it is now; the work under way, if there is any."""
    require("matching.add_scenario", by, scenario.round)
    with transaction.atomic():
        held = Scenario.objects.select_for_update(of=("self",)).select_related("round__policy")
        found = held.get(pk=scenario.pk)
        if found.is_at_work:
            return found
        _freeze(found, frozen_market(found.round, found))
        found.work_state, found.work_step, found.work_share = WorkState.WAITING, "", 0.0
        found.work_error, found.work_started_at, found.work_ended_at = "", None, None
        found.status, found.result, found.versions = "", None, {}
        found.size = found.floor = found.score = found.verified_at = None
        found.verify_problems, found.job_id = [], ""
        found.save()
        after = {"scenario": found.number, "input_sha256": found.input_sha256}
        record("matching.rerun_scenario", found.round, by=by, after=after)
    return found


def finish_scenario(scenario: Scenario, outcome: Outcome, *, by: Actor = SYSTEM) -> bool:
    """Store what came out; False when somebody stopped it or it was stored already. The round
    does not move."""
    require("matching.finish_run", by, scenario.round)
    rows = Scenario.objects.filter(pk=scenario.pk, work_state=WorkState.RUNNING)
    stored = bool(rows.update(**solved(outcome)))
    if stored:
        scenario.refresh_from_db()
    return stored


def fail_scenario(scenario: Scenario, code: str) -> bool:
    """End one that came to nothing; `code` is one of `reasons.WORK_ERRORS`."""
    rows = Scenario.objects.filter(pk=scenario.pk, work_state__in=AT_WORK)
    return bool(rows.update(**ended(Scenario.Status.FAILED, code)))


def stop_scenario(scenario: Scenario, *, by: Actor) -> bool:
    """An officer ends one at work; False when it had ended already."""
    require("matching.stop_run", by, scenario.round)
    with transaction.atomic():
        rows = Scenario.objects.filter(pk=scenario.pk, work_state__in=AT_WORK)
        if not rows.update(**ended(Scenario.Status.STOPPED, f"stopped:{by.name}")):
            return False
        after = {"scenario": scenario.number}
        record("matching.stop_scenario", scenario.round, by=by, after=after)
    scenario.refresh_from_db()
    return True


def remove_scenario(scenario: Scenario, *, by: Actor) -> None:
    """It is not needed any more; the history keeps what was tried."""
    require("matching.add_scenario", by, scenario.round)
    before = {"scenario": scenario.number, "name": scenario.name, "weights": scenario.weights}
    with transaction.atomic():
        if not Scenario.objects.filter(pk=scenario.pk).delete()[0]:
            raise Refused(_("This scenario is gone already."))
        record("matching.remove_scenario", scenario.round, by=by, before=before)


def adopt_scenario(scenario: Scenario, *, by: Actor) -> Policy:
    """Let the round use what the scenario tried: a version of the programme's policy with its
    rationale. What follows is found by a run like any other.

    A version that says the same already is chosen instead of written again.
    """
    round_ = scenario.round
    require("matching.choose_policy", by, round_)
    programme = round_.phase.strand.programme
    with transaction.atomic():
        known = queries.policies_of(programme)
        policy = next((row for row in known if not queries.policy_diff(row, scenario)), None)
        if policy is None:
            values = _values(scenario)
            policy = write_policy(programme, by=by, rationale=scenario.rationale, **values)
        choose_policy(round_, policy, by=by)
        Scenario.objects.filter(pk=scenario.pk).update(adopted_as=policy)
    scenario.adopted_as = policy
    return policy


def _values(scenario: Scenario) -> dict[str, Any]:
    names = ("weights", "stages", "absolute_floor", "tie_key", "partners_again")
    return {name: getattr(scenario, name) for name in names}
