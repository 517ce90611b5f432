"""The import of the official list of territories, and taking one back.

The page of one import, its writing and its files are those of every import (`views.imports`).
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mosty.core.access import require
from mosty.core.requests import Request
from mosty.core.states import ReasonMissing, WrongState
from mosty.core.templatetags.mosty import number
from mosty.places import jobs
from mosty.places.forms.imports import TerritoryForm
from mosty.places.imports.storing import begin_import
from mosty.places.imports.territory.layout import CLASS_WORDS, COLUMNS
from mosty.places.imports.territory.undoing import CannotUndo, undo_import
from mosty.places.models import Import
from mosty.places.territory.tables import TerritoryClass
from mosty.places.views.imports import get_import, import_page, imports_so_far


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
    context = imports_so_far(request, Import.Kind.TERRITORY) | {
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
        "columns": COLUMNS.items(),
        "classes": [(TerritoryClass(kind).label, words) for kind, words in CLASS_WORDS.items()],
    }
    return render(request, "places/territory_imports.html", context)


@login_required
@require_POST
def undo(request: Request, import_id: int) -> HttpResponse:
    """Take a written list back, with the reason; says which rows keep it from happening."""
    import_ = get_import(request, import_id)
    try:
        count = undo_import(import_, by=request.actor, reason=request.POST.get("reason", "")[:1000])
    except ReasonMissing:
        messages.error(request, _("Nothing was changed: write the reason as well."))
    except WrongState:
        messages.info(request, _("Somebody was quicker: see what became of it."))
    except CannotUndo as error:
        return import_page(request, import_, blocked=error.blocked)
    else:
        said = ngettext("Taken back: %(count)s row.", "Taken back: %(count)s rows.", count)
        messages.success(request, said % {"count": number(count)})
    return redirect(import_)
