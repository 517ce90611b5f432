"""A text in several languages: record, translations, outdated ones, fallback."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from mosty.core.texts import Said, Text, TextFormField, Wording

WATER = Text.of(record="uk", uk="Вода", en="Water")


@pytest.mark.unit
def test_text_in_the_readers_language_is_no_fallback() -> None:
    assert WATER.said("en") == Said("Water", "en", Wording.EDITED, is_fallback=False)


@pytest.mark.unit
def test_text_without_the_readers_language_falls_back_to_the_record() -> None:
    assert WATER.said("pl") == Said("Вода", "uk", Wording.OWN, is_fallback=True)


@pytest.mark.unit
def test_text_of_record_changed_makes_translations_outdated_and_keeps_them() -> None:
    changed = WATER.write("Вода і стоки")
    assert (changed.said("uk").text, changed.said("en")) == (
        "Вода і стоки",
        Said("Water", "en", Wording.OUTDATED, is_fallback=False),
    )


@pytest.mark.unit
def test_text_of_record_written_again_unchanged_keeps_translations_valid() -> None:
    assert WATER.write("Вода").said("en").state is Wording.EDITED


@pytest.mark.unit
def test_text_translated_anew_is_valid_again() -> None:
    anew = WATER.write("Вода і стоки").translate("en", "Water and sewage")
    assert anew.said("en") == Said("Water and sewage", "en", Wording.EDITED, is_fallback=False)


@pytest.mark.unit
def test_text_loaded_from_what_it_dumped_is_equal() -> None:
    assert Text.load(WATER.dump()) == WATER


@pytest.mark.unit
def test_text_as_string_follows_the_language_of_the_page() -> None:
    with translation.override("en"):
        english = str(WATER)
    with translation.override("uk"):
        ukrainian = str(WATER)
    assert (english, ukrainian) == ("Water", "Вода")


@pytest.mark.unit
def test_text_without_words_is_false_and_empty() -> None:
    assert (bool(Text()), str(Text()), bool(WATER)) == (False, "", True)


@pytest.mark.unit
def test_text_field_required_and_empty_is_refused() -> None:
    with pytest.raises(ValidationError) as caught:
        TextFormField().clean(["uk", "", "  "])
    assert caught.value.code == "required"


@pytest.mark.unit
def test_text_field_without_the_language_of_record_takes_the_one_that_is_written() -> None:
    assert TextFormField().clean(["uk", "Water", ""]) == Text.of(record="en", en="Water")


@pytest.mark.unit
def test_text_field_longer_than_allowed_is_refused() -> None:
    with pytest.raises(ValidationError):
        TextFormField(max_length=10).clean(["en", "x" * 11, ""])


@pytest.mark.unit
def test_text_typed_over_keeps_the_state_of_what_was_not_touched() -> None:
    text = Text.of(record="uk", uk="Вода").translate("en", "Water", state=Wording.MACHINE)
    typed = Text.of(record="uk", uk="Вода", en="Water")
    assert text.revised(typed) == text


@pytest.mark.unit
def test_text_typed_over_outdates_the_translation_of_a_changed_original() -> None:
    text = Text.of(record="uk", uk="Вода", en="Water")
    typed = Text.of(record="uk", uk="Вода і стоки", en="Water")
    revised = text.revised(typed)
    assert revised.said("uk").text == "Вода і стоки"
    assert revised.said("en").state == Wording.OUTDATED


@pytest.mark.unit
def test_text_typed_over_takes_a_new_translation_as_a_persons_own() -> None:
    text = Text.of(record="uk", uk="Вода").translate("en", "Woter", state=Wording.MACHINE)
    revised = text.revised(Text.of(record="uk", uk="Вода", en="Water"))
    assert revised.said("en").text == "Water"
    assert revised.said("en").state == Wording.EDITED


def test_translation_of_a_text_that_comes_back_is_not_outdated() -> None:
    first = Text.of(en="Water", uk="Вода")
    changed = first.write("Rivers")
    assert changed.said("uk").state is Wording.OUTDATED
    assert changed.write("Water") == first
