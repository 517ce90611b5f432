"""Uploads: size and type are checked by content, never by name or what the browser says."""

import codecs
import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of file that can be taken in; `starts` are its first bytes (empty: text), `part` is
    what tells one packed office file from another."""

    name: str
    suffix: str
    media_type: str
    starts: tuple[bytes, ...] = ()
    part: str = ""


CSV = Kind("CSV", ".csv", "text/csv")
XLSX = Kind(
    "XLSX",
    ".xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    (b"PK\x03\x04",),
    "xl/workbook.xml",
)
DOCX = Kind(
    "DOCX",
    ".docx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    (b"PK\x03\x04",),
    "word/document.xml",
)
PDF = Kind("PDF", ".pdf", "application/pdf", (b"%PDF-",))
PNG = Kind("PNG", ".png", "image/png", (b"\x89PNG\r\n\x1a\n",))
JPEG = Kind("JPEG", ".jpg", "image/jpeg", (b"\xff\xd8\xff",))
# First bytes of what people send by mistake as CSV.
_BINARY_STARTS = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\xd0\xcf\x11\xe0",
    b"\x1f\x8b",
)
_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# A workbook unpacks to a few times its size; a bomb to a thousand times.
MOST_UNPACKED = 50


def sniff(head: bytes, allowed: tuple[Kind, ...]) -> Kind | None:
    """The kind that the first bytes show, among those allowed; None when it is none of them."""
    for kind in allowed:
        if kind.starts and head.startswith(kind.starts):
            return kind
    for kind in allowed:
        if not kind.starts and _is_text(head):
            return kind
    return None


def _is_text(head: bytes) -> bool:
    """No known binary, and no zero bytes but those that UTF-16 puts beside plain letters."""
    if head.startswith(_BINARY_STARTS):
        return False
    if b"\x00" not in head or head.startswith(_UTF_16_MARKS):
        return True
    return bool(unmarked_utf_16(head))


def unmarked_utf_16(head: bytes) -> str:
    """The encoding of a text in UTF-16 without a byte-order mark; empty where it is none.

    Every other byte of plain letters is zero, and control characters do not stand in a text.
    """
    even, odd = head[::2].count(0), head[1::2].count(0)
    encoding = "utf-16-be" if even > odd else "utf-16-le"
    text = head[: len(head) // 2 * 2].decode(encoding, errors="ignore")
    is_plain = all(letter.isprintable() or letter in "\t\r\n" for letter in text)
    return encoding if is_plain and max(even, odd) > len(head) // 16 else ""


def _is_office_file(file: UploadedFile[bytes], part: str) -> bool:
    """Whether a ZIP is an office file with that part, of a size that can be opened."""
    try:
        with zipfile.ZipFile(file) as packed:
            names = set(packed.namelist())
            unpacked = sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
    finally:
        file.seek(0)
    is_bomb = unpacked > MOST_UNPACKED * max(file.size or 0, 20_000)
    return {"[Content_Types].xml", part} <= names and not is_bomb


def sha256_of(file: UploadedFile[bytes]) -> str:
    """SHA-256 of the content, in hex; the file stands at its beginning afterwards."""
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return found


def check_upload(file: UploadedFile[bytes], *, allowed: tuple[Kind, ...], limit: int = 0) -> Kind:
    """The kind of an upload, or a `ValidationError` that names the remedy. Bytes; 0: the site's."""
    most = limit or settings.UPLOAD_LIMIT_BYTES
    if file.size is not None and file.size > most:
        raise ValidationError(
            _("This file has %(size)s; at most %(limit)s are taken. Split it, or ask us."),
            code="too_large",
            params={"size": filesizeformat(file.size), "limit": filesizeformat(most)},
        )
    if not file.size:
        raise ValidationError(_("This file is empty. Choose another one."), code="empty")
    head = file.read(2048)
    file.seek(0)
    packed = [one for one in allowed if one.part and sniff(head, (one,))]
    kind = next((one for one in packed if _is_office_file(file, one.part)), None)
    kind = kind or (None if packed else sniff(head, allowed))
    if kind is None:
        names = ", ".join(one.name for one in allowed)
        raise ValidationError(
            _("“%(file)s” is not what its name says. Send one of these: %(kinds)s."),
            code="wrong_type",
            params={"file": PurePath(file.name or "").name[:80], "kinds": names},
        )
    return kind
