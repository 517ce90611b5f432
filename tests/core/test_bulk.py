"""Rows put in by the thousand are the same as those put in one by one."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.forms.models import model_to_dict

from mosty.core.bulk import MANY, insert_rows
from mosty.core.facts import Fact, FactKind, Source
from mosty.places.models import Name, Need, Organisation
from tests.people import Bodies


def fields_of(row: Any) -> dict[str, Any]:
    return model_to_dict(row, exclude=["id", "code", "text"])


def test_rows_inserted_equal_rows_saved(bodies: Bodies) -> None:
    values = {
        "kind": "municipality", "scheme": "own", "label_en": "Town", "label_uk": "Місто",
        "lat": 50.5, "lon": 30.25, "population": 7, "languages": ["uk", "en"], "profile": [],
        "country_id": "UA", "sort_en": "town", "sort_uk": "20",
    }  # fmt: skip
    saved = Organisation.objects.create(code="saved", **values)
    rows = [("inserted", *values.values()), ("another", *values.values())]
    assert insert_rows(Organisation, ("code", *values), rows) == 2
    inserted = Organisation.objects.get(code="inserted")
    assert fields_of(inserted) == fields_of(saved)
    assert inserted.about == saved.about
    assert Organisation.objects.get(code="another").languages == ["uk", "en"]


def test_decimals_choices_and_dates_of_creation_are_as_saved(bodies: Bodies) -> None:
    source = Source.objects.create(key="s", title="S")
    body = bodies.chuhuiv.pk
    rows = [
        (body, FactKind.AREA, "86.1", "2022", source.pk, True),
        (body, FactKind.DISPLACED, Decimal("-800"), "2023-07-25", source.pk, False),
    ]
    names = ("organisation", "kind", "value", "as_of", "source", "is_chosen")
    insert_rows(Fact, names, rows)
    area, displaced = Fact.objects.order_by("kind")
    assert (area.kind, area.value, area.number) == ("area_km2", Decimal("86.1"), Decimal("86.1"))
    assert (displaced.number, displaced.is_chosen) == (-800, False)
    assert area.entered_at is not None
    assert Fact.objects.filter(value__gt=80).get() == area
    insert_rows(Need, ("organisation_id", "theme_id", "weight"), [(body, "water", 3)])
    assert Need.objects.get().weight == 3
    assert str(Need.objects.get().text) == ""


def test_inserting_nothing_asks_nothing(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert insert_rows(Name, ("organisation_id", "text"), []) == 0


def test_constraints_hold_and_the_transaction_is_given_up(bodies: Bodies) -> None:
    body = bodies.chuhuiv.pk
    rows = [(body, "Town", "en", "short"), (body, "Town", "en", "short")]
    before = Name.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Name, ("organisation_id", "text", "language", "use"), rows)
    assert Name.objects.count() == before


def test_unknown_column_and_unfit_value_are_faults(bodies: Bodies) -> None:
    with pytest.raises(LookupError, match="no column colour"):
        insert_rows(Name, ("colour",), [("red",)])
    with pytest.raises(TypeError, match="cannot be inserted"):
        insert_rows(Name, ("organisation_id", "text"), [(bodies.chuhuiv.pk, ["a list"])])


def test_the_database_plans_with_the_new_rows_at_once(db: None) -> None:
    insert_rows(Source, ("key", "title"), [(f"s{k}", "S") for k in range(MANY)])
    number = {
        "postgresql": "SELECT reltuples FROM pg_class WHERE relname = 'core_source'",
        "sqlite": "SELECT max(CAST(stat AS INTEGER)) FROM sqlite_stat1 WHERE tbl = 'core_source'",
    }
    with connection.cursor() as cursor:
        cursor.execute(number[connection.vendor])
        assert cursor.fetchone()[0] >= MANY
