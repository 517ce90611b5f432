"""Applications and blank forms as DOCX and PDF: opened again by other libraries, and read."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from docx import Document
from pypdf import PdfReader

from mosty.applications.domain import files, sending
from mosty.applications.models import Application
from mosty.applications.paper import docx, pdf, sheets
from mosty.calls.domain.corrections import corrected
from mosty.calls.models import Question
from mosty.core.access import SYSTEM
from mosty.core.texts import Text
from mosty.core.versions import versions_of
from tests.applications.making import FULL, answer, begun, small_call
from tests.calls.making import make_phase
from tests.people import Bodies, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.web]
LETTERS = "Ґалаґан, її об’їзд є"
# What would be markup, or no XML at all, if it were not taken as text.
HOSTILE = "<b>bold</b> & <img src='http://127.0.0.1:9/x'> \x0b\x00 {{ 7|add:7 }}"


@pytest.fixture
def application(bodies: Bodies, cast: Cast) -> Application:
    made = begun(small_call(make_phase(bodies)), bodies.chuhuiv)
    about = Text.of(record="uk", uk=LETTERS, en=HOSTILE.replace("\x00", "")).dump()
    answer(made, **FULL | {"about": about})
    return made


def fetched(client: Client, path: str, language: str = "uk") -> Any:
    client.cookies["django_language"] = language
    response = client.get(path)
    assert response.status_code == 200
    return response


def words_of_docx(made: bytes) -> str:
    document = Document(BytesIO(made))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def words_of_pdf(made: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)


def test_docx_holds_each_question_with_its_answer_in_the_language_of_the_page(
    application: Application, cast: Cast
) -> None:
    response = fetched(cast.chuhuiv.client, f"/applications/{application.pk}/paper.docx")
    assert response["Content-Disposition"].endswith('-draft.docx"')
    said = words_of_docx(response.content)
    for wanted in ("Чугуїв", "2. Питання about", LETTERS, "RAIL", "WATER", "Kuldīga", "2023",
                   "Без відповіді.", "{{ 7|add:7 }}", "<b>bold</b> &"):  # fmt: skip
        assert wanted in said, wanted
    assert "\x0b" not in said
    document = Document(BytesIO(response.content))
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert headings == ["Громада", "Побажання"]
    assert (document.core_properties.language, document.core_properties.author) == (
        "uk-UA", "Mosty",
    )  # fmt: skip
    (run,) = [run for one in document.paragraphs for run in one.runs if run.text == LETTERS]
    assert 'w:val="uk-UA"' in run._r.xml


def test_file_is_named_at_its_question_wherever_the_application_is_read(
    application: Application, cast: Cast
) -> None:
    first = Question.objects.filter(section__call=application.call, section__order=0)
    Question.objects.filter(key="letter").update(order=1, section=first[0].section_id)
    first.exclude(key__in=("title", "letter")).update(order=2)
    # What is read is what the newest version of the call asks.
    corrected(application.call, by=SYSTEM)
    upload = SimpleUploadedFile("Лист голови.pdf", b"%PDF-1.7\nwhole\n%%EOF\n")
    files.attach(application, Question.objects.get(key="letter"), upload, by=cast.chuhuiv.actor)
    path, client = f"/applications/{application.pk}/", cast.chuhuiv.client
    said = [words_of_docx(fetched(client, f"{path}paper.docx").content),
            fetched(client, f"{path}print/").content.decode()]  # fmt: skip
    if pdf.is_possible():
        said.append(words_of_pdf(fetched(client, f"{path}paper.pdf").content))
    for words in said:
        places = [words.index(one) for one in
                  ("Питання letter", "Лист голови.pdf", "Питання about")]  # fmt: skip
        assert places == sorted(places)


def test_blank_form_has_room_for_every_answer(application: Application) -> None:
    path = f"/applications/blank/{application.call.slug}.docx"
    said = words_of_docx(fetched(Client(), path, "en").content)
    for wanted in ("1. Question title", "Required", "at most 200 characters", "☐ Road",
                   "to be uploaded on the site", "at most 3 rows"):  # fmt: skip
        assert wanted in said, wanted
    document = Document(BytesIO(fetched(Client(), path, "en").content))
    # A frame for each of title, about, people and mayor, and the table of three rows.
    assert [len(table.rows) for table in document.tables] == [1, 1, 1, 1, 4]
    assert "Обов’язкове" in words_of_docx(fetched(Client(), path).content)


def test_version_that_was_sent_in_is_a_paper_with_its_hash(
    application: Application, cast: Cast
) -> None:
    sending.submit(application, by=cast.chuhuiv.actor, at=timezone.now())
    sha256 = versions_of(application).get().sha256
    path = f"/applications/{application.pk}/paper.docx?version=1"
    for client in (cast.chuhuiv.client, cast.officer.client):
        assert sha256 in words_of_docx(fetched(client, path).content)
    for wrong in ("99", "x", "-1", "9" * 40, "1.0"):
        response = cast.chuhuiv.client.get(path.replace("=1", f"={wrong}"))
        assert response.status_code == 404
    assert cast.kuldiga.client.get(path).status_code == 404
    assert cast.chuhuiv.client.get(path.replace("docx", "exe")).status_code == 404


def test_secretariat_reads_no_draft_on_paper_either(application: Application, cast: Cast) -> None:
    for path in ("paper.docx", "print/", "versions/"):
        response = cast.officer.client.get(f"/applications/{application.pk}/{path}")
        assert response.status_code == 403


@pytest.mark.skipif(not pdf.is_possible(), reason="WeasyPrint or the Pango it needs is not here")
def test_pdf_is_read_again_with_all_letters_of_ukrainian_and_our_own_fonts(
    application: Application, cast: Cast
) -> None:
    made = fetched(cast.chuhuiv.client, f"/applications/{application.pk}/paper.pdf").content
    said = words_of_pdf(made)
    for wanted in (LETTERS, "Питання about", "Kuldīga", "RAIL", "<b>bold</b> &", "{{ 7|add:7 }}"):
        assert wanted in said, wanted
    reader = PdfReader(BytesIO(made))
    assert reader.metadata is not None
    assert reader.metadata.title == "Чугуїв · Конкурс"
    fonts = {
        str(font.get_object()["/BaseFont"]).partition("+")[2]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert {name.partition("-")[0] for name in fonts} == {"manrope", "source"}
    assert reader.trailer["/Root"]["/Lang"] == "uk"  # type: ignore[index]


@pytest.mark.skipif(not pdf.is_possible(), reason="WeasyPrint or the Pango it needs is not here")
def test_blank_form_as_pdf(application: Application) -> None:
    path = f"/applications/blank/{application.call.slug}.pdf"
    said = words_of_pdf(fetched(Client(), path, "en").content)
    assert "Question partners" in said
    assert "What counts is what is sent in on the site" in " ".join(said.split())


def test_without_a_maker_of_pdfs_the_printable_page_says_so(
    application: Application, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "_weasyprint", lambda: None)
    client = cast.chuhuiv.client
    client.cookies["django_language"] = "en"
    response = client.get(f"/applications/{application.pk}/paper.pdf", follow=True)
    assert response.redirect_chain == [(f"/applications/{application.pk}/print/", 302)]
    assert "No PDF can be made here" in response.content.decode()
    assert ">PDF<" not in client.get(f"/applications/{application.pk}/").content.decode()
    assert ">DOCX<" in client.get(f"/applications/{application.pk}/").content.decode()


def test_text_that_no_xml_can_hold_is_written_without_it() -> None:
    assert sheets.clean("a\x00b\x0bc\ud800d\uffffe\tf\n") == "abcde\tf\n"


def test_columns_take_what_stands_in_them_and_the_head_comes_again_on_each_page() -> None:
    item = sheets.Item(
        1, "With whom?", [], columns=["Town", "Since", "What was done"], language="uk",
        rows=[["Нововоронцовка", "2019", "Слово " * 80], ["Kuldīga", "2023", ""]],
    )  # fmt: skip
    town, since, done = item.shares
    assert since < town < done
    assert sum(item.shares) in range(98, 103)
    sheet = sheets.Sheet(
        name="x", title="X", eyebrow="", lines=[], foot="", language="en",
        sections=[sheets.Section("S", "", [item])],
    )  # fmt: skip
    (table,) = Document(BytesIO(docx.write(sheet))).tables
    widths = [column.width for column in table.columns]
    shown = [100 * width / sum(widths) for width in widths]
    assert all(abs(one - share) < 2 for one, share in zip(shown, item.shares, strict=True))
    assert "w:tblHeader" in table.rows[0]._tr.xml
    assert 'w:val="uk-UA"' in table.rows[1].cells[0]._tc.xml
