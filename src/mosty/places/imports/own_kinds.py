"""The imports of this app: municipalities, and the statuses of territories."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mosty.core.templatetags.mosty import number
from mosty.places.imports import storing
from mosty.places.imports.commit import write_municipalities
from mosty.places.imports.kinds import ImportKind, Progress, register_kind
from mosty.places.imports.plan import Outcome, Plan, PlannedRow
from mosty.places.imports.planning import make_plan
from mosty.places.imports.restoring import undo_municipalities
from mosty.places.imports.tables import Import
from mosty.places.imports.territory.planning import make_plan as plan_territory
from mosty.places.imports.territory.undoing import undo_statuses
from mosty.places.imports.territory.writing import write_planned

_REGISTER = (_("Municipalities"), "places:list")
_NOT_MADE = frozenset([Outcome.REFUSED, Outcome.LEFT_OUT])


def _plan_municipalities(import_: Import, progress: Progress) -> Plan:
    return make_plan(storing.files_of(import_), progress=progress)


def _plan_territory(import_: Import, progress: Progress) -> Plan:
    return plan_territory(storing.sheet_of(import_), progress=progress)


def _link(import_: Import, row: PlannedRow) -> str:
    """The page of the body, where it stands in the register."""
    is_made = import_.stage == "written" and row.outcome not in _NOT_MADE
    is_there = is_made and (row.outcome is not Outcome.DOUBTFUL or import_.with_doubtful)
    return reverse("places:profile", args=[row.code]) if row.organisation or is_there else ""


def _municipalities(count: int) -> str:
    return ngettext(
        "%(shown)s municipality is written, all at once or not at all.",
        "%(shown)s municipalities are written, all at once or not at all.",
        count,
    ) % {"shown": number(count)}


def _rows(count: int) -> str:
    return ngettext(
        "%(shown)s row is written, all at once or not at all.",
        "%(shown)s rows are written, all at once or not at all.",
        count,
    ) % {"shown": number(count)}


def register_all() -> None:
    """Called once, when the site starts."""
    register_kind(
        ImportKind(
            code=Import.Kind.MUNICIPALITIES,
            plan=_plan_municipalities,
            write=write_municipalities,
            undo=undo_municipalities,
            list_url="places:imports",
            trail=(_REGISTER,),
            done=(_("To the list of municipalities"), "places:list"),
            to_write=_municipalities,
            never=frozenset([Outcome.LEFT_OUT]),
            link=_link,
        )
    )
    register_kind(
        ImportKind(
            code=Import.Kind.TERRITORY,
            plan=_plan_territory,
            write=write_planned,
            undo=undo_statuses,
            list_url="places:territory_imports",
            trail=(_REGISTER, (_("Territories"), "places:territory")),
            done=(_("To the list of territories"), "places:territory"),
            to_write=_rows,
            never=frozenset([Outcome.DOUBTFUL]),
            link=_link,
            has_country=False,
            has_ledger=False,
        )
    )
