"""What officers type: a new round, participants, quotas, the policy, agreements."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from citymatch.model import MICRO, STAGES
from mosty.core.access import Actor
from mosty.core.picking import PickField
from mosty.core.publication import Level
from mosty.core.search import fold
from mosty.core.texts import Text, TextFormField
from mosty.matching import queries, reasons
from mosty.matching.domain.preparation import MOST_PARTNERS
from mosty.matching.market import groups
from mosty.matching.models import PolicyValues, Round, RoundParticipant, RoundQuota
from mosty.places.models import Country, Kind, Organisation, Region
from mosty.places.queries import municipalities, other_bodies
from mosty.places.queries.search import find
from mosty.programmes.models import Phase
from mosty.programmes.queries import phases

# Addresses that stand beside those of rounds.
RESERVED = {"new", "policies"}


class RoundForm(forms.Form):
    """What a round is called and who may see it once it is approved."""

    name = TextFormField(label=_("Name"), rows=1, max_length=120)
    note = TextFormField(
        label=_("Note"),
        rows=3,
        required=False,
        help_text=_("What others should know about this round."),
    )
    level = forms.ChoiceField(
        label=_("Who may see it once approved"),
        choices=[(Level.PROGRAMME, Level.PROGRAMME.label), (Level.STAFF, Level.STAFF.label)],
        initial=Level.PROGRAMME,
        help_text=_("The public sees only pairs that both councils agreed to."),
    )
    contacts_until = forms.DateField(
        label=_("Contacts from before"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_(
            "Empty: all partnerships known today count as earlier contacts. A day: only those "
            "that surely are older, for a round of the past."
        ),
    )


class NewRoundForm(RoundForm):
    """A round of a phase; its address may be left to us."""

    phase = forms.ModelChoiceField(
        label=_("Phase"), queryset=Phase.objects.none(), empty_label=_("Choose")
    )
    slug = forms.SlugField(
        label=_("Address"),
        max_length=60,
        required=False,
        help_text=_("Small letters, figures and hyphens. Leave it empty to have it made."),
    )
    field_order = ("phase", "name", "slug", "note", "level", "contacts_until")

    def __init__(self, data: Any = None, *, actor: Actor, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["phase"].queryset = phases(actor).order_by("-starts_on")  # type: ignore[attr-defined]

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower()
        if slug in RESERVED or (slug and Round.objects.filter(slug=slug).exists()):
            raise ValidationError(_("This address is taken. Choose another one."), code="taken")
        return slug

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        name = data.get("name")
        if name and not data.get("slug") and "slug" not in self.errors:
            data["slug"] = free_slug(name)
        return data


def free_slug(name: Text) -> str:
    """An address made of the name that no other round has."""
    base = slugify(fold(name.said("en").text))[:50].strip("-") or "round"
    if base in RESERVED:
        base = f"round-{base}"
    slug, number = base, 2
    while Round.objects.filter(slug=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    return slug


class BoundsForm(forms.Form):
    """How many partners a town may have, and which association stands for it."""

    association = forms.ModelChoiceField(
        label=_("Association"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("None"),
    )
    least = forms.IntegerField(
        label=_("Partners, at least"), min_value=0, max_value=MOST_PARTNERS, initial=0
    )
    most = forms.IntegerField(
        label=_("Partners, at most"), min_value=0, max_value=MOST_PARTNERS, initial=1
    )

    def __init__(self, data: Any = None, *, actor: Actor, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        rows = other_bodies(actor).filter(kind=Kind.ASSOCIATION).order_by("sort_en")
        self.fields["association"].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        return _ordered(super().clean() or self.cleaned_data)


class NewParticipantForm(BoundsForm):
    """A municipality found in the register, put into the round."""

    field_order = ("organisation", "association", "least", "most")

    def __init__(self, data: Any = None, *, actor: Actor, round_: Round, **kwargs: Any) -> None:
        super().__init__(data, actor=actor, **kwargs)
        inside = queries.participants_of(round_).order_by().values("organisation_id")
        rows = municipalities(actor).filter(standing=Organisation.Standing.CURRENT)
        rows = rows.filter(country__side__in=[Country.Side.UKRAINE, Country.Side.EU])
        self.fields["organisation"] = PickField(
            label=_("Municipality"), rows=rows.exclude(pk__in=inside), find=find, most=1
        )
        self.order_fields(self.field_order)


def _ordered(data: dict[str, Any]) -> dict[str, Any]:
    least, most = data.get("least"), data.get("most")
    if least is not None and most is not None and most < least:
        raise ValidationError({"most": _("At most must not be below at least.")}, code="order")
    return data


class QuotaForm(forms.Form):
    """How many pairs the towns of a group get together."""

    least = forms.IntegerField(label=_("Pairs, at least"), min_value=0, max_value=9999, initial=0)
    most = forms.IntegerField(
        label=_("Pairs, at most"),
        min_value=0,
        max_value=9999,
        required=False,
        help_text=_("Leave it empty for no upper bound."),
    )

    def clean(self) -> dict[str, Any]:
        return _ordered(super().clean() or self.cleaned_data)


class NewQuotaForm(QuotaForm):
    """A quota for an association, country or region that has towns in the round."""

    group = forms.ChoiceField(label=_("For"))
    field_order = ("group", "least", "most")

    def __init__(self, data: Any = None, *, round_: Round, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.groups = groups_without_quota(round_)
        choices = [
            (label, [(key, str(group)) for key, group in rows])
            for label, rows in self.groups.items()
            if rows
        ]
        self.fields["group"].choices = [("", _("Choose")), *choices]  # type: ignore[attr-defined]

    def clean_group(self) -> Organisation | Country | Region:
        chosen = self.cleaned_data["group"]
        found = {key: group for rows in self.groups.values() for key, group in rows}
        return found[chosen]


def groups_without_quota(
    round_: Round,
) -> dict[str, list[tuple[str, Organisation | Country | Region]]]:
    """The groups of the round's towns that have no quota yet, by kind."""
    taken = {quota.key for quota in queries.quotas_of(round_)}
    rows = queries.participants_of(round_).select_related("association")
    return {
        str(RoundQuota.Kind(kind).label): sorted(
            ((key, group) for key, group in found.items() if key not in taken),
            key=lambda row: str(row[1]),
        )
        for kind, found in _groups_of(rows).items()
    }


