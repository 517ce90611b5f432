"""An application as it is read: frozen answers beside the questions that were asked."""

from django.template.loader import render_to_string
from django.utils import translation

from mosty.applications import content
from mosty.applications.models import Application, Attachment
from mosty.applications.reading import of_version
from mosty.calls.models import Question, Section
from mosty.core.texts import Text
from tests.applications.making import FULL, answer, begun, small_call
from tests.calls.making import make_phase
from tests.people import Bodies, Cast


def _full(bodies: Bodies) -> Application:
    application = begun(small_call(make_phase(bodies)), bodies.chuhuiv)
    answer(application, **FULL)
    Attachment.objects.create(
        application=application, question=Question.objects.get(key="letter"), size=8,
        file_name="Letter of Chuhuiv.pdf", media_type="application/pdf", sha256="0" * 64,
    )  # fmt: skip
    return application


def test_answer_of_each_kind_is_read_in_words(db: None, bodies: Bodies) -> None:
    application = _full(bodies)
    with translation.override("en"):
        reading = of_version(content.dump(application), application.call)
        found = {one.key: one for one in reading.answers}
        words = {key: [str(said) for said in one.words] for key, one in found.items()}
    assert [len(part.answers) for part in reading.parts] == [4, 4]
    assert [(one.language, one.text, one.is_record) for one in found["title"].said] == [
        ("uk", "Вода", True), ("en", "Water", False),
    ]  # fmt: skip
    assert (found["title"].has_both, found["about"].has_both) == (True, False)
    assert (words["people"], words["way"]) == (["12"], ["Rail"])
    assert words["themes"] == ["Water", "Youth"]
    assert found["partners"].rows == (("Kuldīga", "2023"),)
    assert [file.name for file in found["letter"].files] == ["Letter of Chuhuiv.pdf"]


def test_anonymised_reading_does_not_tell_who_applies(db: None, bodies: Bodies) -> None:
    application = _full(bodies)
    frozen = content.dump(application)
    page = render_to_string(
        "applications/parts/answers.html",
        {"reading": of_version(frozen, application.call, anonymised=True)},
    )
    known = render_to_string(
        "applications/parts/answers.html",
        {"reading": of_version(frozen, application.call, link=lambda key: f"/f/{key}/")},
    )
    for secret in ("Голова", "Letter of Chuhuiv", "Question mayor"):
        assert (secret in page, secret in known) == (False, True), secret
    assert ("File 1.pdf" in page, "/f/" in page) == (True, False)


def test_reading_keeps_the_words_of_the_version_that_was_asked(db: None, bodies: Bodies) -> None:
    application = _full(bodies)
    frozen = content.dump(application)
    Question.objects.filter(key="title").update(text=Text.of(en="Other words"))
    with translation.override("en"):
        reading = of_version(frozen, application.call)
    assert str(reading.answers[0].question) == "Question title"


def test_what_stands_in_another_language_than_the_page_says_so(
    db: None, bodies: Bodies, cast: Cast
) -> None:
    application = _full(bodies)
    call, client = application.call, cast.chuhuiv.client
    call.about = Text.of(record="uk", uk="Для громад")
    call.save(update_fields=["about"])
    Section.objects.filter(call=call, order=1).update(title=Text.of(record="uk", uk="Бажання"))
    client.cookies["django_language"] = "en"
    page = client.get(call.get_absolute_url()).content.decode()
    for marked in ('<span lang="uk">Для громад</span>', '<h3><span lang="uk">Бажання</span></h3>'):
        assert marked in page, marked
    # What has both is said in the language of the page, without a mark.
    assert "<h3>The town</h3>" in page
    page = client.get(f"/applications/{application.pk}/print/").content.decode()
    assert '<tbody lang="uk"><tr><td>Kuldīga</td>' in page
    client.cookies["django_language"] = "uk"
    page = client.get(call.get_absolute_url()).content.decode()
    assert '<span lang="uk">' not in page


def test_number_is_written_as_the_reader_does(db: None, bodies: Bodies) -> None:
    application = _full(bodies)
    said = {}
    for language, typed in (("en", "12500.5"), ("uk", "12500.5"), ("en", "NaN"), ("en", "many")):
        answer(application, people=typed)
        with translation.override(language):
            reading = of_version(content.dump(application), application.call)
        (row,) = [one for one in reading.answers if one.key == "people"]
        said[language, typed] = row.words
    assert said == {
        ("en", "12500.5"): ("12,500.5",), ("uk", "12500.5"): ("12\xa0500,5",),
        ("en", "NaN"): ("NaN",), ("en", "many"): ("many",),
    }  # fmt: skip
