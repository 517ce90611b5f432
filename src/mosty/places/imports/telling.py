"""What an import or its undoing changed on a body, as a line of the body's own history."""

from collections.abc import Iterable, Mapping

from mosty.core.access import Actor
from mosty.core.history import HistoryEntry
from mosty.places.domain.changes import history_level
from mosty.places.imports.plan import PlannedRow
from mosty.places.models import Organisation


def tell(
    verb: str,
    rows: Iterable[PlannedRow],
    bodies: Mapping[int, Organisation],
    *,
    by: Actor,
    reason: str = "",
    backwards: bool = False,
) -> None:
    """One line for each body, with what changed on it."""
    changes: dict[int, tuple[dict[str, object], dict[str, object]]] = {}
    for row in rows:
        before, after = changes.setdefault(row.organisation, ({}, {}))
        for change in row.changes:
            name = " ".join((change.what, *change.key))
            before[name], after[name] = change.before, change.after
    HistoryEntry.objects.bulk_create(
        HistoryEntry(
            user_id=by.user_id,
            actor_name=by.name or "-",
            acting_for_id=by.acting_for_id,
            verb=verb,
            object_type=Organisation._meta.label_lower,
            object_id=owner,
            object_label=str(bodies[owner])[:300],
            before=after if backwards else before,
            after=before if backwards else after,
            reason=reason,
            level=history_level(bodies[owner].level),
        )
        for owner, (before, after) in changes.items()
    )
