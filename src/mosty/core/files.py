"""Uploads: size and type are checked by content, never by name or what the browser says."""

from dataclasses import dataclass
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of file that can be taken in; `starts` are its first bytes (empty: text)."""

    name: str
    suffix: str
    media_type: str
    starts: tuple[bytes, ...] = ()


CSV = Kind("CSV", ".csv", "text/csv")
XLSX = Kind(
    "XLSX",
    ".xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    (b"PK\x03\x04",),
)
PDF = Kind("PDF", ".pdf", "application/pdf", (b"%PDF-",))
PNG = Kind("PNG", ".png", "image/png", (b"\x89PNG\r\n\x1a\n",))
JPEG = Kind("JPEG", ".jpg", "image/jpeg", (b"\xff\xd8\xff",))
# First bytes of what people send by mistake as CSV.
_BINARY_STARTS = (b"PK", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")


def sniff(head: bytes, allowed: tuple[Kind, ...]) -> Kind | None:
    """The kind that the first bytes show, among those allowed; None when it is none of them."""
    for kind in allowed:
        if kind.starts and head.startswith(kind.starts):
            return kind
    looks_binary = head.startswith(_BINARY_STARTS) or b"\x00" in head.removeprefix(b"\xff\xfe")
    for kind in allowed:
        if not kind.starts and not looks_binary:
            return kind
    return None


def check_upload(file: UploadedFile, *, allowed: tuple[Kind, ...], limit: int = 0) -> Kind:
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
    kind = sniff(head, allowed)
    if kind is None:
        names = ", ".join(one.name for one in allowed)
        raise ValidationError(
            _("“%(file)s” is not what its name says. Send one of these: %(kinds)s."),
            code="wrong_type",
            params={"file": PurePath(file.name or "").name[:80], "kinds": names},
        )
    return kind
