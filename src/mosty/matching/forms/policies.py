"""What counts how much for each side: the next version of a policy, and a scenario."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from citymatch.model import MICRO, STAGES
from mosty.core.texts import TextFormField
from mosty.matching import queries, reasons
from mosty.matching.models import PolicyValues


class PolicyForm(forms.Form):
    """The next version of a policy: a weight per criterion and side, and the reasons."""

    stages = forms.MultipleChoiceField(
        label=_("What is made best, one after the other"),
        choices=[(stage, reasons.STAGES[stage]) for stage in STAGES],
        widget=forms.CheckboxSelectMultiple,
        initial=list(STAGES),
        help_text=_("The order is fixed: each stage keeps what the one before has reached."),
    )
    absolute_floor = forms.DecimalField(
        label=_("Absolute floor, in points of 100"),
        min_value=0,
        max_value=100,
        decimal_places=1,
        initial=Decimal(0),
        help_text=_("Pairs that one side sees below this are never proposed. 0: no such bound."),
    )
    partners_again = forms.BooleanField(
        label=_("Towns that already are partners may be paired again"), required=False
    )
    tie_key = forms.CharField(
        label=_("Tie key"),
        max_length=80,
        required=False,
        help_text=_(
            "Any words. They decide between equally good matches, so that no order of rows does. "
            "Leave it empty to keep the present one."
        ),
    )
    rationale = TextFormField(
        label=_("Rationale"),
        rows=4,
        help_text=_("Why this counts and how much. It is shown with every result."),
    )

    # In the order of the page, after the weights.
    others: tuple[str, ...] = (
        "stages", "absolute_floor", "partners_again", "tie_key", "rationale",
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, before: PolicyValues | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        shares = queries.shares(before.weights) if before else {}
        for name, label in reasons.OFFERED.items():
            for side in ("left", "right"):
                self.fields[f"{side}_{name}"] = forms.DecimalField(
                    label=str(label),
                    min_value=0,
                    max_value=100,
                    decimal_places=1,
                    required=False,
                    initial=_percent(shares.get(side, {}).get(name, 0.0)),
                    widget=forms.NumberInput(attrs={"class": "short", "step": "any"}),
                )
        if before is not None:
            self.fields["stages"].initial = before.stages
            points = Decimal(before.absolute_floor * 100) / MICRO
            self.fields["absolute_floor"].initial = points
            self.fields["partners_again"].initial = before.partners_again

    @property
    def weight_rows(self) -> list[dict[str, Any]]:
        """Criterion by criterion, with the field of each side."""
        return [
            {
                "code": name,
                "label": label,
                "about": reasons.ABOUT_CRITERIA[name],
                "left": self[f"left_{name}"],
                "right": self[f"right_{name}"],
            }
            for name, label in reasons.OFFERED.items()
        ]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.others]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for side in ("left", "right"):
            names = [f"{side}_{name}" for name in reasons.OFFERED]
            if not any(data.get(name) for name in names) and not set(names) & set(self.errors):
                self.add_error(
                    names[0], _("Give at least one criterion of this side a weight above 0.")
                )
        return data

    def values(self) -> dict[str, Any]:
        """What `domain.write_policy` takes."""
        data = self.cleaned_data
        made = {
            "weights": {
                side: {name: float(data[f"{side}_{name}"] or 0) for name in reasons.OFFERED}
                for side in ("left", "right")
            },
            "stages": [stage for stage in STAGES if stage in data["stages"]],
            "absolute_floor": int(data["absolute_floor"] * MICRO / 100),
            "partners_again": data["partners_again"],
            "rationale": data["rationale"],
        }
        if "tie_key" in data:
            made["tie_key"] = data["tie_key"].strip()
        return made


class ScenarioForm(PolicyForm):
    """What if we weighed differently? Begins with the round's policy; the tie key stays its own."""

    tie_key = None  # type: ignore[assignment]
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("In a few words what is different: “Needs only”, “No floor below 40”."),
    )
    others = ("name", "rationale", "stages", "absolute_floor", "partners_again")

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["rationale"].help_text = _(
            "What you want to find out. If the round takes this policy over, it is its rationale."
        )

    def values(self) -> dict[str, Any]:
        """What `domain.add_scenario` takes."""
        return super().values() | {"name": self.cleaned_data["name"]}


def _percent(share: float) -> int | float:
    """Whole where it is whole: 30, not 30.0."""
    percent = round(100 * share, 1)
    return int(percent) if percent.is_integer() else percent
