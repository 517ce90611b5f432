"""My desk: what waits for the person who looks."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor
from mosty.core.navigation import Item, Place, register


def _is_known(actor: Actor) -> bool:
    return actor.is_known


class DeskConfig(AppConfig):
    name = "mosty.desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        # It reads models, which are there only now.
        import_module("mosty.desk.tasks").register_all()
        register(Item(_("My desk"), "desk:home", order=5, predicate=_is_known))
        register(
            Item(_("My desk"), "desk:home", order=10, predicate=_is_known, place=Place.ACCOUNT)
        )
