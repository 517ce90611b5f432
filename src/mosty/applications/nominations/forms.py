"""An association's word, and a town's choice of association."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mosty.applications.models import Application
from mosty.applications.nominations.standings import choices
from mosty.applications.nominations.tables import Nomination
from mosty.calls.models import Way
from mosty.places.models import Organisation


class AssociationForm(forms.Form):
    """Through which association the application comes."""

    association = forms.ModelChoiceField(
        label=_("Association"), queryset=Organisation.objects.none(), required=False
    )

    def __init__(self, data: Any = None, *, application: Application) -> None:
        initial = {"association": application.association_id}
        super().__init__(data, initial=initial, label_suffix="")
        field: Any = self.fields["association"]
        field.queryset = choices(application)
        is_needed = application.call.way == Way.ASSOCIATION
        field.empty_label = _("None yet") if is_needed else _("None: directly")


class WordForm(forms.Form):
    """Nominate, or not with a reason; a comment beside it."""

    word = forms.ChoiceField(
        label=_("Word of the association"), choices=Nomination.Word.choices,
        widget=forms.RadioSelect,
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=1000,
        help_text=_("Needed when you do not nominate it. The town reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    comment = forms.CharField(
        label=_("Comment"), required=False, max_length=2000,
        help_text=_("For the secretariat. The town does not read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, application: Application) -> None:
        initial = {"word": Nomination.Word.NOMINATE}
        super().__init__(
            data, initial=initial, label_suffix="", auto_id=f"word-{application.pk}-%s"
        )
