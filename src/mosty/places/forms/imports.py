"""The upload of a file of municipalities, and the consent to write its plan."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from mosty.core.files import CSV, XLSX, Kind, check_upload


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
        return _checked(file, (CSV, XLSX)) if isinstance(file, UploadedFile) else file


class ImportForm(forms.Form):
    """A table of municipalities; for lau.csv and Eurostat's workbook a second file with the groups
    of Portugal and Greece."""

    file = TableField(
        help_text=_("XLSX, or CSV in UTF-8, UTF-16 or Windows-1251 with comma, semicolon or tab."),
    )
    groups = forms.FileField(
        label=_("Second file"),
        required=False,
        help_text=_("Only for Eurostat’s list or lau.csv: groups_pt_gr.csv."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_groups(self) -> UploadedFile[bytes] | None:
        """The second file, which is a table in text form."""
        given = self.cleaned_data["groups"]
        return _checked(given, (CSV,)) if given else None


def _checked(file: UploadedFile[bytes], allowed: tuple[Kind, ...]) -> UploadedFile[bytes]:
    try:
        kind = check_upload(file, allowed=allowed)
    except ValidationError as error:
        if getattr(error, "code", "") != "too_large":
            raise
        raise ValidationError(
            _(
                "This file has %(size)s; at most %(limit)s are taken here. Split it, or have it "
                "imported on the server: manage.py import_municipalities."
            ),
            code="too_large",
            params={
                "size": filesizeformat(file.size or 0),
                "limit": filesizeformat(settings.UPLOAD_LIMIT_BYTES),
            },
        ) from error
    name = PurePath(file.name or "").name
    if XLSX in allowed and (kind is XLSX) != name.lower().endswith(XLSX.suffix):
        raise ValidationError(
            _("The name of “%(file)s” says something else than its content: it is %(kind)s."),
            code="wrong_type",
            params={"file": name[:80], "kind": kind.name},
        )
    return file


class TerritoryForm(forms.Form):
    """The official list of territories, as a table in text form or a workbook."""

    file = TableField(
        help_text=_("XLSX, or CSV in UTF-8, UTF-16 or Windows-1251. The first sheet is read."),
    )


class WriteForm(forms.Form):
    """Whether the doubtful rows are written too; asked only where there are some."""

    with_doubtful = forms.BooleanField(required=False, label=_("Write the doubtful rows too"))

    def __init__(self, *args: Any, doubtful: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not doubtful:
            del self.fields["with_doubtful"]
