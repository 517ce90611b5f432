"""Mechanisms that every step uses."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from mosty.core.personal import discover
from mosty.core.verbs import name_verbs

# Words of Django that people read and that its own Ukrainian does not have yet.
MISSING_IN_DJANGO = (gettext_noop("- Select an option -"),)


VERBS = {
    "core.kept_withheld": _("looked again and left it withheld"),
    "core.opened": _("looked again and opened it to everybody"),
}


class CoreConfig(AppConfig):
    name = "mosty.core"
    verbose_name = _("Core")

    def ready(self) -> None:
        name_verbs(VERBS)
        # They hold tables, which may be loaded only now.
        import_module("mosty.core.mail").register_all()
        import_module("mosty.core.drafts.jobs").register_all()
        discover()
