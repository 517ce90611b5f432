"""Forms of the secretariat and of bodies."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mosty.core.texts import TextFormField
from mosty.decisions.listing import OPEN
from mosty.decisions.models import Appeal, Outcome, Selection

NONE = ("", _("No outcome yet"))


class ListFilter(forms.Form):
    """Narrow the list."""

    q = forms.CharField(label=_("Applicant"), required=False, max_length=100)
    outcome = forms.ChoiceField(
        label=_("Outcome"), required=False,
        choices=[("", _("All")), (OPEN, _("No outcome yet")), *Outcome.choices],
    )  # fmt: skip

    def __init__(self, data: Any) -> None:
        super().__init__(data, label_suffix="", auto_id="filter_%s")

    def said(self) -> dict[str, str]:
        """What is asked for, as far as it can be."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        return {"query": data.get("q", ""), "outcome": data.get("outcome", "")}


class DecisionForm(forms.Form):
    """One outcome, with its reason."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=[NONE, *Outcome.choices],
                                required=False)  # fmt: skip
    rank = forms.IntegerField(
        label=_("Place in the reserve"), required=False, min_value=1, max_value=9999,
        help_text=_("Empty: at the end."),
    )  # fmt: skip
    reason = TextFormField(
        label=_("Reason"), required=False, rows=4, max_length=2000,
        help_text=_("The applicant reads it: name no other applicant and no reviewer. Needed in"
                    " English and in Ukrainian where you decide otherwise than suggested."),
    )  # fmt: skip

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)


class SuggestionForm(forms.Form):
    """How long the list shall be."""

    take = forms.IntegerField(label=_("Accept"), min_value=0, max_value=2000)
    reserve = forms.IntegerField(label=_("Reserve"), min_value=0, max_value=2000)
    keep = forms.BooleanField(
        label=_("Keep those that are accepted or declined in the draft"), required=False
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)


class TermsForm(forms.ModelForm[Selection]):
    """The deadlines that the letters say."""

    class Meta:
        model = Selection
        fields = ("appeal_days", "answer_days")

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)


class AppealForm(forms.Form):
    """What the body appeals against."""

    text = forms.CharField(
        label=_("What you appeal against, and why"), max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)


class AppealAnswerForm(forms.Form):
    """What became of the appeal."""

    result = forms.ChoiceField(
        label=_("Result"), choices=[("", _("Choose")), *Appeal.Result.choices],
        help_text=_("Where it is upheld, you then propose a new decision, which a second officer"
                    " approves."),
    )  # fmt: skip
    answer = TextFormField(label=_("Reasons"), rows=5, max_length=4000)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)


class RevisionForm(forms.Form):
    """What is decided instead, after an appeal that was upheld."""

    outcome = forms.ChoiceField(label=_("New outcome"))
    reason = TextFormField(
        label=_("Reason"), rows=4, max_length=2000,
        help_text=_("The applicant reads it, in English and in Ukrainian: name no other applicant"
                    " and no reviewer."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, outcomes: Sequence[Outcome]) -> None:
        super().__init__(data, label_suffix="")
        field: Any = self.fields["outcome"]
        blank = [("", _("Choose"))] if len(outcomes) > 1 else []
        field.choices = [*blank, *((one.value, one.label) for one in outcomes)]
