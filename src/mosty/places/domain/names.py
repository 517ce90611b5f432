"""Names of a body: add, correct, end. A name that was true once is ended, not removed."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor, require
from mosty.core.history import record
from mosty.places import naming
from mosty.places.domain.changes import Refused, history_level, holding, said
from mosty.places.models import Name, Organisation

FIELDS = ("text", "language", "use", "since", "until")


def add_name(
    organisation: Organisation,
    *,
    by: Actor,
    text: str,
    language: str,
    use: str,
    since: str = "",
    until: str = "",
) -> Name:
    """Add a name; sending the same one twice adds it once. Dates as precise as known."""
    require("places.edit_names", by, organisation)
    with holding(organisation):
        name, made = Name.objects.get_or_create(
            organisation=organisation,
            text=text,
            language=language,
            use=use,
            defaults={"since": since, "until": until},
        )
        if made:
            _follow(organisation, "places.name_added", by=by, after=said(name, FIELDS))
    return name


def edit_name(name: Name, *, by: Actor, values: Mapping[str, str]) -> Name:
    """Correct a name (a slip of the pen, a missing date). For a new name, end this one and add."""
    require("places.edit_names", by, name.organisation)
    return _change(name, values, "places.name_edited", by=by)


def end_name(name: Name, *, by: Actor, until: str, reason: str = "") -> Name:
    """The body is not called so any more since that date; it stays findable."""
    require("places.edit_names", by, name.organisation)
    return _change(name, {"until": until}, "places.name_ended", by=by, reason=reason)


def _change(
    name: Name, values: Mapping[str, str], verb: str, *, by: Actor, reason: str = ""
) -> Name:
    organisation = name.organisation
    try:
        with holding(organisation), transaction.atomic():
            now = Name.objects.get(pk=name.pk)
            before = said(now, FIELDS)
            for field in FIELDS:
                setattr(now, field, values.get(field, getattr(now, field)))
            now.save()
            after = said(now, FIELDS)
            if after != before:
                _need_one_in_force(organisation)
                _follow(organisation, verb, by=by, before=before, after=after, reason=reason)
    except IntegrityError as error:
        raise Refused(
            _("This name stands there already, in the same language and kind."), field="text"
        ) from error
    return now


def _need_one_in_force(organisation: Organisation) -> None:
    past = [Name.Use.FORMER, Name.Use.CODE]
    rows = Name.objects.filter(organisation=organisation, until="").exclude(use__in=past)
    if not rows.exists():
        raise Refused(_("Every body needs a name that holds today: add the new one first."))


def _follow(organisation: Organisation, verb: str, *, by: Actor, **states: Any) -> None:
    naming.refresh(organisation)
    record(verb, organisation, by=by, level=history_level(organisation.level), **states)
