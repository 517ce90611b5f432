"""Search, filters, order, and who may know of what."""

from decimal import Decimal

import pytest
from django.utils import translation

from mosty.core.access import SYSTEM, VISITOR
from mosty.core.facts import Fact, Source
from mosty.core.publication import Level
from mosty.places import naming, queries
from mosty.places.models import Affiliation, Kind, Name, Need, Offer, Organisation, Region
from mosty.places.queries import files, profile, register, search
from mosty.places.queries.register import Wanted
from tests.people import Bodies, Cast, make_body, make_town

pytestmark = pytest.mark.django_db


def named(town: Organisation, *names: tuple[str, str, str]) -> Organisation:
    """Give a town further names (text, language, use) and bring its search key up to date."""
    for text, language, use in names:
        Name.objects.create(organisation=town, text=text, language=language, use=use)
    naming.refresh(town)
    return town


@pytest.fixture
def towns(bodies: Bodies) -> dict[str, Organisation]:
    """Towns that are looked for under many names."""
    lviv = make_town(
        "UA46060250000025047", "Lviv", "Львів", "Львів",
        in_country="UA", lat=49.84, lon=24.03, population=783065,
    )  # fmt: skip
    zviahel = make_town(
        "UA18060090000037820", "Zviahel", "Звягель", "Звягель",
        in_country="UA", lat=50.59, lon=27.62, population=61105,
    )  # fmt: skip
    return {
        "kuldiga": named(bodies.kuldiga, ("Кулдіга", "uk", "exonym")),
        "chuhuiv": named(bodies.chuhuiv),
        "lviv": named(lviv, ("Lwów", "pl", "exonym"), ("Lemberg", "de", "exonym")),
        "zviahel": named(
            zviahel,
            ("Новоград-Волинський", "uk", "former"),
            ("Novohrad-Volynskyi", "en", "former"),
        ),
    }


@pytest.mark.parametrize(
    ("query", "town"),
    [
        ("Kuldīga", "kuldiga"), ("Kuldiga", "kuldiga"), ("KULDIGA", "kuldiga"),
        ("kuld", "kuldiga"), ("Кулдіга", "kuldiga"),
        ("Чугуїв", "chuhuiv"), ("Chuhuiv", "chuhuiv"), ("Chuguev", "chuhuiv"),
        ("Novohrad-Volynskyi", "zviahel"), ("novohrad volynskyi", "zviahel"),
        ("нов вол", "zviahel"), ("Zviahel", "zviahel"), ("Звягель", "zviahel"),
        ("Lwów", "lviv"), ("lwow", "lviv"), ("Lemberg", "lviv"), ("Львів", "lviv"),
        ("UA46060250000025047", "lviv"), ("ua4606025", "lviv"), ("LV_0620200", "kuldiga"),
    ],
)  # fmt: skip
def test_search_finds_a_town_under_each_of_its_names(
    towns: dict[str, Organisation], query: str, town: str
) -> None:
    found = search.find(queries.municipalities(VISITOR), query)
    assert list(found) == [towns[town]]


@pytest.mark.parametrize("query", ["huiv", "uldiga", "kuldiga chuhuiv", "???", "zzz"])
def test_search_finds_nothing_inside_words_or_for_no_words(
    towns: dict[str, Organisation], query: str
) -> None:
    assert list(search.find(queries.municipalities(VISITOR), query)) == []


def test_search_puts_the_name_itself_before_names_that_hold_or_begin_with_it(
    bodies: Bodies,
) -> None:
    def town(code: str, name: str, population: int) -> Organisation:
        made = make_town(
            code, name, name, "", in_country="LV", lat=57, lon=25, population=population
        )
        return named(made)

    inside = town("LV_1", "Salas Ainaži", 100)
    larger = town("LV_2", "Ainaži Salas", 200)
    longer = town("LV_3", "Ainažiem", 9000)
    exact = town("LV_4", "Ainaži", 5)
    assert list(search.find(queries.municipalities(VISITOR), "ainazi")) == [
        exact, larger, inside, longer,
    ]  # fmt: skip


def test_search_finds_a_body_by_the_code_that_it_bore_before(bodies: Bodies) -> None:
    Name.objects.create(
        organisation=bodies.korop, text="UA74000000000000001", language="zxx", use=Name.Use.CODE
    )
    found = search.find(queries.municipalities(VISITOR), "ua74000000000000001")
    assert list(found) == [bodies.korop]
    assert profile.by_former_code("UA74000000000000001", VISITOR) == bodies.korop
    naming.refresh(bodies.korop)
    bodies.korop.refresh_from_db()
    assert bodies.korop.label_en == "Korop"


