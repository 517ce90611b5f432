"""The decision of the council: an optional step, with its day and the file that shows it."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mosty.applications import signing
from mosty.applications.domain.files import attach
from mosty.applications.domain.holding import holding, refuse_unless_written
from mosty.applications.models import Application, Attachment
from mosty.core.access import Actor, require
from mosty.core.history import plain, record

AHEAD = _("This day lies ahead. Enter the decision once it is taken.")


class CouncilForm(forms.Form):
    """When the council decided, and what shows it."""

    day = forms.DateField(
        label=_("Day of the decision"), required=False,
        help_text=_("Leave it empty to take the decision out again."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    file = forms.FileField(
        label=_("The decision as a file"), required=False,
        help_text=_("PDF, DOCX, XLSX, PNG or JPEG, at most 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.docx,.xlsx,.png,.jpg,.jpeg"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A file belongs to a decision, and a decision lies behind us."""
        data: dict[str, Any] = super().clean() or {}
        day = data.get("day")
        if data.get("file") and day is None and "day" not in self.errors:
            self.add_error("day", _("Say when the council decided."))
        if day is not None and day > timezone.localdate():
            self.add_error("day", AHEAD)
        return data


def set_council(
    application: Application, *, by: Actor, day: date | None, file: UploadedFile[bytes] | None
) -> None:
    """Keep the decision, or take it out again (without a day). It belongs to what is signed: who
    has signed is asked again. Raises `ValidationError` for a file that cannot be taken."""
    require("applications.write", by, application)
    if file is not None and day is None:
        raise ValidationError({"day": _("Say when the council decided.")})
    if day is not None and day > timezone.localdate():
        raise ValidationError({"day": AHEAD})
    with holding(application) as now:
        refuse_unless_written(now)
        before = _said(now)
        now.council_on = day
        if file is not None or day is None:
            _drop_file(now)
        now.save(update_fields=["council_on", "council_file"])
        if file is not None:
            made, _is_new = attach(now, None, file, by=by)
            now.council_file = made
            now.save(update_fields=["council_file"])
        after = _said(now)
        if before != after:
            record("applications.set_council", now, by=by, before=before, after=after)
            signing.changed(now, by=by)
    application.council_on, application.council_file = now.council_on, now.council_file


def _drop_file(application: Application) -> None:
    known = application.council_file_id
    application.council_file = None
    rows = Attachment.objects.filter(pk=known or 0, taken_out_at=None)
    rows.update(taken_out_at=timezone.now())


def _said(application: Application) -> dict[str, Any]:
    file = application.council_file
    return {
        "day": plain(application.council_on),
        "file": file.file_name if file else "",
        "sha256": file.sha256 if file else "",
    }
