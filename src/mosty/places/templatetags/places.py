"""How the bodies of the register are shown: their names, their languages, a partial date."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from mosty.core.dates import say_date
from mosty.core.languages import in_words, language_name
from mosty.core.naming import name_html
from mosty.places.models import Organisation

# The words of the Ukrainian register of hromadas.
LEGAL_FORMS = {
    "urban": _("Urban hromada"),
    "settlement": _("Settlement hromada"),
    "rural": _("Rural hromada"),
}

register = template.Library()
register.filter("language_name", language_name)
register.filter("languages_in_words", in_words)
register.filter("say_date", say_date)


@register.filter
def legal_form(word: str) -> Any:
    """The register's own word for what a municipality is, in the reader's language if known."""
    return LEGAL_FORMS.get(word, word)


@register.simple_tag
def organisation_name(
    organisation: Organisation,
    *,
    link: bool = True,
    below: bool = False,
    country: bool = True,
    link_id: str = "",
) -> str:
    """*Chortkiv · Чортків* UA, leading to its page; needs the country fetched."""
    return name_html(
        organisation.name,
        organisation.second_name,
        organisation.country_id or "" if country else "",
        str(organisation.country or ""),
        lang=organisation.second_language,
        url=organisation.get_absolute_url() if link else "",
        below=below,
        link_id=link_id,
    )
