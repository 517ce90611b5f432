"""What a plan says of every row: made, changed, the same, doubtful, or refused with a remedy."""

import json

import pytest
from django.utils import translation

from mosty.core.access import SYSTEM
from mosty.core.facts import Fact, FactKind, Source, choose
from mosty.places.imports.plan import Head, Outcome, PlannedRow, digest_of
from mosty.places.imports.problems import _SENTENCES, Problem, Unreadable
from mosty.places.imports.records import Record
from mosty.places.imports.sentences import say_change, say_new
from mosty.places.imports.storing import head_of, is_intact, parts_of, rows_of
from mosty.places.models import Name, Need, Organisation
from tests.people import Bodies
from tests.places.importing import (
    CHUHUIV,
    GULBENE,
    HEAD,
    KULDIGA,
    counts,
    faults,
    keep,
    lines,
    plan,
    rows,
    write,
)

pytestmark = pytest.mark.django_db


def test_plan_of_new_municipalities_creates_them_and_writes_nothing() -> None:
    made = plan(lines(KULDIGA, CHUHUIV))
    assert counts(made) == {"create": 2}
    assert Organisation.objects.count() == Source.objects.count() == 0
    kuldiga, chuhuiv = rows(made, Outcome.CREATE)
    assert (kuldiga.row, kuldiga.code, kuldiga.label, kuldiga.country) == (
        2, "LV_0620200", "Kuldīga", "LV",
    )  # fmt: skip
    assert chuhuiv.label == "Chuhuiv"
    assert chuhuiv.record is not None
    assert (chuhuiv.record.scheme, chuhuiv.record.country) == ("katottg", "UA")
    assert say_new(chuhuiv) == "Чугуїв; 37,962 people (2022); 49.8358, 36.6880"


def test_plan_tells_layout_encoding_separator_and_counts() -> None:
    head = plan(lines(KULDIGA, GULBENE, CHUHUIV).encode("utf-16")).head
    assert (head.layout, head.encoding, head.separator) == ("own", "UTF-16", ",")
    assert [(one.country, one.rows, one.units) for one in head.countries] == [
        ("LV", 2, 2), ("UA", 1, 1),
    ]  # fmt: skip
    assert head.is_sound


def test_plan_is_the_same_every_time_and_goes_to_json_and_back() -> None:
    first, second = plan(lines(KULDIGA, CHUHUIV)), plan(lines(KULDIGA, CHUHUIV))
    assert first.sha256 == second.sha256
    assert Head.load(json.loads(json.dumps(first.head.dump()))) == first.head
    for outcome in Outcome:
        for row in first.rows(outcome):
            assert PlannedRow.load(json.loads(json.dumps(row.dump()))) == row
            if row.record:
                assert Record.load(json.loads(json.dumps(row.record.dump()))) == row.record
    assert digest_of(first.head, first.parts) == first.sha256
    assert plan(lines(KULDIGA)).sha256 != first.sha256


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (",Town,LV,,,,,", "code", "missing"),
        ("LV_1,,LV,,,,,", "name", "missing"),
        ("UA6314017000008778,Town,UA,,,,,", "code", "code_form"),
        ("UA631401700000877851,Town,UA,,,,,", "code", "code_form"),
        ("LV_06/20,Town,LV,,,,,", "code", "code_form"),
        ("ua63140170000087785,Town,UA,,,,,", "", ""),
        ("UА63140170000087785,Town,UA,,,,,", "code", "code_letters"),
        ("import,Town,LV,,,,,", "code", "code_form"),
        ("XX_0620200,Town,,,,,,", "code", "country_unknown"),
        ("own-1,Town,GB,,,,,", "country", "country_unknown"),
        ("own-1,Town,,,,,,", "country", "missing"),
        ("LV_0620200,Town,EE,,,,,", "country", "country_other"),
        ("LV_1,Town,LV,many,2020,S,,", "population", "number"),
        ("LV_1,Town,LV,-5,2020,S,,", "population", "whole"),
        ("LV_1,Town,LV,12.5,2020,S,,", "population", "whole"),
        ("LV_1,Town,LV,99999999999,2020,S,,", "population", "whole"),
        ("LV_1,Town,LV,NaN,2020,S,,", "population", "number"),
        ("LV_1,Town,LV,1e30,2020,S,,", "population", "number"),
        ("LV_1,Town,LV,5,,S,,", "population_year", "date_missing"),
        ("LV_1,Town,LV,5,last year,S,,", "population_year", "date"),
        ("LV_1,Town,LV,5,2020-13,S,,", "population_year", "date"),
        ("LV_1,Town,LV,5,2020,,,", "source", "source_missing"),
        ("LV_1,Town,LV,,,,57.1,", "lon", "place_half"),
        ("LV_1,Town,LV,,,,north,26", "lat", "number"),
        ("LV_1,Town,LV,,,,97.1,26.7", "lat", "lat_range"),
        ("LV_1,Town,LV,,,,57.1,226.7", "lon", "lon_range"),
        ("LV_1,Town,LV,,,,26.75,57.17", "lat", "swapped"),
        ("UA63140170000087785,Town,UA,,,,36.688,49.835", "lat", "swapped"),
        ("LV_1,Town,LV,,,,48.85,2.35", "lat", "outside"),
        ("LV_1," + "x" * 201 + ",LV,,,,,", "name", "too_long"),
    ],
)
def test_plan_refuses_a_wrong_cell_and_names_the_column(row: str, column: str, code: str) -> None:
    # A code in small letters is no code list's: it is taken as a key of one's own.
    wanted = [(2, column, code)] if code else []
    assert faults(lines(row)) == wanted


