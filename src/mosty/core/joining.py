"""Two records that stand for one thing become one: what points at the one goes over to the other.

Which rows point at a record is read from the models themselves, so a key that an app adds tomorrow
goes along without anybody thinking of it. What a plain change of the key would get wrong, the app
says itself: with `register_care`, `register_follow`, `register_obstacle`, `register_words`. Why it
is done this way: docs/developers/decisions/0012-merging-reads-the-models.md.

`plan` only reads. `carry_out` does exactly what the plan says and gives a ledger (JSON) with which
`take_back` restores every row as it was.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, UniqueConstraint
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Words = str | Promise
Ledger = dict[str, Any]
Row = models.Model
# Further fields of a row that change when it goes over to `kept` from `gone`; None where `kept` has
# the same already, said in other fields.
Care = Callable[[Any, Any, Any], Mapping[str, Any] | None]

_cares: dict[str, Care] = {}
_follows: dict[str, list[Callable[[Any, Any], Iterable["Step"]]]] = {}
_obstacles: dict[str, list[Callable[[Any, Any], Iterable[Words]]]] = {}
_words: dict[str, Words] = {}
_settled: dict[str, Callable[[Any], bool]] = {}


def register_care(label: str, care: Care) -> None:
    """`label` is the model whose rows go over (`core.fact`)."""
    _cares[label] = care


def register_follow(label: str, follow: Callable[[Any, Any], Iterable["Step"]]) -> None:
    """`label` is the model of the joined records; `follow` gives what else has to change."""
    rows = _follows.setdefault(label, [])
    if follow not in rows:
        rows.append(follow)


def register_obstacle(label: str, obstacle: Callable[[Any, Any], Iterable[Words]]) -> None:
    """`obstacle` gives a sentence for each reason why `gone` cannot go over to `kept`."""
    rows = _obstacles.setdefault(label, [])
    if obstacle not in rows:
        rows.append(obstacle)


def register_words(label: str, words: Words) -> None:
    """What the rows of a model are called in a plan, where its own name would not do."""
    _words[label] = words


def register_settled(label: str, is_settled: Callable[[Any], bool]) -> None:
    """`label` is a model whose rows may come to a state in which nobody moves them any more."""
    _settled[label] = is_settled


def say(row: Any, *, but: Any = None) -> str:
    """A row in words; one of a many-to-many table by what it ties, without `but`."""
    if not row._meta.auto_created:
        return str(row)
    ends = [getattr(row, each.name) for each in row._meta.fields if each.is_relation]
    return ", ".join(str(end) for end in ends if end != but)


def words_of(model: type[Row]) -> Words:
    """What the rows of a model are called."""
    return _words.get(model._meta.label_lower) or model._meta.verbose_name_plural or ""


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the plan: it changes (`changes`), or is laid aside because of `instead`."""

    row: Any
    changes: Mapping[str, Any] = field(default_factory=dict)
    is_laid_aside: bool = False
    # What stands there already, in words; empty where the row would point at itself.
    instead: str = ""

    @property
    def key(self) -> tuple[str, Any]:
        return self.row._meta.label_lower, self.row.pk


@dataclass(frozen=True, slots=True)
class Plan:
    """What joining `gone` to `kept` does, or why it cannot be done."""

    kept: Any
    gone: Any
    steps: list[Step]
    obstacles: list[Words]


def keys_to(model: type[Row]) -> list[models.ForeignKey[Any, Any]]:
    """Every foreign key of the site to a model, those of many-to-many tables among them."""
    found = [
        each
        for other in apps.get_models(include_auto_created=True)
        for each in other._meta.local_concrete_fields
        if isinstance(each, models.ForeignKey) and each.related_model is model
    ]
    return sorted(found, key=lambda each: (each.model._meta.label_lower, each.name))


