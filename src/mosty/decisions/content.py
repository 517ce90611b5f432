"""The list as plain content: what a second officer approves, and what letters say.

    {"call", "appeal_days", "answer_days",
     "decisions": [{"key", "name", "outcome", "rank", "reason", "suggested",
                    "criteria": [{"key", "mean"}, …], "comments": [text, …]}, …]}

Texts as `core.texts.Text` dumps them. Comments stand in the order of their words: the order in
which they were written would tell who wrote them. No reviewer is named.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects

from mosty.applications.models import Application
from mosty.calls.queries import criteria
from mosty.decisions import scores
from mosty.decisions.models import Selection
from mosty.decisions.queries import sent_in


def dump(selection: Selection) -> dict[str, Any]:
    """The content as it stands now: every application that is sent in, decided or not."""
    call = selection.call
    return {
        "call": call.slug,
        "appeal_days": selection.appeal_days,
        "answer_days": selection.answer_days,
        "decisions": _rows(selection, sent_in(call), scores.words(call)),
    }


def said(keys: Iterable[str], words: scores.Words) -> dict[str, Any]:
    """Of one application what the reviews say, criteria in the order of these keys."""
    return {
        "criteria": [
            {"key": key, "mean": round(words.criteria[key], 2)}
            for key in keys
            if key in words.criteria
        ],
        "comments": sorted(
            (text.dump() for text in words.comments),
            key=lambda one: json.dumps(one, sort_keys=True),
        ),
    }


def entries_of(selection: Selection, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What would be frozen of some, by the id of the application."""
    call = selection.call
    rows = _rows(selection, sent_in(call).filter(pk__in=ids), scores.words_of(call, ids))
    return {int(row["key"]): row for row in rows}


def _rows(
    selection: Selection, applications: QuerySet[Application], found: Mapping[int, scores.Words]
) -> list[dict[str, Any]]:
    call = selection.call
    prefetch_related_objects([call], "criteria")
    keys = [one.key for one in criteria(call)]
    decided = {
        row.application_id: row
        for row in selection.decisions.filter(application__in=applications.order_by().values("pk"))
    }
    rows = []
    for application in applications.select_related("organisation").order_by("pk"):
        row, own = decided.get(application.pk), found.get(application.pk, scores.Words())
        rows.append(
            {
                "key": str(application.pk),
                # One spelling, whoever freezes it.
                "name": application.organisation.label_en,
                "outcome": row.outcome if row else "",
                "rank": row.rank if row else None,
                "reason": row.reason.dump() if row and row.reason else {},
                "suggested": row.suggested if row else "",
            }
            | said(keys, own)
        )
    return rows
