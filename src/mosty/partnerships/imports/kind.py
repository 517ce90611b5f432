"""What the pages of an import must know of a list of partnerships."""

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from mosty.core.dates import say_date
from mosty.core.templatetags.mosty import number
from mosty.partnerships.imports.planning import LAYOUT, plan_partnerships
from mosty.partnerships.imports.writing import undo_partnerships, write_partnerships
from mosty.places.imports.kinds import ImportKind, register_kind
from mosty.places.imports.plan import Change, Outcome, PlannedRow
from mosty.places.imports.problems import register_sentences
from mosty.places.imports.sentences import Said
from mosty.places.imports.tables import Import

KIND = "partnerships"
_CODE_HELPS = _("If one of them is meant, write its code into the column %(field)s.")


def say(change: Change) -> Said:
    """What a source will be entered to tell."""
    _left, _right, url = change.key
    words, since, note, slugs, _numbers = change.after
    parts = [url, say_date(since) if since else "", words, ", ".join(slugs), note]
    return Said(gettext("Source"), "", "; ".join(part for part in parts if part))


def _link(_import: Import, row: PlannedRow) -> str:
    return reverse("partnerships:show", args=[row.organisation]) if row.organisation else ""


def _to_write(count: int) -> str:
    return ngettext(
        "%(shown)s report of a partnership is entered, all at once or not at all.",
        "%(shown)s reports of partnerships are entered, all at once or not at all.",
        count,
    ) % {"shown": number(count)}


def register_all() -> None:
    """Called once, when the site starts."""
    register_sentences(
        {
            "pairs_layout": (
                _("The first row does not name the columns of the list: %(value)s."),
                _("It needs at least ua_name (or ua_name_uk), partner_name, country_iso2, source."),
            ),
            "town_code": (
                _("No municipality of the register bears the code %(value)s, now or before."),
                _("Correct it, or leave it out and name the town."),
            ),
            "town_unknown": (
                _(
                    "No municipality is called “%(value)s” (%(hint)s), now or before, in any "
                    "language."
                ),
                _("Correct the name, or write the official code into the column %(field)s."),
            ),
            "town_near": (_("Names that begin alike: %(value)s."), _CODE_HELPS),
            "town_many": (_("Several are called “%(value)s”: %(hint)s."), _CODE_HELPS),
            "town_elsewhere": (
                _("“%(value)s” lies elsewhere: %(hint)s."),
                _("Correct the oblast or the name, or write the code into the column %(field)s."),
            ),
            "pair_of_one": (
                _("Both names mean the same municipality: %(value)s."),
                _("Correct one of them."),
            ),
            "pair_twice": (
                _("Row %(hint)s says the same of %(value)s already."),
                _("Nothing needs to be done."),
            ),
            "pair_withdrawn": (
                _("%(value)s was in the list and has been withdrawn: it was over, or never was."),
                _("Look at its history before it is entered anew."),
            ),
            "programmes_unknown": (
                _("Programmes that the site does not know: %(value)s."),
                _("They are kept in the note of the source."),
            ),
        },
        country_in={"town_unknown": "hint"},
    )
    register_kind(
        ImportKind(
            code=KIND,
            plan=plan_partnerships,
            write=write_partnerships,
            undo=undo_partnerships,
            list_url="partnerships:imports",
            trail=((_("Partnerships"), "partnerships:list"),),
            done=(_("To the list of partnerships"), "partnerships:list"),
            to_write=_to_write,
            outcomes={
                Outcome.CREATE: _("New partnerships"),
                Outcome.CHANGE: _("Further sources"),
                Outcome.LEFT_OUT: _("Left out"),
            },
            layouts={LAYOUT: _("List of partnerships")},
            moved={"pair": _("the partnership has changed meanwhile")},
            say=say,
            link=_link,
        )
    )
