"""Reads demo/applications.json: what bodies sent in to the replayed calls, marked as illustrative.

Each application goes the way that it goes on the site, at the times of then: begun, written,
signed, sent in, nominated, withdrawn. A second run changes nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.translation import override

from mosty.applications import queries
from mosty.applications.demo_answers import Answers
from mosty.applications.domain import files, sending, writing
from mosty.applications.models import Application
from mosty.applications.nominations import domain as nominations
from mosty.applications.nominations import standings
from mosty.applications.paper.council import set_council
from mosty.applications.signing import domain as signing
from mosty.calls.models import Call, Question
from mosty.core.access import Actor, Role
from mosty.core.replay import clock_at, letters_told
from mosty.core.versions import versions_of
from mosty.people.demo import person
from mosty.people.models import User
from mosty.people.queries import actor_for
from mosty.places.models import Organisation
from mosty.places.queries.codes import by_code

# A small file that says of itself that it shows nothing.
PAPER = "decision.pdf"
Row = Mapping[str, Any]


def load(folder: Path, *, by: Actor) -> dict[str, int]:
    """How many applications are new; calls, bodies and people must stand already."""
    content = json.loads((folder / "applications.json").read_text(encoding="utf-8"))
    paper = (folder / PAPER).read_bytes()
    bodies = by_code({row["body"] for given in content["calls"] for row in given["applications"]})
    made = 0
    with letters_told():
        for given in content["calls"]:
            call = Call.objects.get(slug=given["call"])
            known = set(call.applications.values_list("organisation__code", flat=True))
            for place, row in enumerate(given["applications"]):
                if row["body"] in known:
                    continue
                story = Story(content, call, bodies[row["body"]], row, place, paper, by)
                # Whoever tries the demonstration out may have cancelled a call, or weeks have gone.
                if call.takes_at(story.begun):
                    story.tell()
                    made += 1
    return {"applications": made}


def actor_of(body: Organisation, *, at: datetime, key: str = "") -> Actor:
    """Who acts for a body: the person of that key, else its first of the demonstration, else
    nobody in particular."""
    people = User.objects.filter(is_demo=True, memberships__organisation=body)
    user = person(key) if key else people.order_by("-demo_order", "-pk").last()
    if user is not None:
        return actor_for(user, on=at.date(), language=user.language or "en", acting_for_id=body.pk)
    return Actor(
        name=body.label_en, acting_for_id=body.pk, acting_for=body.label_en,
        roles=frozenset({Role.MUNICIPALITY}), organisation_ids=frozenset({body.pk}),
    )  # fmt: skip


@dataclass
class Story:
    """One application from its first day on."""

    content: Mapping[str, Any]
    call: Call
    body: Organisation
    row: Row
    place: int
    paper: bytes
    by: Actor

    def moment(self, name: str, of: Row | None = None) -> datetime:
        """The time that a row gives, in the zone of the call, or so many days from today."""
        given = self.row if of is None else of
        if name in given:
            return datetime.fromisoformat(given[name]).replace(tzinfo=self.zone)
        return timezone.now() + timedelta(days=given[f"{name}_days"])

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.call.zone)

    @cached_property
    def begun(self) -> datetime:
        """When the writing began: a week before it was sent, but not before the call opened."""
        if "begun_days" in self.row:
            return self.moment("begun")
        assert self.call.opens_at is not None, "only a published call is applied to"
        sent = min(self.moment("sent"), self.call.closes_at or self.moment("sent"))
        return max(self.call.opens_at, sent - timedelta(days=7))

    def tell(self) -> Application:
        """Everything that happened to it, in order."""
        actor = actor_of(self.body, at=self.begun)
        with clock_at(self.begun) as at:
            language = "uk" if self.body.country_id == "UA" else "en"
            application, _is_new = writing.begin(
                self.call, self.body, by=actor, language=language, at=at
            )
            self._write(application, actor)
        if "signing" in self.row:
            self._sign(application, actor)
        if "late" in self.row:
            late = self.row["late"]
            with clock_at(self.moment("asked", late)) as at:
                sending.permit_late(
                    self.call, self.body.pk, by=self.by, until=self.moment("until", late),
                    reason=late["reason"], at=at,
                )  # fmt: skip
        if "sent" in self.row or "sent_days" in self.row:
            with clock_at(self.moment("sent")) as at:
                if day := self._council():
                    set_council(application, by=actor, day=day, file=self._paper())
                sending.submit(application, by=actor, at=at)
            self._afterwards(application, actor)
        return application

    def _write(self, application: Application, actor: Actor) -> None:
        if standings.has_way(self.call):
            association = standings.choices(application).first()
            nominations.name_association(application, association, by=actor)
        questions = list(queries.questions(application))
        sections = sorted({one.section for one in questions}, key=lambda one: (one.order, one.pk))
        written = sections[: self.row.get("sections", len(sections))]
        of_these = [one for one in questions if one.section in written]
        answers = Answers(self.content, self.row, application, self.place, actor)
        writing.save_answers(application, answers.all(of_these), by=actor)
        for question in of_these:
            is_asked = question.need == Question.Need.REQUIRED or self.row.get("file")
            if question.kind == Question.Kind.FILE and is_asked:
                files.attach(application, question, self._paper(), by=actor)
        for section, key in zip(sections, self.row.get("owners", ()), strict=False):
            due = timezone.localdate() + timedelta(days=self.row["owners_until_days"])
            writing.own_section(application, section, by=actor, user=person(key), due=due)

    def _council(self) -> date | None:
        if "council" in self.row or "council_days" in self.row:
            return self.moment("council").date()
        return None

    def _paper(self) -> SimpleUploadedFile:
        return SimpleUploadedFile(PAPER, self.paper, content_type="application/pdf")

    def _sign(self, application: Application, actor: Actor) -> None:
        given = self.row["signing"]
        # Names and mandates are kept in the language of those who ask.
        with clock_at(self.moment("", {"_days": given["days"]})) as at, override(actor.language):
            people = [person(key).pk for key in given["ask"]]
            signing.ask_to_sign(application, people, by=actor)
            version = versions_of(application).first()
            assert version is not None, "what is to be signed is frozen"
            for word in given["says"]:
                who = actor_of(self.body, at=at, key=word["who"])
                signing.say(
                    application, version, by=who, choice=word["choice"],
                    reason=word.get("reason", ""),
                )  # fmt: skip

    def _afterwards(self, application: Application, actor: Actor) -> None:
        says = self.row.get("association_says")
        if says and application.association is not None:
            with clock_at(self.moment("sent") + timedelta(hours=26)) as at:
                coordinator = actor_of(application.association, at=at)
                nominations.say(
                    application, by=coordinator, word=says["word"],
                    reason=says.get("reason", ""), comment=says.get("comment", ""),
                )  # fmt: skip
        if "taken_back_days" in self.row:
            with clock_at(self.moment("taken_back")) as at:
                sending.take_back(application, by=actor, at=at)
        if "withdrawn" in self.row:
            gone = self.row["withdrawn"]
            with clock_at(self.moment("at", gone)):
                sending.withdraw(application, by=actor, reason=gone["reason"])
