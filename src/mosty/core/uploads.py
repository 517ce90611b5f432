"""The field for a table that people send: CSV or XLSX, checked by content (`core.files`)."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from mosty.core.files import CSV, XLSX, check_upload


class TableField(forms.FileField):
    """A table in text form or a workbook: of a size and kind that can be taken, and of the kind
    that its name says."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("File"))
        kwargs.setdefault(
            "widget",
            forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,text/csv"}),
        )
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file, or why it cannot be taken."""
        file = super().clean(data, initial)
        if not isinstance(file, UploadedFile):
            return file
        kind = check_upload(file, allowed=(CSV, XLSX))
        name = PurePath(file.name or "").name
        if (kind is XLSX) != name.lower().endswith(XLSX.suffix):
            raise ValidationError(
                _("The name of “%(file)s” says something else than its content: it is %(kind)s."),
                code="wrong_type",
                params={"file": name[:80], "kind": kind.name},
            )
        return file
