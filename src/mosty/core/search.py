"""`fold` makes one spelling of many; `sort_key` puts names in the order of a reader's alphabet.

SQLite folds case in ASCII only, PostgreSQL orders by code point under the C locale, and neither
finds "Kuldīga" for "kuldiga" or "Чугуїв" for "chuhuiv". So both databases search and sort by
columns that the pure functions here fill. The keys hold nothing but a to z and 0 to 9 (and spaces
between the words of a search key), so that every collation of a server orders them alike.
"""

import re
import unicodedata
from collections.abc import Iterable

from django.utils.translation import get_language

from mosty.core.latin import APOSTROPHES, transliterate

# Letters that Unicode does not take apart into a base letter and a mark.
_LATIN = {
    "ł": "l", "đ": "d", "ø": "o", "ħ": "h", "ı": "i", "ŀ": "l", "ß": "ss", "æ": "ae", "œ": "oe",
    "þ": "th", "ð": "d", "ŋ": "n", "ĸ": "k", "ſ": "s",
}  # fmt: skip
_NO_APOSTROPHES = str.maketrans("", "", APOSTROPHES + '"')
_LATIN_TABLE = str.maketrans(_LATIN)
_GAPS = re.compile(r"[^a-z0-9]+")
_MARKS = re.compile(r"[\u0300-\u036f]")
MOST_LETTERS = 200
MOST_WORDS = 8
# PostgreSQL takes at most 2,704 bytes into an index.
MOST_OF_KEY = 2000


def fold(text: str) -> str:
    """Small Latin letters, figures and single spaces: equal for all spellings of one name.

    >>> fold("Kuldīga"), fold("Чугуїв"), fold("Lwów"), fold("Кам’янець-Подільський")
    ('kuldiga', 'chuhuiv', 'lwow', 'kamianets podilskyi')
    """
    if text.isascii():
        low = text.lower()
    else:
        # Capitals are let go first: "ЗГ" and "Зг" must not differ. Then marks come off.
        low = transliterate(unicodedata.normalize("NFC", text).casefold())
        low = _MARKS.sub("", unicodedata.normalize("NFKD", low)).translate(_LATIN_TABLE)
    return _GAPS.sub(" ", low.translate(_NO_APOSTROPHES)).strip()


def search_key(names: Iterable[str]) -> str:
    """What the search column holds: every folded word of the names once, each led by a space."""
    words = dict.fromkeys(word for name in names for word in fold(name).split())
    key = " " + " ".join(words) if words else ""
    return key if len(key) <= MOST_OF_KEY else key[:MOST_OF_KEY].rpartition(" ")[0]


def search_words(query: str) -> list[str]:
    """The folded words of a query; a row is found when each begins a word of its search key.

    >>> [f" {word}" for word in search_words("нов вол")]
    [' nov', ' vol']
    """
    return fold(query[:MOST_LETTERS]).split()[:MOST_WORDS]


_CYRILLIC_ALPHABET = "абвгґдеёєжзиіїйклмнопрстуўфхцчшщъыьэюя"
_GREEK_ALPHABET = "αβγδεζηθικλμνξοπρστυφχψω"
_CYRILLIC_ORDER = {letter: f"{place}" for place, letter in enumerate(_CYRILLIC_ALPHABET, start=20)}
_GREEK_ORDER = {letter: f"{place}" for place, letter in enumerate(_GREEK_ALPHABET, start=60)}
_FIRST_SCRIPT = {"uk": "cyrillic", "bg": "cyrillic", "el": "greek"}

