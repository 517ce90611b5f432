"""Programme, strand, phase and those who take part."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mosty.core.navigation import Item, register
from mosty.core.verbs import name_verbs

VERBS = {
    "programmes.create_programme": _("entered the programme"),
    "programmes.edit_programme": _("changed the programme"),
    "programmes.add_strand": _("added the strand"),
    "programmes.edit_strand": _("changed the strand"),
    "programmes.add_phase": _("added the phase"),
    "programmes.edit_phase": _("changed the phase"),
    "programmes.set_objectives": _("changed what the phase wants"),
    "programmes.set_targets": _("changed the targets"),
    "programmes.set_counts": _("changed what was counted"),
    "programmes.set_milestones": _("changed the dates"),
    "programmes.set_otherdates": _("changed the dates from other sources"),
    "programmes.add_partner": _("added an organisation that carries the phase"),
    "programmes.edit_partner": _("changed what an organisation does"),
    "programmes.remove_partner": _("removed an organisation that carried the phase"),
    "programmes.add_participants": _("added municipalities that take part"),
    "programmes.edit_participant": _("changed on what terms a municipality takes part"),
    "programmes.remove_participant": _("removed a municipality"),
}


class ProgrammesConfig(AppConfig):
    name = "mosty.programmes"
    verbose_name = _("Programmes")

    def ready(self) -> None:
        name_verbs(VERBS)
        register(Item(_("Programmes"), "programmes:list", order=10))
        # It imports models, which are there only now.
        import_module("mosty.programmes.panels").register_all()
        import_module("mosty.programmes.looking_again").register_all()
