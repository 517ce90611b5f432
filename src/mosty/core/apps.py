"""Mechanisms that every step uses."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "mosty.core"
    verbose_name = _("Core")
