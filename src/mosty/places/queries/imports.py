"""The imports so far, for the pages on which files are sent."""

from typing import Any

from django.core.paginator import Paginator

from mosty.places.imports.storing import head_of
from mosty.places.models import Import

TONES = {
    "reading": "warn",
    "planned": "blue",
    "unusable": "bad",
    "writing": "warn",
    "written": "good",
    "stale": "bad",
    "dropped": "quiet",
    "undone": "quiet",
}
IMPORTS_A_PAGE = 25


def imports_so_far(kind: str, *, number: Any) -> dict[str, Any]:
    """A page of the earlier imports of one kind, for the template of the sending page."""
    imports = Import.objects.filter(kind=kind).defer("fault", "result")
    page = Paginator(imports.order_by("-made_at", "-pk"), IMPORTS_A_PAGE).get_page(number)
    return {
        "page_obj": page,
        "rows": [(import_, TONES[import_.stage], head_of(import_)) for import_ in page],
    }
