"""Reviews: who reads which application, who must not, and what they make of it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "mosty.reviews"
    verbose_name = _("Reviews")
