"""Countries, regions, organisations and what is known of them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    name = "mosty.places"
    verbose_name = _("Places")
