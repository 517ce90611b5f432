"""The words of search keys that the database keeps, and the search that reads them."""

from typing import Any

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.test import Client

from mosty.core.access import Actor
from mosty.core.publication import Level
from mosty.core.search import search_key, sort_key
from mosty.places.models import Organisation, SearchWord
from mosty.places.queries import register, search, typed
from tests.people import Cast

CURRENT, FORMER = Organisation.Standing.CURRENT, Organisation.Standing.FORMER


def _body(code: str, label: str, *names: str, **more: Any) -> Organisation:
    given: dict[str, Any] = {"kind": "municipality", "scheme": "own", "country_id": "LV"}
    return Organisation(
        code=code, label_en=label, search_key=search_key([label, *names]), sort_en=sort_key(label),
        sort_uk=sort_key(names[0] if names else label, "uk"), **(given | more),
    )  # fmt: skip


def _kept() -> set[tuple[Any, ...]]:
    return set(
        SearchWord.objects.values_list(
            "organisation_id", "word", "is_first", "kind", "standing", "level", "population",
            "sort_en",
        )
    )  # fmt: skip


def _wanted() -> set[tuple[Any, ...]]:
    return {
        (body.pk, word, place == 0, body.kind, body.standing, body.level, body.population,
         body.sort_en)
        for body in Organisation.objects.all()
        for place, word in enumerate(body.search_key.split())
    }  # fmt: skip


@pytest.mark.django_db
def test_words_follow_however_a_body_is_written() -> None:
    bodies = Organisation.objects.bulk_create(
        _body(f"X{number}", f"Saint Martin {number}", "Мартин", population=number)
        for number in range(3)
    )
    assert _kept() == _wanted()
    assert len(_kept()) == 12
    bodies[0].search_key, bodies[1].level = " other words", Level.STAFF
    Organisation.objects.bulk_update(bodies, ["search_key", "level"])
    assert _kept() == _wanted()
    Organisation.objects.filter(code="X2").update(standing=FORMER, population=None, sort_en="m")
    assert _kept() == _wanted()
    bodies[1].delete()
    rows = Organisation.objects.filter(code="X2")
    rows._raw_delete(rows.db)
    assert _kept() == _wanted()
    assert {row[1] for row in _kept()} == {"other", "words"}


@pytest.mark.django_db
def test_a_save_that_changes_no_word_writes_none() -> None:
    body = _body("X1", "Saint Martin")
    body.save()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE places_searchword SET sort_en = 'untouched'")
    body.website = "https://example.org/"
    body.save()
    assert set(SearchWord.objects.values_list("sort_en", flat=True)) == {"untouched"}


@pytest.fixture
def towns(db: None) -> list[Organisation]:
    """Names that begin, hold and only contain what is typed; some hidden, some former."""
    rows = [
        _body("A1", "Sa", population=5),
        _body("A2", "Sala", population=900),
        _body("A3", "Vecsala Sala", population=100_000),
        _body("A4", "Nova Sa", population=50),
        _body("A5", "Sava Sala Sana", "Сава", population=None),
        _body("A6", "Big", "Sa", population=7_000),
        _body("A7", "Salaspils", population=900),
        _body("H1", "Sahidden", population=10**6, level=Level.STAFF),
        _body("F1", "Saformer", population=10, standing=FORMER),
    ]
    more = [
        _body(f"M{number:02}", f"Town {number:02}", "Sarkan", population=number % 7 or None)
        for number in range(30)
    ]
    return Organisation.objects.bulk_create([*rows, *more])


@pytest.mark.parametrize("sort", ["", "population", "-population"])
@pytest.mark.parametrize("most", [1000, 12])
@pytest.mark.parametrize("standing", [CURRENT, ""])
@pytest.mark.parametrize("query", ["s", "sa", "Sala", "сава", "Са", "town", "sahidden", "zz"])
def test_one_word_gives_what_the_whole_search_gives_in_its_order(
    towns: list[Organisation],
    monkeypatch: pytest.MonkeyPatch,
    query: str,
    standing: str,
    most: int,
    sort: str,
) -> None:
    monkeypatch.setattr(register, "MOST_FOUND", most)
    for actor in (Actor(), Actor(is_system=True)):
        wanted = register.Wanted(q=query, standing=standing, sort=sort)
        whole = list(register.wanted_rows(actor, wanted).values_list("pk", flat=True))
        ids, is_more = register.ids_of(actor, wanted)
        listed = [pk for page in Paginator[int](ids, 5) for pk in page.object_list]
        assert listed == whole[:most]
        assert is_more == (len(whole) > most)


ODD = [
    "'", '"', "%", "_", "\\", "%%%", "s%", "_a", "' OR 1=1 --", "<b>sala</b>", "\x00sala", "🙂",
    "🙂 sala", "שלום", "مرحبا sala", "\u202esala", "ｓａｌａ", "sala\u0301", "s\u0430la", "Сала",
    "і", "i", "Ґ", "Г", "ґ", "’", "ʼ", "Кам’янець-Подільський", "Камʼянець‑Подільський",
    "Кам'янець–Подільський", "-", "‑", "—", "ß", "İ", "ŉ", "LV_", "lv_%", "LV_06'",
    "UA" + "0" * 300, "s" * 5000, "s " * 3000, "щ" * 5000, "a\u0301" * 3000, "ﷺ" * 2000,
    "sala " * 900,
]  # fmt: skip