def test_plan_refuses_all_faults_of_a_row_at_once() -> None:
    found = faults(lines("LV_1,,LV,many,someday,S,57.1,"))
    assert {code for _row, _column, code in found} == {"missing", "number", "date", "place_half"}


def test_plan_tells_a_swap_in_words_with_the_country() -> None:
    (row,) = rows(plan(lines("LV_1,Town,LV,,,,26.75,57.17")), Outcome.REFUSED)
    (problem,) = row.problems
    assert problem.text == (
        "Latitude and longitude are swapped: 26.75, 57.17 would lie outside Latvia."
    )
    assert problem.remedy == "Exchange the two columns lat and lon."
    with translation.override("uk"):
        assert "Латвія" in problem.text


@pytest.mark.parametrize(
    ("cell", "people"),
    [("37962", 37962), ("37 962", 37962), ("37\u00a0962", 37962), ("37962.0", 37962),
     ("37962,0", 37962), ("0", 0)],
)  # fmt: skip
def test_plan_reads_numbers_as_spreadsheets_write_them(cell: str, people: int) -> None:
    content = lines(f"LV_1;Town;LV;{cell};2020;S;56,9;21,9", head=HEAD.replace(",", ";"))
    (row,) = rows(plan(content), Outcome.CREATE)
    assert row.record is not None
    assert row.record.facts[0].value == str(people)
    assert (row.record.lat, row.record.lon) == (56.9, 21.9)


def test_plan_refuses_the_second_row_of_a_code_and_names_the_first() -> None:
    made = plan(lines(KULDIGA, GULBENE, KULDIGA))
    (twice,) = rows(made, Outcome.REFUSED)
    assert (twice.row, twice.problems[0].code) == (4, "code_twice")
    assert twice.problems[0].text == "The code LV_0620200 stands already in row 2."
    assert not made.head.is_sound


def test_plan_refuses_an_unknown_theme_and_names_the_nearest() -> None:
    head = "code,name,needs,offers"
    assert faults(lines("LV_1,Town,watre,energy", head=head)) == [(2, "needs", "theme_unknown")]
    (row,) = rows(plan(lines("LV_1,Town,watre,", head=head)), Outcome.REFUSED)
    assert row.problems[0].remedy == "Did you mean: water, waste? The list of themes is closed."
    assert faults(lines("LV_1,Town,xyzzy,", head=head)) == [(2, "needs", "theme_unknown_far")]
    assert faults(lines("LV_1,Town,water:4,", head=head)) == [(2, "needs", "weight")]
    assert faults(lines("LV_1,Town,,water | water:1", head=head)) == [(2, "offers", "theme_twice")]


def test_plan_takes_themes_by_slug_and_by_name_with_weights() -> None:
    cell = "water:3 | Водопостачання та водовідведення"
    head = "code,name,needs,offers"
    assert faults(lines(f"LV_1,Town,{cell},", head=head)) == [(2, "needs", "theme_twice")]
    (row,) = rows(
        plan(
            lines("LV_1,Town,water:3 | Civil protection and crisis management:1,energy", head=head)
        ),
        Outcome.CREATE,
    )
    assert row.record is not None
    assert [(wish.theme, wish.weight) for wish in row.record.needs] == [
        ("water", 3), ("civil-protection", 1),
    ]  # fmt: skip
    assert [(wish.theme, wish.weight) for wish in row.record.offers] == [("energy", 2)]


def test_plan_refuses_wrong_words_in_other_columns() -> None:
    head = "code,name,scheme,language,region,standing,website,languages,profile,source_url,area_km2"
    row = "LV_1,Town,eurostat,latvian,12,gone,lv,Ukrainian,flat,here,-4"
    assert sorted((column, code) for _row, column, code in faults(lines(row, head=head))) == [
        ("area_km2", "number"), ("country", "missing"), ("language", "language"),
        ("languages", "language"), ("profile", "choice"), ("region", "region"),
        ("scheme", "scheme"), ("standing", "choice"), ("website", "address"),
    ]  # fmt: skip


