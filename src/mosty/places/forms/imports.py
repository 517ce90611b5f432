"""The upload of a file of municipalities, and the consent to write its plan."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from mosty.core.files import CSV, check_upload
from mosty.core.uploads import TableField


class MunicipalitiesField(TableField):
    """A table that may be too large for the pages: then the command is the remedy."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file, or why it cannot be taken."""
        try:
            return super().clean(data, initial)
        except ValidationError as error:
            if getattr(error, "code", "") != "too_large":
                raise
            raise ValidationError(
                _(
                    "This file has %(size)s; at most %(limit)s are taken here. Split it, or have "
                    "it imported on the server: manage.py import_municipalities."
                ),
                code="too_large",
                params={
                    "size": filesizeformat(data.size or 0),
                    "limit": filesizeformat(settings.UPLOAD_LIMIT_BYTES),
                },
            ) from error


class ImportForm(forms.Form):
    """A table of municipalities; for lau.csv and Eurostat's workbook a second file with the groups
    of Portugal and Greece."""

    file = MunicipalitiesField(
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
        given: UploadedFile[bytes] | None = self.cleaned_data["groups"]
        if given:
            check_upload(given, allowed=(CSV,))
        return given


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
