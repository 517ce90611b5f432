"""Labels, search keys and places in a list, made from names."""

import pytest
from django.utils import translation

from mosty.core.search import search_words
from mosty.places.models import Kind, Name, Organisation
from mosty.places.naming import Labels, labels_of, refresh, refresh_all
from tests.people import Bodies


def name(text: str, language: str, use: str = "short", until: str = "") -> Name:
    return Name(text=text, language=language, use=use, until=until)


ZVIAHEL = [
    name("Звягельська міська громада", "uk", "official"),
    name("Звягель", "uk"),
    name("Zviahel", "en"),
    name("Zviahelska", "en", "transliteration"),
    name("Новоград-Волинська", "uk", "former", until="2022"),
    name("Новоград-Волинський", "uk", "former", until="2022"),
]
CHUHUIV = [name("Чугуївська міська громада", "uk", "official"), name("Чугуїв", "uk")]
LVIV = [
    name("Львів", "uk"),
    name("Lviv", "en"),
    name("Lwów", "pl", "exonym"),
    name("Lemberg", "de", "exonym"),
]
KULDIGA = [name("Kuldīga", "lv"), name("Kuldīgas novads", "lv", "official")]


def found(query: str, labels: Labels) -> bool:
    words = search_words(query)
    return bool(words) and all(f" {word}" in labels.search_key for word in words)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("Kuldīga", KULDIGA),
        ("Kuldiga", KULDIGA),
        ("KULDĪG", KULDIGA),
        ("Чугуїв", CHUHUIV),
        ("чугуїв", CHUHUIV),
        ("Chuhuiv", CHUHUIV),
        ("Chuguev", CHUHUIV),
        ("Чугуївська", CHUHUIV),
        ("Чугуївська міська громада", CHUHUIV),
        ("Zviahel", ZVIAHEL),
        ("Novohrad-Volynskyi", ZVIAHEL),
        ("Novograd Volynskyi", ZVIAHEL),
        ("Новоград-Волинський", ZVIAHEL),
        ("новоград волинський", ZVIAHEL),
        ("Новоград-Волинська", ZVIAHEL),
        ("Lwów", LVIV),
        ("Lwow", LVIV),
        ("Lemberg", LVIV),
        ("Львів", LVIV),
        ("Lviv", LVIV),
        ("Lvov", LVIV),
    ],
)
def test_search_key_finds_every_spelling(query: str, names: list[Name]) -> None:
    country = "lv" if names is KULDIGA else "uk"
    assert found(query, labels_of(names, languages=[country]))


@pytest.mark.parametrize("query", ["Kuldzga", "Lemburg", "uhuiv", "Київ", "   ", "'’"])
def test_search_key_does_not_find_other_names(query: str) -> None:
    for names in (KULDIGA, CHUHUIV, ZVIAHEL, LVIV):
        assert not found(query, labels_of(names, languages=["uk"]))


def test_labels_of_ukrainian_town_are_latin_and_its_own() -> None:
    labels = labels_of(ZVIAHEL, languages=["uk"])
    assert (labels.label_en, labels.label_native, labels.label_uk) == (
        "Zviahel", "Звягель", "Звягель",
    )  # fmt: skip
    assert labels.sort_en == "zviahel"


def test_labels_without_latin_name_are_transliterated_by_the_countrys_table() -> None:
    assert labels_of([name("Чугуїв", "uk")], languages=["uk"]).label_en == "Chuhuiv"
    assert labels_of([name("Търговище", "bg")], languages=["bg"]).label_en == "Targovishte"
    assert labels_of([name("Ηράκλειο", "el")], languages=["el"]).label_en == "Irakleio"


def test_labels_keep_the_own_latin_spelling_beside_a_plain_one() -> None:
    plain = name("Kuldiga", "en", "transliteration")
    assert labels_of([*KULDIGA, plain], languages=["lv"]).label_en == "Kuldīga"
    register = [name("Бобов дол", "bg"), name("Bobovdol", "en", "transliteration")]
    assert labels_of(register, languages=["bg"]).label_en == "Bobovdol"


def test_labels_leave_former_codes_out() -> None:
    labels = labels_of([*KULDIGA, name("LV_0620200", "und", "code")], languages=["lv"])
    assert "0620200" not in labels.search_key
    assert labels == labels_of(KULDIGA, languages=["lv"])


