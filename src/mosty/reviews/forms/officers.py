"""What officers fill in to run a review."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mosty.calls.models import Call
from mosty.calls.moments import MomentField, local, placed
from mosty.calls.words import zone_name
from mosty.core.languages import language_choices
from mosty.core.texts import Text, TextFormField
from mosty.places.models import Country
from mosty.reviews.models import Reviewer, ReviewPhase
from mosty.reviews.queries.officers import Rule

# The minute that is named belongs to it, as with the deadline of a call.
LAST_SECOND = timedelta(seconds=59)


class PhaseForm(forms.Form):
    """What reviewers may do from when until when, typed in the time zone of the call."""

    name = TextFormField(label=_("Name"), rows=1, max_length=120)
    opens_at = MomentField(label=_("Opens"))
    closes_at = MomentField(label=_("Closes"))
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
        self.zone, self.phase = call.zone, phase
        initial: dict[str, Any] = {"name": Text()}
        if phase is not None:
            initial = {
                "name": phase.name, "rights": phase.rights, "wanted": phase.wanted,
                "is_anonymised": phase.is_anonymised,
                "opens_at": phase.opens_at, "closes_at": phase.closes_at,
            }  # fmt: skip
        super().__init__(data, initial=initial, label_suffix="")
        for name in ("opens_at", "closes_at"):
            self.fields[name].zone = call.zone  # type: ignore[attr-defined]
            self.fields[name].help_text = _("In %(zone)s.") % {"zone": zone_name(call.zone)}
        self.fields["closes_at"].help_text = _(
            "In %(zone)s, with the whole of this minute. 23:59 leaves no doubt about the day."
        ) % {"zone": zone_name(call.zone)}

    def clean_opens_at(self) -> datetime:
        return self._moment("opens_at")

    def clean_closes_at(self) -> datetime:
        return self._moment("closes_at")

    def _moment(self, name: str) -> datetime:
        """What is shown unchanged stays the moment that it was, also in the hour that comes twice
        when clocks are put back."""
        typed: datetime = self.cleaned_data[name]
        stands: datetime | None = getattr(self.phase, name, None)
        if stands is not None and local(stands, self.zone) == local(typed, self.zone):
            return stands
        made = placed(typed, self.zone)
        return made + LAST_SECOND if name == "closes_at" else made


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
