"""Letters of two alphabets in one word: a slip of the keyboard, or somebody who wants to be taken
for another.

Latin *a* and Cyrillic *а* look the same and are not: a name or an address that mixes them is not
found, and an address may belong to quite another mailbox.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

ALPHABETS = {"LATIN": _("Latin"), "CYRILLIC": _("Cyrillic"), "GREEK": _("Greek")}
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Mixture:
    """A word with letters of more than one alphabet, and those of the alphabet with fewer."""

    word: str
    alphabet: str
    letters: str


def mixture_in(text: str) -> Mixture | None:
    """The first word of a text that mixes alphabets.

    >>> mixture_in("Ol\\u0435na Koval").letters == "\\u0435", mixture_in("Олена Koval")
    (True, None)
    """
    for word in _WORD.findall(text):
        found: dict[str, str] = {}
        for letter in word:
            alphabet = unicodedata.name(letter, "").split(" ")[0]
            if alphabet in ALPHABETS:
                found[alphabet] = found.get(alphabet, "") + letter
        if len(found) > 1:
            fewest = min(found, key=lambda alphabet: (len(found[alphabet]), alphabet))
            return Mixture(word, fewest, found[fewest])
    return None


def one_alphabet(text: str) -> None:
    """A validator for names: each word in one alphabet."""
    if (mixed := mixture_in(text)) is not None:
        raise ValidationError(
            _("“%(word)s” mixes alphabets: %(letters)s is %(alphabet)s. Type the word once more."),
            code="mixed_alphabets",
            params={
                "word": mixed.word,
                "letters": ", ".join(mixed.letters),
                "alphabet": ALPHABETS[mixed.alphabet],
            },
        )


def plain_address(email: str) -> None:
    """A validator for e-mail addresses of people: Latin letters alone, which cannot be mistaken."""
    strange = [letter for letter in email if not letter.isascii()]
    if strange:
        raise ValidationError(
            _("This address holds %(letters)s, which only looks like a Latin letter or is none."),
            code="strange_address",
            params={"letters": ", ".join(dict.fromkeys(strange))},
        )
