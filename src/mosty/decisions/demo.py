"""Reads demo/decisions.json: what was decided in the replayed calls: drafted, proposed by one
officer, approved by another, released with letters that go nowhere, appealed against. All of it is
illustrative; a body that is not accepted is a fictional one. A second run changes nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from mosty.applications.demo import actor_of
from mosty.calls.models import Call
from mosty.core.access import Actor
from mosty.core.replay import clock_at, letters_told
from mosty.core.texts import Text
from mosty.decisions.domain import after, drafting, releasing, signing
from mosty.decisions.models import Decision, Selection
from mosty.decisions.suggesting import suggest
from mosty.decisions.writing import write_letters
from mosty.people.demo import actor
from mosty.reviews.models import Review

FIRST, SECOND = "programme-officer", "second-programme-officer"
Row = Mapping[str, Any]


def load(folder: Path, *, by: Actor) -> dict[str, int]:
    """How many decisions are new; reviews must stand already."""
    content = json.loads((folder / "decisions.json").read_text(encoding="utf-8"))
    before = Decision.objects.count()
    with letters_told():
        for row in content["selections"]:
            call = Call.objects.get(slug=row["call"])
            is_read = Review.objects.filter(
                assignment__phase__call=call, state=Review.State.GIVEN
            ).exists()
            if is_read and not Selection.objects.filter(call=call).exists():
                Deciding(call, row).tell()
    return {"decisions": Decision.objects.count() - before}


@dataclass
class Deciding:
    """One selection, from its first draft to what came after the release."""

    call: Call
    row: Row

    def moment(self, name: str, of: Row | None = None) -> datetime:
        """The time that a row gives, in the zone of the call, or so many days from today."""
        given = self.row if of is None else of
        if name in given:
            return datetime.fromisoformat(given[name]).replace(tzinfo=ZoneInfo(self.call.zone))
        return timezone.now() + timedelta(days=given[f"{name}_days"])

    def tell(self) -> None:
        """Everything that happened, in order."""
        with clock_at(self.moment("begun")) as at:
            first = actor(FIRST, at=at)
            selection = drafting.begin(self.call, by=first)
        if "suggest" in self.row:
            wanted = self.row["suggest"]
            with clock_at(self.moment("at", wanted)):
                found = suggest(self.call, wanted["take"], wanted["reserve"], actor=first)
                drafting.keep_suggestion(selection, found, by=first)
        with clock_at(self.moment("begun") + timedelta(hours=4)):
            self._draft(selection, first)
        if "released" not in self.row:
            return
        second = actor(SECOND, at=at)
        with clock_at(self.moment("proposed")):
            version = signing.propose(selection, by=first)
        with clock_at(self.moment("approved")):
            signing.approve(selection, version.pk, by=second)
        with clock_at(self.moment("released")):
            release = releasing.release(selection, by=first)
            write_letters.call(release.pk)
        for row in self.row.get("appeals", ()):
            self._appeal(row)

    def _draft(self, selection: Selection, officer: Actor) -> None:
        sent = self.call.applications.filter(state="submitted")
        ids = dict(sent.values_list("organisation__code", "pk"))
        for outcome, codes in self.row["outcomes"].items():
            chosen = [ids[code] for code in codes]
            drafting.set_outcomes(selection, chosen, outcome, by=officer)
        said = {row.application.organisation.code: row.outcome for row in
                selection.decisions.select_related("application__organisation")}  # fmt: skip
        for code, reason in self.row.get("reasons", {}).items():
            drafting.set_outcomes(
                selection, [ids[code]], said[code], by=officer, reason=Text.of(**reason)
            )

    def _appeal(self, row: Row) -> None:
        with clock_at(self.moment("at", row)) as at:
            rows = Decision.objects.select_related("selection__call", "application__organisation")
            decision = rows.get(
                selection__call=self.call, application__organisation__code=row["body"]
            )
            who = actor_of(decision.application.organisation, at=at)
            after.appeal(decision, row["text"], by=who)
