"""What comes round for drafts."""

from datetime import timedelta

from django.tasks import task

from mosty.core.drafts import domain
from mosty.core.jobs import schedule


@task
def clear_old() -> int:
    """Remove drafts that nobody has touched for half a year."""
    return domain.clear_old()


def register_all() -> None:
    """Called once, when the site starts."""
    schedule("core.clear_old_drafts", timedelta(days=1), clear_old.enqueue)