def codes(actor: object = VISITOR, **wanted: object) -> list[str]:
    """The codes of a list, in its order."""
    rows = register.wanted_rows(actor, Wanted(**wanted))  # type: ignore[arg-type]
    return list(rows.values_list("code", flat=True))


KULDIGA, GULBENE = "LV_0620200", "LV_0500200"
CHUHUIV, KOROP = "UA63140110000017413", "UA74100190000091190"


def test_list_sorts_by_the_name_in_the_reader_s_language(bodies: Bodies) -> None:
    assert codes() == [CHUHUIV, GULBENE, KOROP, KULDIGA]
    assert codes(sort="-name") == [KULDIGA, KOROP, GULBENE, CHUHUIV]
    with translation.override("uk"):
        assert codes() == [GULBENE, KOROP, KULDIGA, CHUHUIV]


def test_list_sorts_by_population_with_the_unknown_at_the_end(bodies: Bodies) -> None:
    Organisation.objects.filter(code=KOROP).update(population=None)
    assert codes(sort="population") == [GULBENE, KULDIGA, CHUHUIV, KOROP]
    assert codes(sort="-population") == [CHUHUIV, KULDIGA, GULBENE, KOROP]


def test_list_sorts_by_the_name_of_the_country(bodies: Bodies) -> None:
    assert codes(sort="country") == [GULBENE, KULDIGA, CHUHUIV, KOROP]
    assert codes(sort="-country") == [CHUHUIV, KOROP, GULBENE, KULDIGA]


def test_list_is_narrowed_by_country_side_region_and_size(bodies: Bodies) -> None:
    assert codes(countries=("LV",)) == [GULBENE, KULDIGA]
    assert codes(countries=("LV", "UA")) == [CHUHUIV, GULBENE, KOROP, KULDIGA]
    assert codes(side="ua") == [CHUHUIV, KOROP]
    assert codes(region="UA63000000000041885") == [CHUHUIV]
    assert codes(size="5-20") == [KOROP]
    assert codes(size="20-50") == [CHUHUIV, GULBENE, KULDIGA]
    assert codes(size="over-500") == []
    Organisation.objects.filter(code=KOROP).update(population=None)
    assert codes(size="unknown") == [KOROP]
    Organisation.objects.filter(code=KOROP).update(population=20_000)
    assert codes(size="5-20") == []


def test_list_holds_former_bodies_only_when_asked(bodies: Bodies) -> None:
    Organisation.objects.filter(code=GULBENE).update(standing="former")
    assert codes() == [CHUHUIV, KOROP, KULDIGA]
    assert codes(standing="former") == [GULBENE]
    assert codes(standing="") == [CHUHUIV, GULBENE, KOROP, KULDIGA]
    found = register.page_of(VISITOR, Wanted(q="gulb"), number=1)
    assert (found.page.paginator.count, found.former) == (0, 1)


def test_list_is_narrowed_by_association_as_long_as_the_membership_lasts(bodies: Bodies) -> None:
    row = Affiliation.objects.create(member=bodies.kuldiga, association=bodies.latvian_association)
    assert codes(association="LPS") == [KULDIGA]
    row.until = "2022"
    row.save()
    assert codes(association="LPS") == []


def test_list_is_narrowed_by_needs_and_offers_that_the_actor_may_know_of(
    bodies: Bodies, cast: Cast
) -> None:
    Need.objects.create(organisation=bodies.chuhuiv, theme_id="water")
    Need.objects.create(organisation=bodies.korop, theme_id="water", level=Level.STAFF)
    Offer.objects.create(organisation=bodies.kuldiga, theme_id="water", level=Level.PROGRAMME)
    assert codes(need="water") == [CHUHUIV]
    assert codes(cast.korop.actor, need="water") == [CHUHUIV, KOROP]
    assert codes(cast.officer.actor, need="water") == [CHUHUIV, KOROP]
    assert codes(offer="water") == []
    assert codes(cast.stranger.actor, offer="water") == []
    assert codes(cast.chuhuiv.actor, offer="water") == [KULDIGA]


