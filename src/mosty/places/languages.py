"""In which language a register writes the names of a place."""

from mosty.places.countries import listed

# Here a stroke parts the names in two languages; elsewhere it is part of one name.
_TWO_NAMES = frozenset(["BE", "ES", "FI", "IT", "SI"])
# Several languages stand side by side here and the register does not say which one a name is in.
_MIXED_REGIONS = ("ES11", "ES21", "ES22", "ES51", "ES52", "ES53", "ITH1", "ITC2")
_REGIONS = {
    "BE1": "und", "BE2": "nl", "BE336": "de", "BE3": "fr", "FI2": "sv", "LU": "lb",
}  # fmt: skip
UNKNOWN = "und"


def language_of_names(country: str, region: str = "", name: str = "") -> str:
    """ISO 639-1, or "und": one of the country's languages, it is not known which.

    >>> language_of_names("BE", "BE211"), language_of_names("FI", "FI194", "Lapua / Lappo")
    ('nl', 'und')
    """
    if ("/" in name and country in _TWO_NAMES) or region.startswith(_MIXED_REGIONS):
        return UNKNOWN
    for length in (5, 3, 2):
        if found := _REGIONS.get(region[:length]):
            return found
    entry = listed().get(country)
    return entry.languages[0] if entry and entry.languages else UNKNOWN
