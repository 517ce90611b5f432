"""What changes programmes: each verb asks the rule, changes in one transaction, writes history."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor, require
from mosty.core.dates import PartialDate
from mosty.core.facts import Source, find_source
from mosty.core.history import edit, plain, record
from mosty.core.publication import Level
from mosty.core.search import fold
from mosty.core.states import ReasonMissing
from mosty.core.texts import Text
from mosty.places.models import Kind, Organisation
from mosty.programmes.models import (
    Basis,
    Count,
    Milestone,
    Objective,
    OtherDate,
    Part,
    Participant,
    Partner,
    Phase,
    Programme,
    Strand,
    Target,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """Where something was read: an address, what the page is called, and of when it is."""

    url: str = ""
    title: str = ""
    as_of: str = ""

    def source(self) -> Source | None:
        """The source at that address, made where it is new; none without an address."""
        return find_source(self.url, title=self.title) if self.url else None

    def values(self) -> dict[str, Any]:
        """The fields of a `Sourced` record."""
        return {"source": self.source(), "as_of": self.as_of}


UNREAD = Reading()


def create_programme(*, by: Actor, reading: Reading = UNREAD, **values: Any) -> Programme:
    """A new programme; `values` are fields of the model. Raises `ValidationError`."""
    require("programmes.create_programme", by)
    with transaction.atomic():
        return _create(Programme, values | reading.values(), "programmes.create_programme", by=by)


def edit_programme(programme: Programme, *, by: Actor, **values: Any) -> list[str]:
    """Change some fields; the names of those that really changed."""
    require("programmes.edit_programme", by, programme)
    return _edit(programme, values, "programmes.edit_programme", by=by)


def add_strand(
    programme: Programme, *, by: Actor, reading: Reading = UNREAD, **values: Any
) -> Strand:
    """A new strand at the end of the programme."""
    require("programmes.add_strand", by, programme)
    with transaction.atomic():
        values |= reading.values() | {"programme": programme}
        values.setdefault("order", programme.strands.count())
        return _create(Strand, values, "programmes.add_strand", by=by)


def edit_strand(strand: Strand, *, by: Actor, **values: Any) -> list[str]:
    """Change some fields; the names of those that really changed."""
    require("programmes.edit_strand", by, strand)
    return _edit(strand, values, "programmes.edit_strand", by=by)


def add_phase(strand: Strand, *, by: Actor, reading: Reading = UNREAD, **values: Any) -> Phase:
    """A new phase; `starts` and `ends` as precise as known."""
    require("programmes.add_phase", by, strand)
    with transaction.atomic():
        values |= reading.values() | {"strand": strand}
        return _create(Phase, values, "programmes.add_phase", by=by)


def edit_phase(phase: Phase, *, by: Actor, **values: Any) -> list[str]:
    """Change some fields; the names of those that really changed."""
    require("programmes.edit_phase", by, phase)
    return _edit(phase, values, "programmes.edit_phase", by=by)


Aim = Objective | Target | Count | Milestone | OtherDate


def set_rows(
    phase: Phase,
    model: type[Aim],
    rows: Iterable[Mapping[str, Any]],
    *,
    by: Actor,
    gone: Collection[int] = (),
) -> bool:
    """Write the objectives (targets, counts, milestones, other dates) of a phase.

    Each row holds the model's own fields, `reading` and, for one that stands already, `pk`; `gone`
    are those to take out. Rows that are not named stay as they are: somebody else may have added
    or changed them meanwhile. New ones come last. One line of history; False when nothing
    changed. Raises `ValidationError`.
    """
    require("programmes.edit_phase", by, phase)
    with transaction.atomic():
        known = {row.pk: row for row in model.objects.select_for_update().filter(phase=phase)}
        before = [_said(row) for row in known.values()]
        new: list[Aim] = []
        for given in rows:
            values = {name: value for name, value in given.items() if name not in {"pk", "reading"}}
            values |= given.get("reading", UNREAD).values()
            row = known.get(given.get("pk") or 0)
            if row is None:
                new.append(row := model(phase=phase))
            for name, value in values.items():
                setattr(row, name, value)
        written = [row for pk, row in known.items() if pk not in gone] + new
        if [_said(row) for row in written] == before:
            return False
        model.objects.filter(phase=phase, pk__in=gone).delete()
        for order, row in enumerate(written):
            row.order = order
            row.full_clean(exclude=["phase"])
            row.save()
        record(
            f"programmes.set_{model._meta.model_name}s",
            phase,
            by=by,
            before={"rows": before},
            after={"rows": [_said(row) for row in written]},
        )
    return True


def _said(row: Aim) -> list[Any]:
    names = ("text", "value", "kind", "on", "as_of")
    return [plain(getattr(row, name)) for name in names if hasattr(row, name)] + [row.source_id]


def add_partner(
    phase: Phase,
    organisation: Organisation,
    *,
    part: Part,
    by: Actor,
    reading: Reading = UNREAD,
    **values: Any,
) -> Partner:
    """An organisation carries the phase in one part; twice in the same part changes nothing."""
    require("programmes.add_partner", by, phase)
    with transaction.atomic():
        known = Partner.objects.filter(phase=phase, organisation=organisation, part=part).first()
        if known is not None:
            return known
        values |= reading.values() | {"phase": phase, "organisation": organisation, "part": part}
        partner = Partner(**values)
        partner.full_clean()
        partner.save()
        record("programmes.add_partner", phase, by=by, after={"who": [str(partner)]})
    return partner


def edit_partner(partner: Partner, *, by: Actor, **values: Any) -> list[str]:
    """Change part, words or source."""
    require("programmes.edit_partner", by, partner.phase)
    return _edit(partner, values, "programmes.edit_partner", by=by)


def remove_partner(partner: Partner, *, reason: str, by: Actor) -> None:
    """The organisation does not carry the phase in that part (any more)."""
    require("programmes.remove_partner", by, partner.phase)
    verb = "programmes.remove_partner"
    _need_reason(reason, verb)
    with transaction.atomic():
        record(verb, partner.phase, by=by, before={"who": [str(partner)]}, reason=reason)
        partner.delete()


class StillUsed(ValidationError):
    """Something later hangs on it, such as a round; `str()` says so."""


@transaction.atomic
def add_participants(
    phase: Phase,
    organisations: Sequence[Organisation],
    *,
    by: Actor,
    association: Organisation | None = None,
    association_basis: Basis = Basis.STATED,
    least_partners: int = 0,
    most_partners: int = 1,
    level: Level = Level.PROGRAMME,
    reading: Reading = UNREAD,
    is_illustrative: bool = False,
) -> list[Participant]:
    """Municipalities take part in a phase; those that do already are passed over. The new ones.

    Raises `ValidationError` for a body that is no municipality or bounds that cross.
    """
    require("programmes.add_participants", by, phase)
    for organisation in organisations:
        if organisation.kind != Kind.MUNICIPALITY:
            raise ValidationError(
                _("%(body)s is no municipality. Add it as a partner instead."),
                code="no_municipality",
                params={"body": organisation},
            )
    known = set(phase.participants.values_list("organisation_id", flat=True))
    added = []
    for organisation in organisations:
        if organisation.pk in known:
            continue
        participant = Participant(
            phase=phase,
            organisation=organisation,
            association=association,
            association_basis=association_basis,
            least_partners=least_partners,
            most_partners=most_partners,
            level=level,
            is_illustrative=is_illustrative,
            **reading.values(),
        )
        _clean_bounds(least_partners, most_partners)
        participant.full_clean()
        participant.save()
        added.append(participant)
    if added:
        names = [str(participant) for participant in added]
        record("programmes.add_participants", phase, by=by, after={"who": names})
    return added


def edit_participant(participant: Participant, *, by: Actor, **values: Any) -> list[str]:
    """Change association, bounds, level or source."""
    require("programmes.edit_participant", by, participant.phase)
    _clean_bounds(
        values.get("least_partners", participant.least_partners),
        values.get("most_partners", participant.most_partners),
    )
    return _edit(participant, values, "programmes.edit_participant", by=by)


def remove_participant(participant: Participant, *, reason: str, by: Actor) -> None:
    """The municipality does not take part (any more). What rounds hold of it stays there."""
    require("programmes.remove_participant", by, participant.phase)
    verb = "programmes.remove_participant"
    _need_reason(reason, verb)
    try:
        with transaction.atomic():
            before = {"who": [str(participant)]}
            record(verb, participant.phase, by=by, before=before, reason=reason)
            participant.delete()
    except ProtectedError as error:
        raise StillUsed(
            _("%(town)s stands in something that builds on this. Take it out there first.")
            % {"town": participant},
            code="still_used",
        ) from error


# Words that stand in addresses beside those of programmes, strands and phases.
_TAKEN = frozenset({"new", "edit", "new-strand", "new-phase", "export"})


def _free_slug(name: Text, others: QuerySet[Any]) -> str:
    """An address made of the name: `bridges-of-trust`, `phase-2`; with a number if it is taken."""
    words = fold(name.said("en").text).replace(" ", "-")[:50].strip("-") or "x"
    taken = _TAKEN | set(others.values_list("slug", flat=True))
    numbered = (f"{words}-{number}" for number in count(2))
    return next(slug for slug in chain([words], numbered) if slug not in taken)


def _create[T: (Programme, Strand, Phase)](
    model: type[T], values: dict[str, Any], verb: str, *, by: Actor
) -> T:
    if not values.get("slug"):
        scope = {name: values[name] for name in ("programme", "strand") if name in values}
        values["slug"] = _free_slug(values["name"], model._default_manager.filter(**scope))
    thing = model(**values)
    _clean_dates(thing, values)
    thing.full_clean(exclude=["starts_on", "ends_on"], validate_constraints=model is not Phase)
    thing.save()
    record(verb, thing, by=by, after={name: plain(value) for name, value in values.items()})
    return thing


def _edit(thing: Any, values: dict[str, Any], verb: str, *, by: Actor) -> list[str]:
    if isinstance(reading := values.pop("reading", None), Reading):
        values |= reading.values()
    with transaction.atomic():
        _clean_dates(thing, values)
        return edit(thing, values, verb=verb, by=by)


def _clean_dates(thing: Any, values: Mapping[str, Any]) -> None:
    """A phase ends after it begins, whatever the precision of both."""
    if not isinstance(thing, Phase):
        return
    starts = PartialDate.parse(values.get("starts", thing.starts))
    ends = values.get("ends", thing.ends)
    if ends and PartialDate.parse(ends).last_day < starts.first_day:
        raise ValidationError(
            {"ends": _("The phase would end before it begins. Look at both dates again.")}
        )


def _clean_bounds(least: int, most: int) -> None:
    if most < least:
        raise ValidationError(
            {"most_partners": _("At most must not be less than at least. Change one of them.")}
        )


def _need_reason(reason: str, verb: str) -> None:
    if not reason.strip():
        raise ReasonMissing(verb)
