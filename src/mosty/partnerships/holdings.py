"""What partnerships keep of people: sources may name some."""

from django.utils.translation import gettext_lazy as _

from mosty.core.personal import WITH_RECORD, free, hold

hold(
    "partnerships.Report", "about note",
    what=_("what a published source says of a partnership, which may name its signatories"),
    why=_("Figures and ties carry their source, so that others can check them."),
    how_long=WITH_RECORD,
)  # fmt: skip
free(
    {
        "partnerships.Partnership": "which public bodies are partners, since when",
        "partnerships.ProgrammeTag": "names of programmes",
    }
)
