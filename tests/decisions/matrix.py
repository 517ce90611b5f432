"""Who gets in at the addresses of decisions: officers, later those whose decision it is."""

from typing import Any

from django.utils import timezone

from mosty.calls.models import Call
from mosty.core.access import SYSTEM
from mosty.core.texts import Text
from mosty.core.versions import freeze
from mosty.decisions import content
from mosty.decisions.domain import drafting
from mosty.decisions.models import Appeal, Decision, Promotion, Release, Selection
from tests.calls.making import published
from tests.decisions.making import DAY, apply
from tests.matrix import EVERYBODY, OFFICERS, Row, World


def build(world: World) -> None:
    """A call whose list is drafted, and one that is released with an appeal and an offer."""
    phase, bodies = world.things["programme"].phase, world.bodies
    drafted = _over(published(phase, name=Text.of(en="Being decided")))
    world.things["decisions.draft"] = apply(drafted, bodies.korop)
    drafting.begin(drafted, by=SYSTEM)
    done = _over(published(phase, name=Text.of(en="Decided")))
    mine = apply(done, bodies.chuhuiv, association=bodies.ukrainian_association)
    selection = drafting.begin(done, by=SYSTEM)
    drafting.set_outcomes(selection, [mine.pk], "reserve", by=SYSTEM)
    released(selection)
    decision = Decision.objects.get(application=mine)
    Promotion.objects.create(decision=decision, by_name="-", answer_by=timezone.now() + DAY)
    world.things["decisions.released"] = mine
    world.things["decisions.appeal"] = Appeal.objects.create(
        decision=decision, text="Look again.", by_name="-"
    )
    refused = apply(done, bodies.korop)
    # It came when the list was out, so that only the matrix knows of it.
    declined = Decision.objects.create(selection=selection, application=refused, outcome="declined")
    world.things["decisions.upheld"] = Appeal.objects.create(
        decision=declined, text="Look again.", by_name="-", result="upheld",
        answered_at=timezone.now(),
    )  # fmt: skip


def _over(call: Call) -> Call:
    """Its deadline was yesterday: what is open is not decided on."""
    Call.objects.filter(pk=call.pk).update(
        opens_at=timezone.now() - 9 * DAY, closes_at=timezone.now() - DAY
    )
    call.refresh_from_db()
    return call


def released(selection: Selection) -> Release:
    """As if it had been released, without letters."""
    version = freeze(selection, content.dump(selection), by=SYSTEM)
    now = timezone.now()
    Selection.objects.filter(pk=selection.pk).update(
        state="released", version=version, approved_at=now, released_at=now
    )
    selection.refresh_from_db()
    return Release.objects.create(selection=selection, by_name="-", work_state="done")


def _draft(world: World) -> dict[str, Any]:
    return {"slug": world.things["decisions.draft"].call.slug}


def _drafted(world: World) -> dict[str, Any]:
    return _draft(world) | {"application_id": world.things["decisions.draft"].pk}


def _done(world: World) -> dict[str, Any]:
    return {"slug": world.things["decisions.released"].call.slug}


def _decided(world: World) -> dict[str, Any]:
    return _done(world) | {"application_id": world.things["decisions.released"].pk}


def _appeal(world: World) -> dict[str, Any]:
    return _done(world) | {"appeal_id": world.things["decisions.appeal"].pk}


def _upheld(world: World) -> dict[str, Any]:
    return _done(world) | {"appeal_id": world.things["decisions.upheld"].pk}


READERS = OFFICERS | {"chuhuiv", "ukraine"}
OWN = frozenset({"chuhuiv"})
NOT_OWN = READERS - OWN

ROWS = {
    "decisions:list": Row(OFFICERS, args=_draft),
    "decisions:set_outcomes": Row(OFFICERS, args=_draft, post=True),
    "decisions:decide": Row(OFFICERS, args=_drafted),
    "decisions:why": Row(OFFICERS, args=_drafted),
    "decisions:suggestion": Row(OFFICERS, args=_draft),
    "decisions:adopt": Row(OFFICERS, args=_draft, post=True),
    "decisions:reviewers": Row(OFFICERS, args=_draft),
    "decisions:signing": Row(OFFICERS, args=_draft),
    "decisions:propose": Row(OFFICERS, args=_draft, post=True),
    "decisions:approve": Row(OFFICERS, args=_draft, post=True),
    "decisions:take_back": Row(OFFICERS, args=_draft, post=True),
    "decisions:outbox": Row(OFFICERS, args=_draft),
    "decisions:release": Row(OFFICERS, args=_draft),
    "decisions:pictures": Row(EVERYBODY, visitor=200, args=_done),
    "decisions:after": Row(OFFICERS, args=_done),
    "decisions:answer_appeal": Row(OFFICERS, args=_appeal),
    "decisions:revise": Row(OFFICERS, args=_upheld),
    "decisions:approve_revision": Row(OFFICERS, args=_upheld, post=True),
    "decisions:take_back_revision": Row(OFFICERS, args=_upheld, post=True),
    "decisions:offer": Row(OFFICERS, args=_decided, post=True),
    "decisions:show": Row(READERS, args=_decided),
    "decisions:answer_offer": Row(READERS, args=_decided, post=True),
    "decisions:leave": Row(READERS - {"ukraine"}, args=_decided, post=True,
                           refused=frozenset({"ukraine"})),
    "decisions:appeal": Row(OWN, args=_decided, post=True, refused=NOT_OWN),
}  # fmt: skip
