"""The import of the official list of territories: the page on which it is sent.

The page of one import, its writing and its files are those of every import (`views.imports`).
"""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from mosty.core.access import require
from mosty.core.requests import Request
from mosty.places import jobs
from mosty.places.forms.imports import TerritoryForm
from mosty.places.imports.storing import begin_import
from mosty.places.imports.territory.layout import CLASS_WORDS, COLUMNS
from mosty.places.models import Import
from mosty.places.queries.imports import imports_so_far
from mosty.places.territory.tables import TerritoryClass


@login_required
def list_imports(request: Request) -> HttpResponse:
    """Earlier imports of the list, and the form for another one."""
    require("places.import_municipalities", request.actor)
    form = TerritoryForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        made = begin_import(
            file, by=request.actor, name=file.name or "list.csv", kind=Import.Kind.TERRITORY
        )
        jobs.start_planning(made, by=request.actor)
        return redirect(made)
    context = imports_so_far(Import.Kind.TERRITORY, number=request.GET.get("page")) | {
        "title": _("Import the list of territories"),
        "lead": _(
            "Send the official list, look at what would happen, and have exactly that written."
        ),
        "breadcrumbs": [
            (_("Municipalities"), reverse("places:list")),
            (_("Territories"), reverse("places:territory")),
            (_("Import"), ""),
        ],
        "form": form,
        "send_title": _("Send the list"),
        "understood": [
            _(
                "One row for each hromada, class and span of days; the first row names the "
                "columns. Settlements are left out and said: only hromadas are kept."
            ),
            _(
                "No copy of the official file was at hand when this was made, so the layout is "
                "our own. Rename the columns of yours if it differs."
            ),
        ],
        "columns_title": _("The columns"),
        "columns_open": True,
        "columns": COLUMNS.items(),
        "words_title": _("Words for the classes"),
        "words": [(TerritoryClass(kind).label, words) for kind, words in CLASS_WORDS.items()],
    }
    return render(request, "imports/send.html", context)
