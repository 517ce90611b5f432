"""The round of the demonstration: prepared, run, verified and approved as people would do it.

Everything goes through the same verbs, rules and solving process as on the site: the first
programme officer prepares and runs, the second approves. A second run changes nothing.
"""

import json
from pathlib import Path
from typing import Any

from django.utils import timezone

from citymatch.model import MICRO
from mosty.core.access import Actor, Role
from mosty.core.facts import find_source
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.matching import domain, jobs
from mosty.matching.models import Policy, Round, Run
from mosty.people.models import User
from mosty.people.queries import actor_for
from mosty.places.queries.codes import by_code
from mosty.programmes.models import Phase, Programme


class DemoFailed(Exception):
    """The demonstration's round could not be made; `str()` says why."""


def load(folder: Path, *, by: Actor) -> dict[str, Any]:
    """Make the round of `round.json`, or find it; gives its figures.

    `pairs` and `size` are numbers of pairs, `floor` and `score` (the sum) texts with six decimals,
    `verified` a line for people, `is_verified` whether the independent checker proved it now.
    Organisations, people, programme and partnerships must stand already. Raises `DemoFailed`.
    """
    given = json.loads((folder / "round.json").read_text(encoding="utf-8"))
    round_ = Round.objects.filter(slug=given["slug"]).first()
    first, second = _officers()
    if round_ is None:
        round_ = _prepare(given, by=first)
    if round_.is_open:
        run = _run(round_, by=first)
        if not run.is_verified:
            raise DemoFailed(f"The round's run {run.number} is not verified: {run.verify_problems}")
        round_.refresh_from_db()
        domain.approve_round(round_, by=second)
    round_.refresh_from_db()
    approved = round_.current_run
    assert approved is not None
    _open_practice(given, by=second)
    return _figures(approved)


def _open_practice(given: dict[str, Any], *, by: Actor) -> None:
    """A second round with the same towns, proposed and still open: whoever enters the demo can
    put together, keep apart, run again, approve or send back. Officers only."""
    practice = given | given["practice"]
    if Round.objects.filter(slug=practice["slug"]).exists():
        return
    round_ = _prepare(practice, by=by, level=Level.STAFF)
    _run(round_, by=by)


def _officers() -> tuple[Actor, Actor]:
    """Two programme officers of the demo, in the order of its cast: four eyes."""
    users = User.objects.filter(
        is_demo=True, memberships__role=Role.OFFICER, memberships__until__isnull=True
    )
    found = list(users.distinct().order_by("demo_order", "pk")[:2])
    if len(found) < 2:
        raise DemoFailed("The demo needs two programme officers; load its people first.")
    today = timezone.localdate()
    first, second = (actor_for(user, on=today, language="en") for user in found)
    return first, second


def _prepare(given: dict[str, Any], *, by: Actor, level: Level = Level.PUBLIC) -> Round:
    phase = Phase.objects.select_related("strand__programme").get(
        strand__programme__slug=given["programme"],
        strand__slug=given["strand"],
        slug=given["phase"],
    )
    policy = _policy(phase.strand.programme, given["policy"], by=by)
    round_ = domain.open_round(
        phase,
        by=by,
        slug=given["slug"],
        name=Text.of(**given["name"]),
        note=Text.of(**given["note"]),
        policy=policy,
        level=level,
        # The round of then must not know what was agreed in its own phase.
        contacts_until=phase.starts_on,
    )
    Round.objects.filter(pk=round_.pk).update(is_illustrative=given["illustrative"])
    rows = [*given["left"], *given["right"]]
    codes = {row["municipality"] for row in rows}
    codes |= {row["association"] for row in [*rows, *given["quotas"]]}
    bodies = by_code(codes)
    for row in rows:
        domain.set_participant(
            round_,
            bodies[row["municipality"]],
            by=by,
            association=bodies[row["association"]],
            least=row["min"],
            most=row["max"],
        )
    for row in given["quotas"]:
        domain.set_quota(
            round_, bodies[row["association"]], by=by, least=row["min"], most=row["max"]
        )
    for row in given["earlier_contacts"]:
        domain.add_contact(
            round_,
            left=bodies[row["left"]],
            right=bodies[row["right"]],
            why=Text.of(**row["why"]),
            by=by,
            source=find_source(row["source"]),
        )
    round_.refresh_from_db()
    return round_


def _policy(programme: Programme, given: dict[str, Any], *, by: Actor) -> Policy:
    """The programme's newest version; written when there is none."""
    known = Policy.objects.filter(programme=programme).order_by("-number").first()
    if known is not None:
        return known
    return domain.write_policy(
        programme,
        by=by,
        weights=given["weights"],
        rationale=Text.of(**given["rationale"]),
        stages=given["stages"],
        absolute_floor=round(given["absolute_floor"] * MICRO),
        tie_key=given["tie_key"],
        partners_again=given["partners_again"],
        is_illustrative=given["illustrative"],
    )


def _run(round_: Round, *, by: Actor) -> Run:
    """Solve at once, in the same process of its own that a worker would start."""
    run = domain.start_run(round_, by=by)
    if run.begin_work("read"):
        jobs.work_on(run)
    run.refresh_from_db()
    if run.status != Run.Status.OPTIMAL:
        raise DemoFailed(f"The round's run {run.number} came to nothing: {run.work_error}")
    analysis = domain.begin_analysis(run)
    if analysis.begin_work():
        jobs.think_over(analysis)
    return run


def _figures(run: Run) -> dict[str, Any]:
    problems = domain.check(run)
    return {
        "pairs": run.pairs.count(),
        "size": run.size,
        "floor": f"{(run.floor or 0) / MICRO:.6f}",
        "score": f"{(run.score or 0) / MICRO:.6f}",
        "is_verified": not problems,
        "verified": "verified" if not problems else f"NOT verified: {', '.join(problems)}",
    }
