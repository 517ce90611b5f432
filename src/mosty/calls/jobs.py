"""What comes round: letters about calls that were corrected."""

from datetime import timedelta

from django.tasks import task
from django.utils import timezone

from mosty.calls.domain.corrections import tell_corrections
from mosty.core.jobs import schedule


@task
def tell_of_corrections() -> int:
    """Tell those concerned; how many calls."""
    return tell_corrections(timezone.now())


def register_all() -> None:
    """Called once, when the site starts."""
    schedule("calls.corrections", timedelta(minutes=5), tell_of_corrections.enqueue)
