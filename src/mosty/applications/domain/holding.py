"""One change at a time for one application, as it stands by then."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from mosty.applications.models import Application
from mosty.core.states import WrongState


@contextmanager
def holding(application: Application) -> Iterator[Application]:
    """One change at a time for one application, as it stands by then."""
    with transaction.atomic():
        rows = Application.objects.select_for_update(of=("self",)).select_related(
            "call", "organisation", "association", "version"
        )
        yield rows.get(pk=application.pk)


def refuse_unless_written(application: Application) -> None:
    """Raise `WrongState` where nothing is written any more."""
    if application.state != "draft":
        raise WrongState(f"{application} is not being written")
    if application.call.state == "cancelled":
        raise WrongState("the call was cancelled")
