"""What is asked besides answers: language, owner of a section, permission to send in late."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mosty.applications.workflow import APPLICATION
from mosty.calls.models import Call
from mosty.calls.moments import MomentField, placed
from mosty.core.access import Actor
from mosty.core.languages import language_choices
from mosty.core.picking import PickField
from mosty.people.models import User
from mosty.places import queries as places
from mosty.places.models import Organisation
from mosty.places.queries import search

ANY = [("", _("All"))]


class LanguageForm(forms.Form):
    """The language of record."""

    language = forms.ChoiceField(
        label=_("Language of record"),
        help_text=_("In which you write and which counts. The other language stands beside it."),
    )

    def __init__(self, data: Any = None, *, call: Call, language: str) -> None:
        super().__init__(data, initial={"language": language}, label_suffix="")
        codes = call.languages or ["en", "uk"]
        self.fields["language"].choices = language_choices(codes)  # type: ignore[attr-defined]


class OwnerForm(forms.Form):
    """Who writes a section, and until when."""

    user = forms.ModelChoiceField(
        label=_("Who writes it"), queryset=User.objects.none(), required=False,
        empty_label=_("Nobody yet"),
    )  # fmt: skip
    due = forms.DateField(
        label=_("Until"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, people: list[User], key: object, initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial, label_suffix="", auto_id=f"owner-{key}-%s")
        field: Any = self.fields["user"]
        field.queryset = User.objects.filter(pk__in=[each.pk for each in people])


class FileForm(forms.Form):
    """A file that answers a question."""

    file = forms.FileField(
        label=_("File"), help_text=_("PDF, DOCX, XLSX, PNG or JPEG, at most 20 MB."),
        error_messages=dict.fromkeys(
            ("required", "missing", "empty"),
            _("The file did not arrive whole. Choose it and send it once more."),
        ),
    )  # fmt: skip

    def __init__(self, data: Any = None, files: Any = None, *, key: object = "") -> None:
        super().__init__(data, files, label_suffix="", auto_id=f"file-{key}-%s")
        # It stands at its question, inside the form of the section, and is sent by its own.
        self.fields["file"].widget.attrs["form"] = f"attach-{key}"
        # Whether the question must be answered is said beside it, not by a star at the box.
        self.fields["file"].required = data is not None


class LateForm(forms.Form):
    """Who may send in after the deadline, until when and why."""

    until = MomentField(label=_("Until"))
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The body reads it, and so does whoever asks later why it was let in."),
    )  # fmt: skip

    field_order = ["body", "until", "reason"]

    def __init__(self, data: Any = None, *, call: Call, actor: Actor, at: datetime) -> None:
        self.call, self.at = call, at
        super().__init__(data, label_suffix="")
        rows = places.visible_to(actor).filter(
            kind=call.audience, standing=Organisation.Standing.CURRENT
        )
        self.fields["body"] = PickField(label=_("Which one?"), rows=rows, find=search.found, most=1)
        self.order_fields(self.field_order)

    def clean_until(self) -> datetime:
        until = placed(self.cleaned_data["until"], self.call.zone)
        if until <= self.at:
            raise forms.ValidationError(_("Choose a time that lies ahead."), code="past")
        return until


class ApplicationFilter(forms.Form):
    """Narrow the list of a call."""

    q = forms.CharField(label=_("Name of the body"), required=False, max_length=200)
    state = forms.ChoiceField(label=_("State"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    late = forms.BooleanField(label=_("Sent in late"), required=False)

    def __init__(self, data: Any, *, countries: list[tuple[str, str]]) -> None:
        super().__init__(data, label_suffix="", auto_id="filter_%s")
        states = [(state.code, state.staff) for state in APPLICATION.states]
        self.fields["state"].choices = [*ANY, *states]  # type: ignore[attr-defined]
        self.fields["country"].choices = [*ANY, *countries]  # type: ignore[attr-defined]

    @property
    def wanted(self) -> dict[str, Any]:
        """How the list is narrowed; a choice that there is not narrows nothing."""
        self.is_valid()
        said = self.cleaned_data
        return {
            "query": said.get("q", ""), "state": said.get("state", ""),
            "country": said.get("country", ""), "late": bool(said.get("late")),
        }  # fmt: skip
