"""`fold` makes one spelling of many; `sort_key` puts names in the order of their alphabet.

SQLite folds case in ASCII only, PostgreSQL orders by code point under the C locale, and neither
finds "Kuldīga" for "kuldiga" or "Чугуїв" for "chuhuiv". So both databases search and sort by
columns that these pure functions fill. Ukrainian is transliterated by the official table of 2010
(Cabinet resolution 55); other Cyrillic and Greek letters by their usual Latin ones.
"""

import re
import unicodedata
from collections.abc import Iterable

# Cabinet resolution 55 of 27 January 2010: letter -> (inside a word, at its beginning).
_UKRAINIAN = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh",
    "з": "z", "и": "y", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n",
    "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ю": "iu", "я": "ia", "ё": "io", "ъ": "a",
    "ы": "y", "э": "e", "ѝ": "i", "ў": "u", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "ђ": "dj",
    "џ": "dz", "ќ": "k", "ѓ": "g", "ѕ": "dz",
}  # fmt: skip
_UKRAINIAN_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_GREEK = dict(
    zip("αβγδεζηθικλμνξοπρσςτυφχψω",
        "a v g d e z i th i k l m n x o p r s s t y f ch ps o".split(), strict=True)
)  # fmt: skip
# Letters that Unicode does not take apart into a base letter and a mark.
_LATIN = {
    "ł": "l", "đ": "d", "ø": "o", "ħ": "h", "ı": "i", "ŀ": "l", "ß": "ss", "æ": "ae", "œ": "oe",
    "þ": "th", "ð": "d", "ŋ": "n", "ĸ": "k", "ſ": "s",
}  # fmt: skip
_APOSTROPHES = str.maketrans("", "", "'’ʼ‘`´ʹ\"")
_WORDS = re.compile(r"[^a-z0-9]+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")


def transliterate(text: str) -> str:
    """Cyrillic to Latin, word by word, keeping capitals: "Чугуїв" -> "Chuhuiv"."""
    return re.sub(r"[\u0400-\u04ff'’ʼ]+", lambda found: _word(found[0]), text)


def _word(word: str) -> str:
    letters = word.translate(_APOSTROPHES)
    out: list[str] = []
    position = 0
    while position < len(letters):
        letter = letters[position]
        low = letter.lower()
        if low == "з" and letters[position + 1 : position + 2].lower() == "г":
            latin, step = "zgh", 2  # so that it is not read as "ж"
        elif position == 0 and low in _UKRAINIAN_FIRST:
            latin, step = _UKRAINIAN_FIRST[low], 1
        else:
            latin, step = _UKRAINIAN.get(low, letter), 1
        if letter.isupper() and latin:
            rest_is_upper = len(letters) > 1 and letters.isupper()
            latin = latin.upper() if rest_is_upper else latin[0].upper() + latin[1:]
        out.append(latin)
        position += step
    return "".join(out)


def fold(text: str) -> str:
    """Small Latin letters, figures and single spaces: equal for all spellings of one name.

    >>> fold("Kuldīga"), fold("Чугуїв"), fold("Lwów")
    ('kuldiga', 'chuhuiv', 'lwow')
    """
    latin = transliterate(unicodedata.normalize("NFC", text))
    marks_off = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", latin.casefold())
        if not unicodedata.combining(letter)
    )
    plain = "".join(_LATIN.get(letter, _GREEK.get(letter, letter)) for letter in marks_off)
    return _WORDS.sub(" ", plain.translate(_APOSTROPHES)).strip()


def search_key(names: Iterable[str]) -> str:
    """What the search column holds: every folded name once, each word led by a space."""
    folded = dict.fromkeys(key for key in map(fold, names) if key)
    return " " + " | ".join(folded) if folded else ""


def search_words(query: str) -> list[str]:
    """The folded words of a query; a row is found when each begins a word of its search key.

    >>> [f" {word}" for word in search_words("нов вол")]
    [' nov', ' vol']
    """
    return fold(query[:200]).split()[:8]


_UK_ALPHABET = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"
_UK_ORDER = {letter: f"{place:02d}" for place, letter in enumerate(_UK_ALPHABET, start=10)}
# Letters that have a place of their own in an alphabet: letter -> (base letter, place after it).
_OWN_PLACES = {
    "cs": {"č": ("c", 1), "ř": ("r", 1), "š": ("s", 1), "ž": ("z", 1)},
    "sk": {"ä": ("a", 1), "č": ("c", 1), "ô": ("o", 1), "š": ("s", 1), "ž": ("z", 1)},
    "pl": {
        "ą": ("a", 1), "ć": ("c", 1), "ę": ("e", 1), "ł": ("l", 1), "ń": ("n", 1),
        "ó": ("o", 1), "ś": ("s", 1), "ź": ("z", 1), "ż": ("z", 2),
    },
    "lv": {
        "č": ("c", 1), "ģ": ("g", 1), "ķ": ("k", 1), "ļ": ("l", 1), "ņ": ("n", 1),
        "š": ("s", 1), "ž": ("z", 1),
    },
    "lt": {"č": ("c", 1), "š": ("s", 1), "ž": ("z", 1)},
    "et": {"š": ("s", 1), "z": ("s", 2), "ž": ("s", 3), "õ": ("w", 1), "ä": ("w", 2),
           "ö": ("w", 3), "ü": ("w", 4)},
    "sv": {"å": ("z", 1), "ä": ("z", 2), "ö": ("z", 3)},
    "fi": {"å": ("z", 1), "ä": ("z", 2), "ö": ("z", 3)},
    "da": {"æ": ("z", 1), "ø": ("z", 2), "å": ("z", 3)},
    "hu": {"ö": ("o", 1), "ő": ("o", 1), "ü": ("u", 1), "ű": ("u", 1)},
    "ro": {"ă": ("a", 1), "â": ("a", 2), "î": ("i", 1), "ș": ("s", 1), "ț": ("t", 1)},
    "hr": {"č": ("c", 1), "ć": ("c", 2), "đ": ("d", 1), "š": ("s", 1), "ž": ("z", 1)},
    "sl": {"č": ("c", 1), "š": ("s", 1), "ž": ("z", 1)},
    "es": {"ñ": ("n", 1)},
}  # fmt: skip


def sort_key(name: str, language: str = "") -> str:
    """A string whose plain byte order is the order of the language's alphabet.

    Cyrillic names sort after Latin ones; a letter with a mark that is no letter of its own in
    that language sorts as its base letter. An unknown language sorts by base letters.
    """
    low = unicodedata.normalize("NFC", name).casefold().translate(_APOSTROPHES)
    if _CYRILLIC.search(low):
        return "~" + "".join(_UK_ORDER.get(letter, _plain(letter)) for letter in low)[:190]
    own = _OWN_PLACES.get(language, {})
    out: list[str] = []
    for letter in low:
        if letter in own:
            base, place = own[letter]
            out.append(f"{base}~{place}")
        else:
            out.append(_plain(letter))
    return "".join(out)[:190]


def _plain(letter: str) -> str:
    return fold(letter) or " "
