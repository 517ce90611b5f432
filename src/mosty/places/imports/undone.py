"""Why an import cannot be taken back, and which later one stands in the way."""

from collections.abc import Callable, Hashable

from mosty.places.imports.plan import Outcome, PlannedRow
from mosty.places.imports.storing import parts_of
from mosty.places.imports.tables import Import

WRITES = (Outcome.CREATE, Outcome.CHANGE, Outcome.DOUBTFUL)


class CannotUndo(Exception):
    """Rows are not as the import left them; `blocked` are (row, code, name of the later file).

    The name is empty where somebody changed the row by hand.
    """

    def __init__(self, blocked: list[tuple[int, str, str]]) -> None:
        super().__init__(f"{len(blocked)} rows have changed since")
        self.blocked = blocked


def later_files[T: Hashable](
    import_: Import, wanted: set[T], key_of: Callable[[PlannedRow], T]
) -> dict[T, str]:
    """Which later import of the same kind wrote these rows, as far as one did."""
    found: dict[T, str] = {}
    later = Import.objects.filter(
        kind=import_.kind, stage="written", written_at__gt=import_.written_at
    )
    for other in later.order_by("written_at"):
        writes = WRITES if other.with_doubtful else WRITES[:2]
        for part in parts_of(other, *writes):
            for row in part.rows():
                if (key := key_of(row)) in wanted:
                    found[key] = other.file_name
    return found
