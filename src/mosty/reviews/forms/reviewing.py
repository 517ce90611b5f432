"""What a reviewer fills in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mosty.calls.models import Call, Criterion
from mosty.core.access import Actor
from mosty.core.editing import EditForm
from mosty.core.picking import PickField
from mosty.core.texts import Text, TextFormField
from mosty.places import queries as places
from mosty.places.queries import search
from mosty.reviews.domain.reviewing import Opinion
from mosty.reviews.models import Review
from mosty.reviews.queries import reading

CONFIDENCE = [
    ("1", _("1: a guess")),
    ("2", _("2: rather unsure")),
    ("3", _("3: fairly sure")),
    ("4", _("4: sure")),
    ("5", _("5: I know the matter well")),
]


class ReviewForm(EditForm):
    """A score for each criterion, or an abstention; how sure one is; the two comments."""

    confidence = forms.ChoiceField(
        label=_("How sure are you?"), choices=CONFIDENCE, required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    to_applicant = TextFormField(
        label=_("Comment to the applicant"), rows=4, max_length=4000, required=False,
        help_text=_("They read it with the decision, without your name."),
    )  # fmt: skip
    to_panel = TextFormField(
        label=_("Comment for the panel"), rows=3, max_length=4000, required=False,
        help_text=_("Only for those who decide."),
    )  # fmt: skip
    is_abstention = forms.BooleanField(label=_("I abstain"), required=False)
    reason = forms.CharField(label=_("Why you abstain"), required=False, max_length=500)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, thing: Review, call: Call, **kwargs: Any) -> None:
        self.criteria = reading.criteria(call)
        self.call = call
        self.scored = _scores(thing)
        super().__init__(data, thing=thing, **kwargs)
        for criterion in self.criteria:
            self.fields[f"score_{criterion.key}"] = forms.ChoiceField(
                label=str(criterion.name), choices=_choices(call, criterion), required=False,
                widget=forms.RadioSelect, help_text=str(criterion.about),
            )  # fmt: skip
        ahead = [f"score_{one.key}" for one in self.criteria]
        self.order_fields([*ahead, *self.fields])
        self.initial["version"] = call.criteria_version

    def current_values(self) -> dict[str, Any]:
        review = self.thing
        values: dict[str, Any] = {
            f"score_{one.key}": str(self.scored.get(one.key, "")) for one in self.criteria
        }
        return values | {
            "confidence": str(review.confidence or ""),
            "to_applicant": review.to_applicant or Text(),
            "to_panel": review.to_panel or Text(),
            "is_abstention": review.is_abstention,
            "reason": review.reason,
        }

    def opinion(self) -> Opinion:
        """What was said, for the verb; what was not touched here stays as it is by now, whatever
        another window of the same person has made of it."""
        touched = self.changed_values()
        kept = {name for name in self.now if name not in touched}
        if any(name.startswith("score_") for name in touched):
            # Who scores here does not abstain any more because of what another window said.
            kept -= {"is_abstention", "reason"}
        data = self.cleaned_data | {name: self.initial[name] for name in kept}
        scores = {one.key: data.get(f"score_{one.key}") for one in self.criteria}
        return Opinion(
            version=data["version"],
            scores={key: int(value) for key, value in scores.items() if value},
            confidence=int(data["confidence"]) if data.get("confidence") else None,
            is_abstention=data["is_abstention"],
            reason=data["reason"],
            to_applicant=data["to_applicant"],
            to_panel=data["to_panel"],
        )


def _scores(review: Review) -> dict[str, int]:
    """What was scored, by key: what was said by earlier criteria of the same key is put forward."""
    return reading.scores_of(review) if review.pk else {}


def _choices(call: Call, criterion: Criterion) -> list[tuple[str, str]]:
    rows = []
    for score in range(call.lowest, call.highest + 1):
        said = str(Text.load(criterion.anchors.get(str(score), {})))
        rows.append((str(score), f"{score}: {said}" if said else str(score)))
    return rows


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)


class ConflictForm(forms.Form):
    """With which body one has a conflict, and what ties one to it."""

    reason = forms.CharField(
        label=_("What ties you to it"), max_length=500,
        help_text=_("For example: family, former work, a contract."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, call: Call, actor: Actor, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        rows = places.visible_to(actor).filter(kind=call.audience)
        self.fields["body"] = PickField(
            label=_("Which body?"), rows=rows, find=search.found, most=1
        )
        self.order_fields(["body", "reason"])
