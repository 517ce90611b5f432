"""Who gets in at the addresses of reviews: reviewers to what is theirs, officers to the rest."""

from typing import Any

from django.core.files.base import ContentFile

from mosty.applications import content
from mosty.applications.models import Attachment
from mosty.calls.models import Question
from mosty.core.access import SYSTEM
from mosty.core.texts import Text
from mosty.core.versions import freeze
from mosty.reviews.models import Review
from tests.applications.making import small_call
from tests.matrix import KNOWN, OFFICERS, Row, World
from tests.reviews.making import assigned, make_panel, scored, with_criteria


def build(world: World) -> None:
    call = with_criteria(
        small_call(world.things["programme"].phase, name=Text.of(en="A call under review"))
    )
    panel = make_panel(world.bodies, world.cast, call)
    attachment = Attachment.objects.create(
        application=panel.korop, size=8, file_name="Letter of Korop.pdf", sha256="0" * 64,
        question=Question.objects.get(section__call=call, key="letter"),
        media_type="application/pdf", file=ContentFile(b"%PDF-1.7", name="letter.pdf"),
    )  # fmt: skip
    panel.korop.answers.filter(question__key="letter").update(value=[attachment.pk])
    panel.korop.version = freeze(panel.korop, content.dump(panel.korop), by=SYSTEM)
    panel.korop.save()
    mine = assigned(panel.phase, panel.latvia, panel.korop)
    scored(assigned(panel.phase, panel.expert, panel.gulbene), 2, 3)
    scored(assigned(panel.phase, panel.expert, panel.korop), 4, 4)
    aside = scored(assigned(panel.phase, panel.latvia, panel.gulbene), 5, 5)
    Review.objects.filter(pk=aside.pk).update(state="set_aside", reason="The same association")
    world.things["panel"] = panel
    world.things["review.mine"] = mine
    world.things["review.aside"] = aside


def _call(world: World) -> dict[str, Any]:
    return {"slug": world.things["panel"].call.slug}


def _mine(world: World) -> dict[str, Any]:
    return _call(world) | {"mark": world.things["review.mine"].mark}


def _phase(world: World) -> dict[str, Any]:
    return _call(world) | {"phase_id": world.things["panel"].phase.pk}


REVIEWERS = frozenset({"latvia", "expert"})
OWN = frozenset({"latvia"})

ROWS = {
    "reviews:list": Row(KNOWN),
    "reviews:queue": Row(REVIEWERS | OFFICERS, args=_call),
    "reviews:conflicts": Row(REVIEWERS, args=_call),
    "reviews:no_conflicts": Row(REVIEWERS, args=_call, post=True),
    "reviews:read": Row(OWN, args=_mine),
    "reviews:decline": Row(OWN, args=_mine),
    "reviews:file": Row(OWN, args=lambda world: _mine(world) | {"number": 1}),
    "reviews:panel": Row(OFFICERS, otherwise=403, args=_call),
    "reviews:export": Row(
        OFFICERS, otherwise=403, args=lambda world: _call(world) | {"suffix": "csv"}
    ),
    "reviews:application": Row(
        OFFICERS, otherwise=403,
        args=lambda world: _call(world) | {"application_id": world.things["panel"].gulbene.pk},
    ),
    "reviews:progress": Row(OFFICERS, otherwise=403, args=_call),
    "reviews:note": Row(
        OFFICERS, otherwise=403, post=True,
        args=lambda world: _call(world) | {"review_id": world.things["review.aside"].pk},
    ),
    "reviews:reviewers": Row(OFFICERS, otherwise=403, args=_call),
    "reviews:reviewer": Row(
        OFFICERS, otherwise=403,
        args=lambda world: _call(world) | {"reviewer_id": world.things["panel"].expert.pk},
    ),
    "reviews:phases": Row(OFFICERS, otherwise=403, args=_call),
    "reviews:add_phase": Row(OFFICERS, otherwise=403, args=_call),
    "reviews:phase": Row(OFFICERS, otherwise=403, args=_phase),
    "reviews:assign": Row(OFFICERS, otherwise=403, args=_phase),
    "reviews:take_back": Row(
        OFFICERS, otherwise=403,
        args=lambda world: _call(world) | {"assignment_id": world.things["review.mine"].pk},
    ),
}  # fmt: skip