# What has a place of its own in an alphabet: letters -> (base letter, place after it; 0: the same).
_OWN_PLACES: dict[str, dict[str, tuple[str, int]]] = {
    "cs": {"č": ("c", 1), "ch": ("h", 1), "ř": ("r", 1), "š": ("s", 1), "ž": ("z", 1)},
    "sk": {"ä": ("a", 1), "č": ("c", 1), "ch": ("h", 1), "ô": ("o", 1), "š": ("s", 1),
           "ž": ("z", 1)},
    "pl": {"ą": ("a", 1), "ć": ("c", 1), "ę": ("e", 1), "ł": ("l", 1), "ń": ("n", 1),
           "ó": ("o", 1), "ś": ("s", 1), "ź": ("z", 1), "ż": ("z", 2)},
    "lv": {"č": ("c", 1), "ģ": ("g", 1), "y": ("i", 0), "ķ": ("k", 1), "ļ": ("l", 1),
           "ņ": ("n", 1), "š": ("s", 1), "ž": ("z", 1)},
    "lt": {"č": ("c", 1), "y": ("i", 0), "š": ("s", 1), "ž": ("z", 1)},
    "et": {"š": ("s", 1), "z": ("s", 2), "ž": ("s", 3), "õ": ("w", 1), "ä": ("w", 2),
           "ö": ("w", 3), "ü": ("w", 4)},
    "sv": {"å": ("z", 1), "ä": ("z", 2), "æ": ("z", 2), "ö": ("z", 3), "ø": ("z", 3)},
    "da": {"æ": ("z", 1), "ä": ("z", 1), "ø": ("z", 2), "ö": ("z", 2), "å": ("z", 3),
           "aa": ("z", 3)},
    "hu": {"cs": ("c", 1), "dz": ("d", 1), "dzs": ("d", 2), "gy": ("g", 1), "ly": ("l", 1),
           "ny": ("n", 1), "ö": ("o", 1), "ő": ("o", 1), "sz": ("s", 1), "ty": ("t", 1),
           "ü": ("u", 1), "ű": ("u", 1), "zs": ("z", 1)},
    "ro": {"ă": ("a", 1), "â": ("a", 2), "î": ("i", 1), "ș": ("s", 1), "ş": ("s", 1),
           "ț": ("t", 1), "ţ": ("t", 1)},
    "hr": {"č": ("c", 1), "ć": ("c", 2), "dž": ("d", 1), "đ": ("d", 2), "lj": ("l", 1),
           "nj": ("n", 1), "š": ("s", 1), "ž": ("z", 1)},
    "sl": {"č": ("c", 1), "ć": ("c", 2), "đ": ("d", 1), "š": ("s", 1), "ž": ("z", 1)},
    "es": {"ñ": ("n", 1)},
    "mt": {"ċ": ("b", 1), "ġ": ("f", 1), "għ": ("g", 1), "ħ": ("h", 1), "ż": ("y", 1)},
}  # fmt: skip
_OWN_PLACES["fi"] = _OWN_PLACES["sv"]
_OWN_PARTS = {
    language: re.compile("|".join(sorted(places, key=len, reverse=True)))
    for language, places in _OWN_PLACES.items()
}
# No name has these letters together in a language whose letters need the mark.
_AFTER = "zz"
_LAST = "zzzz"
_KEY_LETTERS = 190


def sort_key(name: str, language: str = "") -> str:
    """A string whose plain byte order is the order of an alphabet: that of the list's reader.

    A letter with a mark that is no letter of its own in that language sorts as its base letter.
    Names in the reader's own script come first. Without a language base letters decide.

    >>> sorted(["Їжа", "Іва", "Єва", "Ґудзь", "Гай", "Ziv"], key=lambda name: sort_key(name, "uk"))
    ['Гай', 'Ґудзь', 'Єва', 'Іва', 'Їжа', 'Ziv']
    """
    if name.isascii() and language not in _OWN_PARTS:
        return _joined(_GAPS.sub(" ", name.lower().translate(_NO_APOSTROPHES)))
    low = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    low = low.translate(_NO_APOSTROPHES)
    script = _script(low)
    if script == "cyrillic":
        key = "".join(_CYRILLIC_ORDER.get(letter) or _other(letter) for letter in low)
    elif script == "greek":
        key = "".join(_GREEK_ORDER.get(_bare(letter)) or _other(letter) for letter in low)
    else:
        return _joined(_latin(low, language))
    # Figures stand before letters, so a name written in codes comes first unless it is moved.
    return (key if _FIRST_SCRIPT.get(language) == script else _LAST + key)[:_KEY_LETTERS]


def sort_column() -> str:
    """The column that holds the sort keys of the reader's alphabet."""
    return "sort_uk" if get_language() == "uk" else "sort_en"


def _joined(words: str) -> str:
    """Words joined by 0, which stands before every letter."""
    return words.strip().replace(" ", "0")[:_KEY_LETTERS]


def _latin(low: str, language: str) -> str:
    if language not in _OWN_PARTS:
        return _base_letters(low)
    out: list[str] = []
    end = 0
    for found in _OWN_PARTS[language].finditer(low):
        base, place = _OWN_PLACES[language][found[0]]
        out += [
            _base_letters(low[end : found.start()]),
            base + (f"{_AFTER}{place}" if place else ""),
        ]
        end = found.end()
    return "".join([*out, _base_letters(low[end:])])


def _base_letters(part: str) -> str:
    marks_off = _MARKS.sub("", unicodedata.normalize("NFKD", part)).translate(_LATIN_TABLE)
    return _GAPS.sub(" ", marks_off)


def _other(letter: str) -> str:
    """A sign within a name in Cyrillic or Greek: parts of words first, figures, Latin letters."""
    if letter.isdigit():
        return "1" + letter
    return fold(letter) or "0"


def _bare(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0].replace("ς", "σ")


def _script(low: str) -> str:
    for letter in low:
        if "\u0400" <= letter <= "\u04ff":
            return "cyrillic"
        if "\u0370" <= letter <= "\u03ff" or "\u1f00" <= letter <= "\u1fff":
            return "greek"
        if letter.isalpha():
            return "latin"
    return "latin"
