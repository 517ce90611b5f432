"""My desk: what waits for the person who looks."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "mosty.desk"
    verbose_name = _("Desk")