def test_list_of_other_bodies_holds_no_municipality(bodies: Bodies) -> None:
    kinds = tuple(kind for kind in Kind if kind != Kind.MUNICIPALITY)
    assert codes(kinds=kinds) == ["AUC", "CEMR", "BMZ", "LPS"]
    assert codes(kinds=(Kind.DONOR,)) == ["BMZ"]


def test_visible_to_leaves_out_what_is_not_open(bodies: Bodies, cast: Cast) -> None:
    Organisation.objects.filter(code=KOROP).update(level=Level.STAFF)
    Organisation.objects.filter(code=GULBENE).update(level=Level.PROGRAMME)
    seen = {
        "visitor": codes(VISITOR),
        "stranger": codes(cast.stranger.actor),
        "kuldiga": codes(cast.kuldiga.actor),
        "korop": codes(cast.korop.actor),
        "officer": codes(cast.officer.actor),
        "site": codes(SYSTEM),
    }
    assert seen == {
        "visitor": [CHUHUIV, KULDIGA],
        "stranger": [CHUHUIV, KULDIGA],
        "kuldiga": [CHUHUIV, GULBENE, KULDIGA],
        "korop": [CHUHUIV, GULBENE, KOROP, KULDIGA],
        "officer": [CHUHUIV, GULBENE, KOROP, KULDIGA],
        "site": [CHUHUIV, GULBENE, KOROP, KULDIGA],
    }


def test_entries_of_a_hidden_body_are_hidden_whatever_their_own_level(
    bodies: Bodies, cast: Cast
) -> None:
    Need.objects.create(organisation=bodies.korop, theme_id="water")
    Organisation.objects.filter(code=KOROP).update(level=Level.STAFF)
    assert list(queries.needs(VISITOR)) == []
    assert list(queries.needs(cast.kuldiga.actor)) == []
    assert queries.needs(cast.korop.actor).count() == 1
    assert queries.needs(cast.officer.actor).count() == 1


def population(
    town: Organisation, value: int, year: str, *, chosen: bool = False, level: str = Level.PUBLIC
) -> Fact:
    """A source's word on how many people there are."""
    source, _made = Source.objects.get_or_create(key=f"of-{year}", defaults={"title": f"Of {year}"})
    return Fact.objects.create(
        organisation=town, kind="population", value=Decimal(value), as_of=year, source=source,
        is_chosen=chosen, level=level,
    )  # fmt: skip


def test_facts_come_in_groups_with_the_chosen_one_first(bodies: Bodies, cast: Cast) -> None:
    population(bodies.chuhuiv, 31000, "2024")
    chosen = population(bodies.chuhuiv, 36789, "2022", chosen=True)
    hidden = population(bodies.chuhuiv, 28000, "2025", level=Level.STAFF)
    withdrawn = population(bodies.chuhuiv, 3, "2020")
    withdrawn.withdrawn_reason = "A slip of the pen"
    withdrawn.save()
    [group] = profile.fact_groups(bodies.chuhuiv, VISITOR)
    assert [fact.number for fact in group.all] == [36789, 31000]
    assert group.shown == chosen
    [group] = profile.fact_groups(bodies.chuhuiv, cast.officer.actor)
    assert [fact.number for fact in group.all] == [36789, 28000, 31000]
    assert profile.withdrawn_facts(bodies.chuhuiv, VISITOR) == []
    assert profile.withdrawn_facts(bodies.chuhuiv, cast.chuhuiv.actor) == []
    assert profile.withdrawn_facts(bodies.chuhuiv, cast.officer.actor) == [withdrawn]
    assert hidden.level == Level.STAFF


def test_exchanges_put_needs_and_offers_of_a_theme_on_one_line(bodies: Bodies) -> None:
    Need.objects.create(organisation=bodies.chuhuiv, theme_id="water", weight=1)
    Need.objects.create(organisation=bodies.chuhuiv, theme_id="youth", weight=3)
    Offer.objects.create(organisation=bodies.chuhuiv, theme_id="water", weight=2)
    Offer.objects.create(organisation=bodies.chuhuiv, theme_id="waste", weight=3)
    lines = profile.exchanges(bodies.chuhuiv, VISITOR)
    assert [(line.theme.pk, bool(line.need), bool(line.offer)) for line in lines] == [
        ("youth", True, False),
        ("water", True, True),
        ("waste", False, True),
    ]


