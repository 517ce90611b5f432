"""Programme, strand, phase and those who take part."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    name = "mosty.programmes"
    verbose_name = _("Programmes")
