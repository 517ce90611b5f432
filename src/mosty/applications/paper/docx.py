"""A sheet as DOCX, for those who draft in their own office: styles, headings, languages are set."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from mosty.applications.paper.sheets import Item, Sheet, clean

# Every office has it or something of the same width; it has all letters of Ukrainian.
FONT = "Arial"
LOCALES = {"en": "en-GB", "uk": "uk-UA"}
SOFT = RGBColor(0x55, 0x5F, 0x6D)
BLUE = RGBColor(0x1F, 0x4E, 0x8C)
# Frames grow with what is written: none needs the room of a whole page from the start.
MOST_FRAME = 4.2


def write(sheet: Sheet) -> bytes:
    """The bytes of the document."""
    document = Document()
    _set_up(document, sheet)
    _paragraph(document, sheet.eyebrow, size=9, color=SOFT)
    document.add_heading(clean(sheet.title), level=0)
    if sheet.is_illustrative:
        _paragraph(document, _("Illustrative: written to show how calls work."), bold=True)
    for line in sheet.lines:
        _paragraph(document, line, size=9, color=SOFT)
    for section in sheet.sections:
        document.add_heading(clean(section.title), level=1)
        if section.about:
            _paragraph(document, section.about, color=SOFT)
        for item in section.items:
            _write(document, item)
    if sheet.further:
        document.add_heading(_("Further files"), level=1)
        for name in sheet.further:
            document.add_paragraph(clean(name), style="List Bullet")
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def _set_up(document: Any, sheet: Sheet) -> None:
    core = document.core_properties
    core.title, core.author = clean(sheet.title)[:255], settings.SITE_NAME
    core.subject, core.comments = clean(sheet.eyebrow)[:255], ""
    core.language = LOCALES.get(sheet.language, sheet.language)
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.2)
    page.top_margin = page.bottom_margin = Cm(2)
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "List Bullet", "Footer"):
        style = document.styles[name]
        style.font.name = FONT
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{kind}"), FONT)
        # The theme's own fonts would win over what is named.
        for kind in ("asciiTheme", "hAnsiTheme", "cstheme", "eastAsiaTheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
        style.font.color.rgb = BLUE if name.startswith(("Title", "Heading 1")) else None
    document.styles["Normal"].font.size = Pt(11)
    document.styles["Title"].font.size, document.styles["Title"].font.bold = Pt(20), True
    document.styles["Heading 1"].font.size = Pt(15)
    document.styles["Heading 2"].font.size = Pt(11.5)
    _set_language(document.styles["Normal"].element.get_or_add_rPr(), sheet.language)
    document.styles["Footer"].font.size, document.styles["Footer"].font.color.rgb = Pt(8), SOFT
    foot = page.footer.paragraphs[0]
    foot.add_run(f"{clean(sheet.foot)} · ")
    _counted(foot, "PAGE")
    foot.add_run(" / ")
    _counted(foot, "NUMPAGES")
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _counted(paragraph: Any, what: str) -> None:
    """A number that the office counts; each part of the field in a run of its own, as it wants."""
    for kind in ("begin", "", "separate", "1", "end"):
        run = paragraph.add_run()
        if kind == "1":
            run.text = kind
        elif kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
            run._r.append(element)
        else:
            element = OxmlElement("w:instrText")
            element.text = what
            run._r.append(element)


def _set_language(properties: Any, language: str) -> None:
    """So that the office checks the spelling in the language in which it was written."""
    element = OxmlElement("w:lang")
    element.set(qn("w:val"), LOCALES.get(language, language))
    for known in properties.findall(qn("w:lang")):
        properties.remove(known)
    properties.append(element)


def _paragraph(
    document: Any, text: str, *, size: float | None = None, color: RGBColor | None = None,
    bold: bool = False, language: str = "",
) -> Any:  # fmt: skip
    paragraph = document.add_paragraph()
    run = paragraph.add_run(clean(text))
    run.bold = bold or None
    if size:
        run.font.size = Pt(size)
    if color is not None:
        run.font.color.rgb = color
    if language:
        _set_language(run._r.get_or_add_rPr(), language)
    paragraph.paragraph_format.space_after = Pt(6 if size is None else 3)
    return paragraph


def _write(document: Any, item: Item) -> None:
    document.add_heading(clean(f"{item.number}. {item.question}"), level=2)
    for note in item.notes:
        paragraph = _paragraph(document, note, size=9, color=SOFT)
        paragraph.paragraph_format.keep_with_next = True
    if item.is_empty:
        _paragraph(document, _("Not answered."), color=SOFT)
    for wording in item.wordings:
        if wording.label:
            label = _paragraph(document, wording.label, size=9, color=SOFT)
            label.paragraph_format.keep_with_next = True
        _paragraph(document, wording.text, language=wording.language)
    for option in item.options:
        _paragraph(document, f"☐ {option}")
    for chosen in item.chosen:
        document.add_paragraph(clean(chosen), style="List Bullet")
    if item.columns and item.rows:
        _table(document, item)
    if item.room:
        _box(document, item.room)


def _table(document: Any, item: Item) -> None:
    table = document.add_table(rows=1, cols=len(item.columns), style="Table Grid")
    table.autofit = False
    # Its head stands again on every page over which it goes.
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, name in zip(table.rows[0].cells, item.columns, strict=True):
        cell.paragraphs[0].add_run(clean(name)).bold = True
    for row in item.rows:
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=False):
            run = cell.paragraphs[0].add_run(clean(text))
            if item.language:
                _set_language(run._r.get_or_add_rPr(), item.language)
    page = document.sections[0]
    whole = page.page_width - page.left_margin - page.right_margin
    for column, share in zip(table.columns, item.shares, strict=True):
        column.width = whole * share // 100
        for cell in column.cells:
            cell.width = column.width
    document.add_paragraph()


def _box(document: Any, lines: int) -> None:
    """A frame to write in that grows with what is written."""
    table = document.add_table(rows=1, cols=1, style="Table Grid")
    table.rows[0].height = Cm(min(MOST_FRAME, 0.6 * lines))
    document.add_paragraph()
