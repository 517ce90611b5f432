"""Applications: answers that cannot be lost, signed off as one frozen version, sent in once."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mosty.core.verbs import name_verbs

VERBS = {
    "applications.submit": _("sent the application in"),
    "applications.reopen": _("took the application back to change it"),
    "applications.withdraw": _("withdrew the application"),
    "applications.resume": _("took the withdrawn application up again"),
}


class ApplicationsConfig(AppConfig):
    name = "mosty.applications"
    verbose_name = _("Applications")

    def ready(self) -> None:
        name_verbs(VERBS)
