"""What officers fill in to run a review."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from mosty.calls.models import Call
from mosty.core.languages import language_choices
from mosty.core.texts import Text, TextFormField
from mosty.places.models import Country
from mosty.reviews.models import Reviewer, ReviewPhase
from mosty.reviews.queries.officers import Rule

_DAY = {"type": "date"}


class PhaseForm(forms.Form):
    """What reviewers may do, from the beginning of a day to the end of one in the call's zone."""

    name = TextFormField(label=_("Name"), rows=1, max_length=120)
    opens_on = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )
    closes_on = forms.DateField(
        label=_("Until and with"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )
    rights = forms.MultipleChoiceField(
        label=_("What reviewers may do"), choices=ReviewPhase.Right.choices,
        widget=forms.CheckboxSelectMultiple, initial=["read", "score"],
    )  # fmt: skip
    is_anonymised = forms.BooleanField(
        label=_("Reviewers do not learn who applies"), required=False,
        help_text=_(
            "Names, files and answers that tell it are left out. What people write of themselves "
            "in other answers stays."
        ),
    )  # fmt: skip
    wanted = forms.IntegerField(
        label=_("Reviews for each application"), min_value=1, max_value=20, initial=3
    )

    def __init__(self, data: Any = None, *, call: Call, phase: ReviewPhase | None = None) -> None:
        self.zone = ZoneInfo(call.zone)
        initial: dict[str, Any] = {"name": Text()}
        if phase is not None:
            initial = {
                "name": phase.name, "rights": phase.rights, "wanted": phase.wanted,
                "is_anonymised": phase.is_anonymised,
                "opens_on": phase.opens_at.astimezone(self.zone).date(),
                "closes_on": phase.closes_at.astimezone(self.zone).date(),
            }  # fmt: skip
        super().__init__(data, initial=initial, label_suffix="")

    def values(self) -> dict[str, Any]:
        """For the verb."""
        data = dict(self.cleaned_data)
        opens, closes = data.pop("opens_on"), data.pop("closes_on")
        data["opens_at"] = datetime.combine(opens, time.min, self.zone)
        data["closes_at"] = datetime.combine(closes, time(23, 59, 59), self.zone)
        return data


class RuleForm(forms.Form):
    """Of which applications, and to whom; nothing chosen: of all, to all."""

    languages = forms.MultipleChoiceField(
        label=_("Language of record"), required=False, widget=forms.CheckboxSelectMultiple
    )
    countries = forms.MultipleChoiceField(
        label=_("Country of the applicant"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reviewers = forms.MultipleChoiceField(
        label=_("To these reviewers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    not_own_country = forms.BooleanField(
        label=_("Nobody reads applications of their own country"), required=False
    )

    def __init__(self, data: Any, *, call: Call, reviewers: list[Reviewer], used: set[str]) -> None:
        super().__init__(data, label_suffix="")
        countries = Country.objects.filter(organisations__applications__call=call).distinct()
        choices = {
            "languages": language_choices(used),
            "countries": [(one.pk, str(one)) for one in countries],
            "reviewers": [(str(one.pk), one.name) for one in reviewers],
        }
        for name, rows in choices.items():
            self.fields[name].choices = rows  # type: ignore[attr-defined]

    @property
    def rule(self) -> Rule:
        """As it was chosen; what there is not is not chosen."""
        self.is_valid()
        data = self.cleaned_data
        return Rule(
            reviewers=frozenset(int(pk) for pk in data.get("reviewers", ())),
            languages=frozenset(data.get("languages", ())),
            countries=frozenset(data.get("countries", ())),
            not_own_country=bool(data.get("not_own_country")),
        )


class MostForm(forms.Form):
    """How much somebody reads at most."""

    most = forms.IntegerField(
        label=_("At most so many applications"), required=False, min_value=1, max_value=1000,
        help_text=_("Empty: as many as come."),
    )  # fmt: skip

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
