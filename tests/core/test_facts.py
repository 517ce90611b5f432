"""Facts: every value with source and date, one of them chosen, sources found again."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from mosty.core.facts import Fact, FactKind, Source, choose, find_source
from tests.people import Bodies


def add(
    bodies: Bodies, value: str, as_of: str, *, key: str = "census", chosen: bool = False
) -> Fact:
    source, _made = Source.objects.get_or_create(key=key, defaults={"title": key.title()})
    return Fact.objects.create(
        organisation=bodies.chuhuiv, kind=FactKind.POPULATION, value=Decimal(value), as_of=as_of,
        source=source, is_chosen=chosen,
    )  # fmt: skip


def test_choosing_a_fact_takes_the_mark_from_the_other(bodies: Bodies) -> None:
    old = add(bodies, "36789", "2020", chosen=True)
    new = add(bodies, "37962", "2022-01-01")
    choose(new)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.is_chosen, new.is_chosen) == (False, True)
    choose(new)
    assert Fact.objects.filter(is_chosen=True).get() == new


def test_choosing_a_fact_leaves_other_kinds_and_bodies_alone(bodies: Bodies) -> None:
    source = Source.objects.create(key="s", title="S")
    area = Fact.objects.create(
        organisation=bodies.chuhuiv, kind=FactKind.AREA, value=12, as_of="2020", source=source,
        is_chosen=True,
    )  # fmt: skip
    elsewhere = Fact.objects.create(
        organisation=bodies.kuldiga, kind=FactKind.POPULATION, value=1, as_of="2020",
        source=source, is_chosen=True,
    )  # fmt: skip
    choose(add(bodies, "37962", "2022"))
    assert Fact.objects.filter(pk__in=[area.pk, elsewhere.pk], is_chosen=True).count() == 2


def test_two_chosen_facts_of_one_kind_are_refused_by_the_database(bodies: Bodies) -> None:
    add(bodies, "36789", "2020", chosen=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        add(bodies, "37962", "2022", chosen=True)


def test_one_source_gives_one_value_for_a_date(bodies: Bodies) -> None:
    add(bodies, "36789", "2020")
    with pytest.raises(IntegrityError), transaction.atomic():
        add(bodies, "36790", "2020")
    add(bodies, "36790", "2020", key="another")
    assert Fact.objects.count() == 2


def test_withdrawn_fact_cannot_be_the_one_shown(bodies: Bodies) -> None:
    fact = add(bodies, "36789", "2020")
    fact.withdrawn_reason = "A slip of the pen"
    fact.save()
    assert fact.is_withdrawn
    with pytest.raises(IntegrityError), transaction.atomic():
        choose(fact)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("value", "shown"),
    [("37962.000", 37962), ("86.100", Decimal("86.1")), ("-800", -800), ("0.000", 0)],
)
def test_number_of_a_fact_has_no_needless_decimals(value: str, shown: int | Decimal) -> None:
    fact = Fact(kind=FactKind.AREA, value=Decimal(value), as_of="2022-01-01")
    assert fact.number == shown
    assert type(fact.number) is type(shown)
    assert (fact.year, fact.unit) == ("2022", "km²")
    assert Fact(kind=FactKind.POPULATION, value=1).unit == ""


def test_source_of_an_address_is_found_again(db: None) -> None:
    address = "https://www.lps.lv/en/news/7651-bridges-of-trust"
    made = find_source(f" {address} ")
    assert (made.title, made.publisher, made.url) == ("lps.lv", "lps.lv", address)
    assert find_source(address, title="Another title") == made
    assert Source.objects.get(pk=made.pk).title == "lps.lv"
    other = find_source("https://www.lps.lv/en/news/7652", title="News", publisher="LPS")
    assert (other.title, other.publisher) == ("News", "LPS")
    assert other.key != made.key


def test_source_that_a_register_brought_keeps_its_words(db: None) -> None:
    known = Source.objects.create(
        key="eurostat", title="LAU 2020", url="https://ec.europa.eu/eurostat"
    )
    assert find_source("https://ec.europa.eu/eurostat", title="Something else") == known
    assert str(known) == "LAU 2020"


def test_facts_come_chosen_first_then_newest(bodies: Bodies) -> None:
    add(bodies, "1", "2019")
    add(bodies, "2", "2021", chosen=True)
    add(bodies, "3", "2022-01-01")
    assert [fact.as_of for fact in Fact.objects.all()] == ["2021", "2022-01-01", "2019"]
