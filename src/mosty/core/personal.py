"""Which models hold personal data: which fields, why, how long.

Each app says so in its own `holdings.py`, found by Django's `autodiscover_modules`. The page about
one's own data, the documentation of administrators (docs/administrators/personal-data.md), and
later the copy and the erasure of somebody's data all read it here. `faults` finds what nobody has
thought of: a model that points at a person, keeps an address or lets people write must be
registered, or listed as free of personal data with the reason.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

Words = str | Promise

WHO_DID_IT = _("who did it, and the name as it was then")
TRACEABLE = _("Decisions about public bodies must be traceable: everything has an author.")
WITH_ACCOUNT = _("as long as the account")
FOR_GOOD = _("for good; the name stays when the account goes")
WITH_RECORD = _("as long as the record; the name stays when the account goes")

# Fields into which somebody can write, or in which something is kept of somebody.
PERSONAL_FIELDS = (models.EmailField, models.GenericIPAddressField)
WRITTEN_FIELDS = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.FileField,
    models.BinaryField,
)


@dataclass(frozen=True, slots=True)
class Holding:
    """What one model keeps of people."""

    model: str
    what: Words
    fields: tuple[str, ...]
    why: Words
    how_long: Words


_holdings: dict[str, Holding] = {}
_free: dict[str, str] = {}


def hold(
    model: str, fields: str, *, what: Words, why: Words, how_long: Words = WITH_ACCOUNT
) -> None:
    """Register the model of that label (`app.Model`); `fields` are names parted by spaces.

    `what`, `why` and `how_long` are read by the people concerned, in their language.
    """
    _holdings[model.lower()] = Holding(model, what, tuple(fields.split()), why, how_long)


def free(reasons: Mapping[str, str]) -> None:
    """List models (`app.Model`) that hold no personal data, each with the reason."""
    _free.update({model.lower(): reason for model, reason in reasons.items()})


def discover() -> None:
    """Read the `holdings.py` of every app; called once all models are there."""
    autodiscover_modules("holdings")


def kept() -> list[Holding]:
    """Everything registered, in the order of the apps and of their lists."""
    return list(_holdings.values())


def listed_free() -> dict[str, str]:
    """Models without personal data and why, by their label in small letters."""
    return dict(_free)


def telling_fields(model: type[models.Model]) -> Iterator[tuple[str, bool]]:
    """Fields that could hold something personal, and whether they surely do.

    Surely: a key to the user, an e-mail address, an address of a connection, a name kept beside
    such a key. Possibly: everything that can be written into, unless it is chosen from a list.
    """
    for field in model._meta.get_fields(include_hidden=False):
        if not isinstance(field, models.Field):
            continue
        target = field.remote_field.model if field.remote_field else None
        if target is not None:
            if getattr(target, "_meta", None) and target._meta.label == settings.AUTH_USER_MODEL:
                yield field.name, True
            continue
        named = field.name in {"actor_name", "author_name"} or field.name.endswith("by_name")
        if isinstance(field, PERSONAL_FIELDS) or named:
            yield field.name, True
        elif isinstance(field, WRITTEN_FIELDS) and not field.choices:
            yield field.name, False


def faults() -> list[str]:
    """One line per model or field that was forgotten, or registered without being there."""
    found: list[str] = []
    known: set[str] = set()
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label
        key = label.lower()
        known.add(key)
        telling = dict(telling_fields(model))
        holding = _holdings.get(key)
        if holding and key in _free:
            found.append(f"{label}: registered and listed as free")
        if telling and holding is None and key not in _free:
            found.append(f"{label}: {', '.join(telling)}: neither registered nor listed as free")
        # A table between two models is as free as what it joins is unused.
        if key in _free and any(telling.values()) and not model._meta.auto_created:
            sure = ", ".join(name for name, surely in telling.items() if surely)
            found.append(f"{label}: listed as free, but {sure} is about a person")
        if holding:
            names = {field.name for field in model._meta.get_fields()}
            found += [f"{label}: no field {name}" for name in holding.fields if name not in names]
            found += [
                f"{label}: {name} is not among the fields"
                for name, surely in telling.items()
                if surely and name not in holding.fields
            ]
    found += [f"{label}: no such model" for label in {*_holdings, *_free} - known]
    return sorted(found)


def as_markdown() -> str:
    """The documentation for administrators, as it has to stand in the repository."""
    lines = [
        "# Personal data",
        "",
        "Which tables hold something about persons, which fields, why, and how long. Written by",
        "`manage.py personal_data` from the `holdings.py` of each app; a test holds this page and",
        "the tables to it, so that no new table is forgotten.",
        "",
        "| table | what | fields | why | how long |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| `{one.model}` | {one.what} | {', '.join(f'`{name}`' for name in one.fields)} "
        f"| {one.why} | {one.how_long} |"
        for one in kept()
    ]
    lines += ["", "## Tables without personal data", "", "| table | why not |", "|---|---|"]
    labels = {model._meta.label_lower: model._meta.label for model in apps.get_models(True)}
    lines += [f"| `{labels.get(key, key)}` | {reason} |" for key, reason in listed_free().items()]
    return "\n".join(lines) + "\n"
