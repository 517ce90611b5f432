"""What readers of calls ask for and write."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mosty.calls.models import Call, Enquiry, Stage
from mosty.core.access import Actor
from mosty.core.editing import EditForm
from mosty.core.picking import PickField
from mosty.core.texts import TextFormField
from mosty.places import queries as places
from mosty.places.models import Organisation
from mosty.places.queries import search

ANY = [("", _("All"))]


class CallFilter(forms.Form):
    """Narrow the list of calls."""

    stage = forms.ChoiceField(label=_("Stage"), required=False)

    def __init__(self, data: Any, *, actor: Actor) -> None:
        super().__init__(data, label_suffix="", auto_id="filter_%s")
        stages = [
            choice for choice in Stage.choices if actor.is_officer or choice[0] != Stage.DRAFT
        ]
        self.fields["stage"].choices = [*ANY, *stages]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> str:
        """The stage asked for; nothing for all, or for one that there is not."""
        self.is_valid()
        return str(self.cleaned_data.get("stage", ""))


class BodyForm(forms.Form):
    """For which body is the answer wanted?"""

    # Nothing is saved by it, and what is wrong says so.
    only_asks = True

    def __init__(self, data: Any = None, *, call: Call, actor: Actor, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        rows = places.visible_to(actor).filter(
            kind=call.audience, standing=Organisation.Standing.CURRENT
        )
        self.fields["body"] = PickField(label=_("Which one?"), rows=rows, find=search.found, most=1)


class AskForm(forms.Form):
    """A question to the secretariat."""

    text = TextFormField(label=_("Your question"), rows=4, max_length=2000)


class AnswerForm(EditForm):
    """The answer; the question may be put so that nobody is recognised by it."""

    text = TextFormField(
        label=_("Question as everybody reads it"), rows=3, max_length=2000,
        help_text=_("Take out what tells who asked."),
    )  # fmt: skip
    answer = TextFormField(label=_("Answer"), rows=6, max_length=5000)
    is_public = forms.BooleanField(
        label=_("Everybody reads question and answer"), required=False, initial=True
    )

    def __init__(self, data: Any = None, *, thing: Enquiry, **kwargs: Any) -> None:
        super().__init__(data, thing=thing, **kwargs)
