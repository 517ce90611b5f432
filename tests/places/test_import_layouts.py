"""The layouts of published files: hromadas, LAU with its groups; complete where the files are."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from mosty.places.imports.grouping import Part, groups_of
from mosty.places.imports.layouts import KNOWN_COLUMNS, Files, Reader, reader_for
from mosty.places.imports.layouts.lau import EXPECTED, short_name
from mosty.places.imports.layouts.own import COLUMNS
from mosty.places.imports.layouts.reader import Item, Refused
from mosty.places.imports.other_names import listed as other_names
from mosty.places.imports.problems import Unreadable
from mosty.places.imports.reading import Table, open_table
from mosty.places.imports.records import Record
from mosty.places.languages import language_of_names
from mosty.places.models import Name
from tests.demo.reading import SHARED, read_shared
from tests.places.importing import GROUPS_HEAD, LAU_HEAD, lau, lines, table

pytestmark = pytest.mark.unit

NUTS = lines(
    "LV003,3,LV,Kurzeme,,Other regions,Border regions",
    head="nuts_code,level,iso2,name,name_latin,mountain,border",
)
GROUPS = lines(
    "PT_G1106,PT,1106,Lisbon,GeoNames,24,552700,100.0,38.74157,-9.15154,PT170",
    "GR_G4501,GR,4501,Athens (psevdo),largest member,1,664046,37.9,37.99028,23.73496,EL303",
    head=GROUPS_HEAD,
)


def read(files: Files) -> tuple[Reader, dict[str, Record], list[Refused]]:
    reader = reader_for(files)
    items: list[Item] = list(reader.items())
    records = {item.code: item for item in items if isinstance(item, Record)}
    return reader, records, [item for item in items if isinstance(item, Refused)]


def names(record: Record) -> list[tuple[str, str, str]]:
    return [(name.text, name.language, str(name.use)) for name in record.names]


def facts(record: Record) -> dict[tuple[str, str], str]:
    return {(str(fact.kind), fact.as_of): fact.value for fact in record.facts}


def shared(path: str) -> Table:
    source = SHARED / path
    if not source.exists():
        pytest.skip(f"{source} is not on this machine; the whole file cannot be read")
    return open_table(lambda: Path(source).open("rb"), name=path, known_columns=KNOWN_COLUMNS)


@cache
def whole_lau() -> tuple[Reader, dict[str, Record], list[Refused]]:
    return read(
        Files(
            shared("eu-lau/lau.csv"),
            shared("eu-lau/groups_pt_gr.csv"),
            shared("nuts-stats/nuts_regions.csv"),
        )
    )


@cache
def whole_hromadas() -> tuple[Reader, dict[str, Record], list[Refused]]:
    return read(Files(shared("ua-hromadas/hromadas.csv")))


def test_hromadas_are_1469_and_kyiv() -> None:
    reader, records, refused = whole_hromadas()
    assert (len(records), refused) == (1470, [])
    assert reader.expected() == dict(reader.units) == {"UA": 1470}
    assert "UA80000000000093317" in records
    assert len(reader.regions) == 25
    total = sum(int(facts(one)["population", "2022-01-01"]) for one in records.values())
    assert total == 41_167_335


def test_hromada_has_centre_adjective_latin_and_former_names() -> None:
    _reader, records, _refused = whole_hromadas()
    assert names(records["UA18080150000022496"]) == [
        ("Звягель", "uk", "short"),
        ("Звягельська міська громада", "uk", "official"),
        ("Zviahel", "en", "short"),
        ("Zviahelska", "en", "transliteration"),
        ("Новоград-Волинська", "uk", "former"),
        ("Новоград-Волинський", "uk", "former"),
        ("Zwiahel", "pl", "exonym"),
    ]
    kyiv = records["UA80000000000093317"]
    assert names(kyiv)[:3] == [
        ("Київ", "uk", "short"), ("місто Київ", "uk", "official"), ("Kyiv", "en", "short"),
    ]  # fmt: skip


def test_hromada_has_figures_with_their_dates_and_sources() -> None:
    reader, records, _refused = whole_hromadas()
    chuhuiv = records["UA63140170000087785"]
    row = next(
        row for row in read_shared("ua-hromadas/hromadas.csv") if row["katottg"] == chuhuiv.code
    )
    found = facts(chuhuiv)
    assert found["population", "2022-01-01"] == row["population_2022"]
    assert float(found["area_km2", "2022"]) == float(row["area_km2"])
    assert float(found["idp_net", "2023-07-25"]) == float(row["idp_net_2023_thousand"]) * 1000
    assert float(found["income_kuah", "2022"]) == float(row["income_total_2022_kuah"])
    assert {fact.source for fact in chuhuiv.facts} == {"kse-loc-data-hub"}
    kyiv = records["UA80000000000093317"]
    assert [fact.source for fact in kyiv.facts if fact.kind == "population"] == [
        "kyiv-remainder-2022"
    ]
    assert {name.source for name in chuhuiv.names} <= set(reader.sources)


def test_hromada_has_type_region_place_and_profile() -> None:
    reader, records, _refused = whole_hromadas()
    chuhuiv = records["UA63140170000087785"]
    assert (chuhuiv.legal_form, chuhuiv.profile) == ("urban", ("urban",))
    region = reader.regions[chuhuiv.region]
    assert (region.name_en, region.name_uk) == ("Kharkiv oblast", "Харківська область")
    assert reader.regions["UA80000000000093317"].name_uk == "місто Київ"
    assert Counter(one.legal_form for one in records.values())["rural"] > 600
    assert all("rural" in one.profile for one in records.values() if one.legal_form == "settlement")


def test_hromadas_with_a_fault_are_refused_with_row_and_column() -> None:
    head = "katottg,name_uk,centre_uk,type,oblast_code,population_2022,lat,lon"
    content = lines(
        "UA6314,Чугуївська,Чугуїв,urban,UA63000000000041885,37962,49.8,36.7",
        "UA63140170000087785,Чугуївська,,town,UA63,many,36.688,49.835",
        head=head,
    )
    _reader, _records, refused = read(Files(table(content)))
    assert [(one.row, [(p.field, p.code) for p in one.problems]) for one in refused] == [
        (2, [("katottg", "code_form")]),
        (3, [("lat", "swapped"), ("type", "choice"), ("centre_uk", "missing"),
             ("population_2022", "whole"), ("region", "region")]),
    ] or [(one.row, sorted(p.code for p in one.problems)) for one in refused] == [
        (2, ["code_form"]),
        (3, ["choice", "missing", "number", "region", "swapped"]),
    ]  # fmt: skip


def test_lau_gives_the_expected_municipalities_of_every_country() -> None:
    reader, records, refused = whole_lau()
    assert refused == []
    assert dict(reader.units) == EXPECTED
    assert sum(reader.rows.values()) == 95_217
    assert len(records) == sum(EXPECTED.values()) == 85_882
    assert (reader.units["PT"], reader.units["GR"]) == (308, 333)
    assert (reader.units["IE"], reader.units["CY"]) == (26, 6)


def test_lau_groups_keep_everybody() -> None:
    rows = read_shared("eu-lau/lau.csv")
    _reader, records, _refused = whole_lau()
    for country in ("IE", "CY"):
        people = sum(int(row["population"] or 0) for row in rows if row["iso2"] == country)
        groups = [one for one in records.values() if one.country == country]
        counted = sum(int(one.facts[0].value) for one in groups)
        assert counted == people
        assert sum(one.members for one in groups) == sum(row["iso2"] == country for row in rows)
    dublin = records["IE_G1326"]
    assert names(dublin) == [("County Dublin", "en", "short"), ("Baile Átha Cliath", "ga", "short")]
    assert (dublin.scheme, dublin.members, dublin.facts[0].as_of) == ("own", 31, "2016")
    assert dublin.lat is not None
    assert dublin.lon is not None
    assert abs(dublin.lat - 53.35) < 0.1
    assert abs(dublin.lon + 6.27) < 0.1
    nicosia = records["CY_G1"]
    assert names(nicosia)[:2] == [
        ("Επαρχία Λευκωσίας", "el", "short"), ("Nicosia district", "en", "exonym"),
    ]  # fmt: skip


def test_lau_marks_latvian_units_of_before_the_reform_as_former() -> None:
    _reader, records, _refused = whole_lau()
    former = {one.country for one in records.values() if one.standing == "former"}
    assert former == {"LV"}
    kuldiga = records["LV_0620200"]
    assert names(kuldiga) == [("Kuldīgas novads", "lv", "short")]
    assert kuldiga.standing == "former"


def test_lau_takes_years_of_the_census_and_leaves_unknown_areas_out() -> None:
    _reader, records, _refused = whole_lau()
    years = {
        country: {
            fact.as_of
            for one in records.values()
            if one.country == country
            for fact in one.facts
            if fact.kind == "population"
        }
        for country in ("BG", "GR", "HR", "IE", "LV")
    }
    assert years == {
        "BG": {"2011"}, "GR": {"2011"}, "HR": {"2011"}, "IE": {"2016"}, "LV": {"2020-01-01"},
    }  # fmt: skip
    areas = Counter(
        one.country
        for one in records.values()
        for fact in one.facts
        if fact.kind == "area_km2" and float(fact.value) > 0
    )
    measured = sum(fact.kind == "area_km2" for one in records.values() for fact in one.facts)
    assert measured == areas.total() > 39_000
    # The source has 0 for all of Finland but thirteen, and nothing for France.
    assert (areas["FI"], areas["FR"]) == (13, 0)


def test_lau_names_regions_and_tags_from_the_nuts_file() -> None:
    content = lau(("LV_0620200", "Kuldīgas novads", 22028, 56.96785, 21.96817, "LV003"))
    reader, records, _refused = read(Files(table(content), nuts=table(NUTS)))
    assert reader.regions["LV003"].name_en == "Kurzeme"
    assert records["LV_0620200"].profile == ("urban", "border")
    plain, bare, _none = read(Files(table(content)))
    assert plain.regions["LV003"].name_en == "LV003"
    assert bare["LV_0620200"].profile == ("urban",)


def test_lau_without_the_second_file_leaves_parishes_out_and_says_so() -> None:
    content = lau(
        ("PT_110601", "Ajuda", 15617, 38.7, -9.2, "PT170"),
        ("PT_110602", "Alcântara", 13943, 38.7, -9.2, "PT170"),
        ("EL_45010000", "Αθήνα", 664046, 37.9, 23.7, "EL303"),
        ("EE_0184", "Haapsalu linn", 13127, 58.93, 23.52, "EE004"),
    )
    reader, records, _refused = read(Files(table(content)))
    assert set(records) == {"EE_0184"}
    assert [(one.code, one.value, one.hint) for one in reader.notices] == [
        ("left_out", "PT", "2"), ("left_out", "GR", "1"),
    ]  # fmt: skip
    with_groups, grouped, _none = read(Files(table(content), table(GROUPS)))
    assert set(grouped) == {"EE_0184", "PT_G1106", "GR_G4501"}
    assert with_groups.notices == []


def test_lau_groups_bear_the_names_that_their_source_allows() -> None:
    content = lau(
        ("PT_110601", "Ajuda", 15617, 38.7, -9.2, "PT170"),
        ("EL_45010000", "Αθήνα", 664046, 37.9, 23.7, "EL303"),
    )
    _reader, records, _refused = read(Files(table(content), table(GROUPS)))
    assert names(records["PT_G1106"]) == [
        ("Lisboa", "pt", "short"), ("Лісабон", "uk", "exonym"), ("Lisbon", "en", "exonym"),
    ]  # fmt: skip
    athens = records["GR_G4501"]
    assert names(athens)[0] == ("Athens", "en", "transliteration")
    assert (athens.scheme, athens.is_group, athens.region) == ("own", True, "EL303")


def test_lau_faults_in_the_second_file_are_told_as_such() -> None:
    content = lau(("PT_110601", "Ajuda", 15617, 38.7, -9.2, "PT170"))
    broken = lines(
        "PT_G1106,PT,1106,,GeoNames,24,552700,100.0,-9.15154,38.74157,PT170", head=GROUPS_HEAD
    )
    _reader, _records, refused = read(Files(table(content), table(broken)))
    assert [(one.row, one.is_group) for one in refused] == [(2, True)]
    assert [(p.field, p.code) for p in refused[0].problems] == [
        ("lat", "swapped"), ("name", "missing"),
    ]  # fmt: skip


@pytest.mark.parametrize("beside", ["groups", "nuts"])
def test_lau_refuses_a_second_file_that_is_another(beside: str) -> None:
    content = table(lau(("EE_0184", "Haapsalu linn", 13127, 58.93, 23.52, "EE004")))
    other = table("town,mayor\nx,y\n")
    files = Files(content, groups=other) if beside == "groups" else Files(content, nuts=other)
    with pytest.raises(Unreadable) as caught:
        reader_for(files)
    assert caught.value.problem.code == f"{beside}_layout"


def test_lau_faults_are_refused_with_row_and_column() -> None:
    content = lines(
        "LV_1,EE,1,Town,,5,1,2,0,57.1,26.7,LV008",
        "LV_2,LV,2,,,x,1,7,0,26.7,57.1,LV",
        "LV_3,LV,3,Town",
        head=LAU_HEAD,
    )
    _reader, _records, refused = read(Files(table(content)))
    assert [(one.row, sorted(p.code for p in one.problems)) for one in refused] == [
        (2, ["country_other"]),
        (3, ["choice", "missing", "number", "region", "swapped"]),
        (4, ["cells"]),
    ]


@pytest.mark.parametrize(
    ("country", "register", "said"),
    [
        ("DE", "Aachen, Stadt", "Aachen"),
        ("DE", "Fröndenberg/Ruhr, Stadt", "Fröndenberg/Ruhr"),
        ("ES", "Coruña, A", "A Coruña"),
        ("ES", "Hospitalet de Llobregat, L'", "L'Hospitalet de Llobregat"),
        ("ES", "Villajoyosa / Vila Joiosa, la", "Villajoyosa / la Vila Joiosa"),
        (
            "ES",
            "Cruïlles, Monells i Sant Sadurní de l'Heura",
            "Cruïlles, Monells i Sant Sadurní de l'Heura",
        ),
        ("EE", "Narva linn", "Narva"),
        ("EE", "Tartu vald", "Tartu vald"),
        ("RO", "Municipiul Oradea", "Oradea"),
        ("RO", "Oraş Zărneşti", "Zărneşti"),
        ("HR", "Grad Zagreb", "Zagreb"),
        ("HR", "Gradec", "Gradec"),
        ("FR", "Paris", "Paris"),
    ],
)
def test_short_name_is_what_people_say(country: str, register: str, said: str) -> None:
    assert short_name(country, register) == said


@pytest.mark.parametrize(
    ("country", "region", "name", "language"),
    [
        ("BE", "BE211", "Mortsel", "nl"),
        ("BE", "BE323", "Tournai", "fr"),
        ("BE", "BE336", "Eupen", "de"),
        ("BE", "BE100", "Anderlecht", "und"),
        ("FI", "FI194", "Alajärvi", "fi"),
        ("FI", "FI194", "Lapua / Lappo", "und"),
        ("FI", "FI200", "Jomala", "sv"),
        ("ES", "ES511", "Manresa", "und"),
        ("ES", "ES417", "Soria", "es"),
        ("IT", "ITH10", "Merano", "und"),
        ("DE", "DEA5C", "Fröndenberg/Ruhr", "de"),
        ("LU", "LU000", "Dippach", "lb"),
        ("UA", "", "Чугуїв", "uk"),
        ("XX", "", "Nowhere", "und"),
    ],
)
def test_language_of_names_is_told_by_country_and_region(
    country: str, region: str, name: str, language: str
) -> None:
    assert language_of_names(country, region, name) == language


def test_groups_without_people_weigh_their_members_alike() -> None:
    parts = [
        Part(2, "2001", 0, "1.5", 35.0, 33.0, "CY000"),
        Part(3, "2002", 0, "0", 36.0, 34.0, "CY000"),
        Part(4, "2003", 0, "2.5", None, None, "CY000"),
    ]
    (kyrenia,) = groups_of("CY", parts)
    assert (kyrenia.lat, kyrenia.lon, kyrenia.area, kyrenia.members) == (35.5, 33.5, "4", 3)


def test_groups_are_placed_where_their_people_are() -> None:
    parts = [
        Part(2, "1326001", 900, "0", 53.0, -6.0, "IE061"),
        Part(3, "1326002", 100, "0", 54.0, -7.0, "IE062"),
    ]
    (dublin,) = groups_of("IE", parts)
    assert (dublin.lat, dublin.lon, dublin.population) == (53.1, -6.1, 1000)
    assert (dublin.region, dublin.area, dublin.code) == ("IE061", "", "IE_G1326")


def test_groups_with_an_unknown_key_are_named_by_it() -> None:
    (group,) = groups_of("IE", [Part(2, "9999001", 5, "0", 53.0, -6.0, "IE061")])
    assert group.names == (("IE 9999", "en", "short"),)


def test_other_names_belong_to_codes_of_the_published_files() -> None:
    _hromadas, ukrainian, _none = whole_hromadas()
    _lau, european, _no = whole_lau()
    known = {code: {text for text, _l, _u in names(one)} for code, one in ukrainian.items()}
    known |= {code: {text for text, _l, _u in names(one)} for code, one in european.items()}
    for code, entries in other_names().items():
        assert code in known, code
        assert len({entry[:3] for entry in entries}) == len(entries), code
        for text, _language, use, until in entries:
            assert text in known[code]
            assert until == "" or (use == Name.Use.FORMER and until.isdigit())


def test_names_of_one_record_never_stand_twice() -> None:
    for whole in (whole_hromadas, whole_lau):
        _reader, records, _refused = whole()
        doubled = [code for code, one in records.items() if len(set(names(one))) != len(one.names)]
        assert doubled == []


def test_own_columns_are_explained_in_the_administrators_docs() -> None:
    page = Path(__file__).resolve().parents[2] / "docs/administrators/import.md"
    text = page.read_text(encoding="utf-8")
    for column in COLUMNS:
        assert f"| `{column}` |" in text, column
