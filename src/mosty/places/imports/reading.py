"""A table in text form: its encoding and separator are found, not asked for.

UTF-8 with and without byte-order mark, UTF-16, Windows-1251; comma, semicolon or tab. The file is
read as a stream, so its size costs no memory. A row is numbered as a spreadsheet numbers it: the
header is row 1.
"""

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from mosty.core.files import unmarked_utf_16
from mosty.places.imports.problems import Problem, Unreadable

SEPARATORS = (",", ";", "\t")
_CHUNK = 1 << 16
_SAMPLE = 1 << 15
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ENCODING_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 (BOM)",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1251": "Windows-1251",
}
SEPARATOR_NAMES = {",": ",", ";": ";", "\t": "tab"}
# Spreadsheets, archives, pictures and documents that people send by mistake.
_BINARY_STARTS = (
    b"PK\x03\x04", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0", b"\x1f\x8b",
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]{2,}")
_UKRAINIAN = re.compile(r"[А-ЩЬЮЯа-щьюяҐґЄєІіЇї]")
# Cells longer than this are no cells: a quotation mark was left open.
MOST_OF_CELL = 20_000


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number as in a spreadsheet, its cells by column, or what is wrong with it."""

    row: int
    cells: dict[str, str]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read again and again. `open_file` gives a binary stream at its start."""

    open_file: Callable[[], IO[bytes]]
    name: str
    size: int
    sha256: str
    encoding: str
    separator: str
    header: tuple[str, ...]

    @property
    def encoding_name(self) -> str:
        return ENCODING_NAMES[self.encoding]

    @property
    def separator_name(self) -> str:
        return SEPARATOR_NAMES[self.separator]

    def lines(self) -> Iterator[Line]:
        """The rows below the header; empty ones are left out. Raises `Unreadable`."""
        with self.open_file() as binary, _text(binary, self.encoding) as text:
            yield from self._lines(text)

    def _lines(self, text: IO[str]) -> Iterator[Line]:
        rows = _rows(text, self.separator)
        width = len(self.header)
        header_seen = False
        for number, cells in rows:
            if not any(cells):
                continue
            if not header_seen:
                header_seen = True
                continue
            # Spreadsheets add empty cells at the end of some rows.
            while len(cells) > width and not cells[-1]:
                cells.pop()
            if len(cells) != width:
                problem = Problem("cells", value=str(len(cells)), hint=str(width))
                yield Line(number, {}, problem)
                continue
            yield Line(number, dict(zip(self.header, cells, strict=True)))


def open_table(
    open_file: Callable[[], IO[bytes]], *, name: str, known_columns: frozenset[str] = frozenset()
) -> Table:
    """Find encoding, separator and header. Raises `Unreadable`; nothing is guessed in silence."""
    with open_file() as binary:
        size, sha256 = measure(binary)
        binary.seek(0)
        encoding = _encoding(binary)
        binary.seek(0)
        with _text(binary, encoding) as text:
            sample = text.read(_SAMPLE)
    separator = _separator(sample, known_columns)
    header = _header(sample, separator)
    return Table(open_file, name, size, sha256, encoding, separator, header)


def measure(binary: IO[bytes]) -> tuple[int, str]:
    """Size in bytes and SHA-256. Raises `Unreadable` when there is nothing."""
    digest, size = hashlib.sha256(), 0
    while chunk := binary.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    if not size:
        raise Unreadable(Problem("empty"))
    return size, digest.hexdigest()


def _encoding(binary: IO[bytes]) -> str:
    head = binary.read(4096)
    if head.startswith(_BINARY_STARTS):
        raise Unreadable(Problem("binary"))
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            _decode_all(binary, encoding)
            return encoding
    if b"\x00" in head:
        encoding = unmarked_utf_16(head)
        if not encoding:
            raise Unreadable(Problem("binary"))
        _decode_all(binary, encoding)
        return encoding
    try:
        _decode_all(binary, "utf-8")
    except Unreadable as error:
        if _is_windows_1251(binary):
            return "cp1251"
        raise error from None
    return "utf-8"


def _decode_all(binary: IO[bytes], encoding: str) -> None:
    """Go through the whole file: a broken letter at its end is found before a row is taken."""
    binary.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    done = 0
    try:
        while chunk := binary.read(_CHUNK):
            decoder.decode(chunk)
            done += len(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise Unreadable(Problem("encoding", hint=str(done + error.start))) from None


def _is_windows_1251(binary: IO[bytes]) -> bool:
    """Whether the file makes sense in Windows-1251: words are wholly Cyrillic or wholly Latin.

    Central European letters read so would stand as Cyrillic ones within Latin words.
    """
    binary.seek(0)
    try:
        text = binary.read(1 << 20).decode("cp1251")
    except UnicodeDecodeError:
        return False
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    sound = sum(len(_UKRAINIAN.findall(word)) == len(word) for word in words)
    return bool(words) and sound / len(words) > 0.95


def _text(binary: IO[bytes], encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(binary, encoding=encoding, newline="")


def _separator(sample: str, known_columns: frozenset[str]) -> str:
    """The one that gives the most known columns, then the most columns in the first row."""

    def worth(separator: str) -> tuple[int, int]:
        header = _header(sample, separator)
        return len(known_columns & set(header)), len(header)

    return max(SEPARATORS, key=worth)


def _header(sample: str, separator: str) -> tuple[str, ...]:
    for _number, cells in _rows(io.StringIO(sample, newline=""), separator, whole=False):
        if any(cells):
            header = tuple(cell.strip().strip("\ufeff").lower() for cell in cells)
            return tuple(_trim(list(header)))
    raise Unreadable(Problem("empty"))


def _trim(header: list[str]) -> list[str]:
    while header and not header[-1]:
        header.pop()
    return header


def _rows(text: IO[str], separator: str, *, whole: bool = True) -> Iterator[tuple[int, list[str]]]:
    """Rows with their numbers, cells stripped. Excel's own first line "sep=;" is passed over."""
    reader = csv.reader(text, delimiter=separator, strict=whole)
    number = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(
                Problem("quotes", hint=str(number + 1), value=str(error)), row=number + 1
            ) from None
        number += 1
        if number == 1 and len(cells) <= 2 and cells and cells[0].lower().startswith("sep="):
            number = 0
            continue
        if any(len(cell) > MOST_OF_CELL for cell in cells):
            raise Unreadable(Problem("quotes", hint=str(number)), row=number)
        yield number, [cell.strip() for cell in cells]
