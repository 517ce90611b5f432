"""Rows in one field: a formset inside a form.

So the marks of `core.editing` and drafts hold for the rows as they do for every other field. The
value is `Rows`; what was typed is kept and shown again whatever is wrong with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from mosty.core.history import plain
from mosty.core.texts import Text
from mosty.core.versions import canonical

# Which row of those shown a row is; kept in a hidden field of it.
WAS = "was"
_MANAGED = frozenset({"DELETE", "ORDER", WAS})


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows in their order. Two are equal when their content is; `words` says them to people."""

    rows: tuple[Mapping[str, Any], ...] = ()
    words: str = field(default="", compare=False)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __str__(self) -> str:
        """Everything that is in them, for marks."""
        if not self.rows:
            return ""
        said = [
            {name: plain(value) for name, value in row.items() if name not in _MANAGED}
            for row in self.rows
        ]
        return canonical(said).decode()


class RowForm(forms.Form):
    """One row."""

    was = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def has_changed(self) -> bool:
        """A row in which nothing was typed is no row."""
        return any(name not in _MANAGED for name in self.changed_data)


@dataclass(frozen=True, slots=True)
class Posted:
    """What came from the browser, unread."""

    data: Any
    prefix: str


class RowsWidget(forms.Widget):
    """The rows with their fields; `field` says of what they are made."""

    template_name = "core/rows_widget.html"
    use_fieldset = True
    field: "RowsField"
    checked: "BaseFormSet[Any] | None" = None

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Posted:
        return Posted(data, name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return id_

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if isinstance(value, Posted) and self.checked is not None:
            formset = self.checked
        else:
            rows = _raw(self.field.formset(value)) if isinstance(value, Posted) else value or ()
            formset = self.field.formset(None, name, [dict(row) for row in rows])
        context["widget"] |= {
            "formset": formset,
            "add_label": self.field.add_label,
            "is_fixed": self.field.is_fixed,
        }
        return context

    def row_forms(self, name: str) -> Iterator[forms.BaseForm]:
        """A form for each row that there can be: it knows what its inputs are called."""
        for number in range(self.field.most):
            yield self.field.row(prefix=f"{name}-{number}")


def _raw(formset: "BaseFormSet[Any]") -> list[dict[str, Any]]:
    """What stands in the boxes, before anything is said about it."""
    return [
        {
            name: box.widget.value_from_datadict(formset.data, {}, form.add_prefix(name))
            for name, box in form.fields.items()
        }
        for form in formset.forms
    ]


class RowsField(forms.Field):
    """Gives `Rows`. `row` is the form of one; `known` are those that stand, by their `was`."""

    widget = RowsWidget
    default_error_messages = {"rows": _("Something in these rows needs another look.")}

    def __init__(
        self, row: type[RowForm], *, most: int = 60, spare: int = 1, is_fixed: bool = False,
        add_label: Any = "", **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(required=False, **kwargs)
        self.row = row
        self.most = most
        self.spare = 0 if is_fixed else spare
        # Neither more nor fewer rows, and in this order: only their words can be corrected.
        self.is_fixed = is_fixed
        self.add_label = add_label
        self.known: Mapping[str, Mapping[str, Any]] = {}
        self.widget.field = self

    def __deepcopy__(self, memo: dict[int, Any]) -> "RowsField":
        made: RowsField = super().__deepcopy__(memo)
        made.widget.field = made
        return made

    def formset(
        self, posted: Posted | None, prefix: str = "", initial: Sequence[Any] = ()
    ) -> "BaseFormSet[Any]":
        """Over what was posted, or over what is to be shown."""
        factory = formset_factory(
            self.row, can_delete=not self.is_fixed, can_order=not self.is_fixed,
            extra=self.spare if posted is None else 0, max_num=self.most, validate_max=True,
        )  # fmt: skip
        if posted is None:
            return factory(prefix=prefix, initial=list(initial))
        return factory(posted.data, prefix=posted.prefix)

    def clean(self, value: Any) -> Rows:
        if not isinstance(value, Posted):
            return value if isinstance(value, Rows) else Rows()
        formset = self.widget.checked = self.formset(value)
        if not formset.is_valid():
            raise ValidationError(self.error_messages["rows"], code="rows")
        found: list[tuple[int, int, dict[str, Any]]] = []
        for number, form in enumerate(formset.forms):
            cleaned = dict(form.cleaned_data)
            if not cleaned or cleaned.pop("DELETE", False):
                continue
            order = cleaned.pop("ORDER", None)
            # Of two with one number the one that was moved up comes first, one moved down last.
            place = number + 1 if order is None else order
            found.append((place, place - number - 1, self._revised(cleaned)))
        found.sort(key=lambda row: row[:2])
        return Rows(tuple(row for _place, _second, row in found))

    def _revised(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """Wordings that were not touched keep their state."""
        before = self.known.get(cleaned.get(WAS, ""), {})
        for name, value in cleaned.items():
            if isinstance(value, Text) and isinstance(before.get(name), Text):
                cleaned[name] = before[name].revised(value)
        return cleaned

    def has_changed(self, initial: Any, data: Any) -> bool:
        if not isinstance(data, Posted):
            return False
        return str(self.clean(data)) != str(initial or "")