def _groups_of(
    rows: Iterable[RoundParticipant],
) -> dict[str, dict[str, Organisation | Country | Region]]:
    made: dict[str, dict[str, Organisation | Country | Region]] = {
        kind: {} for kind in RoundQuota.Kind.values
    }
    for row in rows:
        body = row.organisation
        things = {"association": row.association, "country": body.country, "region": body.region}
        for key in groups(row):
            kind = key.partition(":")[0]
            thing = things[kind]
            assert thing is not None  # `groups` names only what there is
            made[kind][key] = thing
    return made


class ContactForm(forms.Form):
    """That two towns of the round knew each other before."""

    left = forms.ModelChoiceField(
        label=_("Ukrainian municipality"),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose"),
    )
    right = forms.ModelChoiceField(
        label=_("EU municipality"),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose"),
    )
    why = TextFormField(label=_("What is known"), rows=2, max_length=400)
    source_url = forms.URLField(
        label=_("Address of the source"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Leave it empty if the municipalities told you."),
    )

    def __init__(self, data: Any = None, *, round_: Round, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for side in ("left", "right"):
            inside = queries.participants_of(round_, side).order_by().values("organisation_id")
            rows = Organisation.objects.filter(pk__in=inside).order_by("sort_en")
            self.fields[side].queryset = rows  # type: ignore[attr-defined]


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


class ReasonForm(forms.Form):
    """A deed that asks why."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept with your name and shown to whoever may see this."),
    )


class AgreeForm(forms.Form):
    """That both councils agreed: since when, and how we know."""

    on = forms.DateField(
        label=_("Day of the second council's decision"),
        widget=forms.DateInput(attrs={"type": "date"}),
        initial=timezone.localdate,
    )
    source = forms.CharField(
        label=_("How we know"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Numbers and dates of both decisions, or the letters that say so."),
    )

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(
                _("This day lies ahead. Record the agreement when both councils gave it."),
                code="ahead",
            )
        return day
