"""Candidates as a table, selections as plain JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from citymatch.files.numbers import from_micro, to_micro
from citymatch.files.read_csv import _Table, tables_from_csv
from citymatch.files.write import conflict_to_json
from citymatch.model import InputError, Problem, Quota
from citymatch.selection import Candidate, Selection

SELECTION_FORMAT = "citymatch.selection/1"


@dataclass(frozen=True, slots=True)
class SelectionTables:
    """Candidates and quotas, and the file and line of each row."""

    candidates: tuple[Candidate, ...]
    quotas: tuple[Quota, ...]
    places: Mapping[str, tuple[str, tuple[int, ...]]]

    def located(self, error: InputError) -> InputError:
        """Return an error about these lists as one about the lines of their files."""
        return InputError([self._located(problem) for problem in error.problems])

    def _located(self, problem: Problem) -> Problem:
        table, _, column = (problem.field or "").partition(".")
        if problem.row is None or table not in self.places:
            return problem
        file, lines = self.places[table]
        return replace(problem, file=file, row=lines[problem.row - 1], field=column)


def selection_tables_from_csv(
    candidates: tuple[str, bytes], quotas: tuple[str, bytes] | None
) -> SelectionTables:
    """Read the tables ``id,value,groups`` and ``group,min,max``, each as file name and bytes.

    Values are kept in millionths. InputError names file, line, column and remedy.
    """
    source, content = candidates
    reader = _Candidates(source)
    found, lines = [], []
    for line, row in reader.rows(content):
        found.append(reader.candidate(line, row))
        lines.append(line)
    if reader.problems:
        raise InputError(reader.problems)
    places = {"candidates": (source, tuple(lines))}
    own: tuple[Quota, ...] = ()
    if quotas is not None:
        tables = tables_from_csv({"quotas": quotas})
        own = tuple(tables.quotas)
        places["quotas"] = quotas[0], tuple(tables.lines.get("quotas", ()))
    return SelectionTables(tuple(found), own, places)


def selection_to_json(selection: Selection, values: Mapping[str, int]) -> dict[str, Any]:
    """Return a selection of candidates whose values, in millionths, are given by id."""
    return {
        "format": SELECTION_FORMAT,
        "status": selection.status,
        "take": selection.take,
        "total": None if selection.total is None else from_micro(selection.total),
        "chosen": [{"id": name, "value": from_micro(values[name])} for name in selection.chosen],
        "reserve": [
            {"id": own.id, "value": from_micro(own.value), "instead_of": list(own.instead_of)}
            for own in selection.reserve
        ],
        "reasons": [
            {
                "id": name,
                "reasons": [
                    {"code": reason.code, "params": dict(reason.params)} for reason in reasons
                ],
            }
            for name, reasons in sorted(selection.reasons.items())
        ],
        "conflict": None if selection.conflict is None else conflict_to_json(selection.conflict),
        "witness": list(selection.witness),
    }


class _Candidates(_Table):
    def __init__(self, source: str) -> None:
        super().__init__("quotas", source)
        self.columns, self.needed = ("id", "value", "groups"), ("id", "value")

    def candidate(self, line: int, row: Mapping[str, str]) -> Candidate:
        for name in self.needed:
            if not row.get(name):
                self.fail(line, name, f"the cell {name} is empty", f"fill in {name}", "missing")
        value = self._number(line, row, "value")
        groups = tuple(sorted(set(row.get("groups", "").split())))
        return Candidate(row.get("id", ""), to_micro(value or 0.0), groups)
