"""From plain JSON values to a re-match, as it was published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from citymatch.files.parse import REQUIRED, Reader
from citymatch.files.read_result import result_from_json
from citymatch.files.write_rounds import REMATCH_FORMAT
from citymatch.model import Changes, Rematch, Rematched, TownChange

_REMATCH = ("format", "input_sha256", "accepted", "declined", "chosen", "other")


def rematch_from_json(data: Mapping[str, Any], *, source: str = "rematch") -> Rematch:
    """Read a re-match in the format ``citymatch.rematch/1``.

    InputError when a field is missing, unknown or of the wrong kind. Whether it is *true* is the
    business of ``verify_rematch``.
    """
    read = Reader(source)
    read.format(data, REMATCH_FORMAT)
    read.known(data, _REMATCH, None, "")
    found = Rematch(
        input_sha256=read.text(data, "input_sha256", row=None, at=""),
        accepted=read.keys(data, "accepted"),
        declined=read.keys(data, "declined"),
        chosen=_rematched(read, data, "chosen"),
        other=_rematched(read, data, "other"),
    )
    read.finish()
    return found


def _rematched(read: Reader, data: Mapping[str, Any], name: str) -> Rematched:
    item = read.mapping(data, name, row=None, at="", default=REQUIRED)
    if item is REQUIRED:
        read.fail(None, name, "missing", f"the field {name} is missing", f"add {name}")
        read.finish()
    read.known(item, ("keep", "result", "changes"), None, name)
    result = read.mapping(item, "result", row=None, at=name, default={})
    return Rematched(
        keep=read.text(item, "keep", row=None, at=name),
        result=result_from_json(result, source=f"{read.source}, {name}.result"),
        changes=_changes(read, read.mapping(item, "changes", row=None, at=name, default={})),
    )


def _changes(read: Reader, item: Mapping[str, Any]) -> Changes:
    read.known(item, ("kept", "gained", "lost", "towns"), None, "changes")
    return Changes(
        kept=read.keys(item, "kept"),
        gained=read.keys(item, "gained"),
        lost=read.keys(item, "lost"),
        towns=tuple(_town(read, row, town) for row, town in read.rows(item, "towns")),
    )


def _town(read: Reader, row: int, item: Mapping[str, Any]) -> TownChange:
    at = "changes.towns"
    read.known(item, ("id", "side", "lost", "gained"), row, at)
    return TownChange(
        id=read.text(item, "id", row=row, at=at),
        side=read.text(item, "side", row=row, at=at),
        lost=read.texts(item, "lost", row=row, at=at),
        gained=read.texts(item, "gained", row=row, at=at),
    )