def plan(kept: Row, gone: Row) -> Plan:
    """What would happen; reads only."""
    label = kept._meta.label_lower
    obstacles = [said for ask in _obstacles.get(label, ()) for said in ask(kept, gone)]
    steps = {step.key: step for step in steps_between(kept, gone)}
    # What an app says of a row stands before what the models say of it.
    for follow in _follows.get(label, ()):
        steps |= {step.key: step for step in follow(kept, gone)}
    obstacles += [
        _("“%(row)s” stands in both records, and more hangs on it: put that right first.")
        % {"row": step.row}
        for step in steps.values()
        if step.is_laid_aside and _hangs_on(step.row, but=set(steps))
    ]
    return Plan(kept, gone, list(steps.values()), obstacles)


def steps_between(kept: Row, gone: Row) -> Iterator[Step]:
    """One step for each row that points at `gone`, table by table."""
    rows: dict[tuple[str, Any], tuple[Any, dict[str, Any]]] = {}
    for key in keys_to(type(kept)):
        for row in key.model._base_manager.filter(**{key.attname: gone.pk}).order_by("pk"):
            _row, changes = rows.setdefault((row._meta.label_lower, row.pk), (row, {}))
            changes[key.attname] = kept.pk
    taken: dict[str, set[tuple[Any, ...]]] = {}
    for (label, _pk), (row, changes) in rows.items():
        cared = _cares[label](row, kept, gone) if label in _cares else {}
        if cared is None:
            yield Step(row, is_laid_aside=True, instead=say(row))
            continue
        changes |= cared
        instead = _in_the_way(_as_changed(row, changes), taken.setdefault(label, set()))
        if instead is None:
            yield Step(row, changes)
        else:
            yield Step(row, is_laid_aside=True, instead=instead)


def _as_changed(row: Any, changes: Mapping[str, Any]) -> Any:
    made = type(row)()
    for each in row._meta.concrete_fields:
        setattr(made, each.attname, changes.get(each.attname, getattr(row, each.attname)))
    made._state.adding = False
    return made


def _in_the_way(row: Any, taken: set[tuple[Any, ...]]) -> str | None:
    """What keeps a row from standing as it would be: a row in words, "" for itself, or None."""
    for constraint in row._meta.constraints:
        try:
            constraint.validate(type(row), row)
        except ValidationError:
            if isinstance(constraint, CheckConstraint):
                return ""
            return _standing(row, constraint.fields)
    sets: list[tuple[str, ...]] = [tuple(names) for names in row._meta.unique_together]
    for names in sets:
        if said := _standing(row, names):
            return said
    # Two rows that only the joining makes alike are both still on their way.
    sets += [
        tuple(each.fields)
        for each in row._meta.constraints
        if isinstance(each, UniqueConstraint) and each.fields and each.condition is None
    ]
    for names in sets:
        values = _values(row, names)
        if None not in values:
            if (names, *values) in taken:
                return str(row)
            taken.add((names, *values))
    return None


def _values(row: Any, names: Iterable[str]) -> list[Any]:
    return [getattr(row, row._meta.get_field(name).attname) for name in names]


def _standing(row: Any, names: Iterable[str]) -> str:
    wanted = dict(zip(names, _values(row, names), strict=True))
    other = type(row)._base_manager.filter(**wanted).exclude(pk=row.pk).first()
    return say(other) if other is not None else ""


def _hangs_on(row: Row, *, but: set[tuple[str, Any]]) -> bool:
    """Whether rows that are not in the plan themselves point at this one."""
    return any(
        (key.model._meta.label_lower, pk) not in but
        for key in keys_to(type(row))
        for pk in key.model._base_manager.filter(**{key.attname: row.pk}).values_list(
            "pk", flat=True
        )
    )