def test_labels_in_ukrainian_are_the_exonym_or_else_the_own_name() -> None:
    assert labels_of(KULDIGA, languages=["lv"]).label_uk == "Kuldīga"
    exonym = name("Кулдіга", "uk", "exonym")
    assert labels_of([*KULDIGA, exonym], languages=["lv"]).label_uk == "Кулдіга"
    # A town with an English name of its own keeps its own name in Ukrainian.
    warsaw = [name("Warszawa", "pl"), name("Warsaw", "en", "exonym")]
    labels = labels_of(warsaw, languages=["pl"])
    assert (labels.label_en, labels.label_native, labels.label_uk) == (
        "Warsaw", "Warszawa", "Warszawa",
    )  # fmt: skip
    # Greek letters are not read in Ukraine; Bulgarian ones are.
    assert labels_of([name("Πάτρα", "el")], languages=["el"]).label_uk == "Patra"
    assert labels_of([name("Бургас", "bg")], languages=["bg"]).label_uk == "Бургас"


def test_labels_prefer_the_first_official_language_and_pass_over_what_has_ended() -> None:
    bilingual = [name("Helsingfors", "sv"), name("Helsinki", "fi")]
    assert labels_of(bilingual, languages=["fi", "sv"]).label_native == "Helsinki"
    renamed = [name("Бахмут", "uk", until="1924"), name("Артемівськ", "uk", until="2016")]
    labels = labels_of([*renamed, name("Бахмут (тепер)", "uk")], languages=["uk"])
    assert labels.label_native == "Бахмут (тепер)"
    assert found("Артемівськ", labels)


def test_labels_of_association_take_its_english_name() -> None:
    names = [
        name("Latvijas Pašvaldību savienība", "lv", "official"),
        name("Latvian Association of Local and Regional Governments", "en", "official"),
        name("LPS", "lv"),
    ]
    labels = labels_of(names, languages=["lv"])
    assert labels.label_en == "Latvian Association of Local and Regional Governments"
    assert labels.label_native == "LPS"
    assert found("pasvaldibu", labels)


def test_labels_need_a_name() -> None:
    with pytest.raises(ValueError, match="at least one name"):
        labels_of([name(" ", "uk")])


def test_labels_of_only_former_names_still_show_something() -> None:
    assert labels_of([name("Talsi", "lv", "former")], languages=["lv"]).label_en == "Talsi"


def test_labels_fit_their_columns() -> None:
    labels = labels_of([name("Щ" * 200, "uk")], languages=["uk"])
    for column in ("label_en", "label_native", "label_uk", "sort_en", "sort_uk"):
        length = Organisation._meta.get_field(column).max_length
        assert 0 < len(getattr(labels, column)) <= length


def test_refresh_fills_what_lists_show(bodies: Bodies) -> None:
    town = bodies.chuhuiv
    Name.objects.filter(organisation=town).delete()
    for entry in ZVIAHEL:
        Name.objects.create(
            organisation=town, text=entry.text, language=entry.language,
            use=entry.use, until=entry.until,
        )  # fmt: skip
    refresh(town)
    stored = Organisation.objects.get(pk=town.pk)
    expected = labels_of(ZVIAHEL, languages=["uk"])
    for column in Labels.__dataclass_fields__:
        assert getattr(stored, column) == getattr(town, column) == getattr(expected, column)


def test_refresh_leaves_a_body_without_names_as_it_is(db: None) -> None:
    body = Organisation.objects.create(
        kind=Kind.NETWORK, scheme="own", code="net", label_en="A network"
    )
    refresh(body)
    body.refresh_from_db()
    assert body.label_en == "A network"


def test_refresh_all_asks_three_queries_for_a_hundred(
    db: None, django_assert_num_queries: object
) -> None:
    towns = [
        Organisation.objects.create(kind=Kind.MUNICIPALITY, scheme="own", code=f"x{number}")
        for number in range(100)
    ]
    Name.objects.bulk_create(
        Name(organisation=town, text=f"Town {town.code}", language="en", use="short")
        for town in towns
    )
    with django_assert_num_queries(3):  # type: ignore[operator]
        assert refresh_all(towns) == 100
    assert refresh_all(towns) == 0
    assert Organisation.objects.get(code="x7").label_en == "Town x7"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "labels", "shown"),
    [
        ("en", ("Chortkiv", "Чортків", "Чортків"), ("Chortkiv", "Чортків")),
        ("uk", ("Chortkiv", "Чортків", "Чортків"), ("Чортків", "Chortkiv")),
        ("uk", ("Warsaw", "Warszawa", "Варшава"), ("Варшава", "Warszawa")),
        ("en", ("Warsaw", "Warszawa", "Варшава"), ("Warsaw", "Warszawa")),
        ("en", ("Kuldīga", "Kuldīga", "Kuldīga"), ("Kuldīga", "")),
        ("uk", ("Kuldīga", "Kuldīga", "Кулдіга"), ("Кулдіга", "Kuldīga")),
    ],
)
def test_organisation_shows_its_two_names(
    language: str, labels: tuple[str, str, str], shown: tuple[str, str]
) -> None:
    english, native, ukrainian = labels
    town = Organisation(label_en=english, label_native=native, label_uk=ukrainian)
    with translation.override(language):
        assert (town.name, town.second_name) == shown
