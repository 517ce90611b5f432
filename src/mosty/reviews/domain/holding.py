"""One change at a time for the reviews of one call."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from mosty.calls.models import Call


@contextmanager
def holding(call_id: int) -> Iterator[Call]:
    """The call as it stands now: whoever changes its criteria holds the same row."""
    with transaction.atomic():
        yield Call.objects.select_for_update().get(pk=call_id)
