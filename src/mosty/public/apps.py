"""Pages for visitors."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicConfig(AppConfig):
    name = "mosty.public"
    verbose_name = _("Public pages")
