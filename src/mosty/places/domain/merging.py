"""Two records of one body become one: planned first, done at once, and undone as it was.

How rows of other apps go over is told by the models (core/joining.py). Here stands what is special
to bodies: whether the two can be one, what the record that stays takes over of the other's own
fields, and that nothing becomes more public by it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mosty.core import joining
from mosty.core.access import Actor, require
from mosty.core.facts import Fact
from mosty.core.history import record
from mosty.core.publication import Level, Precision
from mosty.core.states import ReasonMissing
from mosty.core.versions import digest
from mosty.places import naming
from mosty.places.domain.changes import Refused, history_level
from mosty.places.domain.figures import copy_population
from mosty.places.models import Merger, Name, Organisation
from mosty.places.queries import over_time

Words = str | Promise
LABEL = Organisation._meta.label_lower
# What the record that stays takes over where it says nothing itself.
FILLED = (
    "about",
    "experience",
    "capacity",
    "languages",
    "website",
    "profile",
    "legal_form",
    "region_id",
)
# What a body says of itself: illustrative words make the whole record illustrative.
WRITTEN = {"about", "experience", "capacity", "languages"}
COPIES = (*naming.COLUMNS, "population", "population_as_of")
_PRECISIONS = [one.value for one in Precision]
_IN_FORCE = (Name.Use.SHORT, Name.Use.OFFICIAL)


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What merging does: the steps, what the record that stays takes over, why it cannot be."""

    kept: Organisation
    gone: Organisation
    steps: list[joining.Step]
    taken_over: dict[str, Any]
    obstacles: list[Words]

    @property
    def mark(self) -> str:
        """Equal for equal plans: what is done is what was shown."""
        steps = [*self.steps, joining.Step(self.kept, self.taken_over)]
        return digest([self.kept.pk, joining.dump(self.gone)["values"], *map(_mark, steps)])


def _mark(step: joining.Step) -> list[Any]:
    if step.is_laid_aside:
        return [*step.key, joining.dump(step.row)["values"]]
    line = joining.moved(step.row, _values(step.row, step.changes), step.changes)
    return [*step.key, line["before"], line["after"]]


