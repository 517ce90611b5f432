"""A time that is typed is in the zone of the call, also on the nights when clocks are moved."""

from datetime import UTC, datetime

import pytest
from django import forms

from mosty.calls.moments import MomentField, local, placed, zone_choices


def typed(text: str) -> datetime:
    found = MomentField().clean(text)
    assert isinstance(found, datetime)
    return found


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2021-06-10T23:59", "Europe/Brussels", "2021-06-10T21:59"),
        ("2021-06-10T23:59", "Europe/Kyiv", "2021-06-10T20:59"),
        ("10.12.2021 23:59", "Europe/Kyiv", "2021-12-10T21:59"),
        ("2021-03-28 03:00", "Europe/Brussels", "2021-03-28T01:00"),
        ("2021-03-28 02:30", "UTC", "2021-03-28T02:30"),
    ],
)
def test_time_is_the_moment_that_the_zone_makes_of_it(text: str, zone: str, moment: str) -> None:
    found = placed(typed(text), zone)
    assert found == datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert local(found, zone) == typed(text).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize(
    ("text", "zone", "words"),
    [
        ("2021-03-28T02:30", "Europe/Brussels",
         "On 28 March 2021 there is no 02:30 in Brussels time"),
        ("2021-03-28T03:00", "Europe/Kyiv", "On 28 March 2021 there is no 03:00 in Kyiv time"),
        ("2021-10-31T02:30", "Europe/Brussels",
         "On 31 October 2021 02:30 comes twice in Brussels time"),
        ("2021-10-31T03:59", "Europe/Kyiv", "On 31 October 2021 03:59 comes twice in Kyiv time"),
    ],
)  # fmt: skip
def test_time_that_there_is_not_or_twice_is_refused(text: str, zone: str, words: str) -> None:
    with pytest.raises(forms.ValidationError) as refusal:
        placed(typed(text), zone)
    assert refusal.value.messages[0].startswith(words)


@pytest.mark.parametrize("text", ["tomorrow", "2021-13-40T00:00", "10.06.2021", "23:59"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(forms.ValidationError) as refusal:
        MomentField().clean(text)
    assert refusal.value.messages == ["Write a day and a time, such as 2027-06-10 23:59."]


@pytest.mark.parametrize("year", ["0001", "1999", "2101", "9999"])
def test_year_that_is_a_slip_is_refused(year: str) -> None:
    with pytest.raises(forms.ValidationError) as refusal:
        MomentField().clean(f"{year}-01-01T00:00")
    assert refusal.value.messages == ["Look at the year again."]


def test_zone_of_an_old_call_can_stay() -> None:
    assert "Europe/Warsaw" not in dict(zone_choices())
    assert dict(zone_choices("Europe/Warsaw"))["Europe/Warsaw"] == "Warsaw"
