"""How the bodies of the register are shown: their names, their languages, a partial date."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from mosty.core.dates import say_date
from mosty.core.languages import in_words, language_name
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


@register.inclusion_tag("parts/name.html")
def organisation_name(
    organisation: Organisation, *, link: bool = True, below: bool = False, country: bool = True
) -> dict[str, Any]:
    """*Chortkiv · Чортків* UA, leading to its page; needs the country fetched."""
    return {
        "name": organisation.name,
        "local": organisation.second_name,
        "lang": organisation.second_language,
        "country": organisation.country_id if country else "",
        "country_name": str(organisation.country or ""),
        "url": organisation.get_absolute_url() if link else "",
        "below": below,
    }
