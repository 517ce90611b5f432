"""Names in Latin letters, by the official table of each language.

Ukrainian: Cabinet resolution 55 of 27 January 2010. Bulgarian: Transliteration Act of 2009. Greek:
ELOT 743 (ISO 843), transcription. `spellings` adds the ways in which people write the same name
when they look for it; those are for search only and never shown.
"""

import re
import unicodedata

# Resolution 55: letter -> Latin inside a word; `_UKRAINIAN_FIRST` at its beginning.
_UKRAINIAN = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh",
    "з": "z", "и": "y", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n",
    "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ю": "iu", "я": "ia",
    # Letters of other languages that stand in sources now and then.
    "ё": "io", "ъ": "a", "ы": "y", "э": "e", "ѝ": "i", "ў": "u", "ј": "j", "љ": "lj", "њ": "nj",
    "ћ": "c", "ђ": "dj", "џ": "dz", "ќ": "k", "ѓ": "g", "ѕ": "dz",
}  # fmt: skip
_UKRAINIAN_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_BULGARIAN = {
    **_UKRAINIAN, "г": "g", "и": "i", "й": "y", "х": "h", "щ": "sht", "ъ": "a", "ь": "y",
    "ю": "yu", "я": "ya",
}  # fmt: skip
_GREEK = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i",
    "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s",
    "ς": "s", "τ": "t", "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
# A letter with a diaeresis or with the accent on the first of two does not make a pair.
_GREEK_PAIRS = {"ου": "ou", "γγ": "ng", "γξ": "nx", "γχ": "nch"}
_GREEK_VOICED = frozenset("αεηιουωβγδζλμνρ")

APOSTROPHES = "'’ʼ‘`´ʹ"
_NO_APOSTROPHES = str.maketrans("", "", APOSTROPHES)
_CYRILLIC_WORD = re.compile(rf"[\u0400-\u04ff][\u0400-\u04ff{APOSTROPHES}]*")
_GREEK_WORD = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff\u0300-\u036f]+")


def transliterate(text: str, language: str = "uk") -> str:
    """Cyrillic and Greek to Latin, word by word, keeping capitals: "Чугуїв" -> "Chuhuiv".

    `language` says by which table Cyrillic is read; all but Bulgarian ("bg") by the Ukrainian one.
    """
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", text)
    cyrillic = _bulgarian_word if language == "bg" else _ukrainian_word
    return _GREEK_WORD.sub(_greek_word, _CYRILLIC_WORD.sub(cyrillic, composed))


def _ukrainian_word(found: re.Match[str]) -> str:
    letters = found[0].translate(_NO_APOSTROPHES)
    low = letters.lower()
    latin = [_UKRAINIAN.get(letter, letter) for letter in low]
    latin[0] = _UKRAINIAN_FIRST.get(low[0], latin[0])
    if "зг" in low:  # "zgh", so that it is not read as "ж"
        for place, letter in enumerate(low[:-1]):
            if letter == "з" and low[place + 1] == "г":
                latin[place + 1] = "gh"
    return _capitals(letters, latin)


def _bulgarian_word(found: re.Match[str]) -> str:
    letters = found[0].translate(_NO_APOSTROPHES)
    low = letters.lower()
    latin = [_BULGARIAN.get(letter, letter) for letter in low]
    if low.endswith("ия"):
        latin[-1] = "a"
    return _capitals(letters, latin)


def _greek_word(found: re.Match[str]) -> str:
    letters = found[0]
    low = unicodedata.normalize("NFC", letters.lower())
    bare = [unicodedata.normalize("NFD", letter)[0] for letter in low]
    latin = [_GREEK.get(letter, letter) for letter in bare]
    for place in range(len(low) - 1):
        first, second = low[place], bare[place + 1]
        if "\u0308" in unicodedata.normalize("NFD", low[place + 1]):
            continue  # a diaeresis keeps the two vowels apart
        if first + second in _GREEK_PAIRS:
            latin[place], latin[place + 1] = _GREEK_PAIRS[first + second], ""
        elif first in "αεη" and second == "υ":
            follower = bare[place + 2] if place + 2 < len(bare) else ""
            latin[place + 1] = "v" if follower in _GREEK_VOICED else "f"
        elif first + second == "μπ" and place == 0:
            latin[place], latin[place + 1] = "b", ""
    return _capitals(letters, latin) if len(letters) == len(low) else "".join(latin)


def _capitals(letters: str, latin: list[str]) -> str:
    """A word in capitals stays so; else each capital gives one capital."""
    if len(letters) > 1 and letters.isupper():
        return "".join(latin).upper()
    return "".join(
        part[:1].upper() + part[1:] if letter.isupper() else part
        for letter, part in zip(letters, latin, strict=True)
    )


# What older maps, passports and most foreign archives write for Ukrainian places: "Chuguev".
_OLDER = str.maketrans({
    **_UKRAINIAN, "г": "g", "и": "i", "й": "y", "є": "e", "ї": "i", "ю": "yu", "я": "ya",
})  # fmt: skip
_OLDER_ENDINGS = (
    (re.compile(r"([жчшщц])ів(?=\b|к|ськ)"), r"\1ев"),
    (re.compile(r"ів(?=\b|к|ськ)"), "ов"),
    (re.compile(r"їв(?=\b|к|ськ)"), "ев"),
    (re.compile(r"([сц])ь?кий\b"), r"\1кy"),
)


def _older(text: str) -> str:
    low = text.lower().translate(_NO_APOSTROPHES)
    for ending, instead in _OLDER_ENDINGS:
        low = ending.sub(instead, low)
    return low.translate(_OLDER)


_EXPANDED = {
    "de": str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}),
    "da": str.maketrans({"å": "aa", "Å": "Aa"}),
}
_ELISION = re.compile(rf"(?<=[^\W\d_])[{APOSTROPHES}](?=[^\W\d_])")


def spellings(text: str, language: str) -> list[str]:
    """The name and the other ways to write it that a search has to find.

    >>> spellings("Чугуїв", "uk"), spellings("Düren", "de"), spellings("L'Aquila", "it")
    (['Чугуїв', 'chuguev'], ['Düren', 'Dueren'], ["L'Aquila", 'L Aquila'])
    """
    found = [text]
    if _CYRILLIC_WORD.search(text):
        found.append(transliterate(text, "bg") if language == "bg" else _older(text))
    else:
        if language in _EXPANDED:
            found.append(text.translate(_EXPANDED[language]))
        found.append(_ELISION.sub(" ", text))
    return list(dict.fromkeys(found))
