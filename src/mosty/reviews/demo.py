"""Reads demo/reviews.json: who read what of the replayed calls, and what they made of it. All of it
is illustrative. A second run changes nothing.

Scores are drawn from how good an application is said to be, from its reviewer and its criterion:
the same every time, and different for different reviewers.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from mosty.calls.models import Call, Criterion
from mosty.core.access import Actor
from mosty.core.replay import clock_at, letters_told
from mosty.core.texts import Text
from mosty.people.demo import actor, person
from mosty.places.queries.codes import by_code
from mosty.reviews.domain import officers, reviewing
from mosty.reviews.models import Assignment, Review, Reviewer, ReviewPhase, Score
from mosty.reviews.queries import reading
from mosty.reviews.queries.officers import Rule, propose
from mosty.reviews.statistics import total_of

OFFICER = "programme-officer"
# What an application is worth of which the file says nothing.
MERIT = 4.3
Row = Mapping[str, Any]


def load(folder: Path, *, by: Actor) -> dict[str, int]:
    """How many reviews are new; applications must stand already."""
    content = json.loads((folder / "reviews.json").read_text(encoding="utf-8"))
    before = Review.objects.count()
    with letters_told():
        for row in content["calls"]:
            call = Call.objects.get(slug=row["call"])
            if call.applications.exists() and not call.review_phases.exists():
                Reading(content, call, row).tell()
    return {"reviews": Review.objects.count() - before}


def drawn(*words: object) -> float:
    """A number from 0 up to 1 that these words always give."""
    said = "/".join(str(word) for word in words).encode()
    return int.from_bytes(hashlib.sha256(said).digest()[:6]) / 2**48


@dataclass
class Reading:
    """The review of one call, from its reviewers to the last review."""

    content: Row
    call: Call
    row: Row

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.call.zone)

    def moment(self, name: str, of: Row) -> datetime:
        """The time that a row gives, in the zone of the call, or so many days from today."""
        if name in of:
            return datetime.fromisoformat(of[name]).replace(tzinfo=self.zone)
        return timezone.now() + timedelta(days=of[f"{name}_days"])

    def tell(self) -> None:
        """Everything that happened, in order."""
        first = self.moment("opens", self.row["phases"][0])
        with clock_at(first - timedelta(days=4)) as at:
            officer = actor(OFFICER, at=at)
            for one in self.row["reviewers"]:
                user = person(one["person"])
                body = user.memberships.order_by("pk")[0].organisation
                officers.add_reviewer(
                    self.call, user, by=officer, organisation=body, most=one.get("most")
                )
        with clock_at(first - timedelta(days=2)) as at:
            for conflict in self.row.get("conflicts", ()):
                self._declare(conflict, at)
            for reviewer in self._reviewers():
                who = self._actor(reviewer, at)
                reviewing.finish_declaring(reviewer, by=who, at=at)
        for given in self.row["phases"]:
            self._phase(given)
        for conflict in self.row.get("late_conflicts", ()):
            with clock_at(self.moment("at", conflict)) as at:
                self._declare(conflict, at)

    @cached_property
    def criteria(self) -> list[Criterion]:
        """Those by which the call is judged."""
        return reading.criteria(self.call)

    def _reviewers(self) -> Iterator[Reviewer]:
        yield from self.call.reviewers.select_related("user").order_by("pk")

    def _reviewer(self, key: str) -> Reviewer:
        return self.call.reviewers.get(user=person(key))

    def _actor(self, reviewer: Reviewer, at: datetime) -> Actor:
        return actor(reviewer.user.email.partition("@")[0], at=at)

    def _declare(self, conflict: Row, at: datetime) -> None:
        body = by_code([conflict["body"]])[conflict["body"]]
        reviewer = self._reviewer(conflict["person"])
        who = self._actor(reviewer, at)
        reviewing.declare(reviewer, body, by=who, reason=conflict["reason"], at=at)

    def _phase(self, given: Row) -> None:
        opens, closes = self.moment("opens", given), self.moment("closes", given)
        with clock_at(opens - timedelta(days=1)) as at:
            officer = actor(OFFICER, at=at)
            values = {
                "name": Text.of(**given["name"]), "opens_at": opens, "closes_at": closes,
                "rights": given["rights"], "is_anonymised": given["anonymised"],
                "wanted": given["wanted"],
            }  # fmt: skip
            phase = officers.save_phase(self.call, values, by=officer)
            if "reads" in given:
                self._hand_out(phase, given["reads"], officer, at)
            else:
                self._assign(phase, officer, at)
        for word in given.get("declines", ()):
            with clock_at(opens + timedelta(days=1)) as at:
                one = self._open_of(phase, word["person"])[word["number"]]
                reviewing.decline(
                    one, by=self._actor(one.reviewer, at), reason=word["reason"], at=at
                )
                # Somebody else is found.
                self._assign(phase, officer, at)
        if given.get("at_once"):
            self._give_at_once(phase, opens)
        else:
            self._give(phase, given, opens, closes)

    def _assign(self, phase: ReviewPhase, officer: Actor, at: datetime) -> None:
        plan = propose(phase, Rule(), officer).plan
        officers.assign(phase, plan.pairs, by=officer, how=Assignment.How.BALANCED, at=at)

    def _hand_out(
        self, phase: ReviewPhase, reads: Mapping[str, Sequence[str]], officer: Actor, at: datetime
    ) -> None:
        sent = self.call.applications.filter(state="submitted")
        ids = dict(sent.values_list("organisation__code", "pk"))
        pairs = [
            (ids[code], self._reviewer(key).pk) for key, codes in reads.items() for code in codes
        ]
        officers.assign(phase, pairs, by=officer, how=Assignment.How.HAND, at=at)

    def _open_of(self, phase: ReviewPhase, key: str) -> list[Assignment]:
        rows = phase.assignments.filter(reviewer__user=person(key), state=Assignment.State.OPEN)
        return list(rows.select_related("phase", "reviewer__user", "application__organisation"))

    def _give(self, phase: ReviewPhase, given: Row, opens: datetime, closes: datetime) -> None:
        last = min(closes, timezone.now())
        silent = {(one["person"], one["number"]): one for one in given.get("abstains", ())}
        for one in self.row["reviewers"]:
            mine = self._open_of(phase, one["person"])
            mine = mine[: given["gives"][one["person"]]] if "gives" in given else mine
            for number, assignment in enumerate(mine):
                share = 0.2 + 0.7 * (number + drawn(one["person"])) / max(1, len(mine))
                opinion = self._opinion(assignment)
                if word := silent.get((one["person"], number)):
                    opinion = reviewing.Opinion(
                        opinion.version, is_abstention=True, reason=word["reason"]
                    )
                with clock_at(opens + (last - opens) * share) as at:
                    who = self._actor(assignment.reviewer, at)
                    reviewing.give(assignment, opinion, by=who, at=at)

    def _give_at_once(self, phase: ReviewPhase, opens: datetime) -> None:
        """The same for more than a hundred: without the history of each, which would take longer
        than all the rest of the demonstration."""
        criteria = {one.key: one for one in self.criteria}
        weights = {key: one.weight for key, one in criteria.items()}
        rows = phase.assignments.filter(state=Assignment.State.OPEN)
        reviews, scores = [], []
        for assignment in rows.select_related(
            "phase", "reviewer__user", "application__organisation"
        ):
            said = self._opinion(assignment)
            at = opens + timedelta(days=1 + 20 * drawn("when", assignment.pk))
            review = Review(
                assignment=assignment, state=Review.State.GIVEN, given_at=at, changed_at=at,
                criteria_version=said.version, total=total_of(said.scores, weights),
                confidence=said.confidence, to_applicant=said.to_applicant,
                to_panel=said.to_panel,
            )  # fmt: skip
            reviews.append(review)
            scores += [Score(review=review, criterion=criteria[key], value=value)
                       for key, value in said.scores.items()]  # fmt: skip
        Review.objects.bulk_create(reviews)
        Score.objects.bulk_create(scores)

    def _opinion(self, assignment: Assignment) -> reviewing.Opinion:
        """What that reviewer makes of that application."""
        code = assignment.application.organisation.code
        # Read again, it looks a little different.
        who = f"{assignment.reviewer.user.email}/{assignment.phase.order}"
        merit = self.content["merits"].get(code, MERIT)
        strict = drawn("strict", assignment.reviewer.user.email) - 0.5
        scores = {}
        for criterion in self.criteria:
            value = round(merit + strict + 1.8 * (drawn(code, criterion.key, who) - 0.5))
            scores[criterion.key] = min(self.call.highest, max(self.call.lowest, value))
        mean = sum(scores.values()) / len(scores)
        level = "high" if mean >= 3.9 else "mid" if mean >= 2.7 else "low"
        # Whoever works in Ukrainian writes in Ukrainian alone.
        is_ukrainian = assignment.reviewer.user.language == "uk"
        to_applicant, to_panel = (
            self._comment(kind, level, code, who, is_ukrainian)
            for kind in ("to_applicant", "to_panel")
        )
        return reviewing.Opinion(
            self.call.criteria_version, scores, confidence=3 + int(3 * drawn("sure", code, who)),
            to_applicant=to_applicant, to_panel=to_panel,
        )  # fmt: skip

    def _comment(self, kind: str, level: str, code: str, who: str, is_ukrainian: bool) -> Text:
        pool = self.content["comments"][kind][level]
        # By turns, so that two of one application rarely say the same.
        words = pool[(self._turn(who) + int(10 * drawn(kind, code))) % len(pool)]
        return Text.of(record="uk", uk=words["uk"]) if is_ukrainian else Text.of(**words)

    def _turn(self, who: str) -> int:
        email, _slash, phase = who.partition("/")
        people = [one["person"] for one in self.row["reviewers"]]
        return people.index(email.partition("@")[0]) + int(phase)
