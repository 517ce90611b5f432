"""What the register keeps of people: next to nothing, its records are about public bodies."""

from django.utils.translation import gettext_lazy as _

from mosty.core.personal import TRACEABLE, WITH_RECORD, free, hold

hold(
    "places.Import", "made_by made_by_name file groups nuts file_name head",
    what=_("who read a file into the register, and the file"), why=TRACEABLE,
    how_long=WITH_RECORD,
)  # fmt: skip
hold(
    "places.Need", "text", what=_("what a municipality wrote about what it seeks"),
    why=_("So that a fitting partner can be found; it is about the municipality."),
    how_long=_("until the municipality changes it"),
)  # fmt: skip
hold(
    "places.Offer", "text", what=_("what a municipality wrote about what it offers"),
    why=_("So that a fitting partner can be found; it is about the municipality."),
    how_long=_("until the municipality changes it"),
)  # fmt: skip
hold(
    "places.Contact", "office name email phone level_reason",
    what=_("whom to write to in a municipality: office, and if it says so the person"),
    why=_("So that partners find somebody to talk to."),
    how_long=_("until the municipality changes it"),
)  # fmt: skip
hold(
    "places.Picture", "large small digest alt credit level_reason",
    what=_("pictures of a place and who took them, without what the camera wrote into the file"),
    why=_("To show partners where they will arrive."),
    how_long=_("until the municipality changes it"),
)  # fmt: skip
hold(
    "places.Merger", "code label ledger reason by by_name undone_by_name undone_reason",
    what=_("who merged two records of one body, why, and what was in the one that went"),
    why=TRACEABLE, how_long=WITH_RECORD,
)  # fmt: skip
free(
    {
        "places.Organisation": "public bodies: official codes, labels, figures, public addresses",
        "places.Succession": "what became of public bodies, with the legal act",
        "places.TerritoryStatus": "the official list of territories and its legal acts",
        "places.TextLevel": "who may see a text of a public body, and why not everybody",
        "places.Name": "names of public bodies",
        "places.Affiliation": "dates between public bodies",
        "places.Country": "names of countries",
        "places.Region": "names of regions",
        "places.SearchWord": "words of the names of public bodies",
        "places.Theme": "the closed list of themes",
        "places.ImportPart": "rows of a file about public bodies, as planned",
    }
)
