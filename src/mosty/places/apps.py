"""Countries, regions, organisations and what is known of them."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mosty.core.navigation import Item, register
from mosty.core.verbs import name_verbs

VERBS = {
    "places.organisation_created": _("entered it into the register"),
    "places.organisation_edited": _("changed the record"),
    "places.text_level_set": _("changed who may see a text"),
    "places.place_set": _("changed the place or who may see the record"),
    "places.name_added": _("added a name"),
    "places.name_edited": _("corrected a name"),
    "places.name_ended": _("ended a name"),
    "places.fact_added": _("added a figure"),
    "places.fact_chosen": _("chose which figure is shown"),
    "places.fact_withdrawn": _("withdrew a figure"),
    "places.fact_restored": _("took a withdrawn figure back"),
    "places.need_added": _("added a need"),
    "places.need_changed": _("changed a need"),
    "places.need_removed": _("took out a need"),
    "places.offer_added": _("added an offer"),
    "places.offer_changed": _("changed an offer"),
    "places.offer_removed": _("took out an offer"),
    "places.contact_added": _("added a contact"),
    "places.contact_changed": _("changed a contact"),
    "places.contact_removed": _("took out a contact"),
    "places.picture_added": _("added a picture"),
    "places.picture_changed": _("changed what is said of a picture"),
    "places.picture_removed": _("took out a picture"),
    "places.succession_recorded": _("recorded what became of it"),
    "places.succession_withdrawn": _("withdrew what was said to have become of it"),
    "places.merged": _("merged a second record of it into this one"),
    "places.merged_away": _("merged this record into another one of the same body"),
    "places.merge_undone": _("undid the merging of two records"),
    "places.organisation_imported": _("brought it up to date from a file"),
    "places.organisation_restored": _("put back what an import had changed"),
    "places.import_planned": _("made the plan of an import"),
    "places.import_refused": _("sent a file that cannot be taken"),
    "places.import_started": _("had the plan written"),
    "places.import_written": _("imported the file"),
    "places.import_overtaken": _("could not write: the register had changed"),
    "places.import_stopped": _("could not write: the work stopped"),
    "places.import_dropped": _("dropped a plan"),
    "places.import_undone": _("took an import back"),
    "places.status_added": _("entered a territory status"),
    "places.status_changed": _("corrected a territory status"),
    "places.status_removed": _("took a territory status out"),
    "places.status_imported": _("brought the territory status up to date from a file"),
    "places.status_undone": _("took an imported territory status back"),
}


class PlacesConfig(AppConfig):
    name = "mosty.places"
    verbose_name = _("Places")

    def ready(self) -> None:
        name_verbs(VERBS)
        # They import models, which are there only now.
        for name in (
            "tasks",
            "drafts",
            "panels",
            "territory.panels",
            "domain.merging",
            "domain.text_levels",
            "looking_again",
            "imports.own_kinds",
        ):
            import_module(f"mosty.places.{name}").register_all()
        register(Item(pgettext_lazy("navigation", "Municipalities"), "places:list", order=20))
