"""Whole markets as tables: towns, quotas, overrides and ties, each a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import StringIO
from math import isfinite

from citymatch.model import InputError, PairKey, Problem, Quota, Town, Wish

TOWN = (
    "id",
    "name",
    "country",
    "groups",
    "population",
    "lat",
    "lon",
    "languages",
    "needs",
    "offers",
    "min",
    "max",
    "profile",
    "capacity",
    "experience",
)
COLUMNS = {
    "left": (TOWN, ("id", "country")),
    "right": (TOWN, ("id", "country")),
    "quotas": (("group", "min", "max"), ("group",)),
    "locked": (("left", "right"), ("left", "right")),
    "vetoed": (("left", "right"), ("left", "right")),
    "ties": (("left", "right"), ("left", "right")),
    "wishes": (("from", "to", "rank"), ("from", "to", "rank")),
}
"""For each table its columns, and those whose cells must not be empty."""


@dataclass(slots=True)
class Tables:
    """What the tables of a market hold, and where each row stands in its file."""

    left: list[Town] = field(default_factory=list)
    right: list[Town] = field(default_factory=list)
    quotas: list[Quota] = field(default_factory=list)
    locked: list[PairKey] = field(default_factory=list)
    vetoed: list[PairKey] = field(default_factory=list)
    ties: list[PairKey] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[int]] = field(default_factory=dict)

    def located(self, error: InputError) -> InputError:
        """Return an error about the market's lists as one about the lines of these files."""
        return InputError([self._located(problem) for problem in error.problems])

    def _located(self, problem: Problem) -> Problem:
        table, _, column = (problem.field or "").partition(".")
        if problem.row is None or table not in self.files:
            return problem
        line = self.lines[table][problem.row - 1]
        return replace(problem, file=self.files[table], row=line, field=column or "row")


def tables_from_csv(texts: Mapping[str, tuple[str, bytes]]) -> Tables:
    """Read tables by name (``left``, ``right``, ``quotas``, ``locked`` … as in ``COLUMNS``).

    Each comes as the name of its file and its bytes: UTF-8, a byte order mark is allowed; columns
    in any order, separated by comma, semicolon or tab. InputError names file, line, column and
    remedy.
    """
    tables, problems = Tables(), []
    for name, (source, content) in texts.items():
        tables.files[name] = source
        reader = _Table(name, source)
        for line, row in reader.rows(content):
            tables.lines.setdefault(name, []).append(line)
            item = reader.item(line, row)
            getattr(tables, name).append(item)
        problems += reader.problems
    if problems:
        raise InputError(problems)
    return tables


class _Table:
    def __init__(self, name: str, source: str) -> None:
        self.name, self.source = name, source
        self.columns, self.needed = COLUMNS[name]
        self.problems: list[Problem] = []

    def fail(
        self, row: int | None, field: str | None, message: str, remedy: str, code: str
    ) -> None:
        self.problems.append(Problem(self.source, row, field, message, remedy, code))

    def rows(self, content: bytes) -> Sequence[tuple[int, dict[str, str]]]:
        """Return each row that is not empty, with its line in the file."""
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.fail(None, None, "not UTF-8 text", "save the file as UTF-8", "wrong_encoding")
            return []
        head = text.partition("\n")[0]
        mark = max(",;\t", key=head.count)
        reader = csv.reader(StringIO(text, newline=""), delimiter=mark, strict=True)
        rows: list[tuple[int, dict[str, str]]] = []
        names: list[str] = []
        try:
            for cells in reader:
                cells = [cell.strip() for cell in cells]
                if not names:
                    names = cells
                    if not self._has_columns(names):
                        return []
                elif any(cells):
                    if len(cells) > len(names):
                        self.fail(
                            reader.line_num,
                            "row",
                            f"{len(cells)} cells for {len(names)} columns",
                            "quote cells that hold the separator",
                            "broken_csv",
                        )
                    rows.append((reader.line_num, dict(zip(names, cells, strict=False))))
        except csv.Error as error:
            remedy = "correct the quotes in this line"
            self.fail(reader.line_num, None, f"not CSV: {error}", remedy, "broken_csv")
        if not names:
            self.fail(
                1, None, "the file is empty", f"begin with {','.join(self.columns)}", "missing"
            )
        return rows

    def _has_columns(self, names: list[str]) -> bool:
        for name in names:
            if name not in self.columns or names.count(name) > 1:
                what = "there twice" if name in self.columns else "not known"
                remedy = f"use {', '.join(self.columns)}"
                self.fail(
                    1, name or "column", f"the column {name!r} is {what}", remedy, "unknown_field"
                )
        for name in self.needed:
            if name not in names:
                self.fail(1, name, f"the column {name} is missing", f"add {name}", "missing")
        return not self.problems

    def item(self, line: int, row: Mapping[str, str]) -> Town | Quota | Wish | PairKey:
        """Make of a row what its table holds."""
        for name in self.needed:
            if not row.get(name):
                self.fail(line, name, f"the cell {name} is empty", f"fill in {name}", "missing")
        if self.name in ("left", "right"):
            return self._town(line, row)
        if self.name == "quotas":
            return Quota(
                row.get("group", ""),
                self._whole(line, row, "min") or 0,
                self._whole(line, row, "max"),
            )
        if self.name == "wishes":
            return self._wish(line, row)
        return row.get("left", ""), row.get("right", "")

    def _wish(self, line: int, row: Mapping[str, str]) -> Wish:
        refuses = row.get("rank", "").lower() == "no"
        rank = None if refuses else self._whole(line, row, "rank") or 0
        return Wish(row.get("from", ""), row.get("to", ""), rank)

    def _town(self, line: int, row: Mapping[str, str]) -> Town:
        most = self._whole(line, row, "max")
        return Town(
            id=row.get("id", ""),
            groups=tuple(row.get("groups", "").split()),
            min=self._whole(line, row, "min") or 0,
            max=1 if most is None else most,
            name=row.get("name") or None,
            country=row.get("country") or None,
            population=self._whole(line, row, "population"),
            lat=self._number(line, row, "lat"),
            lon=self._number(line, row, "lon"),
            languages=tuple(row.get("languages", "").split()),
            needs=self._weights(line, row, "needs"),
            offers=self._weights(line, row, "offers"),
            profile=tuple(row.get("profile", "").split()),
            capacity=self._number(line, row, "capacity"),
            experience=self._whole(line, row, "experience"),
        )

    def _whole(self, line: int, row: Mapping[str, str], name: str) -> int | None:
        text = row.get(name, "")
        if not text:
            return None
        if text.isascii() and text.removeprefix("-").isdigit() and len(text) < 16:
            return int(text)
        self.fail(line, name, f"{text!r} is not a whole number", "give digits only", "wrong_type")
        return None

    def _number(self, line: int, row: Mapping[str, str], name: str) -> float | None:
        text = row.get(name, "")
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if isfinite(value):
            return value
        self.fail(line, name, f"{text!r} is not a number", "write it as in 49.0166", "wrong_type")
        return None

    def _weights(self, line: int, row: Mapping[str, str], name: str) -> dict[str, float]:
        """Read ``theme:weight theme:weight``; a theme alone has the weight 1."""
        weights: dict[str, float] = {}
        for entry in row.get(name, "").split():
            theme, _, weight = entry.partition(":")
            value = self._number(line, {name: weight}, name) if weight else 1.0
            if theme in weights or not theme:
                message = (
                    f"the theme {theme!r} is there twice" if theme else f"{entry!r} has no theme"
                )
                self.fail(line, name, message, "write each theme once, as water:2", "wrong_value")
            weights[theme] = 1.0 if value is None else value
        return weights
