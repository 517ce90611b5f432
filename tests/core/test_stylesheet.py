"""One style sheet where static files are collected; fonts out of their packages."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings

from mosty.core.fonts import FONTS, FontFinder
from mosty.core.stylesheet import join

pytestmark = pytest.mark.unit

HOME_BUDGET_BYTES = 250_000


def test_join_puts_each_file_into_its_layer_and_medium() -> None:
    files = {
        "css/a.css": '/* why */\n@layer x;\n@import url("p/b.css") layer(x) print;\nend{}',
        "css/p/b.css": '/* what */ b { src: url("../../f/f.ttf"); }\n',
    }
    assert join("css/a.css", files) == (
        '@layer x;\n@media print{@layer x{b { src: url("../f/f.ttf"); }}}\nend{}'
    )


def test_join_stops_at_a_file_that_is_missing() -> None:
    with pytest.raises(KeyError, match="none"):
        join("css/a.css", {"css/a.css": '@import url("none.css") layer(x);'})


def test_fonts_are_found_in_their_packages() -> None:
    for family, (_package, names) in FONTS.items():
        for name in names:
            place = finders.find(f"fonts/{family}/{name}")
            assert Path(str(place)).name == name
            assert Path(str(place)).stat().st_size > 1000
    assert FontFinder().find("fonts/manrope/none.ttf") == []
    assert finders.find("fonts/manrope/none.ttf") is None


def test_fonts_missing_from_a_package_are_told_at_the_start() -> None:
    finder = FontFinder()
    storage, _name = finder.files["fonts/manrope/OFL.txt"]
    finder.files["fonts/manrope/gone.ttf"] = (storage, "gone.ttf")
    assert [error.msg for error in finder.check()] == [
        "fonts/manrope/gone.ttf: not in its package."
    ]
    assert FontFinder().check() == []


def test_collected_files_are_hashed_joined_and_light(tmp_path: Path) -> None:
    storages = {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "mosty.core.stylesheet.JoinedStaticFilesStorage"},
    }
    with override_settings(STATIC_ROOT=str(tmp_path), STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
        # A second run starts from the sources again, not from what the first one joined.
        call_command("collectstatic", interactive=False, verbosity=0)
    names: dict[str, str] = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    sheet = (tmp_path / names["css/mosty.css"]).read_text(encoding="utf-8")

    assert "@import" not in sheet
    assert sheet.startswith("@layer tokens, base, layout, parts, motion, print;")
    assert "--paper: light-dark(" in sheet
    assert ".page-head" in sheet
    assert "@media print{@layer print{" in sheet
    fonts = re.findall(r'url\("([^"]+\.ttf)"\)', sheet)
    hashed = [(tmp_path / names["css/mosty.css"]).parent / font for font in fonts]
    assert [font.resolve().is_file() for font in hashed] == [True, True]
    assert [len(font.name.split(".")) for font in hashed] == [3, 3]

    first_visit = [
        "css/mosty.css",
        "fonts/manrope/Manrope-VariableFont_wght.ttf",
        "fonts/source-serif-pro/SourceSerifPro-Semibold.ttf",
        "django_htmx/htmx-2.min.js",
        "map/europe.svg",
        "img/icons.svg",
        "img/logo.svg",
        "img/favicon.svg",
        *(name for name in names if name.startswith("js/") and name.endswith(".js")),
    ]
    weights = {name: (tmp_path / f"{names[name]}.br").stat().st_size for name in first_visit}
    # What is left is for the page itself.
    assert sum(weights.values()) < HOME_BUDGET_BYTES - 25_000, weights
