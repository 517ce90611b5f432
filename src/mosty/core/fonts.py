"""A static-files finder that serves the fonts out of the packages that ship them.

Nothing is copied into the repository, and the files go out untouched: a subset would be smaller
(72 kB against 139 kB over the wire), but it is a modified version in the sense of the SIL Open Font
License, which "Source", a reserved font name, may not be called. The licences are served beside
the fonts, as the licence asks.
"""

from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage

# Folder below static/fonts -> package, and the files taken from it
FONTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "manrope": ("font_manrope", ("Manrope-VariableFont_wght.ttf", "OFL.txt")),
    "source-serif-pro": ("font_source_serif_pro", ("SourceSerifPro-Semibold.ttf", "LICENSE.txt")),
}


class FontFinder(BaseFinder):
    """Finds `fonts/<family>/<file>` for `runserver`, `collectstatic` and WhiteNoise alike."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        self.files: dict[str, tuple[FileSystemStorage, str]] = {}
        for family, (package, names) in FONTS.items():
            storage = FileSystemStorage(location=str(files(package).joinpath("files")))
            # collectstatic puts the files of a storage below its prefix
            storage.prefix = f"fonts/{family}"  # type: ignore[attr-defined]
            for name in names:
                self.files[f"fonts/{family}/{name}"] = (storage, name)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Every file is there: a package that moved its files is told at the start."""
        return [
            Error(f"{path}: not in its package.", hint="Run uv sync.", id="mosty.E001")
            for path, (storage, name) in self.files.items()
            if not storage.exists(name)
        ]

    def find(self, path: str, find_all: bool = False) -> str | list[str]:  # type: ignore[override]
        """The place of the file on disk, or, as in Django, an empty list if it is not a font."""
        if path not in self.files:
            return []
        storage, name = self.files[path]
        place = str(Path(storage.path(name)))
        return [place] if find_all else place

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        """Each file and the storage to read it from."""
        for storage, name in self.files.values():
            yield name, storage
