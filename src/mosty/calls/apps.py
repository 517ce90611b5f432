"""Calls: what is asked of whom, until when, judged how, how many."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mosty.core.navigation import Item, register
from mosty.core.verbs import name_verbs

VERBS = {
    "calls.create_call": _("began the call"),
    "calls.edit_call": _("changed the call"),
    "calls.publish": _("published the call"),
    "calls.cancel": _("cancelled the call"),
    "calls.extend_call": _("moved the deadline of the call"),
    "calls.discard_call": _("threw the draft of the call away"),
    "calls.add_section": _("added a section to the call"),
    "calls.edit_section": _("changed a section of the call"),
    "calls.remove_section": _("took a section out of the call"),
    "calls.add_question": _("added a question to the call"),
    "calls.edit_question": _("changed a question of the call"),
    "calls.remove_question": _("took a question out of the call"),
    "calls.move_part": _("changed the order of the call"),
    "calls.set_conditions": _("changed who may apply"),
    "calls.set_criteria": _("changed the criteria of the call"),
    "calls.set_quotas": _("changed the quotas of the call"),
    "calls.add_document": _("added a file to the call"),
    "calls.remove_document": _("took a file out of the call"),
    "calls.answer": _("answered a question about the call"),
}


class CallsConfig(AppConfig):
    name = "mosty.calls"
    verbose_name = _("Calls")

    def ready(self) -> None:
        name_verbs(VERBS)
        register(Item(_("Calls"), "calls:list", order=15))
        # They import models, which are there only now.
        for name in ("panels", "drafts", "looking_again", "jobs"):
            import_module(f"mosty.calls.{name}").register_all()
