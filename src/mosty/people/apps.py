"""Users, memberships and roles."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor, Role
from mosty.core.navigation import Item, Place, register
from mosty.core.verbs import name_verbs


def _is_coordinator(actor: Actor) -> bool:
    return actor.has(Role.COORDINATOR)


def _is_officer(actor: Actor) -> bool:
    return actor.is_officer


class PeopleConfig(AppConfig):
    name = "mosty.people"
    verbose_name = _("People")

    def ready(self) -> None:
        # They import models, which are there only now.
        for name in ("panels", "tasks"):
            import_module(f"mosty.people.{name}").register_all()
        name_verbs(
            {
                "people.add_membership": _("gave somebody a role"),
                "people.end_membership": _("ended somebody's role"),
                "people.appoint": _("appointed an administrator"),
                "people.take_back_appointment": _("took back the appointment of an administrator"),
                "people.vouch": _("vouched for somebody"),
                "people.invite": _("invited somebody"),
                "people.withdraw_invitation": _("took an invitation back"),
                "people.accept_invitation": _("accepted an invitation"),
                "people.ask_to_join": _("asked to join"),
                "people.accept_request": _("accepted a request to join"),
                "people.decline_request": _("declined a request to join"),
                "people.remind": _("reminded the body to complete its page"),
                "people.write_to_members": _("wrote to members"),
                "people.letter_arrived": _("noted that a letter arrived"),
                "people.send_letter_again": _("had a letter sent again"),
            }
        )
        register(Item(_("People"), "people:people", order=80, predicate=_is_officer))
        register(
            Item(_("My association"), "people:association", order=10, predicate=_is_coordinator)
        )
        register(Item(_("My account"), "people:account", order=20, place=Place.ACCOUNT))
        register(Item(_("Password"), "account_change_password", order=30, place=Place.ACCOUNT))
        register(Item(_("Passkeys and second factor"), "mfa_index", order=40, place=Place.ACCOUNT))
        # It imports models, which are there only now.
        import_module("mosty.people.accounts.registry").register_all()
