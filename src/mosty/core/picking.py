"""Choose organisations out of a register of a hundred thousand: search, tick, keep.

Works without JavaScript: the search button of the field sends the whole form back (`is_search`
says so), the view draws it again with what was found, and nothing that was written is lost. What
is ticked stays ticked; taking the tick away takes the body out.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

MOST_FOUND = 12

Find = Callable[[QuerySet[Any], str], QuerySet[Any]]


class PickWidget(forms.Widget):
    """What is chosen, a search box, and what was found; `field` gives it its rows."""

    template_name = "core/pick_widget.html"
    use_fieldset = True
    field: "PickField"

    def __init__(self, *, many: bool = True, attrs: Any = None) -> None:
        super().__init__(attrs)
        self.many = many
        self.query = ""

    def use_required_attribute(self, initial: Any) -> bool:
        # A group of tick boxes has no "required" that a browser would understand.
        return False

    def id_for_label(self, id_: str) -> str:
        # Where the list of faults leads to.
        return f"{id_}-q" if id_ else ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        self.query = (data.get(f"{name}_q") or "")[:200]
        return data.getlist(name) if hasattr(data, "getlist") else data.get(name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        keys = _keys(value)
        chosen = list(self.field.rows.filter(pk__in=keys)) if keys else []
        found: list[Any] = []
        if self.query.strip():
            rows = self.field.find(self.field.rows, self.query)
            found = list(rows.exclude(pk__in=[each.pk for each in chosen])[: MOST_FOUND + 1])
        context["widget"] |= {
            "many": self.many,
            "chosen": sorted(chosen, key=lambda each: keys.index(str(each.pk))),
            "found": found[:MOST_FOUND],
            "more": len(found) > MOST_FOUND,
            "query": self.query,
        }
        return context


class PickField(forms.Field):
    """Gives a list of rows out of `rows`, in the order chosen; at least and at most so many.

    `rows` is what the actor may see, `find` narrows it by what was typed.
    """

    widget = PickWidget
    default_error_messages = {
        "required": _("Search and tick at least one."),
        "unknown": _("One of those chosen is not in the register any more. Search for it again."),
        "too_few": _("Choose at least %(least)s."),
        "too_many": _("Choose at most %(most)s."),
    }

    def __init__(
        self,
        *,
        rows: QuerySet[Any],
        find: Find,
        least: int = 1,
        most: int = 200,
        **kwargs: Any,
    ) -> None:
        super().__init__(widget=PickWidget(many=most > 1), **kwargs)
        self.rows = rows
        self.find = find
        self.least = least
        self.most = most
        self.widget.field = self

    def __deepcopy__(self, memo: dict[int, Any]) -> "PickField":
        made: PickField = super().__deepcopy__(memo)
        made.widget.field = made
        return made

    def clean(self, value: Any) -> list[Any]:
        keys = list(dict.fromkeys(_keys(value)))
        if not keys:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return []
        known = {str(row.pk): row for row in self.rows.filter(pk__in=keys)}
        if len(known) < len(keys):
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        if len(keys) < self.least:
            raise ValidationError(
                self.error_messages["too_few"], code="too_few", params={"least": self.least}
            )
        if len(keys) > self.most:
            raise ValidationError(
                self.error_messages["too_many"], code="too_many", params={"most": self.most}
            )
        return [known[key] for key in keys]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return set(_keys(initial)) != set(_keys(data))


def _keys(value: Any) -> list[str]:
    given = value if isinstance(value, list | tuple | set | QuerySet) else [value]
    keys = [each.pk if isinstance(each, Model) else each for each in given]
    texts = [str(key or "") for key in keys]
    return [text for text in texts if text.isdecimal() and len(text) <= 15]


def is_search(form: forms.BaseForm) -> bool:
    """Whether the form came back because somebody searched, not to be saved.

    Then it is drawn again as it is, without complaining of what is not filled in yet.
    """
    searched = any(
        f"{form.add_prefix(name)}_find" in form.data
        for name, field in form.fields.items()
        if isinstance(field, PickField)
    )
    if searched:
        # Django has no public way to take a form's complaints back.
        setattr(form, "_errors", ErrorDict(renderer=form.renderer))  # noqa: B010
    return searched
