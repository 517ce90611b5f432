"""An application as plain content: what is signed, sent in, judged, printed and kept.

    {"call": slug, "call_version": number, "language": "uk",
     "organisation": {"code", "name"}, "association": code or "",
     "answers": [{"key", "value"}, …]        in the order of the form; value as `Answer` keeps it
     "files": [{"key", "question", "name", "size", "sha256"}, …],
     "council_on": "2026-05-17" or ""}

The words of questions are those of the call's own version: `call_version` is the first one that
asks what the newest asks, so that a correction elsewhere (a quota, a date, a criterion) voids no
signature. Two answers of one value are equal here.
"""

from typing import Any

from django.utils import translation

from mosty.applications.models import Application
from mosty.calls.models import Call, Question
from mosty.core.versions import versions_of


def dump(application: Application) -> dict[str, Any]:
    """The content as it stands now."""
    given = {row.question_id: row.value for row in application.answers.all()}
    questions = Question.objects.filter(section__call=application.call_id)
    body, association = application.organisation, application.association
    keys = {row.pk: row.key for row in questions}
    # Not in the language of whoever looks: equal content has one hash for all of them.
    with translation.override(application.language):
        name = body.name
    return {
        "call": application.call.slug,
        "call_version": _asked_in(application.call),
        "language": application.language,
        "organisation": {"code": body.code, "name": name},
        "association": association.code if association else "",
        "answers": [{"key": row.key, "value": given.get(row.pk)} for row in questions],
        "files": [
            {
                "key": str(row.pk),
                "question": keys.get(row.question_id or 0, ""),
                "name": row.file_name,
                "size": row.size,
                "sha256": row.sha256,
            }
            for row in application.attachments.filter(taken_out_at=None)
        ],
        "council_on": application.council_on.isoformat() if application.council_on else "",
    }


def _asked_in(call: Call) -> int:
    """The number of the version; 0 for a call that was never published."""
    number, asked = 0, None
    for version in versions_of(call):
        if asked is not None and version.content["sections"] != asked:
            break
        number, asked = version.number, version.content["sections"]
    return number
