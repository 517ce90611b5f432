"""What the widgets' templates write for each of hundreds of options, without a template for each.

Django renders two templates per option: a filter with five hundred regions took 160 ms so.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def attributes(attrs: Mapping[str, Any]) -> SafeString:
    """The attributes of a tag, each led by a space; False and None are left out, True stands alone.

    >>> attributes({"id": "a", "required": True, "disabled": False})
    ' id="a" required'
    """
    return flatatt(dict(attrs)) if attrs else SafeString("")


@register.simple_tag
def option_tags(groups: Iterable[tuple[Any, list[dict[str, Any]], int]]) -> SafeString:
    """The options of a select, in their groups: the `optgroups` of its widget's context."""
    # Every part is escaped in `_group`.
    return SafeString("".join(_group(name, options) for name, options, _place in groups))


@register.simple_tag
def labelled_options(options: Iterable[dict[str, Any]]) -> SafeString:
    """Tick boxes or radio buttons, each within its label: one group of a widget's `optgroups`."""
    return format_html_join(
        "\n",
        '<label{}><input type="{}" name="{}" value="{}"{}> <span>{}</span></label>',
        (
            (
                attributes({"for": option["attrs"].get("id")}),
                option["type"],
                option["name"],
                option["value"],
                attributes(option["attrs"]),
                option["label"],
            )
            for option in options
        ),
    )


def _group(name: Any, options: Iterable[Mapping[str, Any]]) -> str:
    inner = "\n".join(
        f'<option value="{conditional_escape(option["value"])}"{attributes(option["attrs"])}>'
        f"{conditional_escape(option['label'])}</option>"
        for option in options
    )
    if not name:
        return inner
    return f'\n<optgroup label="{conditional_escape(name)}">\n{inner}\n</optgroup>'
