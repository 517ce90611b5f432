"""A call is begun, changed, published, extended and cancelled."""

from datetime import datetime
from itertools import chain, count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from mosty.calls import blueprints, content
from mosty.calls.concerned import concerned
from mosty.calls.domain.corrections import corrected
from mosty.calls.domain.form import MOST_BOXES, boxes_of
from mosty.calls.models import Call, Extension
from mosty.calls.words import moment
from mosty.calls.workflow import CALL
from mosty.core import mail
from mosty.core.access import Actor, require
from mosty.core.history import edit, plain, record
from mosty.core.publication import Level
from mosty.core.search import fold
from mosty.core.states import ReasonMissing, WrongState
from mosty.core.texts import Text
from mosty.core.versions import Version, freeze
from mosty.programmes.models import Phase

# What may not change any more once people could read it; the deadline moves by `extend_call`.
FIXED = frozenset({"audience", "way", "opens_at", "closes_at", "zone", "lowest", "highest"})


def begin_call(phase: Phase, *, by: Actor, name: Text, template: str = "", **values: Any) -> Call:
    """A new call of a phase, empty or from a template (`calls.blueprints`)."""
    require("calls.create_call", by, phase)
    given = blueprints.read(template) if template else {}
    return _begin(phase, given, name=name, by=by, values=values, of=template)


def copy_call(call: Call, phase: Phase, *, by: Actor, name: Text, **values: Any) -> Call:
    """A new draft that asks what this call asked; dates and files are not taken over."""
    require("calls.create_call", by, phase)
    given = content.dump(call)
    return _begin(phase, given, name=name, by=by, values=values, of=call.slug)


def _begin(
    phase: Phase, given: dict[str, Any], *, name: Text, by: Actor, values: dict[str, Any], of: str
) -> Call:
    countries = values.pop("countries", None)
    own = content.own_fields(given) | {"name": name} | values
    with transaction.atomic():
        # One new call of a phase at a time: two of one name get two addresses.
        Phase.objects.select_for_update().get(pk=phase.pk)
        call = Call(phase=phase, slug=_free_slug(name), **own)
        clean_call(call)
        call.save()
        content.load(call, given)
        if countries is not None:
            call.countries.set(countries)
        after = {"name": plain(name), "from": of}
        record("calls.create_call", call, by=by, after=after)
    return call


def edit_call(call: Call, *, by: Actor, **values: Any) -> list[str]:
    """Change the call itself; the names of what really changed. Raises `ValidationError`.

    Once published, only words, places and contact can change: what people rely on stands still.
    """
    require("calls.edit_call", by, call)
    countries = values.pop("countries", None)
    with transaction.atomic():
        now = Call.objects.select_for_update().get(pk=call.pk)
        if now.state != "draft":
            _refuse_fixed(now, values, countries)
        for name, value in values.items():
            setattr(now, name, value)
        clean_call(now)
        changed = edit(call, values, verb="calls.edit_call", by=by)
        if countries is not None:
            before = sorted(call.countries.values_list("pk", flat=True))
            after = sorted(each.pk for each in countries)
            if before != after:
                call.countries.set(countries)
                changed.append("countries")
                record("calls.edit_call", call, by=by,
                       before={"countries": before}, after={"countries": after})  # fmt: skip
        if changed:
            corrected(call, by=by)
    return changed


def clean_call(call: Call) -> None:
    """Whether its parts go together; raises `ValidationError` that names the field."""
    if call.opens_at and call.closes_at and call.closes_at <= call.opens_at:
        raise ValidationError(
            {"closes_at": _("It closes before it opens. Look at both times again.")}
        )
    if call.highest <= call.lowest:
        raise ValidationError({"highest": _("The highest score must be above the lowest.")})
    if call.pk:
        scores = {int(score) for one in content.criteria_of(call) for score in one.anchors}
        beyond = sorted(score for score in scores if not call.lowest <= score <= call.highest)
        if beyond:
            text = _("The criteria say what a score of %(score)s means. Take that out there first.")
            field = "lowest" if beyond[0] < call.lowest else "highest"
            raise ValidationError({field: text % {"score": beyond[0]}})
    call.full_clean(exclude=["slug"] if call.pk else None)


def _refuse_fixed(call: Call, values: dict[str, Any], countries: Any) -> None:
    moved = [name for name in FIXED & set(values) if getattr(call, name) != values[name]]
    if countries is not None and {each.pk for each in countries} != set(
        call.countries.values_list("pk", flat=True)
    ):
        moved.append("countries")
    if moved:
        field = moved[0]
        text = _("The call is published: this stands. Extend the deadline, or copy the call.")
        raise ValidationError({field: text})