def test_plan_refuses_a_region_of_another_country() -> None:
    content = lines("LV_1,Town,EE008", head="code,name,region")
    assert faults(content) == [(2, "region", "region_other")]
    assert faults(lines("EL_1,Town,EL522", head="code,name,region")) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("town,mayor\nKuldīga,\n", "layout"),
        ("code,name,name\nLV_1,Town,Town\n", "twice_column"),
        ("group_id,iso2,group_code,name\nPT_G1,PT,1,Town\n", "groups_alone"),
    ],
)
def test_plan_of_a_file_without_known_columns_is_refused_as_a_whole(
    content: str, code: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        plan(content)
    assert (caught.value.problem.code, caught.value.row) == (code, 1)


def test_plan_tells_columns_that_are_not_read() -> None:
    made = plan(lines("LV_1,Town,Anna", head="code,name,mayor"))
    assert [(one.code, one.value) for one in made.head.notices] == [("unread", "mayor")]
    assert counts(made) == {"create": 1}


def test_plan_of_what_was_written_changes_nothing() -> None:
    write(lines(KULDIGA, GULBENE, CHUHUIV))
    assert counts(plan(lines(KULDIGA, GULBENE, CHUHUIV))) == {"same": 3}
    # Neither the encoding nor the order of the rows matters.
    again = plan(lines(CHUHUIV, KULDIGA, GULBENE).encode("utf-16"))
    assert counts(again) == {"same": 3}


def test_plan_shows_every_field_that_changes() -> None:
    write(lines(KULDIGA))
    content = lines(
        "LV_0620200,Kuldīga,LV,21500,2022,Register,57.00000,22.00000,town,https://kuldiga.lv,water:3",
        head=HEAD + ",legal_form,website,needs",
    )
    (row,) = rows(plan(content), Outcome.CHANGE)
    said = [(one.label, one.before, one.after) for one in map(say_change, row.changes)]
    assert said == [
        ("Legal form", "", "town"),
        ("Website", "", "https://kuldiga.lv"),
        ("Place", "56.96785, 21.96817", "57.0, 22.0"),
        ("Population, 2022", "", "21,500"),
        ("Need: Water and wastewater", "", "3"),
    ]


def test_plan_keeps_what_people_entered(bodies: Bodies) -> None:
    town = bodies.kuldiga
    town.profile, town.languages = ["coast"], ["lv"]
    town.save()
    source = Source.objects.create(key="town", title="The town itself")
    by_hand = Fact.objects.create(
        organisation=town, kind=FactKind.POPULATION, value=23100, as_of="2021", source=source,
        entered_by_id=None,
    )  # fmt: skip
    choose(by_hand)
    head = HEAD + ",profile,languages"
    (row,) = rows(
        plan(lines(KULDIGA.replace("22028", "22900") + ",urban,en", head=head)), Outcome.CHANGE
    )
    assert {change.what for change in row.changes} == {"fact"}
    # The figure of the file is older than the one that is shown: it is added and not shown.
    assert [change.after for change in row.changes] == [["22900", False]]


def test_plan_shows_a_newer_figure_unless_a_person_chose(bodies: Bodies, cast: object) -> None:
    source = Source.objects.create(key="town", title="The town itself")
    fact = Fact.objects.create(
        organisation=bodies.kuldiga, kind=FactKind.POPULATION, value=23000, as_of="2019",
        source=source, is_chosen=True,
    )  # fmt: skip
    (row,) = rows(plan(lines(KULDIGA)), Outcome.CHANGE)
    assert [change.after for change in row.changes if change.what == "fact"] == [["22028", True]]
    fact.entered_by = cast.officer.user  # type: ignore[attr-defined]
    fact.save()
    (row,) = rows(plan(lines(KULDIGA)), Outcome.CHANGE)
    assert [change.after for change in row.changes if change.what == "fact"] == [["22028", False]]


def test_plan_never_takes_anything_out() -> None:
    write(lines(KULDIGA + ",water", head=HEAD + ",needs"))
    assert Need.objects.count() == 1
    made = plan(lines("LV_0620200,Kuldīga", head="code,name"))
    assert counts(made) == {"same": 1}


def test_plan_makes_the_old_name_a_former_one_when_a_town_was_renamed() -> None:
    write(lines("UA63140170000087785,Красноград,UA,,,,,"))
    made = plan(lines("UA63140170000087785,Берестин,UA,,,,,", head=HEAD))
    (row,) = rows(made, Outcome.DOUBTFUL)
    assert [(one.what, one.key) for one in row.changes] == [
        ("name_ended", ("Красноград", "uk", "short")),
        ("name", ("Берестин", "uk", "short")),
    ]
    # Nothing of the old name is left in the new one: a person should look.
    assert [one.code for one in row.problems] == ["other_name"]
    assert row.problems[0].text == "The register calls this code Krasnohrad, the file Берестин."


def test_plan_doubts_a_body_that_stands_near_by_under_another_code(bodies: Bodies) -> None:
    near = "LV_0009999,Kuldīga,LV,,,,56.97,21.97"
    (row,) = rows(plan(lines(near)), Outcome.DOUBTFUL)
    assert row.problems == (Problem("twin", value="Kuldīga", hint="LV_0620200"),)
    far = "LV_0009999,Kuldīga,LV,,,,57.97,26.97"
    assert counts(plan(lines(far))) == {"create": 1}
    # Both codes stand in the file: two bodies of one name, as in Poland.
    assert counts(plan(lines(near, KULDIGA))) == {"create": 1, "change": 1}


def test_plan_doubts_a_code_that_somebody_bore_before(bodies: Bodies) -> None:
    Name.objects.create(
        organisation=bodies.gulbene, text="LV_0000001", language="und", use=Name.Use.CODE
    )
    (row,) = rows(plan(lines("LV_0000001,Town,LV,,,,,")), Outcome.DOUBTFUL)
    assert row.problems[0].text == "Gulbene bore the code LV_0000001 before."


def test_plan_doubts_a_jump_of_people_and_of_place() -> None:
    write(lines(KULDIGA))
    jump = KULDIGA.replace("22028,2020-01-01", "220280,2022")
    (row,) = rows(plan(lines(jump)), Outcome.DOUBTFUL)
    assert [one.code for one in row.problems] == ["population_jump"]
    moved = KULDIGA.replace("56.96785,21.96817", "56.3,26.5")
    (row,) = rows(plan(lines(moved)), Outcome.DOUBTFUL)
    assert [one.code for one in row.problems] == ["far_away"]
    assert int(row.problems[0].value) > 200


def test_plan_refuses_a_code_that_belongs_to_an_association(bodies: Bodies) -> None:
    made = plan(lines("LPS,Kuldīga,LV,,,,,"))
    (row,) = rows(made, Outcome.REFUSED)
    assert row.problems[0].code == "code_of_other"


def test_plan_leaves_labels_that_a_later_program_would_make_otherwise() -> None:
    (row,) = rows(plan(lines(CHUHUIV)), Outcome.CREATE)
    write(lines(CHUHUIV))
    town = Organisation.objects.get()
    stored = (town.label_en, town.label_native, town.label_uk, town.search_key)
    assert row.labels[:4] == stored


def test_stored_plan_is_what_was_made_and_shows_its_pages() -> None:
    many = [f"own-{number},Town {number},LV,,,,," for number in range(120)]
    made = plan(lines(*many))
    import_ = keep(lines(*many))
    assert import_.sha256 == made.sha256
    assert head_of(import_) == made.head
    assert tuple(parts_of(import_)) == made.parts
    assert [len(rows_of(import_, Outcome.CREATE, page)) for page in (1, 2, 3, 4)] == [50, 50, 20, 0]
    assert rows_of(import_, Outcome.CREATE, 3)[-1].code == "own-119"
    assert rows_of(import_, Outcome.SAME, 1) == []
    assert is_intact(import_)


def test_stored_plan_that_somebody_altered_is_noticed() -> None:
    import_ = keep(lines(KULDIGA))
    other = plan(lines(KULDIGA.replace("22028", "99999")))
    part = import_.parts.get()
    part.content = other.parts[0].content
    part.save()
    assert not is_intact(import_)


def test_every_problem_has_a_text_and_a_remedy_in_both_languages() -> None:
    for code in _SENTENCES:
        problem = Problem(code, "lat", "value", "LV")
        for language in ("en", "uk"):
            with translation.override(language):
                for said in (problem.text, problem.remedy):
                    assert said.strip() == said != ""
                    assert "%(" not in said
                    assert said[-1] in ".?"
        with translation.override("uk"):
            ukrainian = problem.text
        assert ukrainian != problem.text, code


def test_planning_asks_the_same_number_of_queries_for_ten_and_for_a_thousand_rows(
    django_assert_max_num_queries: object,
) -> None:
    def content(count: int) -> str:
        return lines(*(f"own-{number},Town {number},LV,,,,," for number in range(count)))

    for count in (10, 1000):
        write_first = keep(content(count), by=SYSTEM)
        assert head_of(write_first) is not None
        with django_assert_max_num_queries(12):  # type: ignore[operator]
            plan(content(count))
