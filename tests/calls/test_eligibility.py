"""May this body apply? Yes, no because, or unknown."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from mosty.calls.domain import calls, terms
from mosty.calls.eligibility import Answer, Verdict, check, check_one
from mosty.calls.models import Call
from mosty.core.access import SYSTEM, VISITOR
from mosty.core.facts import Fact, FactKind, Source
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.places.models import Affiliation, Organisation
from tests.calls.making import draft, make_phase, published
from tests.partnerships.world import report
from tests.people import Bodies, Cast, make_body, make_town
from tests.places.territories import status

pytestmark = pytest.mark.django_db
YES, NO, UNKNOWN = Verdict.YES, Verdict.NO, Verdict.UNKNOWN
numbers = iter(range(1, 1000))


@pytest.fixture
def pilot(bodies: Bodies) -> Call:
    """A call made from the template of the pilot."""
    return published(make_phase(bodies))


def town(population: int | None, metropolitan: int | None = 0) -> Organisation:
    """A Ukrainian municipality of that many inhabitants."""
    made = make_town(f"UA9900000000000{next(numbers):04}", "Somewhere", "Десь", "Десь",
                     in_country="UA", lat=50.0, lon=30.0, population=population)  # fmt: skip
    if metropolitan is not None:
        say(made, FactKind.METROPOLITAN, metropolitan)
    return made


def say(body: Organisation, kind: str, value: int, **more: Any) -> Fact:
    source, _new = Source.objects.get_or_create(key="register", defaults={"title": "Register"})
    return Fact.objects.create(
        organisation=body, kind=kind, value=Decimal(value), as_of="2021", source=source,
        is_chosen=True, **more,
    )  # fmt: skip


def because(answer: Answer) -> list[str]:
    return [line.because for line in answer.of(answer.verdict)]


@pytest.mark.parametrize(
    ("population", "metropolitan", "verdict"),
    [
        (399, 0, NO),
        (400, 0, YES),
        (50_000, 0, YES),
        (50_001, 0, NO),
        (None, 0, UNKNOWN),
        (20_000, 1, NO),
        (20_000, None, UNKNOWN),
        # One *no* decides, whatever else is not known.
        (399, None, NO),
        (None, 1, NO),
        (None, None, UNKNOWN),
    ],
)
def test_template_of_the_pilot_answers_by_size_and_metropolitan_area(
    pilot: Call, population: int | None, metropolitan: int | None, verdict: Verdict
) -> None:
    answer = check_one(pilot, town(population, metropolitan), VISITOR)
    assert answer.verdict is verdict


def test_answer_says_by_which_figure_of_which_source_and_year(pilot: Call) -> None:
    body = town(None, 1)
    say(body, FactKind.POPULATION, 399)
    assert because(check_one(pilot, body, VISITOR)) == [
        "399 inhabitants (2021, Register)", "It is part of one (2021, Register)",
    ]  # fmt: skip


def test_answer_tells_nobody_what_is_withheld(pilot: Call, cast: Cast) -> None:
    body = town(None, None)
    for kind in (FactKind.POPULATION, FactKind.METROPOLITAN):
        say(body, kind, 1, level=Level.STAFF)
    assert check_one(pilot, body, VISITOR).verdict is UNKNOWN
    assert check_one(pilot, body, SYSTEM).verdict is NO


def test_call_is_for_its_audience_and_countries_only(pilot: Call, bodies: Bodies) -> None:
    dinant = make_town("BE_91034", "Dinant", "Dinant", "Дінан", in_country="BE", lat=50.26,
                       lon=4.91, population=13_800)  # fmt: skip
    say(dinant, FactKind.METROPOLITAN, 0)
    assert because(check_one(pilot, dinant, VISITOR)) == ["Belgium"]
    association = check_one(pilot, bodies.latvian_association, VISITOR)
    assert association.verdict is NO
    assert "is no such body" in because(association)[0]
    assert check_one(pilot, bodies.kuldiga, VISITOR).verdict is UNKNOWN


def set_one(call: Call, kind: str, params: dict[str, Any]) -> None:
    terms.set_conditions(call, [{"kind": kind, "params": params}], by=SYSTEM)


@pytest.fixture
def open_to_all(bodies: Bodies) -> Call:
    """A draft for municipalities of all countries, whose conditions can still be changed."""
    call = draft(make_phase(bodies), template="")
    calls.edit_call(call, by=SYSTEM, opens_at=None)
    return call


@pytest.mark.parametrize(
    ("least", "most", "verdicts"),
    [(500, None, [NO, YES, YES]), (None, 500, [YES, YES, NO]), (0, 0, [NO, NO, NO])],
)
def test_size_may_have_one_bound(
    open_to_all: Call, least: int | None, most: int | None, verdicts: list[Verdict]
) -> None:
    params = {
        name: value for name, value in (("least", least), ("most", most)) if value is not None
    }
    set_one(open_to_all, "size", params)
    rows = [town(count) for count in (499, 500, 501)]
    answers = check(open_to_all, rows, VISITOR)
    assert [answers[row.pk].verdict for row in rows] == verdicts


def test_region_of_the_list(open_to_all: Call, bodies: Bodies) -> None:
    set_one(open_to_all, "region", {"codes": ["UA63000000000041885"]})
    found = check(open_to_all, [bodies.chuhuiv, bodies.korop], VISITOR)
    assert found[bodies.chuhuiv.pk].verdict is YES
    assert found[bodies.korop.pk].verdict is UNKNOWN


def test_status_of_the_territory_today(open_to_all: Call, bodies: Bodies) -> None:
    set_one(open_to_all, "territory", {"without": ["occupied"]})
    rows = [bodies.chuhuiv, bodies.korop, bodies.kuldiga]
    before = check(open_to_all, rows, VISITOR)
    assert [before[row.pk].verdict for row in rows] == [UNKNOWN, UNKNOWN, YES]
    status(bodies.chuhuiv, "occupied", "2022-02-24")
    status(bodies.korop, "possible", "2022-02-24")
    after = check(open_to_all, rows, VISITOR)
    assert [after[row.pk].verdict for row in rows] == [NO, YES, YES]


def test_membership_that_nobody_recorded_is_unknown(open_to_all: Call, bodies: Bodies) -> None:
    set_one(open_to_all, "association", {"codes": ["LPS"]})
    other = make_body("LVX", "Another association", kind="association", in_country="LV")
    rows = [bodies.kuldiga, bodies.gulbene, bodies.korop]
    Affiliation.objects.create(member=bodies.kuldiga, association=bodies.latvian_association)
    Affiliation.objects.create(member=bodies.gulbene, association=other)
    Affiliation.objects.create(
        member=bodies.korop, association=bodies.latvian_association, until="2020"
    )
    found = check(open_to_all, rows, VISITOR)
    assert [found[row.pk].verdict for row in rows] == [YES, UNKNOWN, UNKNOWN]
    set_one(open_to_all, "association", {"codes": []})
    assert check_one(open_to_all, bodies.gulbene, VISITOR).verdict is YES


def test_existing_partnerships_are_counted_as_far_as_one_may_know(
    open_to_all: Call, bodies: Bodies
) -> None:
    set_one(open_to_all, "partners", {"most": 0})
    assert check_one(open_to_all, bodies.chuhuiv, VISITOR).verdict is YES
    made = report(bodies.chuhuiv, bodies.kuldiga)
    answer = check_one(open_to_all, bodies.chuhuiv, VISITOR)
    assert (answer.verdict, because(answer)) == (NO, ["1 partnership is known."])
    type(made).objects.filter(pk=made.pk).update(level=Level.STAFF)
    assert check_one(open_to_all, bodies.chuhuiv, VISITOR).verdict is YES
    assert check_one(open_to_all, bodies.chuhuiv, SYSTEM).verdict is NO


def test_many_bodies_take_as_many_queries_as_one(
    bodies: Bodies, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    call = draft(make_phase(bodies), template="", name=Text.of(en="All"))
    calls.edit_call(call, by=SYSTEM, opens_at=None)
    kinds: dict[str, dict[str, Any]] = {
        "size": {"least": 1}, "metropolitan": {}, "region": {"codes": ["x"]},
        "territory": {"without": ["occupied"]}, "association": {"codes": []},
        "partners": {"most": 0}, "kind": {"kinds": ["municipality"]},
    }  # fmt: skip
    rows = [{"kind": kind, "params": params} for kind, params in kinds.items()]
    terms.set_conditions(call, rows, by=SYSTEM)
    towns = [town(1000 + number) for number in range(40)]
    for some in (towns[:1], towns):
        with django_assert_max_num_queries(8):
            assert len(check(call, some, VISITOR)) == len(some)


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("size", {}),
        ("size", {"least": 10, "most": 9}),
        ("size", {"least": -1}),
        ("size", {"least": "many"}),
        ("region", {"codes": []}),
        ("territory", {"without": []}),
        ("territory", {"without": ["nowhere"]}),
        ("kind", {"kinds": ["village"]}),
        ("partners", {}),
    ],
)
def test_condition_that_says_nothing_is_refused(
    open_to_all: Call, kind: str, params: dict[str, Any]
) -> None:
    with pytest.raises(terms.ValidationError):
        set_one(open_to_all, kind, params)
    assert not open_to_all.conditions.exists()
