"""Pages for visitors."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mosty.core.navigation import Item, Place, register

FOOT = (
    (_("About Mosty"), "public:about"),
    (_("Data sources"), "public:sources"),
    (_("Accessibility"), "public:accessibility"),
    (_("Privacy"), "public:privacy"),
    (_("Licence"), "public:licence"),
)


class PublicConfig(AppConfig):
    name = "mosty.public"
    verbose_name = _("Public pages")

    def ready(self) -> None:
        for order, (label, url_name) in enumerate(FOOT):
            register(Item(label, url_name, order=order, place=Place.FOOT))
