"""Who may apply, by what it is judged, how many of which kind, and files."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mosty.calls import queries
from mosty.calls.models import Call, Condition, Criterion, Quota
from mosty.calls.words import quota_subject
from mosty.core.access import VISITOR, Actor
from mosty.core.editing import EditForm
from mosty.core.languages import WORKING, language_choices
from mosty.core.picking import PickField
from mosty.core.rows import RowForm, Rows, RowsField
from mosty.core.search import fold, search_words, sort_column
from mosty.core.texts import Text, TextFormField
from mosty.places import queries as places
from mosty.places.models import Country, Kind, Region
from mosty.places.queries import search
from mosty.places.queries.register import SIZES
from mosty.places.territory.tables import TerritoryClass
from mosty.programmes import queries as programmes

MOST_PEOPLE = 100_000_000


# --- conditions -------------------------------------------------------------------------------


class ConditionForm(EditForm):
    """One condition; what its fields say is its data, but for the note, which is for readers."""

    note = TextFormField(
        label=_("Note"), rows=2, max_length=500, required=False,
        help_text=_("Everybody reads it beside the condition and its answer: what proves it, say."),
    )  # fmt: skip

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.order_fields([*(name for name in self.fields if name != "note"), "note"])

    def current_values(self) -> dict[str, Any]:
        stands = {name: self.thing.params.get(name) for name in self.base_fields}
        return stands | {"note": self.thing.note or Text()}

    def note_written(self) -> Text:
        """The note as it shall stand."""
        note: Text = self.written().get("note") or Text()
        return note

    def written(self) -> dict[str, Any]:
        """Its fields: what the person has changed, over what the condition says by now."""
        stands = self.current_values() if self.thing is not None else {}
        return stands | self.changed_values()

    def params(self) -> dict[str, Any]:
        """The data of the condition; what was left empty is not said."""
        rows = self.written().items()
        return {
            name: value for name, value in rows if name != "note" and value not in (None, "", [])
        }


class SizeForm(ConditionForm):
    least = forms.IntegerField(
        label=_("Inhabitants, at least"), required=False, min_value=0, max_value=MOST_PEOPLE
    )
    most = forms.IntegerField(
        label=_("Inhabitants, at most"), required=False, min_value=0, max_value=MOST_PEOPLE,
        help_text=_("Both numbers are included. One of them may stay empty."),
    )  # fmt: skip


class MetropolitanForm(ConditionForm):
    pass


class KindForm(ConditionForm):
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of organisation"), choices=Kind.choices, widget=forms.CheckboxSelectMultiple
    )


class TerritoryForm(ConditionForm):
    without = forms.MultipleChoiceField(
        label=_("Not where one of these holds"), choices=TerritoryClass.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("By the official list of Ukraine, on the day on which somebody asks."),
    )  # fmt: skip


class PartnersForm(ConditionForm):
    most = forms.IntegerField(
        label=_("Existing partnerships, at most"), min_value=0, max_value=100,
        help_text=_("0: only for those who have no foreign partner yet."),
    )  # fmt: skip


class PickedForm(ConditionForm):
    """Bodies or regions chosen by name, kept by code."""

    FIELD = ""

    def picked(self) -> QuerySet[Any]:
        """What stands in the condition already."""
        rows: Any = self.base_fields[self.FIELD].rows  # type: ignore[attr-defined]
        return rows.filter(code__in=self.thing.params.get("codes", []))  # type: ignore[no-any-return]

    def current_values(self) -> dict[str, Any]:
        return {self.FIELD: list(self.picked()), "note": self.thing.note or Text()}

    def params(self) -> dict[str, Any]:
        chosen = self.written()[self.FIELD]
        return {"codes": [each.code for each in chosen]} if chosen else {}


def find_region(rows: QuerySet[Region], query: str) -> QuerySet[Region]:
    """The regions whose names hold words that begin like those typed, in any spelling."""
    words = search_words(query)
    found = [
        region.pk
        for region in rows
        if words and all(f" {word}" in _folded(region) for word in words)
    ]
    return rows.filter(pk__in=found)


def _folded(region: Region) -> str:
    names = (region.name_en, region.name_native, region.name_uk, region.code)
    return " " + " ".join(fold(name) for name in names)


class RegionForm(PickedForm):
    FIELD = "regions"
    regions = PickField(
        label=_("Regions"), rows=Region.objects.select_related("country"), find=find_region,
        help_text=_("Oblasts of Ukraine, regions (NUTS 3) of the European Union."),
    )  # fmt: skip


class AssociationForm(PickedForm):
    FIELD = "associations"
    # Named in what everybody reads, so only those that everybody may know of.
    associations = PickField(
        label=_("Associations"), required=False, find=search.find,
        rows=places.visible_to(VISITOR).filter(kind=Kind.ASSOCIATION).select_related("country"),
        help_text=_("None chosen: a member of any association."),
    )  # fmt: skip


CONDITIONS: dict[str, type[ConditionForm]] = {
    Condition.Kind.SIZE: SizeForm,
    Condition.Kind.METROPOLITAN: MetropolitanForm,
    Condition.Kind.KIND: KindForm,
    Condition.Kind.REGION: RegionForm,
    Condition.Kind.TERRITORY: TerritoryForm,
    Condition.Kind.ASSOCIATION: AssociationForm,
    Condition.Kind.PARTNERS: PartnersForm,
}


# --- criteria ---------------------------------------------------------------------------------


def shown_scores(call: Call, criteria: list[Criterion]) -> list[int]:
    """The scores that are said in words: lowest, middle, highest, and those that have words."""
    known = {int(score) for one in criteria for score in one.anchors}
    middle = (call.lowest + call.highest) // 2
    return sorted({call.lowest, middle, call.highest} | known)


def criterion_row(scores: list[int]) -> type[RowForm]:
    """The form of a criterion under that scale."""
    fields: dict[str, Any] = {
        "name": TextFormField(label=_("Criterion"), rows=1, max_length=120),
        "about": TextFormField(
            label=_("What is looked for"), rows=2, max_length=1000, required=False
        ),
        "weight": forms.IntegerField(label=_("Weight"), min_value=1, max_value=100),
    }
    for score in scores:
        fields[f"anchor_{score}"] = TextFormField(
            label=_("A %(score)s means") % {"score": score}, rows=1, max_length=300, required=False
        )
    return type("CriterionRow", (RowForm,), fields)


class CriteriaForm(EditForm):
    """All criteria of a call; `thing` is the call. Once somebody has scored: why they change."""

    rows = RowsField(
        RowForm, label=_("Criteria"), most=20, add_label=_("Add a criterion"),
        help_text=_("Weights are shares of their sum, whatever it is."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why the criteria change"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, thing: Call, is_locked: bool = False) -> None:
        self.criteria = queries.criteria(thing)
        self.scores = shown_scores(thing, self.criteria)
        super().__init__(data, thing=thing)
        field: Any = self.fields["rows"]
        field.row = criterion_row(self.scores)
        field.known = {row["was"]: row for row in self.initial["rows"]}
        self.fields["reason"].required = is_locked
        if not is_locked:
            del self.fields["reason"]

    def current_values(self) -> dict[str, Any]:
        rows = [
            {
                "was": one.key, "name": one.name, "about": one.about, "weight": one.weight,
                **{f"anchor_{score}": Text.load(one.anchors.get(str(score)))
                   for score in self.scores},
            }
            for one in self.criteria
        ]  # fmt: skip
        words = ", ".join(f"{one} ({one.weight})" for one in self.criteria)
        return {"rows": Rows(tuple(rows), words=words)}

    def criteria_rows(self) -> list[dict[str, Any]]:
        """The rows as `domain.terms.set_criteria` takes them."""
        return [
            {
                "key": row["was"], "name": row["name"], "about": row["about"],
                "weight": row["weight"],
                "anchors": {str(score): row[f"anchor_{score}"].dump() for score in self.scores
                            if row[f"anchor_{score}"]},
            }
            for row in self.cleaned_data["rows"]
        ]  # fmt: skip


# --- quotas -----------------------------------------------------------------------------------

Choices = list[tuple[Any, Any]]


def quota_choices(call: Call, actor: Actor) -> Choices:
    """Of whom a quota can be, by name; regions of the countries of the call."""
    named = list(call.countries.order_by(sort_column()))
    countries = named or list(Country.objects.order_by(sort_column()))
    associations = programmes.associations(actor)
    if named:
        associations = associations.filter(country__in=named)
    choices: Choices = [
        ("partners:", _("Without a partner yet")),
        (_("Country"), [(f"country:{each.pk}", str(each)) for each in countries]),
        (_("Size"), [(f"size:{size.key}", size.label) for size in SIZES if size.key != "unknown"]),
        (_("Association"), [(f"association:{each.code}", each.name) for each in associations]),
    ]
    within = named or [each for each in countries if each.side == Country.Side.UKRAINE]
    order = "name_uk" if get_language() == "uk" else "sort_en"
    regions: dict[str, list[Region]] = {}
    for region in Region.objects.filter(country__in=within).order_by(order):
        regions.setdefault(region.country_id, []).append(region)
    for country in within:
        rows = [(f"region:{each.code}", str(each)) for each in regions.get(country.pk, ())]
        if rows:
            choices.append((_("Regions of %(country)s") % {"country": country}, rows))
    return choices


class QuotaRow(RowForm):
    """Of whom, how many."""

    of = forms.ChoiceField(label=_("Of whom"))
    least = forms.IntegerField(label=_("At least"), required=False, min_value=0, max_value=10_000)
    most = forms.IntegerField(label=_("At most"), required=False, min_value=0, max_value=10_000)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        least, most = cleaned.get("least"), cleaned.get("most")
        if not self.errors and least is None and most is None:
            self.add_error("least", _("Say at least or at most how many."))
        if least is not None and most is not None and most < least:
            self.add_error("most", _("The most is less than the least. Look at both again."))
        return cleaned


class QuotasForm(EditForm):
    """All quotas of a call; `thing` is the call."""

    rows = RowsField(QuotaRow, label=_("Quotas"), most=60, add_label=_("Add a quota"))

    def __init__(self, data: Any = None, *, thing: Call, actor: Actor) -> None:
        self.quotas = list(thing.quotas.all())
        self.actor = actor
        choices = quota_choices(thing, actor)
        self.labels = {str(key): str(said) for key, said in _flat(choices)}
        strange = [
            (of_quota(quota), quota_subject(quota, actor))
            for quota in self.quotas
            if of_quota(quota) not in self.labels
        ]
        if strange:
            choices.append((_("Not of the countries of the call"), strange))
            self.labels |= dict(strange)
        super().__init__(data, thing=thing)
        of = forms.ChoiceField(label=_("Of whom"), choices=[("", _("Choose")), *choices])
        field: Any = self.fields["rows"]
        field.row = type("QuotaRowOfCall", (QuotaRow,), {"of": of})

    def current_values(self) -> dict[str, Any]:
        rows = [{"of": of_quota(q), "least": q.least, "most": q.most} for q in self.quotas]
        words = ", ".join(self.labels[of_quota(quota)] for quota in self.quotas)
        return {"rows": Rows(tuple(rows), words=words)}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        chosen = [row["of"] for row in cleaned.get("rows", ())]
        for of in dict.fromkeys(each for each in chosen if chosen.count(each) > 1):
            self.add_error("rows", _("“%(quota)s” stands twice.") % {"quota": self.labels[of]})
        return cleaned

    def quota_rows(self) -> list[dict[str, Any]]:
        """The rows as `domain.terms.set_quotas` takes them."""
        made = []
        for row in self.cleaned_data["rows"]:
            by, _colon, key = row["of"].partition(":")
            made.append({"by": by, "key": key, "least": row["least"], "most": row["most"]})
        return made


def of_quota(quota: Quota) -> str:
    """By what and which, as one choice."""
    return f"{quota.by}:{quota.key}"


def _flat(choices: Choices) -> list[tuple[Any, Any]]:
    return [
        row for key, said in choices for row in (said if isinstance(said, list) else [(key, said)])
    ]


# --- documents --------------------------------------------------------------------------------


class DocumentForm(forms.Form):
    """A file of the call."""

    file = forms.FileField(label=_("File"), help_text=_("PDF, DOCX or XLSX, at most 20 MB."))
    title = TextFormField(label=_("Title"), rows=1, max_length=160)
    language = forms.ChoiceField(label=_("Language of the file"))

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, label_suffix="", **kwargs)
        self.fields["language"].choices = language_choices(WORKING)  # type: ignore[attr-defined]
        language = get_language() or "en"
        self.initial["language"] = language
        self.initial["title"] = Text(record=language)