def _values(row: Any, names: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def plan_merge(kept: Organisation, gone: Organisation, *, by: Actor) -> MergePlan:
    """What would happen if `gone` became part of `kept`; changes nothing."""
    require("places.merge_bodies", by)
    made = joining.plan(kept, gone)
    obstacles = [*_not_one(kept, gone), *made.obstacles]
    if by.acting_for_id == gone.pk:
        obstacles.append(_("You act for this record yourself. Act for another body first."))
    return MergePlan(kept, gone, made.steps, _taken_over(kept, gone), obstacles)


def merge(kept: Organisation, gone: Organisation, *, by: Actor, reason: str, seen: str) -> Merger:
    """Do what was shown (`seen` is the mark of the plan); `gone` is no record of its own any more.

    Raises `Refused` when the plan has changed meanwhile, when somebody was quicker, or when the
    two cannot be one.
    """
    require("places.merge_bodies", by)
    if not reason.strip():
        raise ReasonMissing("places.merged")
    try:
        with transaction.atomic():
            kept, gone = _hold(kept, gone)
            plan = plan_merge(kept, gone, by=by)
            if plan.obstacles:
                raise Refused(plan.obstacles[0])
            if plan.mark != seen:
                raise Refused(
                    _("One of both records has changed since you looked. Look at the plan again.")
                )
            return _carry_out(plan, by=by, reason=reason.strip()[:1000])
    except (IntegrityError, LookupError) as error:
        raise Refused(
            _("Somebody was changing one of these records just now. Look at the plan again.")
        ) from error


def _hold(kept: Organisation, gone: Organisation) -> tuple[Organisation, Organisation]:
    """Both rows locked, always in the same order; whoever comes second finds one missing."""
    rows = Organisation.objects.select_for_update().filter(pk__in=[kept.pk, gone.pk])
    held = {body.pk: body for body in rows.order_by("pk")}
    for body in (kept, gone):
        if body.pk not in held:
            raise Refused(_already_gone(body))
    return held[kept.pk], held[gone.pk]


def _already_gone(body: Organisation) -> str:
    merger = Merger.objects.filter(code=body.code, undone_at=None).select_related("kept").first()
    if merger is None:
        return _("%(body)s is not in the register any more.") % {"body": body}
    return _("%(who)s has merged %(body)s (%(code)s) into %(kept)s already.") % {
        "who": merger.by_name,
        "body": body,
        "code": body.code,
        "kept": merger.kept,
    }


def _carry_out(plan: MergePlan, *, by: Actor, reason: str) -> Merger:
    kept, gone = plan.kept, plan.gone
    level = history_level(kept.level, gone.level)
    # While the row still stands: its own history tells it too, should it come back.
    record("places.merged_away", gone, by=by, after={"kept": kept.code}, reason=reason, level=level)
    code = Name(organisation=kept, text=gone.code, language="zxx", use=Name.Use.CODE)
    steps = [*plan.steps, joining.Step(kept, plan.taken_over)]
    copies = _values(kept, COPIES)
    ledger = joining.carry_out([step for step in steps if step.is_laid_aside or step.changes],
                               gone, made=[code])  # fmt: skip
    kept.refresh_from_db()
    naming.refresh(kept)
    copy_population(kept)
    kept.refresh_from_db()
    ledger["copies"] = {"before": copies, "after": _values(kept, COPIES)}
    merger = Merger.objects.create(
        kept=kept,
        code=gone.code,
        label=str(gone)[:200],
        ledger=ledger,
        reason=reason,
        by_id=by.user_id,
        by_name=by.name or "-",
    )
    record(
        "places.merged",
        kept,
        by=by,
        before={"code": gone.code, "name": gone.label_en},
        after={"moved": len(ledger["moved"]), "laid_aside": len(ledger["laid_aside"])},
        reason=reason,
        level=level,
    )
    return merger


def undo_merge(merger: Merger, *, by: Actor, reason: str) -> Organisation:
    """Both records as they were; the one that is there again. Twice is once.

    What was changed since and does not touch what the merger moved stays. Raises `Refused` with
    all that makes it impossible.
    """
    require("places.merge_bodies", by)
    if not reason.strip():
        raise ReasonMissing("places.merge_undone")
    try:
        with transaction.atomic():
            now = _held(merger)
            if now.undone_at is not None:
                return Organisation.objects.get(code=now.code)
            if found := not_to_be_undone(now):
                raise Refused(_cannot(found))
            return _take_back(now, by=by, reason=reason.strip()[:1000])
    except IntegrityError as error:
        raise Refused(_cannot([_("what stands in its place now")])) from error


def _held(merger: Merger) -> Merger:
    list(Organisation.objects.select_for_update().filter(pk=merger.kept_id))
    return Merger.objects.select_for_update().get(pk=merger.pk)


def not_to_be_undone(merger: Merger) -> list[str]:
    """What was changed since, so that the records cannot be as they were; empty when they can."""
    found = []
    if Organisation.objects.filter(code=merger.code).exists():
        found.append(_("another record bears the code %(code)s") % {"code": merger.code})
    return found + joining.changed_since(merger.ledger)


def _cannot(found: list[str]) -> str:
    return _("This cannot be undone any more, because it has changed since: %(what)s.") % {
        "what": "; ".join(found)
    }


def _take_back(merger: Merger, *, by: Actor, reason: str) -> Organisation:
    copies = merger.ledger["copies"]
    kept = Organisation.objects.get(pk=merger.kept_id)
    as_left = _values(kept, COPIES) == copies["after"]
    gone: Organisation = joining.take_back(merger.ledger)
    kept.refresh_from_db()
    if as_left:
        Organisation.objects.filter(pk=kept.pk).update(**copies["before"])
    else:
        naming.refresh(kept)
        copy_population(kept)
    kept.refresh_from_db()
    merger.undone_at = timezone.now()
    merger.undone_by_name, merger.undone_reason = by.name or "-", reason
    merger.save(update_fields=["undone_at", "undone_by_name", "undone_reason"])
    level = history_level(kept.level, gone.level)
    for body in (kept, gone):
        record("places.merge_undone", body, by=by, after={"code": gone.code}, reason=reason,
               level=level)  # fmt: skip
    return gone


def _not_one(kept: Organisation, gone: Organisation) -> Iterator[Words]:
    """Why these two cannot be one body."""
    if kept.pk == gone.pk:
        yield _("This is the same record. Choose the other one.")
        return
    if kept.kind != gone.kind:
        yield _("They are of different kinds: %(one)s and %(other)s.") % {
            "one": kept.get_kind_display(),
            "other": gone.get_kind_display(),
        }
    if kept.country_id and gone.country_id and kept.country_id != gone.country_id:
        yield _("They lie in different countries: %(one)s and %(other)s.") % {
            "one": kept.country,
            "other": gone.country,
        }
    for start, goal in ((kept, gone), (gone, kept)):
        if way := over_time.way([start.pk], goal.pk):
            yield _("One came after the other: %(way)s. These are two bodies, not one twice.") % {
                "way": over_time.names_along(way)
            }


def _taken_over(kept: Organisation, gone: Organisation) -> dict[str, Any]:
    """Fields of the record that stays, as they will be: gaps filled, never more public."""
    taken = {
        name: getattr(gone, name)
        for name in FILLED
        if not getattr(kept, name) and getattr(gone, name)
    }
    if (
        {"about", "experience", "capacity", "languages"} & set(taken)
        and gone.is_illustrative
        and not kept.is_illustrative
    ):
        taken["is_illustrative"] = True
    if kept.lat is None and gone.lat is not None:
        taken |= _values(gone, ("lat", "lon"))
    if Level.narrowest(gone.level, kept.level) != kept.level:
        taken |= _values(gone, ("level", "level_reason", "level_review_on"))
    if _PRECISIONS.index(gone.precision) > _PRECISIONS.index(kept.precision):
        taken |= _values(gone, ("precision", "precision_reason", "precision_review_on"))
    return taken


def _name_goes_over(name: Name, kept: Organisation, _gone: Organisation) -> dict[str, Any] | None:
    """What the record that stays is called leads: another name in force is another spelling."""
    if name.use == Name.Use.CODE or name.until:
        return {}
    own = Name.objects.filter(organisation=kept, language=name.language, until="").exclude(
        use__in=[Name.Use.FORMER, Name.Use.CODE]
    )
    if own.filter(text=name.text).exists():
        return None
    # It may be the older row, and labels are made of the first name of its kind.
    leads = name.use not in _IN_FORCE and not own.exists()
    return {} if leads else {"use": Name.Use.OTHER.value}


def _fact_goes_over(fact: Fact, kept: Organisation, _gone: Organisation) -> dict[str, Any]:
    """The value that the record shows stays the one that is shown."""
    shown = Fact.objects.filter(organisation=kept, kind=fact.kind, is_chosen=True)
    return {"is_chosen": False} if fact.is_chosen and shown.exists() else {}


def register_all() -> None:
    """Called once, when the site starts."""
    joining.register_care("places.name", _name_goes_over)
    joining.register_care("core.fact", _fact_goes_over)
    joining.register_words("core.fact", gettext_lazy("figures"))
    joining.register_words("places.affiliation", gettext_lazy("memberships of associations"))
    joining.register_words("people.membership", gettext_lazy("people who act for it"))
