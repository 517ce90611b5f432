"""All tables of the site as they are, to see that something changed nothing."""

from typing import Any

from django.apps import apps

from mosty.core.joining import dump

Dump = dict[str, dict[Any, Any]]


def all_tables(*, but: tuple[str, ...] = ()) -> Dump:
    """Every row of every table by its key, except of the models named (`places.merger`)."""
    return {
        model._meta.label_lower: {
            row.pk: dump(row)["values"] for row in model._base_manager.order_by("pk")
        }
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label_lower not in but and model._meta.managed
    }


def differences(before: Dump, after: Dump) -> list[str]:
    """One line for each row that differs, is new or is gone."""
    return [
        f"{label} {key}: {before[label].get(key)} → {after[label].get(key)}"
        for label in before
        for key in {*before[label], *after[label]}
        if before[label].get(key) != after[label].get(key)
    ]
