"""Rounds, policies, runs, pairs: the app that imports citymatch."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "mosty.matching"
    verbose_name = _("Matching")
