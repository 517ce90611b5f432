"""Enter a body into the register and change what is known of it."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor, permitted, require
from mosty.core.history import edit, record
from mosty.core.publication import Level
from mosty.places import naming
from mosty.places.domain.changes import Refused, history_level, said
from mosty.places.domain.text_levels import Circle, set_text_levels
from mosty.places.models import Name, Organisation
from mosty.places.queries.presence import levels_of_texts

# What a body says about itself; what the secretariat keeps; where it is and who may see it.
PROFILE_FIELDS = ("about", "experience", "capacity", "languages", "website")
REGISTER_FIELDS = (
    "kind", "scheme", "code", "code_year", "standing", "country", "region", "legal_form", "profile",
)  # fmt: skip
PLACE_FIELDS = (
    "lat", "lon", "precision", "precision_reason", "precision_review_on",
    "level", "level_reason", "level_review_on",
)  # fmt: skip
ALL_FIELDS = (*PROFILE_FIELDS, *REGISTER_FIELDS, *PLACE_FIELDS)


def fields_open_to(actor: Actor, organisation: Organisation) -> tuple[str, ...]:
    """The fields that the actor may change on this body."""
    if permitted("places.edit_register", actor, organisation):
        return ALL_FIELDS
    return PROFILE_FIELDS if permitted("places.edit_profile", actor, organisation) else ()


def create_organisation(
    *,
    by: Actor,
    name: str,
    language: str,
    values: Mapping[str, Any],
    circles: Mapping[str, Circle] | None = None,
) -> Organisation:
    """Enter a body with the name that it calls itself. `values` are fields of `Organisation`,
    `circles` says who may see which of its texts.

    Raises `NotAllowed`, or `Refused` when the code is taken.
    """
    require("places.create_organisation", by)
    made = Organisation(**{key: values[key] for key in ALL_FIELDS if key in values})
    try:
        with transaction.atomic():
            made.label_en = name[:200]
            made.save()
            Name.objects.create(organisation=made, text=name, language=language, use=Name.Use.SHORT)
            naming.refresh(made)
            set_text_levels(made, circles or {}, by=by)
            record(
                "places.organisation_created",
                made,
                by=by,
                after=said(made, REGISTER_FIELDS),
                level=history_level(made.level),
            )
    except IntegrityError as error:
        raise _code_is_taken() from error
    return made


def edit_organisation(
    organisation: Organisation,
    *,
    by: Actor,
    values: Mapping[str, Any],
    circles: Mapping[str, Circle] | None = None,
) -> list[str]:
    """Change fields of a body; the names of those that really changed.

    `circles` says who may see which of its texts, by their names; those not named stay.

    A new code leaves the old one as a former code, so that its address leads on. What was said
    about a body is read inside the programme, its place only in the secretariat. Raises
    `NotAllowed` (a field beyond `fields_open_to`), or `Refused` when the code is taken.
    """
    require("places.edit_profile", by, organisation)
    if not set(values) <= set(fields_open_to(by, organisation)):
        require("places.edit_register", by, organisation)
    about = {name: value for name, value in values.items() if name not in PLACE_FIELDS}
    place = {name: value for name, value in values.items() if name in PLACE_FIELDS}
    level = place.get("level", organisation.level)
    old_code = organisation.code
    try:
        with transaction.atomic():
            levels = [organisation.level, level, *levels_of_texts(organisation, about)]
            circled = set_text_levels(organisation, circles or {}, by=by)
            levels += levels_of_texts(organisation, about)
            changed = edit(
                organisation,
                about,
                verb="places.organisation_edited",
                by=by,
                level=history_level(*levels),
            )
            changed += edit(
                organisation,
                place,
                verb="places.place_set",
                by=by,
                reason=_reason(place),
                level=Level.STAFF,
            )
            if "code" in changed:
                _keep_code(organisation, old_code)
            if "country" in changed:
                naming.refresh(organisation)
            if settings.DEMO_MODE and set(changed) & set(PROFILE_FIELDS):
                # Whoever tries the demo out speaks for nobody.
                Organisation.objects.filter(pk=organisation.pk).update(is_illustrative=True)
    except IntegrityError as error:
        raise _code_is_taken() from error
    return [*changed, *(f"{name}_level" for name in circled)]


def _reason(place: Mapping[str, Any]) -> str:
    return str(place.get("precision_reason") or place.get("level_reason") or "")


def _keep_code(organisation: Organisation, code: str) -> None:
    """The old code stays findable; a code that comes back is no former one any more."""
    # "zxx": a code is in no language (ISO 639-2).
    Name.objects.get_or_create(
        organisation=organisation, text=code, language="zxx", use=Name.Use.CODE
    )
    Name.objects.filter(
        organisation=organisation, text=organisation.code, use=Name.Use.CODE
    ).delete()


def _code_is_taken() -> Refused:
    return Refused(
        _("This code stands in the register already: open that record instead of a second one."),
        field="code",
    )
