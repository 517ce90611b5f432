"""The lasting thing that two or more municipalities have."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnershipsConfig(AppConfig):
    name = "mosty.partnerships"
    verbose_name = _("Partnerships")
