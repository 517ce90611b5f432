"""Associations nominate applications of their members, or not; each word stays."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mosty.applications import queries
from mosty.applications.content import dump
from mosty.applications.domain import sending
from mosty.applications.models import Application, Nomination
from mosty.applications.nominations import domain
from mosty.calls.models import Quota
from mosty.core.access import NotAllowed
from mosty.core.history import HistoryEntry
from mosty.core.mail import Letter
from mosty.places.models import Affiliation, Organisation
from tests.applications.making import FULL, answer, begun, small_call
from tests.calls.making import make_phase
from tests.people import Bodies, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.web]


@pytest.fixture
def application(bodies: Bodies) -> Application:
    """Of Chuhuiv, a member, to a call that is applied to through associations."""
    for town in (bodies.chuhuiv, bodies.korop):
        Affiliation.objects.create(member=town, association=bodies.ukrainian_association)
    made = begun(small_call(make_phase(bodies), way="association"), bodies.chuhuiv)
    answer(made, **FULL)
    return made


def sent(application: Application, cast: Cast) -> Application:
    """Named and sent in."""
    by = cast.chuhuiv.actor
    domain.name_association(application, cast.ukraine.organisation, by=by)
    sending.submit(application, by=by, at=timezone.now())
    return application


def page(cast: Cast, application: Application, language: str = "en") -> str:
    client = cast.ukraine.client
    client.cookies["django_language"] = language
    response = client.get(f"/applications/nominations/{application.call.slug}/")
    assert response.status_code == 200
    return response.content.decode()


def post(cast: Cast, application: Application, **data: str) -> Any:
    return cast.ukraine.client.post(f"/applications/{application.pk}/nomination/", data)


def test_call_through_associations_wants_one_named_by_its_member(
    application: Application, cast: Cast
) -> None:
    client, path = cast.chuhuiv.client, f"/applications/{application.pk}/association/"
    with pytest.raises(sending.NotReady) as refused:
        sending.submit(application, by=cast.chuhuiv.actor, at=timezone.now())
    assert [(one.where, one.url) for one in refused.value.hindrances] == [("Association", path)]
    html = client.get(path).content.decode()
    assert "Association of Ukrainian Cities" in html
    assert "Latvian Association" not in html
    client.post(path, {"association": str(cast.latvia.organisation.pk)})  # type: ignore[union-attr]
    application.refresh_from_db()
    assert application.association is None
    client.post(path, {"association": str(cast.ukraine.organisation.pk)})  # type: ignore[union-attr]
    application.refresh_from_db()
    assert dump(application)["association"] == "AUC"
    sending.submit(application, by=cast.chuhuiv.actor, at=timezone.now())
    assert "nothing is changed now" in client.get(path).content.decode()


def test_association_sees_what_was_sent_in_and_nothing_that_is_being_written(
    application: Application, cast: Cast
) -> None:
    client, by = cast.ukraine.client, cast.chuhuiv.actor
    domain.name_association(application, cast.ukraine.organisation, by=by)
    assert client.get(f"/applications/{application.pk}/").status_code == 404
    assert "Nothing has come through you yet" in page(cast, application)
    sending.submit(application, by=by, at=timezone.now())
    assert "Chuhuiv" in page(cast, application)
    assert client.get(f"/applications/{application.pk}/").status_code == 200
    # Taken back and changed: the association reads on what was sent, not what is written.
    sending.take_back(application, by=by, at=timezone.now())
    answer(
        application, mayor={"record": "en", "texts": {"en": {"text": "Qwostra", "state": "own"}}}
    )
    assert "Qwostra" not in client.get(f"/applications/{application.pk}/").content.decode()
    for path in ("print/", "versions/", "signatures/", "paper.docx"):
        assert client.get(f"/applications/{application.pk}/{path}").status_code == 403
    # Named somebody else meanwhile: it is nobody's until it is sent in anew.
    Affiliation.objects.create(
        member=application.organisation, association=cast.latvia.organisation
    )
    domain.name_association(application, cast.latvia.organisation, by=by)
    for other in (cast.ukraine, cast.latvia):
        assert not queries.visible_to(other.actor).exists()


@pytest.mark.parametrize("who", ["latvia", "korop", "kuldiga", "expert", "funder", "stranger"])
def test_nobody_else_nominates_or_knows(application: Application, cast: Cast, who: str) -> None:
    sent(application, cast)
    client = getattr(cast, who).client
    response = client.post(f"/applications/{application.pk}/nomination/", {"word": "nominate"})
    assert response.status_code == 404
    response = client.get(f"/applications/nominations/{application.call.slug}/")
    assert "Chuhuiv" not in response.content.decode()
    assert response.status_code == (200 if who == "latvia" else 404)


def test_neither_the_town_nor_the_secretariat_nominates(
    application: Application, cast: Cast
) -> None:
    sent(application, cast)
    for person in (cast.chuhuiv, cast.officer):
        with pytest.raises(NotAllowed):
            domain.say(application, by=person.actor, word="nominate")
    assert not Nomination.objects.exists()


def test_nominated_then_not_with_a_reason_and_every_word_stays(
    application: Application, cast: Cast
) -> None:
    sent(application, cast)
    assert "Waits for your word" in page(cast, application)
    assert "Чекає на ваше слово" in page(cast, application, "uk")
    assert "1 application waits for the word of your association" in (
        cast.ukraine.client.get("/desk/").content.decode()
    )
    post(cast, application, word="nominate", comment="Ready since May")
    post(cast, application, word="nominate")
    assert Nomination.objects.count() == 1
    assert "waits for the word" not in cast.ukraine.client.get("/desk/").content.decode()
    response = post(cast, application, word="refuse", reason=" ")
    assert "Say why not: the town reads it." in response.content.decode()
    post(cast, application, word="refuse", reason="Two years of debts")
    post(cast, application, word="confirm")
    assert list(Nomination.objects.values_list("word", flat=True)) == [
        "nominate", "refuse", "confirm",
    ]  # fmt: skip
    html = page(cast, application)
    assert ("Not nominated" in html, "membership confirmed" in html) == (True, True)
    town = cast.chuhuiv.client.get(f"/applications/{application.pk}/").content.decode()
    assert ("Two years of debts" in town, "Ready since May" in town) == (True, False)
    officer = cast.officer.client.get(f"/applications/{application.pk}/").content.decode()
    assert "Ready since May" in officer
    verbs = HistoryEntry.objects.filter(object_id=application.pk).values_list("verb", flat=True)
    assert {"applications.nominate", "applications.refuse_nomination"} <= set(verbs)
    with pytest.raises(TypeError):
        Nomination.objects.first().delete()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "said", [{"word": "perhaps"}, {"word": "comment", "comment": " "}, {"word": ""}]
)
def test_word_that_says_nothing_is_refused(
    application: Application, cast: Cast, said: dict[str, str]
) -> None:
    sent(application, cast)
    assert post(cast, application, **said).status_code == 200
    with pytest.raises(ValidationError):
        domain.say(application, by=cast.ukraine.actor, **said)
    assert not Nomination.objects.exists()


def test_withdrawn_application_is_not_nominated(application: Application, cast: Cast) -> None:
    sent(application, cast)
    sending.withdraw(application, by=cast.chuhuiv.actor, reason="War")
    with pytest.raises(ValidationError):
        domain.say(application, by=cast.ukraine.actor, word="nominate")
    assert "Nothing has come through you yet" in page(cast, application)


def test_quota_of_the_association_is_shown(application: Application, cast: Cast) -> None:
    Quota.objects.create(call=application.call, by="association", key="AUC", most=3)
    sent(application, cast)
    assert "How many the call takes of your members" in page(cast, application)
    Quota.objects.update(key="LPS")
    assert "How many the call takes of your members" not in page(cast, application)


def test_page_does_not_ask_more_for_more_applications(
    application: Application, cast: Cast, bodies: Bodies, django_assert_max_num_queries: Any
) -> None:
    sent(application, cast)
    number = 30
    towns = [
        Organisation(
            kind="municipality", scheme="own", code=f"T{place}", label_en=f"Town {place}",
            sort_en=f"town {place:02}", sort_uk=f"town {place:02}", country=bodies.korop.country,
        )
        for place in range(number)
    ]  # fmt: skip
    Organisation.objects.bulk_create(towns)
    for town in Organisation.objects.filter(code__startswith="T"):
        Application.objects.create(
            call=application.call, organisation=town, association=application.association,
            state="submitted", version=application.version,
        )  # fmt: skip
    client = cast.ukraine.client
    with django_assert_max_num_queries(25):
        html = client.get(f"/applications/nominations/{application.call.slug}/").content.decode()
    assert html.count("Waits for your word") == number + 1


def test_call_that_is_applied_to_directly_knows_no_nominations(bodies: Bodies, cast: Cast) -> None:
    direct = begun(small_call(make_phase(bodies)), bodies.chuhuiv)
    assert cast.ukraine.client.get(
        f"/applications/nominations/{direct.call.slug}/"
    ).status_code == (404)
    assert cast.chuhuiv.client.get(f"/applications/{direct.pk}/association/").status_code == 404


def test_town_that_is_not_nominated_gets_one_letter_in_its_language(
    application: Application, cast: Cast, mailoutbox: list[Any]
) -> None:
    sent(application, cast)
    cast.chuhuiv.user.language = "uk"
    cast.chuhuiv.user.save()
    post(cast, application, word="nominate")
    assert not Letter.objects.filter(key__contains="not_nominated").exists()
    for _twice in range(2):
        post(cast, application, word="refuse", reason="Two <years> of debts")
    letter = Letter.objects.get(key__contains="not_nominated")
    assert (letter.to, letter.language) == (cast.chuhuiv.user.email, "uk")
    assert letter.subject == "Ваша асоціація не висунула вас: Конкурс"
    body = mailoutbox[-1].body
    assert (
        "Association of Ukrainian Cities" in body, "Причина: Two <years> of debts" in body,
        f"/applications/{application.pk}/" in body, "Заявку можна відкликати" in body,
    ) == (True, True, True, True)  # fmt: skip
