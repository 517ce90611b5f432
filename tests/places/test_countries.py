"""Ukraine and the EU-27: names and languages as in CLDR, boxes that hold every municipality."""

import pytest
from babel import Locale
from babel.languages import get_official_languages

from mosty.places.countries import listed, load_countries
from mosty.places.models import Country
from tests.demo.reading import read_shared

EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()


def test_countries_are_ukraine_and_the_union() -> None:
    assert list(listed()) == [*EU, "UA"]
    assert [code for code, country in listed().items() if country.side == "ua"] == ["UA"]
    assert {country.side for country in listed().values()} == {"ua", "eu"}


def test_country_names_and_languages_are_those_of_cldr() -> None:
    english, ukrainian = Locale("en"), Locale("uk")
    for code, country in listed().items():
        assert country.name_en == english.territories[code]
        assert country.name_uk == ukrainian.territories[code]
        # Without the "de facto" ones, among which CLDR counts Russian in Ukraine.
        assert set(country.languages) == set(get_official_languages(code))
    assert listed()["UA"].languages == ["uk"]


def test_country_boxes_hold_every_municipality_and_tell_a_swap() -> None:
    rows = read_shared("eu-lau/lau.csv") + [
        {**row, "iso2": "UA"} for row in read_shared("ua-hromadas/hromadas.csv")
    ]
    outside, unseen = [], 0
    for row in rows:
        country, lat, lon = listed()[row["iso2"]], float(row["lat"]), float(row["lon"])
        if not country.holds(lat, lon):
            outside.append(row)
        unseen += country.holds(lon, lat)
    assert outside == []
    # A swap goes unseen only where degrees north and east are alike: Romania's and Ukraine's.
    assert unseen / len(rows) < 0.01


@pytest.mark.parametrize(
    ("code", "lat", "lon", "inside"),
    [
        ("UA", 44.95, 34.1, True),  # Simferopol
        ("UA", 44.6, 33.53, True),  # Sevastopol
        ("UA", 45.36, 36.47, True),  # Kerch
        ("PT", 37.74, -25.68, True),  # Ponta Delgada
        ("FR", 4.94, -52.33, True),  # Cayenne
        ("ES", 28.12, -15.43, True),  # Las Palmas
        ("LV", 21.97, 56.97, False),  # Kuldīga, swapped
        ("PL", 50.45, 30.52, False),  # Kyiv
    ],
)
def test_country_holds_its_points(code: str, lat: float, lon: float, *, inside: bool) -> None:
    assert listed()[code].holds(lat, lon) is inside


@pytest.mark.django_db
def test_countries_stand_in_the_table_after_migrating() -> None:
    assert load_countries() == 0
    assert Country.objects.count() == 28
    assert Country.objects.get(code="CY").languages == ["el", "tr"]
    # Є stands before І in Ukrainian, Ч before Ш.
    names = list(Country.objects.order_by("sort_uk").values_list("name_uk", flat=True))
    assert names[:3] == ["Австрія", "Бельгія", "Болгарія"]
    assert names[-4:] == ["Франція", "Хорватія", "Чехія", "Швеція"]


@pytest.mark.django_db
def test_load_countries_follows_the_file() -> None:
    Country.objects.filter(code="LV").update(name_uk="Інша", languages=["xx"])
    Country.objects.filter(code="MT").delete()
    assert load_countries() == 2
    assert Country.objects.get(code="LV").languages == ["lv"]
    assert load_countries() == 0
