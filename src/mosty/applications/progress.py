"""How far an application is: its sections with state, owner, what is missing, who is writing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from mosty.applications import answers, queries
from mosty.applications.hindrances import day_of
from mosty.applications.models import Application, Ownership
from mosty.calls.models import Section
from mosty.core.drafts.models import Draft

# Whoever has typed within this time is at it.
AT_IT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Standing:
    """One section: how many of its questions are answered, how many keep it from being sent."""

    section: Section
    answered: int
    asked: int
    missing: int
    wrong: int
    owner: Ownership | None = None
    unsent: Draft | None = None
    is_at_work: bool = False
    is_overdue: bool = False

    @property
    def is_done(self) -> bool:
        """Nothing of it is asked for any more, and somebody has written in it."""
        return bool(self.answered) and not (self.missing or self.wrong or self.unsent)

    @property
    def tone(self) -> str:
        if self.wrong or self.unsent:
            return "warn"
        if self.missing:
            return "blue" if self.answered else "quiet"
        return "good" if self.answered else "quiet"

    @property
    def words(self) -> str:
        """Its state in a few words."""
        if self.wrong:
            return ngettext(
                "%(count)s answer to mend", "%(count)s answers to mend", self.wrong
            ) % {"count": self.wrong}  # fmt: skip
        if self.unsent:
            return _("Not saved yet")
        if self.missing:
            return ngettext("%(count)s missing", "%(count)s missing", self.missing) % {
                "count": self.missing
            }
        return pgettext("a section", "Complete") if self.answered else _("Optional")


def standings(application: Application, at: datetime) -> list[Standing]:
    """All sections in order; a number of queries that does not grow with them."""
    given = queries.values(application)
    owners = queries.owners(application)
    unsent = queries.unsent(application)
    day = day_of(application.call, at)
    return [
        standing(
            section, given, day=day, at=at, owner=owners.get(section.pk),
            unsent=unsent.get(section.pk),
        )
        for section in queries.sections(application)
    ]  # fmt: skip


def standing(
    section: Section, given: Mapping[int, Any], *, day: date, at: datetime,
    owner: Ownership | None = None, unsent: Draft | None = None,
) -> Standing:  # fmt: skip
    """One section by what was answered."""
    asked = list(section.questions.all())
    empty = [one for one in asked if answers.is_empty(one, given.get(one.pk))]
    missing = [one for one in empty if answers.is_required(one, day)]
    wrong = [
        one for one in asked if one not in empty and answers.fault(one, given[one.pk], day=day)
    ]
    return Standing(
        section=section,
        answered=len(asked) - len(empty),
        asked=len(asked),
        missing=len(missing),
        wrong=len(wrong),
        owner=owner,
        unsent=unsent,
        is_at_work=unsent is not None and unsent.saved_at >= at - AT_IT,
        is_overdue=bool(
            owner and owner.due and owner.due < day and (missing or wrong or not asked)
        ),
    )


def whole(found: Sequence[Standing]) -> tuple[int, int]:
    """Over all sections: how many questions are answered, how many are asked."""
    return sum(each.answered for each in found), sum(each.asked for each in found)