def test_names_are_parted_into_those_in_force_and_those_before(bodies: Bodies) -> None:
    named(bodies.chuhuiv, ("Чугуївська міська громада", "uk", "official"))
    ended = Name.objects.create(
        organisation=bodies.chuhuiv, text="Old", language="en", use="short", until="1999"
    )
    former = Name.objects.create(
        organisation=bodies.chuhuiv, text="Older", language="en", use="former", until="1920"
    )
    now, before = profile.split_names(bodies.chuhuiv)
    assert [name.text for name in now] == ["Chuhuiv", "Чугуїв", "Чугуївська міська громада"]
    assert before == [ended, former]


def test_gaps_are_told_to_the_body_itself_alone(bodies: Bodies, cast: Cast) -> None:
    def keys(actor: object) -> list[str]:
        lines = profile.exchanges(bodies.chuhuiv, actor)  # type: ignore[arg-type]
        return [gap.key for gap in profile.gaps(bodies.chuhuiv, actor, lines)]  # type: ignore[arg-type]

    everything = ["needs", "offers", "languages", "about", "capacity", "contacts", "website"]
    assert keys(cast.chuhuiv.actor) == everything
    assert keys(cast.korop.actor) == keys(cast.officer.actor) == keys(VISITOR) == []
    Need.objects.create(organisation=bodies.chuhuiv, theme_id="water")
    bodies.chuhuiv.languages = ["uk"]
    assert keys(cast.chuhuiv.actor) == ["offers", "about", "capacity", "contacts", "website"]


def test_members_of_an_association_are_those_that_the_actor_may_know_of(
    bodies: Bodies, cast: Cast
) -> None:
    for town in (bodies.kuldiga, bodies.gulbene):
        Affiliation.objects.create(member=town, association=bodies.latvian_association)
    Organisation.objects.filter(code=GULBENE).update(level=Level.STAFF)
    assert profile.members(bodies.latvian_association, VISITOR) == (1, [bodies.kuldiga])
    count, _members = profile.members(bodies.latvian_association, cast.officer.actor)
    assert count == 2
    assert profile.members(bodies.kuldiga, VISITOR) == (0, [])


def test_file_rows_have_a_cell_for_each_column(bodies: Bodies, cast: Cast) -> None:
    make_body("NET", "A network", kind=Kind.NETWORK)
    for actor in (VISITOR, cast.officer.actor):
        everything = 0
        for kinds in ((Kind.MUNICIPALITY,), tuple(set(Kind) - {Kind.MUNICIPALITY})):
            wanted = Wanted(kinds=kinds, standing="")
            rows = list(files.lines(actor, wanted))
            assert {len(row) for row in rows} == {len(files.head(actor, wanted))}
            everything += len(rows)
        assert everything == Organisation.objects.count()


def test_file_shows_a_place_as_exactly_as_the_page_does(bodies: Bodies, cast: Cast) -> None:
    Organisation.objects.filter(code=CHUHUIV).update(precision="region")
    Organisation.objects.filter(code=KOROP).update(precision="withheld")
    Region.objects.filter(code="UA63000000000041885").update(lat=49.9, lon=36.2)

    def points(actor: object) -> dict[str, tuple[object, object]]:
        head = files.head(actor, Wanted())  # type: ignore[arg-type]
        lat, lon = head.index("Latitude"), head.index("Longitude")
        rows = files.lines(actor, Wanted())  # type: ignore[arg-type]
        return {str(row[0]): (row[lat], row[lon]) for row in rows if str(row[0]).startswith("UA")}

    assert points(VISITOR) == {CHUHUIV: (49.9, 36.2), KOROP: (None, None)}
    assert points(cast.korop.actor) == {CHUHUIV: (49.9, 36.2), KOROP: (51.5679, 32.9586)}
    assert points(cast.officer.actor)[CHUHUIV] == (49.83578, 36.68802)


def test_row_takes_the_population_from_the_fact_that_the_actor_may_know(
    bodies: Bodies, cast: Cast
) -> None:
    population(bodies.chuhuiv, 30000, "2025", chosen=True, level=Level.STAFF)
    Organisation.objects.filter(code=CHUHUIV).update(population=None, population_as_of="")
    [public] = register.rows_of([bodies.chuhuiv.pk], VISITOR)
    [staff] = register.rows_of([bodies.chuhuiv.pk], cast.officer.actor)
    assert (public.population, public.population_as_of, public.population_source) == (None, "", "")
    assert (staff.population, staff.population_as_of) == (30000, "2025")
