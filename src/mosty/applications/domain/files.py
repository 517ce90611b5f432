"""Files of an application: taken in whole and once, taken out of what is written, never lost."""

from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mosty.applications import queries, signing
from mosty.applications.domain.holding import holding, refuse_unless_written
from mosty.applications.models import Answer, Application, Attachment
from mosty.calls import content as calls_content
from mosty.calls.models import Question
from mosty.core.access import Actor, require
from mosty.core.files import DOCX, JPEG, PDF, PNG, XLSX, Kind, check_upload, sha256_of
from mosty.core.history import record

KINDS = (PDF, DOCX, XLSX, PNG, JPEG)
MOST_FILES = 10
# With what a whole file of a kind ends; office files are checked as ZIPs already.
_ENDS = {PDF.name: b"%%EOF", PNG.name: b"IEND\xaeB`\x82", JPEG.name: b"\xff\xd9"}
_TAIL = 2048


def attach(
    application: Application, question: Question | None, file: UploadedFile[bytes], *, by: Actor
) -> tuple[Attachment, bool]:
    """Take a file in, and whether it is new: the same one twice is one. Raises
    `ValidationError` that names the remedy."""
    require("applications.attach", by, application)
    if question is not None and question.kind != Question.Kind.FILE:
        raise ValueError("the question does not ask for a file")
    kind = check_upload(file, allowed=KINDS)
    if not is_whole(file, kind):
        raise ValidationError(
            _("“%(file)s” has no end: it was cut on the way. Send it once more."),
            code="cut", params={"file": PurePath(file.name or "").name[:80]},
        )  # fmt: skip
    sha256 = sha256_of(file)
    with holding(application) as now:
        refuse_unless_written(now)
        rows = now.attachments.filter(question=question, taken_out_at=None)
        if known := rows.filter(sha256=sha256).first():
            return known, False
        if rows.count() >= MOST_FILES:
            raise ValidationError(_("These are too many files. Take one out first."))
        made = Attachment(
            application=now, question=question, file_name=file_name(file.name or "", kind),
            media_type=kind.media_type, size=file.size or 0, sha256=sha256,
            by_name=by.name[:200],
        )  # fmt: skip
        made.file.save(f"{'-'.join(_plain(made.file_name))}{kind.suffix}", file, save=False)
        try:
            made.save()
            _answer(now, question, by=by)
            record("applications.attach", now, by=by,
                   after={"file": made.file_name, "sha256": sha256})  # fmt: skip
            signing.changed(now, by=by)
        except Exception:
            made.file.storage.delete(made.file.name or "")
            raise
    return made, True


def take_out(attachment: Attachment, *, by: Actor, at: datetime | None = None) -> None:
    """Out of what is being written; versions that were sent in still hold it."""
    application = attachment.application
    require("applications.attach", by, application)
    with holding(application) as now:
        refuse_unless_written(now)
        rows = now.attachments.filter(pk=attachment.pk, taken_out_at=None)
        if not rows.update(taken_out_at=at or timezone.now()):
            return
        _answer(now, attachment.question, by=by)
        record("applications.take_file_out", now, by=by,
               before={"file": attachment.file_name, "sha256": attachment.sha256})  # fmt: skip
        signing.changed(now, by=by)


def _answer(application: Application, question: Question | None, *, by: Actor) -> None:
    """The answer to a question for files are the ids of those that it has."""
    if question is None:
        return
    ids = queries.files(application).filter(question=question).values_list("pk", flat=True)
    Answer.objects.update_or_create(
        application=application, question=question,
        defaults={"value": [str(pk) for pk in ids], "changed_at": timezone.now(),
                  "changed_by_name": by.name[:200]},
    )  # fmt: skip


def is_whole(file: UploadedFile[bytes], kind: Kind) -> bool:
    """Whether it ends as files of its kind do; one that was cut on the way does not."""
    end = _ENDS.get(kind.name)
    if end is None:
        return True
    size = file.size or 0
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    file.seek(0)
    return end in tail


def file_name(given: str, kind: Kind) -> str:
    """What people call it, with the suffix of what it is, and nothing that a path is made of."""
    stem = PurePath(given.replace("\\", "/")).stem
    clean = "".join(letter for letter in stem if letter.isprintable() and letter not in '"<>:|?*')
    return f"{clean.strip()[:140] or 'file'}{kind.suffix}"


def _plain(name: str) -> list[Any]:
    return calls_content.words(PurePath(name).stem)[:8] or ["file"]
