"""Rows in one field: their order, their state, what was typed, and the marks of an edit form."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import QueryDict

from mosty.core.editing import EditForm
from mosty.core.rows import RowForm, Rows, RowsField
from mosty.core.texts import Text, TextFormField, Wording


class WordRow(RowForm):
    text = TextFormField(rows=1, label="Words")
    size = forms.IntegerField(label="Size", required=False)


class WordsForm(EditForm):
    rows = RowsField(WordRow, label="Rows", most=4)

    def __init__(self, data: Any = None, *, thing: Any = None, **kwargs: Any) -> None:
        super().__init__(data, thing=thing, **kwargs)
        if thing:
            field: Any = self.fields["rows"]
            field.known = {row["was"]: row for row in thing.rows}


def row(was: str, text: Text, size: int | None = None) -> dict[str, Any]:
    return {"was": was, "text": text, "size": size}


def thing(*rows: dict[str, Any]) -> Any:
    return SimpleNamespace(rows=Rows(rows, words=", ".join(str(one["text"]) for one in rows)))


def posted(*rows: dict[str, str], initial: int = 0, **more: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data["rows-TOTAL_FORMS"], data["rows-INITIAL_FORMS"] = str(len(rows)), str(initial)
    for number, boxes in enumerate(rows):
        data.update({f"rows-{number}-{name}": said for name, said in boxes.items()})
    data.update(more)
    return data


def said(form: WordsForm) -> list[tuple[str, Any]]:
    return [(str(each["text"]), each["size"]) for each in form.cleaned_data["rows"]]


def box(text: str, **more: str) -> dict[str, str]:
    return {"text_record": "en", "text_en": text, "text_uk": "", "size": "", **more}


def test_rows_are_taken_in_the_order_that_their_numbers_say() -> None:
    boxes = [box(name, ORDER=order) for name, order in
             (("a", "3"), ("b", "2"), ("c", "3"), ("d", "1"))]  # fmt: skip
    form = WordsForm(posted(*boxes))
    assert form.is_valid(), form.errors
    # d moved up over a, a moved down behind c.
    assert [name for name, _size in said(form)] == ["d", "b", "c", "a"]


def test_empty_rows_and_rows_taken_out_are_none() -> None:
    form = WordsForm(posted(box("a"), box("", ORDER=""), box("c", DELETE="on")))
    assert form.is_valid()
    assert said(form) == [("a", None)]


def test_row_with_a_fault_is_refused_and_shown_as_it_was_typed() -> None:
    form = WordsForm(posted(box("a", size="many"), box("<b>", size="2")))
    assert not form.is_valid()
    page = str(form)
    assert form.errors["rows"] == ["Something in these rows needs another look."]
    assert "Enter a whole number." in page
    assert 'value="many"' in page
    assert 'value="&lt;b&gt;"' in page


def test_more_rows_than_there_may_be_are_refused() -> None:
    form = WordsForm(posted(*(box(str(number)) for number in range(5))))
    assert not form.is_valid()
    assert "Please submit at most 4 forms." in str(form)


def test_rows_without_their_management_are_a_fault_and_no_crash() -> None:
    form = WordsForm(QueryDict("rows-0-text_en=a"))
    assert not form.is_valid()
    assert "ManagementForm data is missing" in str(form)


def test_wording_that_was_not_touched_keeps_its_state() -> None:
    text = Text.of(en="Water").translate("uk", "Вода", state=Wording.APPROVED)
    form = WordsForm(
        posted(box("Water", was="w", text_uk="Вода", size="3"), initial=1),
        thing=thing(row("w", text)),
    )
    assert form.is_valid()
    assert next(iter(form.cleaned_data["rows"]))["text"] == text


def test_rows_that_somebody_else_has_changed_are_told_and_mine_are_kept() -> None:
    before, after = thing(row("a", Text.of(en="A"))), thing(row("a", Text.of(en="Theirs")))
    seen = WordsForm(thing=before).fields["seen"].initial
    form = WordsForm(posted(box("Mine", was="a"), initial=1, seen=seen), thing=after)
    assert not form.is_valid()
    assert "“Theirs”" in form.errors["rows"][0]
    assert 'value="Mine"' in str(form)
    again = WordsForm(posted(box("Mine", was="a"), initial=1, seen=form.data["seen"]), thing=after)
    assert again.is_valid()
    assert list(again.changed_values()) == ["rows"]


def test_order_of_rows_is_a_change() -> None:
    one, two = row("a", Text.of(en="A")), row("b", Text.of(en="B"))
    stands = thing(one, two)
    seen = WordsForm(thing=stands).fields["seen"].initial
    boxes = [box("A", was="a"), box("B", was="b")]
    same = WordsForm(posted(*boxes, initial=2, seen=seen), thing=stands)
    turned = WordsForm(posted(*reversed(boxes), initial=2, seen=seen), thing=stands)
    assert same.is_valid()
    assert turned.is_valid()
    assert same.changed_values() == {}
    assert list(turned.changed_values()) == ["rows"]
