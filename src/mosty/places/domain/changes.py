"""What the verbs share: a refusal with its remedy, one save at a time, who may read of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models, transaction
from django.utils.functional import Promise

from mosty.core.history import plain
from mosty.core.publication import Level
from mosty.places.models import Organisation


class Refused(Exception):
    """The change makes no sense as things stand; `str()` says what to do, `field` names where."""

    def __init__(self, message: str | Promise, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class GoneMeanwhile(Exception):
    """The record was merged into another one while somebody wrote about it (views/gone.py)."""

    def __init__(self, organisation: Organisation) -> None:
        super().__init__(organisation.code)
        self.organisation = organisation


@contextmanager
def holding(organisation: Organisation) -> Iterator[None]:
    """One save at a time for one body: nobody else comes between looking and saving.

    The row of the body is the lock, because a need that does not exist yet cannot be locked.
    Raises `GoneMeanwhile` when it stands no more.
    """
    with transaction.atomic():
        if not Organisation.objects.select_for_update().filter(pk=organisation.pk).first():
            raise GoneMeanwhile(organisation)
        yield


def said(thing: models.Model, fields: tuple[str, ...]) -> dict[str, Any]:
    """The fields as history keeps them."""
    return {name: plain(getattr(thing, name)) for name in fields}


def history_level(*levels: str) -> Level:
    """As narrow as the narrowest of the things changed, and never wider than the programme."""
    return Level.narrowest(Level.PROGRAMME, *levels)
