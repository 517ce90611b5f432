"""Users, memberships and roles."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor
from mosty.core.navigation import Item, Place, register
from mosty.core.verbs import name_verbs


def _is_officer(actor: Actor) -> bool:
    return actor.is_officer


class PeopleConfig(AppConfig):
    name = "mosty.people"
    verbose_name = _("People")

    def ready(self) -> None:
        name_verbs(
            {
                "people.add_membership": _("gave somebody a role"),
                "people.end_membership": _("ended somebody's role"),
            }
        )
        register(Item(_("People"), "people:people", order=80, predicate=_is_officer))
        register(Item(_("My account"), "people:account", order=20, place=Place.ACCOUNT))
        register(Item(_("Password"), "account_change_password", order=30, place=Place.ACCOUNT))
        register(Item(_("Passkeys and second factor"), "mfa_index", order=40, place=Place.ACCOUNT))
        # It imports models, which are there only now.
        import_module("mosty.people.accounts.registry").register_all()
