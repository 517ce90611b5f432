"""Who gets in where: rounds, policies, runs, decisions, approval, files.

`draft` is a round with a proposal, `approved` one that everybody inside the programme sees.
"""

from collections.abc import Callable
from typing import Any

from mosty.core.texts import Text
from mosty.matching import domain, jobs
from mosty.matching.models import Round
from tests.applications.making import small_call
from tests.matching.making import Made, make_phase, make_round
from tests.matrix import EVERYBODY, IN_PROGRAMME, OFFICERS, Row, World


def build(world: World) -> None:
    made = make_round(world.cast, world.bodies)
    officer = made.officer
    domain.set_quota(made.round, world.bodies.latvian_association, by=officer, least=0, most=3)
    contact = domain.add_contact(
        made.round, left=made.left[0], right=made.right[2], by=officer,
        why=Text.of(en="They met in 2021."),
    )  # fmt: skip
    override = domain.add_override(
        made.round, "veto", left=made.left[0], right=made.right[1], reason="Not now.", by=officer
    )
    run = jobs.start_run(made.round, by=officer)
    made.round.refresh_from_db()
    scenario = jobs.add_scenario(
        made.round, by=officer, name="Near", rationale=Text.of(en="To see."),
        weights={"left": {"distance": 1}, "right": {"distance": 1}},
    )  # fmt: skip
    approved = _approved(made)
    call = small_call(made.phase, name=Text.of(en="Of the round"))
    world.things["matching"] = {
        "draft": {"slug": made.round.slug},
        "run": {"slug": made.round.slug, "number": run.number},
        "participant": {"slug": made.round.slug, "pk": made.round.participants.first().pk},
        "quota": {"slug": made.round.slug, "pk": made.round.quotas.get().pk},
        "contact": {"slug": made.round.slug, "pk": contact.pk},
        "override": {"slug": made.round.slug, "override_id": override.pk},
        "scenario": {"slug": made.round.slug, "number": scenario.number},
        "approved": {"slug": approved.slug},
        "approved_run": {"slug": approved.slug, "number": 1},
        "pair": {"slug": approved.slug, "pk": approved.current_run.pairs.first().pk},
        "town": {"slug": approved.slug, "code": made.left[0].code},
        "intake": {"slug": made.round.slug, "call": call.slug},
        "ends": {
            "slug": made.round.slug, "left": made.left[1].code, "right": made.right[1].code,
        },
    }  # fmt: skip


def _approved(made: Made) -> Round:
    """Another round of the same towns, approved by the second officer."""
    phase = make_phase("phase-3")
    for row in made.phase.participants.all():
        phase.participants.create(organisation=row.organisation, association=row.association)
    other = Made(
        domain.open_round(phase, by=made.officer, slug="round-2", name=Text.of(en="Round two")),
        phase, made.policy, made.officer, made.second,
    )  # fmt: skip
    domain.fill_participants(other.round, by=made.officer)
    jobs.start_run(other.round, by=made.officer)
    other.round.refresh_from_db()
    domain.approve_round(other.round, by=made.second)
    other.round.refresh_from_db()
    return other.round


def of(thing: str, /, **more: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: {**world.things["matching"][thing], **more}


def programme(**more: Any) -> Callable[[World], dict[str, Any]]:
    return lambda _world: {"programme": "bridges", **more}


def staff(args: Callable[[World], dict[str, Any]], *, post: bool = False) -> Row:
    """Pages of the secretariat: everybody else finds nothing there."""
    return Row(OFFICERS, args=args, post=post)


ROWS = {
    "matching:rounds": Row(EVERYBODY),
    "matching:rounds_file": Row(EVERYBODY, args=lambda _world: {"suffix": "csv"}),
    "matching:open_round": Row(OFFICERS),
    "matching:policies": Row(IN_PROGRAMME, args=programme()),
    "matching:policy": Row(IN_PROGRAMME, args=programme(number=1)),
    "matching:write_policy": Row(OFFICERS, args=programme()),
    "matching:edit_round": staff(of("draft")),
    "matching:prepare": staff(of("draft")),
    "matching:fill_participants": staff(of("draft"), post=True),
    "matching:take_in": staff(of("intake")),
    "matching:add_participant": staff(of("draft")),
    "matching:participant": staff(of("participant")),
    "matching:remove_participant": staff(of("participant"), post=True),
    "matching:add_quota": staff(of("draft")),
    "matching:quota": staff(of("quota")),
    "matching:remove_quota": staff(of("quota"), post=True),
    "matching:add_contact": staff(of("draft")),
    "matching:remove_contact": staff(of("contact"), post=True),
    "matching:choose_policy": staff(of("draft"), post=True),
    "matching:runs": staff(of("draft")),
    # The first officer started the run: the page tells why; the deed itself is refused. It stands
    # before `start_run`, after which everybody who walks by has started one.
    "matching:approve": Row(
        frozenset({"second_officer"}), args=of("draft"), post=True,
        refused=frozenset({"officer"}),
    ),
    "matching:start_run": staff(of("draft"), post=True),
    "matching:run": staff(of("run")),
    "matching:stop_run": staff(of("run"), post=True),
    "matching:scenarios": staff(of("draft")),
    "matching:add_scenario": staff(of("draft")),
    "matching:side_by_side": staff(of("draft")),
    "matching:side_by_side_file": staff(of("draft", suffix="csv")),
    "matching:scenario": staff(of("scenario")),
    "matching:rerun_scenario": staff(of("scenario"), post=True),
    "matching:stop_scenario": staff(of("scenario"), post=True),
    "matching:adopt_scenario": staff(of("scenario"), post=True),
    # Last of its kind: afterwards there is none.
    "matching:remove_scenario": staff(of("scenario"), post=True),
    "matching:approval": staff(of("draft")),
    "matching:send_back": staff(of("draft"), post=True),
    "matching:close_round": staff(of("approved"), post=True),
    "matching:agree_pair": staff(of("pair")),
    "matching:retract_pair": staff(of("pair"), post=True),
    "matching:decide": staff(of("ends", kind="lock")),
    "matching:withdraw": staff(of("override")),
    "matching:undo": staff(of("draft"), post=True),
    "matching:compare": staff(of("draft")),
    # Visitors are not asked to sign in: outside the demo there is nothing for them at all.
    "matching:board": Row(IN_PROGRAMME, visitor=404, args=of("approved")),
    "matching:town": Row(IN_PROGRAMME, visitor=404, args=of("town")),
    "matching:analysis": Row(IN_PROGRAMME, visitor=404, args=of("approved")),
    "matching:analyse": staff(of("approved"), post=True),
    "matching:pairs_file": Row(
        IN_PROGRAMME, visitor=404, args=of("approved_run", suffix="csv")
    ),
    "matching:run_file": Row(IN_PROGRAMME, visitor=404, args=of("approved_run", name="market")),
}  # fmt: skip