def carry_out(steps: Iterable[Step], gone: Row, *, made: Iterable[Row] = ()) -> Ledger:
    """Do it, and take `gone` away; call inside the transaction that holds both records.

    `made` are rows not saved yet that come into being with it. Raises `LookupError` when a row has
    changed since the plan read it or something still points at `gone`.
    """
    steps = list(steps)
    aside = [step.row for step in steps if step.is_laid_aside]
    ledger: Ledger = {
        "laid_aside": [dump(row) for row in aside],
        "moved": [],
        "made": [],
        "gone": dump(gone),
    }
    # What is in the way goes first; keys are looked at when the transaction ends, names at once.
    for row in aside:
        _take_away(row)
    for step in steps:
        if step.is_laid_aside:
            continue
        before = {name: getattr(step.row, name) for name in step.changes}
        rows = type(step.row)._base_manager.filter(pk=step.row.pk, **_where(step.row, before))
        if not rows.update(**step.changes):
            raise LookupError(str(step.row))
        ledger["moved"].append(moved(step.row, before, step.changes))
    for row in made:
        row.save(force_insert=True)
        ledger["made"].append([row._meta.label_lower, row.pk])
    _take_away(gone)
    if _hangs_on(gone, but=set()):
        raise LookupError(str(gone))
    return ledger


def moved(row: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The line of a ledger about a row that changed: what it was and what it became."""
    return {
        "model": row._meta.label_lower,
        "pk": row.pk,
        "label": say(row)[:200],
        "before": {name: _keep(_field(type(row), name), before[name]) for name in after},
        "after": {name: _keep(_field(type(row), name), after[name]) for name in after},
    }


def _where(row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    # Texts in several languages cannot be compared in SQL; keys, codes and states can.
    plain = (str, int, bool)
    return {
        name: value
        for name, value in values.items()
        if isinstance(value, plain) and not isinstance(_field(type(row), name), models.JSONField)
    }


def _take_away(row: Any) -> None:
    # Not `delete()`: that would take along, in silence, whatever points at the row.
    rows = type(row)._base_manager.filter(pk=row.pk)
    rows._raw_delete(rows.db)


def changed_since(ledger: Ledger) -> list[str]:
    """What keeps a ledger from being taken back: rows that are gone or have changed, in words."""
    found = []
    for line in ledger["moved"]:
        model = apps.get_model(line["model"])
        row = model._base_manager.filter(pk=line["pk"]).first()
        settled = _settled.get(line["model"])
        if (
            row is None
            or any(
                _keep(_field(model, name), getattr(row, name)) != value
                for name, value in line["after"].items()
            )
            or (settled is not None and settled(row))
        ):
            found.append(f"{words_of(model)}: {line['label']}")
    return list(dict.fromkeys(found))


def take_back(ledger: Ledger) -> Any:
    """Restore every row as it was; gives the record that had gone. Ask `changed_since` first."""
    for label, pk in ledger["made"]:
        rows = apps.get_model(label)._base_manager.filter(pk=pk)
        rows._raw_delete(rows.db)
    for line in reversed(ledger["moved"]):
        model = apps.get_model(line["model"])
        values = {
            name: _field(model, name).to_python(value) for name, value in line["before"].items()
        }
        model._base_manager.filter(pk=line["pk"]).update(**values)
    gone = restore(ledger["gone"])
    for kept in ledger["laid_aside"]:
        restore(kept)
    return gone


def dump(row: Any) -> dict[str, Any]:
    """A row as JSON, to the microsecond."""
    values = {
        each.attname: _keep(each, getattr(row, each.attname)) for each in row._meta.concrete_fields
    }
    return {"model": row._meta.label_lower, "label": say(row)[:200], "values": values}


def restore(kept: Mapping[str, Any]) -> Any:
    """The row of a dump, in the database again under its old key."""
    model = apps.get_model(kept["model"])
    row = model()
    for each in model._meta.concrete_fields:
        if each.attname in kept["values"]:
            setattr(row, each.attname, _field(model, each.attname).to_python(
                kept["values"][each.attname]
            ))  # fmt: skip
    # Raw: dates that set themselves stay what they were.
    row.save_base(raw=True, force_insert=True)
    return row


def _field(model: type[Row], attname: str) -> Any:
    found = next(each for each in model._meta.concrete_fields if each.attname == attname)
    return found.target_field if isinstance(found, models.ForeignKey) else found


def _keep(each: Any, value: Any) -> Any:
    if isinstance(each, models.ForeignKey):
        each = each.target_field
    if value is None or isinstance(value, bool | int | str):
        return value
    holder = each.model()
    setattr(holder, each.attname, value)
    return each.value_to_string(holder)
