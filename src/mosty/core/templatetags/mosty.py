"""What the parts need beyond Django's own tags: numbers, pages of a list, filters in force."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, CheckboxInput
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.safestring import SafeString

from mosty.core.figures import figure
from mosty.core.naming import name_html
from mosty.core.texts import said_html

register = template.Library()


@register.filter
def number(value: Any, places: int | None = None) -> Any:
    """A number with the reader's thousands and decimals, anything else as it is.

    >>> number(28500)
    '28,500'
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return value
    return figure(value, places)


@register.filter
def said(text: Any) -> SafeString:
    """A text of content for the reader; in another language than the page's, that is marked.

    >>> said(Text.of(record="uk", uk="Вода"))
    '<span lang="uk">Вода</span>'
    """
    return said_html(text)


@register.simple_tag
def page_numbers(page: "Page[Any]") -> list[int | str]:
    """Numbers of pages around the one shown, with gaps: 1 2 … 7 [8] 9 … 40."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter in force: the field's label, the value in words, the list's address without it."""

    label: str
    text: str
    without: str


@register.simple_tag(takes_context=True)
def active_filters(context: template.Context, form: BaseForm) -> list[Filter]:
    """The filters of a GET form that narrow the list now, in the order of its fields.

    A field whose value equals its initial one narrows nothing; neither do `sort` and hidden ones.
    """
    request = context.get("request")
    if request is None or not isinstance(form.data, QueryDict):
        return []
    found = []
    for field in form.visible_fields():
        if field.name == "sort":
            continue
        for value in form.data.getlist(field.html_name):
            if value in ("", str(field.initial if field.initial is not None else "")):
                continue
            query = form.data.copy()
            rest = [other for other in query.getlist(field.html_name) if other != value]
            query.setlist(field.html_name, rest)
            query.pop("page", None)
            rest_of_query = query.urlencode()
            without = f"?{rest_of_query}" if rest_of_query else request.path
            found.append(Filter(str(field.label), _words(field, value), without))
    return found


def _words(field: BoundField, value: str) -> str:
    """What the reader chose, as the form calls it."""
    if isinstance(field.field.widget, CheckboxInput):
        return ""
    for key, label in getattr(field.field, "choices", ()):
        if isinstance(label, list | tuple):
            for inner_key, inner_label in label:
                if str(inner_key) == value:
                    return str(inner_label)
        elif str(key) == value:
            return str(label)
    return value


@register.simple_tag
def name(
    latin: str,
    *,
    local: str = "",
    country: str = "",
    country_name: str = "",
    lang: str = "",
    url: str = "",
    below: bool = False,
) -> str:
    """A municipality's name in both spellings with its country code: *Chortkiv · Чортків* UA."""
    return name_html(latin, local, country, country_name, lang=lang, url=url, below=below)
