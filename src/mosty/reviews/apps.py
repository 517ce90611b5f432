"""Reviews: who reads which application, who must not, and what they make of it."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mosty.core.verbs import name_verbs

VERBS = {
    "reviews.add_reviewer": _("added a reviewer"),
    "reviews.change_reviewer": _("changed what a reviewer reads"),
    "reviews.remove_reviewer": _("took a reviewer out"),
    "reviews.save_phase": _("changed a phase of the review"),
    "reviews.assign": _("assigned applications to reviewers"),
    "reviews.take_back": _("took an application back from a reviewer"),
    "reviews.recuse": _("took an application back for a conflict of interest"),
    "reviews.set_aside": _("set a review aside for a conflict of interest"),
    "reviews.declare": _("declared a conflict of interest"),
    "reviews.finish_declaring": _("said that there are no further conflicts of interest"),
    "reviews.decline": _("declined to review an application"),
    "reviews.give": _("gave a review"),
}


class ReviewsConfig(AppConfig):
    name = "mosty.reviews"
    verbose_name = _("Reviews")

    def ready(self) -> None:
        name_verbs(VERBS)
        # They import models, which are there only now.
        for name in ("panels", "drafts", "criteria", "jobs"):
            import_module(f"mosty.reviews.{name}").register_all()
