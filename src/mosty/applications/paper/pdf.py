"""A sheet as PDF, by WeasyPrint, where it can run: it needs Pango from the system.

Without it the printable page stays, and nobody is shown a link that does not work.
"""

from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from mosty.applications.paper.sheets import Sheet, clean
from mosty.core.fonts import FONTS

STYLE = Path(__file__).with_name("paper.css")


class NotPossible(Exception):
    """No PDF can be made on this machine."""


@cache
def _weasyprint() -> Any:
    """The library; None where it, or what it needs of the system, is not there."""
    try:
        return import_module("weasyprint")
    except (ImportError, OSError):
        return None


def is_possible() -> bool:
    """Whether a PDF can be made on this machine."""
    return _weasyprint() is not None


def write(sheet: Sheet) -> bytes:
    """The bytes of the document, with our own fonts in it. Raises `NotPossible`."""
    library = _weasyprint()
    if library is None:
        raise NotPossible
    html = clean(render_to_string("applications/paper.html", {"sheet": sheet}))
    fonts = import_module("weasyprint.text.fonts").FontConfiguration()
    # What people wrote is text, never markup; and no address in it is fetched but the fonts.
    fetcher = import_module("weasyprint.urls").URLFetcher(allowed_protocols=["file"])
    css = library.CSS(
        string=f"{_faces()}\n{STYLE.read_text(encoding='utf-8')}",
        font_config=fonts, url_fetcher=fetcher,
    )  # fmt: skip
    document = library.HTML(string=html, url_fetcher=_refuse)
    made: bytes = document.write_pdf(
        stylesheets=[css], font_config=fonts, pdf_tags=True,
        # The widths of columns stand in the page, not in the style.
        presentational_hints=True,
    )  # fmt: skip
    return made


def _refuse(url: str, *_more: Any, **_others: Any) -> Any:
    raise ValueError(f"nothing is fetched for a paper: {url[:80]}")


def _faces() -> str:
    found = []
    for family, (package, names) in FONTS.items():
        for name in names:
            if name.endswith(".ttf"):
                place = Path(str(files(package).joinpath("files", name))).as_uri()
                found.append(f'@font-face {{ font-family: "{family}"; src: url("{place}"); }}')
    return "\n".join(found)
