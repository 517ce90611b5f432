"""Words that mix alphabets are found, plain ones in any alphabet are let through."""

import pytest
from django.core.exceptions import ValidationError

from mosty.core.alphabets import mixture_in, one_alphabet, plain_address


@pytest.mark.parametrize(
    ("text", "word", "letters"),
    [
        ("Olеna Koval", "Olеna", "е"),
        ("Чугуїв та Kуldīga", "Kуldīga", "у"),
        ("Κіровоград", "Κіровоград", "Κ"),
    ],
)
def test_mixture_names_the_word_and_the_strange_letters(text: str, word: str, letters: str) -> None:
    found = mixture_in(text)
    assert found is not None
    assert (found.word, found.letters) == (word, letters)
    with pytest.raises(ValidationError, match=letters):
        one_alphabet(text)


@pytest.mark.parametrize(
    "text", ["", "Олена Koval", "Кам'янець-Podilskyi", "Łódź", "Αθήνα", "Ö 2", "名前"]
)
def test_mixture_is_none_where_each_word_has_one_alphabet(text: str) -> None:
    assert mixture_in(text) is None
    one_alphabet(text)


def test_address_with_a_letter_that_only_looks_latin_is_refused() -> None:
    plain_address("mayor@chuhuiv-rada.gov.ua")
    with pytest.raises(ValidationError):
        plain_address("mayor@chuhuiv-rаda.gov.ua")
