"""Rounds, policies, runs, pairs: the app that imports citymatch."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "mosty.matching"
    verbose_name = _("Matching")

    def ready(self) -> None:
        # It imports models, which are there only now.
        import_module("mosty.matching.registry").register_all()
