"""Reading JSON values field by field, collecting what is wrong instead of stopping at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any, NoReturn

from citymatch.files.numbers import to_micro
from citymatch.model import MICRO, InputError, PairKey, Problem

LARGEST = 10**12
"""No number of any format is as large as this."""

REQUIRED: Any = object()
"""Default of a field that must be there."""


def parse_json(text: str | bytes, *, source: str) -> Mapping[str, Any]:
    """Parse a JSON object; InputError names the line. A UTF-8 byte order mark is allowed."""

    def refuse(constant: str) -> NoReturn:
        remedy = "replace it by a number or leave the field out"
        message = f"{constant} is not a number"
        raise _refusal(source, message, remedy, "not_a_number", value=constant)

    try:
        plain = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
        data = json.loads(plain, parse_constant=refuse)
        if "\\ud" in plain or "\\uD" in plain:
            json.dumps(data, ensure_ascii=False).encode()
    except InputError:
        raise
    except (UnicodeDecodeError, UnicodeEncodeError) as error:
        place = {"byte": error.start}
        message = f"not UTF-8 text (at {error.start})"
        raise _refusal(
            source, message, "save the file as UTF-8", "wrong_encoding", **place
        ) from None
    except json.JSONDecodeError as error:
        message = f"not JSON at column {error.colno}: {error.msg}"
        remedy = "correct the file from this place on"
        where = {"line": error.lineno, "column": error.colno}
        raise _refusal(source, message, remedy, "broken_json", row=error.lineno, **where) from None
    except RecursionError:
        message, remedy = "the JSON is nested too deeply", "give a file in the documented format"
        raise _refusal(source, message, remedy, "broken_json") from None
    except ValueError:
        message = "a number has more digits than can be read"
        raise _refusal(source, message, "shorten it", "broken_json") from None
    if not isinstance(data, Mapping):
        remedy = "give a file in the documented format"
        raise _refusal(source, "the file holds no JSON object", remedy, "wrong_type")
    return data


def _refusal(
    source: str, message: str, remedy: str, code: str, *, row: int | None = None, **params: Any
) -> InputError:
    return InputError([Problem(source, row, None, message, remedy, code, params)])


class Reader:
    """Reads fields out of parsed JSON and remembers every problem with its row and field."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def fail(
        self, row: int | None, field: str, code: str, message: str, remedy: str, **params: Any
    ) -> None:
        self.problems.append(Problem(self.source, row, field, message, remedy, code, params))

    def finish(self) -> None:
        """Raise InputError when anything was wrong."""
        if self.problems:
            raise InputError(self.problems)

    def format(self, data: Mapping[str, Any], expected: str) -> None:
        """Stop at once when the file is of another format."""
        found = data.get("format")
        if found == expected:
            return
        self.fail(
            None,
            "format",
            "wrong_format",
            f"the format is {found!r}",
            f'give a file whose "format" is "{expected}"',
            found=str(found),
            expected=expected,
        )
        self.finish()

    def known(
        self, item: Mapping[str, Any], names: Sequence[str], row: int | None, at: str
    ) -> None:
        """Refuse fields that the format does not have: most often a slip of the pen."""
        for name in item:
            if name not in names:
                self.fail(
                    row,
                    _join(at, name),
                    "unknown_field",
                    f"the field {name!r} is not known",
                    f"use {', '.join(names)}",
                    name=name,
                )

    def rows(self, data: Mapping[str, Any], name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Yield the objects of a list with their row, from one."""
        for row, item in self.items(data, name):
            if isinstance(item, Mapping):
                yield row, item
            else:
                self._wrong(row, name, "an object")

    def items(
        self, data: Mapping[str, Any], name: str, default: Any = ()
    ) -> Iterator[tuple[int, Any]]:
        value = data.get(name, default)
        if value is REQUIRED:
            self.fail(None, name, "missing", f"the list {name} is missing", f"add {name}")
            return
        if not isinstance(value, Sequence) or isinstance(value, str):
            self._wrong(None, name, "a list")
            return
        yield from enumerate(value, 1)

    def keys(self, data: Mapping[str, Any], name: str) -> tuple[PairKey, ...]:
        """Read a list of two-id lists."""
        keys = []
        for row, item in self.items(data, name):
            if (
                isinstance(item, Sequence)
                and not isinstance(item, str)
                and len(item) == 2
                and isinstance(item[0], str)
                and isinstance(item[1], str)
            ):
                keys.append((item[0], item[1]))
            else:
                self._wrong(row, name, 'two ids, as in ["u1", "e1"]')
        return tuple(keys)

    def text(
        self,
        item: Mapping[str, Any],
        name: str,
        *,
        row: int | None,
        at: str,
        default: Any = REQUIRED,
    ) -> Any:
        value = self._get(item, name, row, at, default)
        if isinstance(value, str) or value is default:
            return value
        self._wrong(row, _join(at, name), "text")
        return ""

    def texts(
        self, item: Mapping[str, Any], name: str, *, row: int | None, at: str
    ) -> tuple[str, ...]:
        value = item.get(name, ())
        if (
            isinstance(value, Sequence)
            and not isinstance(value, str)
            and all(isinstance(entry, str) for entry in value)
        ):
            return tuple(value)
        self._wrong(row, _join(at, name), "a list of texts")
        return ()

    def whole(
        self,
        item: Mapping[str, Any],
        name: str,
        *,
        row: int | None,
        at: str,
        default: Any = REQUIRED,
    ) -> Any:
        value = self._get(item, name, row, at, default)
        if value is default or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        if isinstance(value, float) and value.is_integer():
            return int(value)
        self._wrong(row, _join(at, name), "a whole number")
        return 0

    def truth(self, item: Mapping[str, Any], name: str, *, row: int | None, at: str) -> bool:
        value = item.get(name, False)
        if isinstance(value, bool):
            return value
        self._wrong(row, _join(at, name), "true or false")
        return False

    def number(
        self,
        item: Mapping[str, Any],
        name: str,
        *,
        row: int | None,
        at: str,
        default: Any = REQUIRED,
    ) -> Any:
        value = self._get(item, name, row, at, default)
        if value is default:
            return value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            if -LARGEST < value < LARGEST:
                return value
            is_number = isinstance(value, int) or isfinite(value)
            self.fail(
                row,
                _join(at, name),
                "out_of_range" if is_number else "not_a_number",
                "the number is far too large" if is_number else f"{value} is not a number",
                "replace it by a number in range or leave the field out",
            )
            return 0.0
        self._wrong(row, _join(at, name), "a number")
        return 0.0

    def micro(
        self,
        item: Mapping[str, Any],
        name: str,
        *,
        row: int | None,
        at: str,
        default: Any = REQUIRED,
    ) -> Any:
        """Read a number as millionths."""
        value = self.number(item, name, row=row, at=at, default=default)
        return value if value is default else to_micro(value)

    def view(self, item: Mapping[str, Any], name: str, *, row: int | None, at: str) -> int:
        """Read a view: a number from 0 to 1."""
        value = int(self.micro(item, name, row=row, at=at))
        if 0 <= value <= MICRO:
            return value
        self.fail(
            row,
            _join(at, name),
            "out_of_range",
            f"{item.get(name)} is not between 0 and 1",
            "give a number from 0 to 1",
            value=value,
        )
        return 0

    def mapping(
        self, item: Mapping[str, Any], name: str, *, row: int | None, at: str, default: Any = None
    ) -> Any:
        value = item.get(name, default)
        if value is default or isinstance(value, Mapping):
            return value
        self._wrong(row, _join(at, name), "an object")
        return default

    def _get(
        self, item: Mapping[str, Any], name: str, row: int | None, at: str, default: Any
    ) -> Any:
        value = item.get(name, default)
        if value is None and default is not REQUIRED:
            return default
        if value is not REQUIRED:
            return value
        self.fail(
            row,
            _join(at, name),
            "missing",
            f"the field {name} is missing",
            f"add {name}",
        )
        return ""

    def _wrong(self, row: int | None, field: str, wanted: str) -> None:
        known = any(p.row == row and p.field == field for p in self.problems[-1:])
        if not known:
            self.fail(
                row,
                field,
                "wrong_type",
                f"{field.rpartition('.')[2]} is not {wanted}",
                f"give {wanted}",
                wanted=wanted,
            )


def _join(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name
