"""The timetable of decisions: releases that fell silent, lists whose job was given up, offers whose
deadline is over."""

from datetime import timedelta

from django.tasks import task

from mosty.core import mail
from mosty.core.jobs import schedule
from mosty.decisions.asking import end_lost
from mosty.decisions.domain.after import expire_offers
from mosty.decisions.writing import resume_releases


@task
def end_offers() -> int:
    """Places that nobody took in time are free again."""
    return expire_offers()


def register_all() -> None:
    """Called once, when the site starts."""
    # Whoever wants no letters still learns what was decided on their application.
    mail.name_necessary("decisions:")
    schedule("decisions.resume_releases", timedelta(minutes=1), resume_releases)
    schedule("decisions.end_lost_lists", timedelta(minutes=1), end_lost.enqueue)
    schedule("decisions.end_offers", timedelta(minutes=10), end_offers.enqueue)
