"""The lasting thing that two or more municipalities have."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mosty.core.navigation import Item, register
from mosty.core.verbs import name_verbs

VERBS = {
    "partnerships.report": _("entered the partnership"),
    "partnerships.agree": _("recorded that it was agreed in the programme"),
    "partnerships.edit": _("changed the partnership"),
    "partnerships.add_report": _("added a source"),
    "partnerships.edit_report": _("changed what a source tells"),
    "partnerships.remove_report": _("removed a source"),
    "partnerships.withdraw": _("withdrew the partnership"),
    "partnerships.unimport": _("took it out with the import that had entered it"),
    "partnerships.restore": _("took the withdrawal back"),
}


class PartnershipsConfig(AppConfig):
    name = "mosty.partnerships"
    verbose_name = _("Partnerships")

    def ready(self) -> None:
        name_verbs(VERBS)
        register(Item(_("Partnerships"), "partnerships:list", order=30))
        # It imports models, which are there only now.
        publication = import_module("mosty.core.publication")
        publication.register_partners(import_module("mosty.partnerships.queries").partners_of)
        import_module("mosty.partnerships.panels").register_all()
        import_module("mosty.partnerships.joining").register_all()
        import_module("mosty.partnerships.looking_again").register_all()
        import_module("mosty.partnerships.imports.kind").register_all()
