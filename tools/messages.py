"""Collect what is to be translated, without GNU gettext.

    python tools/messages.py            add new messages to the catalogues, drop unused ones
    python tools/messages.py --check    fail when anything people read has no Ukrainian text

Every app keeps its own catalogue (`src/mosty/<app>/locale/uk/LC_MESSAGES/django.po`); core and the
shared templates use `src/mosty/locale`. Django's `templatize` turns templates into calls that
Babel's extractor reads like Python.
"""

import argparse
import io
from collections.abc import Iterator
from pathlib import Path

import allauth
import django
import polib
from babel.messages.extract import extract
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "src/mosty"
LANGUAGE = "uk"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLURALS = (
    "nplurals=4; plural=(n % 1 == 0 && n % 10 == 1 && n % 100 != 11 ? 0 : n % 1 == 0 && n % 10 >= "
    "2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14) ? 1 : n % 1 == 0 && (n % 10 ==0 || (n % 10 "
    ">=5 && n % 10 <=9) || (n % 100 >=11 && n % 100 <=14 )) ? 2: 3);"
)
_AsWritten = argparse.RawDescriptionHelpFormatter
Key = tuple[str | None, str, str]  # context, message, plural


def home(path: Path) -> Path:
    """The catalogue that a file's messages belong to."""
    app = path.relative_to(SITE).parts[0]
    own = SITE / app if (SITE / app / "apps.py").exists() and app != "core" else SITE
    return own / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def messages(path: Path) -> Iterator[tuple[Key, int]]:
    """Every message of one file, with its line."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What stands between the calls is indented like the page, not like Python.
        source = "\n".join(line.lstrip() for line in templatize(source).split("\n"))
    file = io.BytesIO(source.encode())
    for line, message, _comments, context in extract("python", file, KEYWORDS):
        singular, *plural = message if isinstance(message, tuple) else (message,)
        if singular:
            yield (context, singular, plural[0] if plural else ""), line


def used() -> dict[Path, dict[Key, list[str]]]:
    """Catalogue -> message -> where it is used."""
    found: dict[Path, dict[Key, list[str]]] = {}
    files = [
        *SITE.rglob("*.py"),
        *SITE.rglob("templates/**/*.html"),
        *SITE.rglob("templates/**/*.txt"),
    ]
    for path in sorted(files):
        if "migrations" in path.parts:
            continue
        rows = found.setdefault(home(path), {}) if path.relative_to(SITE).parts[1:] else {}
        for key, line in messages(path):
            rows.setdefault(key, []).append(f"{path.relative_to(ROOT)}:{line}")
    return found


def is_whole(entry: polib.POEntry) -> bool:
    """Translated, in every plural form, and not fuzzy."""
    return bool(entry.translated()) and "fuzzy" not in entry.flags


def translated() -> set[Key]:
    """What has a Ukrainian text in any catalogue that the site reads."""
    known: set[Key] = set()
    foreign = [
        Path(django.__file__).parent / f"conf/locale/{LANGUAGE}/LC_MESSAGES/django.po",
        *Path(django.__file__).parent.glob(f"contrib/*/locale/{LANGUAGE}/LC_MESSAGES/django.po"),
        Path(allauth.__file__).parent / f"locale/{LANGUAGE}/LC_MESSAGES/django.po",
    ]
    for path in [*SITE.rglob(f"locale/{LANGUAGE}/LC_MESSAGES/django.po"), *foreign]:
        if not path.exists():
            continue
        for entry in polib.pofile(str(path)):
            if not entry.obsolete and is_whole(entry):
                known.add((entry.msgctxt, entry.msgid, entry.msgid_plural))
    return known


def check() -> int:
    """Print what is missing; the number of faults."""
    known = translated()
    faults = [
        f"{places[0]}: no Ukrainian text for {key[1]!r}"
        for rows in used().values()
        for key, places in rows.items()
        if key not in known
    ]
    said_as: dict[tuple[str | None, str], str] = {}
    for path in sorted(SITE.rglob(f"locale/{LANGUAGE}/LC_MESSAGES/django.po")):
        seen: set[tuple[str | None, str]] = set()
        for entry in polib.pofile(str(path)):
            if entry.obsolete:
                continue
            place = f"{path.relative_to(ROOT)}:{entry.linenum}"
            if (entry.msgctxt, entry.msgid) in seen:
                faults.append(f"{place}: {entry.msgid!r} stands twice")
            seen.add((entry.msgctxt, entry.msgid))
            # The site reads all catalogues as one: of two texts for the same words one is lost.
            known_as = said_as.get((entry.msgctxt, entry.msgid)) or entry.msgstr
            said_as[entry.msgctxt, entry.msgid] = known_as
            if entry.msgstr and entry.msgstr != known_as:
                faults.append(
                    f"{place}: {entry.msgid!r} is {known_as!r} in another catalogue; say it alike, "
                    "or give one of them a context"
                )
            said = [entry.msgstr, *entry.msgstr_plural.values()]
            if "python-brace-format" not in entry.flags:
                wanted = set(_places(entry.msgid)) | set(_places(entry.msgid_plural))
                for text in filter(None, said):
                    if not set(_places(text)) <= wanted:
                        faults.append(f"{place}: {text!r} names a value that is not there")
    print("\n".join(sorted(faults)) or "Every text has its Ukrainian.")
    return len(faults)


def _places(text: str) -> list[str]:
    """The names of `%(name)s` in a text."""
    return [part.split(")")[0] for part in text.split("%(")[1:]]


def update() -> int:
    """Write new messages (untranslated) and drop unused ones; says how many are to do."""
    todo = 0
    for path, rows in used().items():
        if not rows:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        book = polib.pofile(str(path)) if path.exists() else polib.POFile(wrapwidth=96)
        book.metadata = {
            "Project-Id-Version": "Mosty",
            "Language": LANGUAGE,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
            "Plural-Forms": PLURALS,
        }
        old = {(e.msgctxt, e.msgid, e.msgid_plural): e for e in book if not e.obsolete}
        new = polib.POFile(wrapwidth=96)
        new.metadata = book.metadata
        for key in sorted(rows, key=lambda row: (row[1], row[0] or "")):
            context, singular, plural = key
            entry = old.get(key) or polib.POEntry(
                msgctxt=context, msgid=singular, msgid_plural=plural
            )
            if plural and not entry.msgstr_plural:
                entry.msgstr_plural = dict.fromkeys(range(4), "")
            entry.occurrences = []
            new.append(entry)
            todo += not is_whole(entry)
        new.save(str(path))
    known = translated()
    print(f"{todo} messages to translate" if todo else "Every text has its Ukrainian.")
    return 0 if known else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_AsWritten)
    parser.add_argument("--check", action="store_true", help="change nothing, fail on gaps")
    raise SystemExit(min(check(), 1) if parser.parse_args().check else update())
