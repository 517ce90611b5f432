"""Uploads: what the bytes say counts, and every refusal says what to do."""

import io
import zipfile
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from mosty.core.files import CSV, JPEG, PDF, PNG, XLSX, Kind, check_upload, sniff

ALL = (XLSX, PDF, PNG, JPEG, CSV)
TABLE = "код;назва\nUA1;Чугуїв\n"


def upload(content: bytes, name: str = "file.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/csv")


def workbook() -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active.append(["code", "name"])
    book.save(out)
    return out.getvalue()


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def refusal(
    content: bytes, *, allowed: tuple[Kind, ...] = (CSV,), **options: Any
) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        check_upload(upload(content), allowed=allowed, **options)
    return caught.value


@pytest.mark.unit
@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7\n", PDF),
        (b"\x89PNG\r\n\x1a\n\x00\x00", PNG),
        (b"\xff\xd8\xff\xe0\x00", JPEG),
        (b"code,name\n", CSV),
        (b"\xef\xbb\xbfcode,name\n", CSV),
        (TABLE.encode("cp1251"), CSV),
        (TABLE.encode("utf-16"), CSV),
        (b"\xfe\xff" + TABLE.encode("utf-16-be"), CSV),
        ("code;name\nUA1;Chuhuiv\n".encode("utf-16-le"), CSV),
        ("code;name\nUA1;Chuhuiv\n".encode("utf-16-be"), CSV),
        # A heading may begin like a packed file.
        (b"PKW,number\n", CSV),
        (b"\x1f\x8b\x08\x00", None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None),
        (b"\x00\x01\x02\x03\x00\xff", None),
        (b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00", None),
    ],
)
def test_kind_of_file_is_told_by_its_bytes(head: bytes, kind: Kind | None) -> None:
    assert sniff(head, ALL) is kind


@pytest.mark.unit
def test_kind_of_file_is_one_of_those_allowed() -> None:
    assert sniff(b"%PDF-1.7\n", (CSV,)) is None
    assert sniff(b"code,name\n", (PDF, PNG)) is None


def test_upload_is_left_at_its_beginning() -> None:
    file = upload(TABLE.encode())
    assert check_upload(file, allowed=(CSV,)) is CSV
    assert file.read() == TABLE.encode()


def test_upload_that_is_a_workbook_is_taken_by_content_not_by_name() -> None:
    file = upload(workbook(), name="table.csv")
    assert check_upload(file, allowed=(CSV, XLSX)) is XLSX
    assert file.read(2) == b"PK"


@pytest.mark.parametrize(
    "content",
    [
        packed({"word/document.xml": b"<w/>", "[Content_Types].xml": b"<t/>"}),
        packed({"readme.txt": b"hello"}),
        b"PK\x03\x04 not a packed file at all",
        packed(
            {"[Content_Types].xml": b"", "xl/workbook.xml": b"", "xl/bomb.xml": b"0" * 50_000_000}
        ),
    ],
    ids=["document", "archive", "damaged", "bomb"],
)
def test_upload_that_is_packed_but_no_workbook_is_refused(content: bytes) -> None:
    assert refusal(content, allowed=(XLSX,)).code == "wrong_type"


def test_upload_of_wrong_type_names_what_can_be_taken() -> None:
    error = refusal(b"%PDF-1.7\n", allowed=(CSV, XLSX))
    assert error.code == "wrong_type"
    assert error.messages == ["“file.csv” is not what its name says. Send one of these: CSV, XLSX."]


def test_upload_over_the_limit_says_both_sizes() -> None:
    error = refusal(b"x" * 2048, limit=1024)
    assert error.code == "too_large"
    assert error.messages[0].replace("\xa0", " ") == (
        "This file has 2.0 KB; at most 1.0 KB are taken. Split it, or ask us."
    )


def test_upload_limit_is_the_sites_unless_given(settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 10
    assert refusal(b"a,b\n1,2\n3,4\n").code == "too_large"
    assert check_upload(upload(b"a,b\n1,2\n3,4\n"), allowed=(CSV,), limit=100) is CSV


def test_upload_without_content_is_refused() -> None:
    assert refusal(b"").code == "empty"


def test_upload_names_of_attackers_are_cut() -> None:
    with pytest.raises(ValidationError) as caught:
        check_upload(upload(b"%PDF-", name="../../" + "x" * 300), allowed=(CSV,))
    assert "/" not in caught.value.messages[0]
    assert len(caught.value.messages[0]) < 150
