"""Languages by ISO 639-1 code, named in the reader's language (Unicode CLDR, by way of Babel)."""

from collections.abc import Iterable
from functools import cache

from babel import Locale
from django.utils.translation import get_language

from mosty.core.search import sort_key

# What an administration may work in: Ukrainian, the official languages of the EU, and those that
# are official in a part of it.
WORKING = (
    "uk en bg ca cs da de el es et eu fi fr ga gl hr hu it lb lt lv mt nl pl pt ro sk sl sv"
).split()
# In which a place may have had a name besides those.
OF_NAMES = [*WORKING, *"be hy la mk no ru rue se sq sr szl tr yi crh".split()]
# "und": one of several languages of the country, the source does not say which; "zxx": a code.
UNKNOWN, NONE = "und", "zxx"
# What CLDR has no word for.
_ADDED = {"uk": {"rue": "русинська"}}


@cache
def _names(page: str) -> dict[str, str]:
    named = {str(code): str(name) for code, name in Locale.parse(page).languages.items()}
    return named | _ADDED.get(page, {})


def language_name(code: str) -> str:
    """What the language is called in the language of the page; an unknown code stays as it is."""
    return _names(get_language() or "en").get(code, code)


def language_choices(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Codes with their names, in the alphabet of the page."""
    page = get_language() or "en"
    named = [(code, language_name(code)) for code in codes]
    return sorted(named, key=lambda pair: sort_key(pair[1], page))


def in_words(codes: Iterable[str]) -> str:
    """A list of languages as it is read: Ukrainian, English."""
    return ", ".join(language_name(code) for code in codes)
