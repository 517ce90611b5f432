"""The upload of a file of municipalities, and the consent to write its plan."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from mosty.core.files import CSV, XLSX, check_upload


class ImportForm(forms.Form):
    """A table in text form; for lau.csv a second file with the groups of Portugal and Greece."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV in UTF-8, UTF-16 or Windows-1251, with comma, semicolon or tab."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
    )
    groups = forms.FileField(
        label=_("Second file"),
        required=False,
        help_text=_("Only for lau.csv: groups_pt_gr.csv."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """The file, of a size and kind that can be taken."""
        return _checked(self.cleaned_data["file"])

    def clean_groups(self) -> UploadedFile[bytes] | None:
        """The second file, likewise."""
        given = self.cleaned_data["groups"]
        return _checked(given) if given else None


def _checked(file: UploadedFile[bytes]) -> UploadedFile[bytes]:
    try:
        check_upload(file, allowed=(CSV,))
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
    return file


class TerritoryForm(forms.Form):
    """The official list of territories, as a table in text form or a workbook."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX, or CSV in UTF-8, UTF-16 or Windows-1251. The first sheet is read."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,text/csv"}),
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """The file, of a size and kind that can be taken, and of the kind that its name says."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        kind = check_upload(file, allowed=(CSV, XLSX))
        name = PurePath(file.name or "").name
        if (kind is XLSX) != name.lower().endswith(XLSX.suffix):
            raise ValidationError(
                _("The name of “%(file)s” says something else than its content: it is %(kind)s."),
                code="wrong_type",
                params={"file": name[:80], "kind": kind.name},
            )
        return file


class WriteForm(forms.Form):
    """Whether the doubtful rows are written too; asked only where there are some."""

    with_doubtful = forms.BooleanField(required=False, label=_("Write the doubtful rows too"))

    def __init__(self, *args: Any, doubtful: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not doubtful:
            del self.fields["with_doubtful"]
