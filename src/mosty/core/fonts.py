"""Serves the fonts out of their pip packages, so that nothing is copied into the repository."""

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

FONTS = {
    "fonts/manrope.ttf": ("font_manrope", "files/Manrope[wght].ttf"),
    "fonts/source-serif-semibold.ttf": (
        "font_source_serif_pro",
        "files/SourceSerifPro-Semibold.ttf",
    ),
}


class FontFinder(BaseFinder):
    """Finds `fonts/…` in the packages named in `FONTS`."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        place = FONTS.get(path)
        if place is None:
            return [] if find_all else None
        package, name = place
        found = str(files(package).joinpath(name))
        return [found] if find_all else found

    def list(self, ignore_patterns: Any) -> Iterable[Any]:
        for path, (package, name) in FONTS.items():
            found = Path(str(files(package).joinpath(name)))
            storage = FileSystemStorage(location=str(found.parent))
            storage.prefix = ""
            yield path, storage