def missing(call: Call) -> list[str]:
    """What keeps a draft from being published, one sentence each."""
    found = []
    if call.opens_at is None or call.closes_at is None:
        found.append(str(_("Say when the call opens and when it closes.")))
    if not call.about:
        found.append(str(_("Say what the call is about.")))
    if not call.sections.filter(questions__isnull=False).exists():
        found.append(str(_("Ask at least one question.")))
    for section in call.sections.prefetch_related("questions"):
        count = sum(map(boxes_of, section.questions.all()))
        if count > MOST_BOXES:
            said = _("“%(section)s” asks for %(count)s boxes to fill in; a draft holds %(most)s.")
            found.append(said % {"section": section, "count": count, "most": MOST_BOXES})
    if not content.criteria_of(call):
        found.append(str(_("Name at least one criterion: applicants must know what counts.")))
    if not call.languages:
        found.append(str(_("Say in which languages one may apply.")))
    return found


def hindrances(call: Call, at: datetime) -> list[str]:
    """Everything that keeps it from being published at that moment."""
    found = missing(call)
    if call.closes_at is not None and call.closes_at <= at:
        found.append(str(_("The deadline has passed. Give the call a later one.")))
    return found


def publish_call(call: Call, *, by: Actor, at: datetime) -> Version:
    """Everybody may read it from now on; what it asks is frozen as its first version, of which
    nobody is told as of a correction.

    Raises `ValidationError` while something is missing, `WrongState` when it is no draft.
    """
    with transaction.atomic():
        fresh = Call.objects.select_for_update().get(pk=call.pk)
        if lacks := hindrances(fresh, at):
            raise ValidationError(lacks)
        CALL.move(call, "published", by=by, changes={"published_at": at}, level=Level.PUBLIC)
        return freeze(call, content.dump(call), by=by)


def cancel_call(call: Call, *, by: Actor, reason: str) -> None:
    """It does not take place; whoever is concerned is told, the page says why."""
    with transaction.atomic():
        CALL.move(call, "cancelled", by=by, reason=reason, level=Level.PUBLIC)
        _tell(call, f"cancel:{call.pk}", "calls/mail/cancelled", {"reason": reason})


def extend_call(call: Call, *, by: Actor, until: datetime, reason: Text, at: datetime) -> Extension:
    """Move the deadline to a later moment and tell everyone concerned, each once.

    Raises `ValidationError` when it is not later, `WrongState` when the call is not published.
    """
    require("calls.extend_call", by, call)
    if not str(reason).strip():
        raise ReasonMissing("calls.extend_call")
    with transaction.atomic():
        fresh = Call.objects.select_for_update().get(pk=call.pk)
        if fresh.state != "published" or fresh.closes_at is None:
            raise WrongState(f"{call} is not published")
        if until <= max(fresh.closes_at, at):
            raise ValidationError(
                {"until": _("A deadline is only moved to a later time, which lies ahead.")}
            )
        extension = Extension.objects.create(
            call=fresh, before=fresh.closes_at, after=until, reason=reason, at=at,
            by_id=by.user_id, by_name=by.name,
        )  # fmt: skip
        Call.objects.filter(pk=call.pk).update(closes_at=until)
        record(
            "calls.extend_call", call, by=by, level=Level.PUBLIC, reason=str(reason),
            before={"closes_at": plain(extension.before)}, after={"closes_at": plain(until)},
        )  # fmt: skip
        call.closes_at = until
        # Said in the language of each reader, when the letter is written.
        said = {
            "before": lazy(moment, str)(extension.before, call.zone),
            "after": lazy(moment, str)(until, call.zone),
        }
        _tell(call, f"extend:{extension.pk}", "calls/mail/extended",
              {"extension": extension, **said})  # fmt: skip
    return extension


def _tell(call: Call, key: str, template: str, more: dict[str, Any]) -> None:
    context = {"call": call, "url": mail.address(call.get_absolute_url()), **more}
    for user in concerned(call):
        mail.write(
            f"calls:{key}:{user.pk}", to=user.email, language=user.language or "en",
            template=template, context=context | {"person": user},
        )  # fmt: skip
    mail.send_soon()


def discard_call(call: Call, *, by: Actor, reason: str = "") -> None:
    """Throw a draft away that nobody but the secretariat has seen."""
    require("calls.edit_call", by, call)
    with transaction.atomic():
        if not Call.objects.select_for_update().filter(pk=call.pk, state="draft").exists():
            raise WrongState(f"{call} is no draft")
        record("calls.discard_call", call, by=by, before=content.dump(call), reason=reason)
        call.delete()


# Words that stand in an address where the name of a call would.
_TAKEN = frozenset({"new", "feed.json"})


def _free_slug(name: Text) -> str:
    """An address made of the name: `municipal-call`; with a number if it is taken."""
    words = fold(name.said("en").text).replace(" ", "-")[:50].strip("-") or "call"
    taken = _TAKEN | set(Call.objects.values_list("slug", flat=True))
    numbered = (f"{words}-{number}" for number in count(2))
    return next(slug for slug in chain([words], numbered) if slug not in taken)
