"""Mechanisms that every step uses."""

from datetime import timedelta
from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

# Words of Django that people read and that its own Ukrainian does not have yet.
MISSING_IN_DJANGO = (gettext_noop("- Select an option -"),)


class CoreConfig(AppConfig):
    name = "mosty.core"
    verbose_name = _("Core")

    def ready(self) -> None:
        # They hold tables, which may be loaded only now.
        jobs, mail = import_module("mosty.core.jobs"), import_module("mosty.core.mail")
        jobs.schedule("core.send_letters", timedelta(minutes=1), mail.send_soon)
        import_module("mosty.core.drafts.jobs").register_all()
