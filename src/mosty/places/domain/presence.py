"""Contacts and pictures of a body: say one, change it, take it out."""

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor, require
from mosty.core.history import record
from mosty.core.images import Drawn
from mosty.places.domain.changes import Refused, history_level, holding, said
from mosty.places.models import Contact, Organisation, Picture

CONTACT_FIELDS = (
    "office", "name", "email", "phone", "level", "level_reason", "level_review_on",
)  # fmt: skip
PICTURE_FIELDS = ("alt", "credit", "level", "level_reason", "level_review_on")
# What history keeps of a contact: never the person, who may want to be forgotten.
_TOLD_OF_CONTACT = ("office", "level", "level_reason")
MOST_CONTACTS, MOST_PICTURES = 12, 12


def set_contact(
    organisation: Organisation, *, by: Actor, values: Mapping[str, Any], contact: Contact | None
) -> Contact:
    """Say whom to write to, or say it anew. `values` are some of `CONTACT_FIELDS`.

    The very same contact said twice stands once. Raises `Refused` when there are too many.
    """
    require("places.edit_profile", by, organisation)
    with holding(organisation):
        rows = Contact.objects.filter(organisation=organisation)
        if contact is None:
            same = rows.filter(**{name: values[name] for name in CONTACT_FIELDS if name in values})
            if (known := same.first()) is not None:
                return known
            if rows.count() >= MOST_CONTACTS:
                raise Refused(_("That is enough for a page: take one out first."))
        now = contact or Contact(organisation=organisation)
        before = said(now, _TOLD_OF_CONTACT) if contact else {}
        for name in CONTACT_FIELDS:
            setattr(now, name, values.get(name, getattr(now, name)))
        now.save()
        verb = "places.contact_changed" if contact else "places.contact_added"
        _record(verb, now, by=by, before=before, after=said(now, _TOLD_OF_CONTACT))
    return now


def remove_contact(contact: Contact, *, by: Actor) -> None:
    """Take a contact out; twice is once."""
    require("places.edit_profile", by, contact.organisation)
    take_out_contact(contact, by=by)


def take_out_contact(contact: Contact, *, by: Actor) -> None:
    """Take a contact out without the right to edit the page: for whoever it names. The caller has
    made sure of that."""
    with holding(contact.organisation):
        gone, _rows = Contact.objects.filter(pk=contact.pk).delete()
        if gone:
            before = said(contact, _TOLD_OF_CONTACT)
            _record("places.contact_removed", contact, by=by, before=before, after={})


def add_picture(
    organisation: Organisation, drawn: Drawn, *, by: Actor, values: Mapping[str, Any]
) -> Picture:
    """Show a picture. The same one sent twice stands once; `Refused` when there are too many."""
    require("places.edit_profile", by, organisation)
    digest = hashlib.sha256(drawn.large).hexdigest()
    with holding(organisation):
        rows = Picture.objects.filter(organisation=organisation)
        if (known := rows.filter(digest=digest).first()) is not None:
            return known
        if rows.count() >= MOST_PICTURES:
            raise Refused(_("That is enough for a page: take one out first."))
        made = Picture(
            organisation=organisation,
            digest=digest,
            width=drawn.width,
            height=drawn.height,
            **{name: values[name] for name in PICTURE_FIELDS if name in values},
        )
        made.large.save("large.jpg", ContentFile(drawn.large), save=False)
        made.small.save("small.jpg", ContentFile(drawn.small), save=False)
        made.save()
        _record("places.picture_added", made, by=by, before={}, after=said(made, PICTURE_FIELDS))
    return made


def edit_picture(picture: Picture, *, by: Actor, values: Mapping[str, Any]) -> None:
    """Say anew what a picture shows, who took it, and who may see it."""
    require("places.edit_profile", by, picture.organisation)
    with holding(picture.organisation):
        now = Picture.objects.filter(pk=picture.pk).first()
        if now is None:
            raise ValidationError(_("Somebody else has taken this picture out meanwhile."))
        before = said(now, PICTURE_FIELDS)
        for name in PICTURE_FIELDS:
            setattr(now, name, values.get(name, getattr(now, name)))
        after = said(now, PICTURE_FIELDS)
        if after != before:
            now.save()
            _record("places.picture_changed", now, by=by, before=before, after=after)


def remove_picture(picture: Picture, *, by: Actor) -> None:
    """Take a picture out, file and all; twice is once."""
    require("places.edit_profile", by, picture.organisation)
    with holding(picture.organisation):
        now = Picture.objects.filter(pk=picture.pk).first()
        if now is None:
            return
        _record("places.picture_removed", now, by=by, before=said(now, PICTURE_FIELDS), after={})
        now.delete()
        transaction.on_commit(partial(picture.delete_files))


def _record(
    verb: str,
    thing: Contact | Picture,
    *,
    by: Actor,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    organisation = thing.organisation
    levels = {str(each["level"]) for each in (before, after) if each}
    record(
        verb,
        organisation,
        by=by,
        before=before,
        after=after,
        level=history_level(organisation.level, *levels),
    )