@pytest.mark.web
@pytest.mark.parametrize("query", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("address", ["/municipalities/", "/municipalities/organisations/"])
def test_whatever_is_typed_gets_an_answer(
    towns: list[Organisation], client: Client, query: str, address: str
) -> None:
    headers = {"HX-Request": "true", "HX-Trigger": "typing", "HX-Target": "results"}
    for given in ({}, headers):
        page = client.get(address, {"q": query}, headers=given)
        assert page.status_code == 200
        assert b'id="results"' in page.content
        assert "Sahidden" not in page.content.decode()
    assert search.find(Organisation.objects.all(), query).count() <= len(towns) + 30


@pytest.mark.web
@pytest.mark.parametrize(
    ("first", "second"),
    [("Кам’янець", "Камʼянець"), ("Кам'янець", "Камʼянець"),
     ("Івано-Франківськ", "Івано‑Франківськ"),
     ("Івано–Франківськ", "Івано Франківськ"), ("КАМʼЯНЕЦЬ", "камʼянець"), ("Й", "И\u0306")],
)  # fmt: skip
def test_spellings_that_look_alike_mean_the_same(
    client: Client, db: None, first: str, second: str
) -> None:
    Organisation.objects.bulk_create([
        _body("UA1", "Kamianets-Podilskyi", "Кам’янець-Подільський"),
        _body("UA2", "Ivano-Frankivsk", "Івано-Франківськ"),
        _body("UA3", "Yosypivka", "Йосипівка"),
    ])  # fmt: skip
    found = [
        list(search.find(Organisation.objects.all(), query).values_list("code", flat=True))
        for query in (first, second)
    ]
    assert found[0] == found[1]
    assert len(found[0]) == 1


@pytest.mark.web
def test_what_follows_typing_is_the_likeliest_alone_and_never_kept(
    towns: list[Organisation], client: Client, django_assert_max_num_queries: Any
) -> None:
    headers = {"HX-Request": "true", "HX-Trigger": "typing", "HX-Target": "results"}
    client.get("/municipalities/", {"q": "s"}, headers=headers)
    with django_assert_max_num_queries(5):
        answer = client.get("/municipalities/", {"q": "s"}, headers=headers)
    whole = client.get("/municipalities/", {"q": "s"})
    shown = [row.organisation.code for row in answer.context["rows"]]
    assert shown == [row.organisation.code for row in whole.context["rows"]][:10]
    assert len(shown) == 10
    assert 'hx-get="/municipalities/?q=s" hx-trigger="load' in answer.content.decode()
    assert "<form" not in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert "HX-Trigger" in whole.headers["Vary"]
    assert whole.context["count_text"] == "37 municipalities"


@pytest.mark.parametrize("sort", ["", "name", "-name", "population", "-population", "country"])
@pytest.mark.parametrize("query", ["", "s", "sa", "sala", "town 01", "LV", "lemberg", "zzz"])
def test_what_follows_typing_begins_the_whole_list(
    towns: list[Organisation], cast: Cast, query: str, sort: str
) -> None:
    wanted = register.Wanted(q=query, sort=sort)
    for person in (cast.stranger, cast.officer):
        ids, _is_more = register.ids_of(person.actor, wanted)
        first = [row.organisation.pk for row in typed.likeliest(person.actor, wanted)]
        assert first == list(ids[:10])


@pytest.mark.web
def test_typing_keeps_the_filters_that_are_set(towns: list[Organisation], client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Trigger": "typing", "HX-Target": "results"}
    asked = {"q": "sala", "country": "LV", "size": "under-5", "need": ""}
    answer = client.get("/municipalities/", asked, headers=headers)
    assert [row.organisation.code for row in answer.context["rows"]] == ["A2", "A7"]
    assert "Latvia" in answer.content.decode()
    none = client.get("/municipalities/", {**asked, "country": "PL"}, headers=headers)
    assert list(none.context["rows"]) == []


@pytest.mark.web
def test_a_search_that_means_many_says_so(
    towns: list[Organisation], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "MOST_FOUND", 12)
    page = client.get("/municipalities/", {"q": "s"})
    assert page.context["count_text"] == "More than 12 municipalities"
    assert page.context["page_obj"].paginator.count == 12
    assert "The first 12 are shown." in page.content.decode()


def test_a_hidden_body_changes_no_answer(towns: list[Organisation], cast: Cast) -> None:
    def answers() -> list[Any]:
        found = []
        for query in ("s", "sa", "sah", "sahidden", "town 01"):
            ids, is_more = register.ids_of(cast.stranger.actor, register.Wanted(q=query))
            found.append((list(ids), is_more))
        return found

    before = answers()
    Organisation.objects.filter(code="H1").delete()
    assert answers() == before
