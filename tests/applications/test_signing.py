"""Signing an application off: one frozen version, all asked again when anything is changed."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation

from mosty.applications.content import dump
from mosty.applications.domain import files, sending, writing
from mosty.applications.models import Application
from mosty.applications.signing import changed, domain, hindrances
from mosty.calls.models import Question, Section
from mosty.core.access import NotAllowed, Role
from mosty.core.history import HistoryEntry
from mosty.core.mail import Letter
from mosty.core.signoff import Signature, signatories
from mosty.core.states import WrongState
from mosty.core.texts import Text
from mosty.core.versions import Version, versions_of
from mosty.people.models import Mandate, Membership, User
from tests.applications.making import FULL, answer, begun, small_call
from tests.calls.making import make_phase
from tests.calls.pages import send, shown
from tests.people import SINCE, Bodies, Cast, Person, agree_all

pytestmark = [pytest.mark.django_db, pytest.mark.web]
COMMA = Text.of(record="uk", uk="Нам, потрібна вода.").dump()
# How the page and the letter say it in the two languages.
SAID = {
    "en": (
        "Asked again",
        "put in:",
        "was changed after",
        "your signature is asked for again",
        "Question about",
    ),
    "uk": (
        "Потрібен новий підпис",
        "додано:",
        "змінили після",
        "ваш підпис потрібен знову",
        "Питання about",
    ),
}


def join(bodies: Bodies, key: str, mandate: str, language: str = "en") -> Person:
    user = User.objects.create_user(
        f"{key}@example.org", "a-long-password-for-tests", name=key.title(), language=language
    )
    Membership.objects.create(
        user=user, organisation=bodies.chuhuiv, role=Role.MUNICIPALITY, since=SINCE,
        mandate=mandate,
    )  # fmt: skip
    agree_all([user])
    return Person(key, user, bodies.chuhuiv)


@pytest.fixture
def people(bodies: Bodies, cast: Cast) -> list[Person]:
    """The officer who writes, the mayor and the secretary."""
    return [
        cast.chuhuiv,
        join(bodies, "mayor", Mandate.MAYOR, "uk"),
        join(bodies, "secretary", Mandate.SECRETARY),
    ]


@pytest.fixture
def application(bodies: Bodies, cast: Cast) -> Application:
    made = begun(small_call(make_phase(bodies)), bodies.chuhuiv)
    answer(made, **FULL)
    return made


def address(application: Application, deed: str = "") -> str:
    return f"/applications/{application.pk}/signatures/{deed}"


def page(client: Client, path: str, language: str = "en") -> str:
    client.cookies["django_language"] = language
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def ask_all(application: Application, people: list[Person]) -> None:
    people[0].client.post(
        address(application, "ask/"), {"people": [str(one.user.pk) for one in people]}
    )


def approve(application: Application, person: Person, **more: Any) -> Any:
    number = versions_of(application).values_list("number", flat=True).first()
    data = {"version": number, "choice": "approve"} | more
    return person.client.post(address(application, "sign/"), data)


def put_comma(application: Application, by: Person) -> None:
    """On the page of the section, as people do."""
    section = Section.objects.get(call=application.call, order=0)
    path = f"/applications/{application.pk}/sections/{section.pk}/"
    data = shown(by.client, path)
    (name,) = (name for name, value in data.items() if value == ["Нам потрібна вода."])
    response = send(by.client, path, data, **{name: "Нам, потрібна вода."})
    assert response.status_code == 302


def set_people(application: Application, by: Person, **values: str) -> None:
    questions = Question.objects.filter(section__call=application.call, key__in=values)
    writing.save_answers(application, {one: values[one.key] for one in questions}, by=by.actor)


@pytest.mark.parametrize("language", ["en", "uk"])
def test_one_comma_after_two_of_three_approvals_asks_all_again_with_a_diff(
    application: Application, people: list[Person], language: str, mailoutbox: list[Any]
) -> None:
    User.objects.update(language=language)
    ask_all(application, people)
    first = versions_of(application).get()
    for person in people[:2]:
        approve(application, person)
    assert hindrances(application, dump(application)) == ["Secretary has not signed yet."]
    assert Letter.objects.filter(key__startswith="applications:sign:").count() == 3

    put_comma(application, people[0])
    second = versions_of(application).first()
    assert second is not None
    assert (second.number, first.sha256 == second.sha256) == (2, False)
    assert len(hindrances(application, dump(application))) == 3
    again, mark, changed_words, task, question = SAID[language]
    html = page(people[1].client, address(application), language)
    # Two words fell, and stand with what was changed: the comma alone, said and marked.
    assert html.count(f">{again}<") + html.count(f"{again}</") >= 2, again
    inserted = re.findall(r"<ins>(.*?)</ins>", html, flags=re.S)
    assert [words(one).split() for one in inserted] == [
        [*mark.split(), ",", "(end)" if language == "en" else "(кінець)"]
    ] * 2
    assert "<del>" not in html
    assert (
        Letter.objects.filter(key__startswith=f"applications:sign:{application.pk}:2:").count() == 3
    )
    for letter in mailoutbox[-3:]:
        assert changed_words in letter.body
        assert f"– {question} · " in letter.body
    assert {letter.to[0] for letter in mailoutbox[-3:]} == {one.user.email for one in people}
    desk = words(page(people[0].client, "/desk/", language))
    assert task in desk

    for person in people:
        approve(application, person)
    assert hindrances(application, dump(application)) == []
    assert Signature.objects.count() == 5


def test_ten_changes_that_nobody_has_signed_between_are_one_letter_each(
    application: Application, people: list[Person]
) -> None:
    ask_all(application, people)
    approve(application, people[0])
    for number in range(10):
        set_people(application, people[0], people=str(20 + number))
    assert versions_of(application).count() == 11
    letters = Letter.objects.filter(key__startswith=f"applications:sign:{application.pk}:")
    assert sorted(key.split(":")[3] for key in letters.values_list("key", flat=True)) == (
        ["1"] * 3 + ["2"] * 3
    )


def test_link_in_a_letter_signs_nothing(
    application: Application, people: list[Person], mailoutbox: list[Any]
) -> None:
    ask_all(application, people)
    mayor = people[1]
    (letter,) = (one for one in mailoutbox if one.to == [mayor.user.email])
    assert f"{address(application)}\n" in letter.body
    for query in ("", "?choice=approve&version=1"):
        for method in ("get", "head"):
            getattr(mayor.client, method)(address(application) + query)
    for deed in ("sign/", "ask/"):
        assert mayor.client.get(address(application, deed)).status_code == 405
    # A scanner is nobody: it is asked to sign in.
    assert Client().get(address(application)).status_code == 302
    assert not Signature.objects.exists()


def test_version_that_is_not_the_newest_is_not_signed_and_the_form_asks_anew(
    application: Application, people: list[Person]
) -> None:
    ask_all(application, people)
    put_comma(application, people[0])
    response = approve(application, people[1], version=1)
    html = response.content.decode()
    assert response.status_code == 200
    assert "changed meanwhile" in words(html)
    assert 'name="version" value="2"' in html
    assert not Signature.objects.exists()


def test_content_that_changed_without_a_word_is_not_signed_either(
    application: Application, people: list[Person]
) -> None:
    ask_all(application, people)
    answer(application, about=COMMA)
    approve(application, people[1])
    assert not Signature.objects.exists()
    assert hindrances(application, dump(application)) == [
        "It was changed after it was put before those who sign. Ask them again."
    ]
    html = page(people[0].client, address(application))
    assert "It was changed since this version." in html
    assert "/signatures/sign/" not in html
    people[0].client.post(address(application, "ask/"), {"again": "1"})
    approve(application, people[1])
    assert Signature.objects.get().version.number == 2


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"choice": "decline", "reason": " "}, "Say why you decline"),
        ({"choice": "abstain"}, "Say until which day"),
        ({"choice": "abstain", "until": "2020-01-01"}, "Say until which day"),
        ({"choice": "perhaps"}, "Select a valid choice"),
        ({"choice": ""}, "Approve, decline, or put it off"),
        ({"version": "first"}, "Enter a whole number"),
    ],
)
def test_word_that_lacks_something_comes_back_with_what_was_typed(
    application: Application, people: list[Person], sent: dict[str, str], said: str
) -> None:
    ask_all(application, people)
    response = approve(application, people[1], **sent)
    assert said in response.content.decode()
    assert not Signature.objects.exists()


def test_decline_and_putting_off_are_told_to_the_others(
    application: Application, people: list[Person]
) -> None:
    ask_all(application, people)
    until = timezone.localdate() + timedelta(days=3)
    approve(application, people[1], choice="decline", reason="Замало грошей")
    approve(application, people[2], choice="abstain", until=until.isoformat())
    html = words(page(people[0].client, address(application)))
    assert "Замало грошей" in html
    assert hindrances(application, dump(application))[1:] == [
        "Mayor declines to sign: Замало грошей",
        f"Secretary puts signing off until {until.day} {until:%B %Y}.",
    ]
    assert "Mayor declines to sign" in page(people[0].client, "/desk/")
    asked = "Your signature is asked for"
    assert asked not in page(people[2].client, "/desk/")
    Signature.objects.filter(choice="abstain").update(until=timezone.localdate())
    assert "You put signing off until today" in page(people[2].client, "/desk/")


def test_whoever_cannot_sign_any_more_is_given_free_with_a_reason(
    application: Application, people: list[Person]
) -> None:
    ask_all(application, people)
    approve(application, people[0])
    approve(application, people[2])
    mayor = signatories(application).get(user=people[1].user)
    path = address(application, f"{mayor.pk}/release/")
    people[0].client.post(path, {"reason": " "})
    assert len(hindrances(application, dump(application))) == 1
    people[0].client.post(path, {"reason": "In captivity"})
    assert hindrances(application, dump(application)) == []
    entry = HistoryEntry.objects.get(verb="applications.release_signatory")
    assert (entry.reason, entry.before) == ("In captivity", {"who": ["Mayor"]})
    with pytest.raises(NotAllowed):
        domain.say(application, versions_of(application).get(), by=people[1].actor,
                   choice="approve")  # fmt: skip


def test_nobody_asked_hinders_nothing_and_freezes_nothing(
    application: Application, people: list[Person]
) -> None:
    assert hindrances(application, dump(application)) == []
    assert changed(application, by=people[0].actor) is None
    assert not Version.objects.filter(object_type="applications.application").exists()


def test_only_people_who_act_for_the_body_today_can_be_asked(
    application: Application, people: list[Person], cast: Cast
) -> None:
    for stranger in (cast.kuldiga, cast.officer):
        with pytest.raises(ValidationError):
            domain.ask_to_sign(application, [stranger.user.pk], by=people[0].actor)
    Membership.objects.filter(user=people[1].user).update(until=timezone.localdate())
    with pytest.raises(ValidationError):
        domain.ask_to_sign(application, [people[1].user.pk], by=people[0].actor)
    with pytest.raises(NotAllowed):
        domain.ask_to_sign(application, [people[0].user.pk], by=cast.officer.actor)
    assert not signatories(application).exists()


def test_every_verb_that_changes_content_asks_again(
    application: Application, people: list[Person]
) -> None:
    """A file put in and taken out, another language: each is a version of its own."""
    ask_all(application, people)
    by, letter = people[0].actor, Question.objects.get(key="letter")
    pdf = SimpleUploadedFile("letter.pdf", b"%PDF-1.7 %%EOF")
    made, _is_new = files.attach(application, letter, pdf, by=by)
    assert versions_of(application).count() == 2
    assert "letter.pdf" in page(people[1].client, f"/applications/{application.pk}/versions/")
    files.take_out(made, by=by)
    writing.set_language(application, by=by, language="en")
    assert versions_of(application).count() == 4
    # Nothing changed: nothing new.
    writing.set_language(application, by=by, language="en")
    assert versions_of(application).count() == 4


def test_whoever_left_the_body_does_not_sign_what_they_were_asked_for(
    application: Application, people: list[Person]
) -> None:
    ask_all(application, people)
    Membership.objects.filter(user=people[1].user).update(until=timezone.localdate())
    assert approve(application, people[1]).status_code == 404
    assert not Signature.objects.exists()


def test_nothing_is_signed_once_it_was_sent_in(
    application: Application, people: list[Person]
) -> None:
    ask_all(application, people)
    for person in people[:2]:
        approve(application, person)
    with pytest.raises(sending.NotReady) as refused:
        sending.submit(application, by=people[0].actor, at=timezone.now())
    assert [one.text for one in refused.value.hindrances] == ["Secretary has not signed yet."]
    assert "Secretary has not signed yet." in page(
        people[0].client, f"/applications/{application.pk}/send/"
    )
    approve(application, people[2])
    sending.submit(application, by=people[0].actor, at=timezone.now())
    version = versions_of(application).get()
    assert application.version == version
    with pytest.raises(WrongState):
        domain.say(application, version, by=people[1].actor, choice="approve")
    response = people[1].client.post(
        address(application, "sign/"), {"version": 1, "choice": "approve"}, follow=True
    )
    assert "It is not being written any more" in response.content.decode()
    assert Signature.objects.count() == 3


def test_versions_say_who_and_when_and_what_differs_between_any_two(
    application: Application, people: list[Person], cast: Cast
) -> None:
    ask_all(application, people)
    approve(application, people[1])
    put_comma(application, people[0])
    set_people(application, people[1], way="road", people="15")
    path = f"/applications/{application.pk}/versions/"
    assert cast.officer.client.get(path).status_code == 403
    html = page(people[2].client, path)
    for version in versions_of(application):
        assert version.sha256 in html
    assert "Question people" in html
    assert "Question about" not in words(html)
    between = words(page(people[0].client, f"{path}?from=1&to=3"))
    for said in ("3 places differ", "Question about · Ukrainian", "Question way", "Rail", "Road"):
        assert said in between, said
    back = page(people[0].client, f"{path}?from=2&to=1")
    assert len(re.findall(r"<del><span", back)) == 1
    assert "Select a valid choice" in page(people[0].client, f"{path}?from=1&to=99")
    assert "Нам потрібна вода." in page(people[0].client, f"{path}1/")
    assert people[0].client.get(f"{path}99/").status_code == 404
    first = versions_of(application).filter(number=1)
    first.update(content={**first.get().content, "language": "en"})
    assert "does not have the hash" in page(people[0].client, f"{path}1/")


@pytest.mark.parametrize("who", ["kuldiga", "korop", "ukraine", "expert", "funder", "stranger"])
def test_nobody_else_knows_that_it_exists(
    application: Application, people: list[Person], cast: Cast, who: str
) -> None:
    ask_all(application, people)
    client = getattr(cast, who).client
    for path in ("signatures/", "versions/", "versions/1/"):
        assert client.get(f"/applications/{application.pk}/{path}").status_code == 404
    response = client.post(address(application, "sign/"), {"version": 1, "choice": "approve"})
    assert response.status_code == 404


def test_content_has_one_hash_in_whichever_language_it_is_looked_at(
    application: Application, people: list[Person]
) -> None:
    ask_all(application, people)
    client = people[1].client
    html = page(client, address(application), "uk")
    assert "Після цієї версії зміст змінили" not in html
    client.cookies["django_language"] = "uk"
    client.post(address(application, "sign/"), {"version": 1, "choice": "approve"})
    assert Signature.objects.get().version.number == 1
    with translation.override("en"):
        english = dump(application)
    with translation.override("uk"):
        assert dump(application) == english
