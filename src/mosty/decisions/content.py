"""The list as plain content: what a second officer approves, and what letters say.

    {"call", "appeal_days", "answer_days",
     "decisions": [{"key", "name", "outcome", "rank", "reason", "suggested",
                    "criteria": [{"key", "mean"}, …], "comments": [text, …]}, …]}

Texts as `core.texts.Text` dumps them. Comments stand in the order of their words: the order in
which they were written would tell who wrote them. No reviewer is named.
"""

import json
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from mosty.applications.models import Application
from mosty.decisions import scores
from mosty.decisions.models import Selection
from mosty.decisions.queries import sent_in
from mosty.reviews.models import Review


def dump(selection: Selection) -> dict[str, Any]:
    """The content as it stands now: every application that is sent in, decided or not."""
    return {
        "call": selection.call.slug,
        "appeal_days": selection.appeal_days,
        "answer_days": selection.answer_days,
        "decisions": _rows(selection, sent_in(selection.call)),
    }


def entry(selection: Selection, application: Application) -> dict[str, Any]:
    """What would be frozen of one application."""
    return entries_of(selection, [application.pk])[application.pk]


def entries_of(selection: Selection, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """The same of several, by the id of the application."""
    rows = _rows(selection, sent_in(selection.call).filter(pk__in=ids))
    return {int(row["key"]): row for row in rows}


def _rows(selection: Selection, applications: QuerySet[Application]) -> list[dict[str, Any]]:
    call = selection.call
    means, comments = scores.by_criterion(applications, call), _comments(applications)
    keys = {one.pk: one.key for one in call.criteria.filter(version=call.criteria_version)}
    decided = {
        row.application_id: row
        for row in selection.decisions.filter(application__in=applications.order_by().values("pk"))
    }
    rows = []
    for application in applications.select_related("organisation").order_by("pk"):
        row = decided.get(application.pk)
        own = means.get(application.pk, {})
        rows.append(
            {
                "key": str(application.pk),
                # One spelling, whoever freezes it.
                "name": application.organisation.label_en,
                "outcome": row.outcome if row else "",
                "rank": row.rank if row else None,
                "reason": row.reason.dump() if row and row.reason else {},
                "suggested": row.suggested if row else "",
                "criteria": [
                    {"key": key, "mean": round(own[pk], 2)} for pk, key in keys.items() if pk in own
                ],
                "comments": comments.get(application.pk, []),
            }
        )
    return rows


def _comments(applications: QuerySet[Application]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    # Of abstentions too: who does not score may still have something to say.
    rows = Review.objects.filter(
        assignment__application__in=applications.order_by().values("pk"), state=Review.State.GIVEN
    ).order_by()
    for application, text in rows.values_list("assignment__application_id", "to_applicant"):
        if text:
            found[application].append(text.dump())
    return {
        pk: sorted(said, key=lambda one: json.dumps(one, sort_keys=True))
        for pk, said in found.items()
    }
