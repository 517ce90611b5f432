"""Forms of the register: what is taken, what is refused with which remedy, who may send them."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from mosty.core.access import VISITOR, NotAllowed
from mosty.core.dates import PartialDateField
from mosty.core.facts import Fact, Source
from mosty.core.history import HistoryEntry
from mosty.core.publication import Level
from mosty.core.texts import Text, Wording
from mosty.places.domain import entries, figures, names, organisations
from mosty.places.domain.changes import Refused
from mosty.places.models import Name, Need, Offer, Organisation, Theme
from mosty.places.queries import profile
from tests.people import Bodies, Cast, Person

pytestmark = [pytest.mark.django_db, pytest.mark.web]

CHUHUIV = "/municipalities/UA63140110000017413/"
KOROP = "/municipalities/UA74100190000091190/"


def form_at(client: Client, at: str) -> dict[str, Any]:
    """What the form at an address would send if nothing were typed."""
    response = client.get(at)
    assert response.status_code == 200
    form = response.context["form"]
    data: dict[str, Any] = {}
    for field in form:
        value = field.value()
        if isinstance(field.field, PartialDateField):
            data |= day(field.html_name, str(value or ""))
        elif isinstance(value, Text):
            data[f"{field.html_name}_record"] = value.record
            for code in ("en", "uk"):
                data[f"{field.html_name}_{code}"] = value.wordings.get(code, ("",))[0]
        elif hasattr(value, "pk"):
            data[field.html_name] = value.pk
        elif isinstance(value, bool):
            data |= {field.html_name: "on"} if value else {}
        elif value is not None:
            data[field.html_name] = value
    return data


def day(name: str, text: str) -> dict[str, str]:
    """A date as its three boxes send it: day, month, year."""
    year, month, number = [*text.split("-"), "", ""][:3]
    return {f"{name}_day": number, f"{name}_month": month.lstrip("0"), f"{name}_year": year}


def errors(response: Any) -> dict[str, list[str]]:
    """The errors of a form that came back, by field."""
    assert response.status_code == 200
    found = response.context["form"].errors
    return {field: [str(error) for error in said] for field, said in found.items()}


def verbs(organisation: Organisation) -> list[str]:
    """What history says was done, oldest first."""
    rows = HistoryEntry.objects.filter(object_type="places.organisation", object_id=organisation.pk)
    return [row.verb for row in rows.order_by("pk")]


# --- needs and offers ------------------------------------------------------------------------


def test_own_need_is_added_changed_and_taken_out(cast: Cast) -> None:
    client, town = cast.chuhuiv.client, cast.chuhuiv.organisation
    assert town
    data = form_at(client, f"{CHUHUIV}needs/add/")
    data |= {"theme": "water", "weight": 3, "text_record": "uk", "text_uk": "Насоси"}
    data |= {"text_en": "Pumps", "level": "public"}
    assert client.post(f"{CHUHUIV}needs/add/", data).status_code == 302
    need = Need.objects.get(organisation=town)
    assert (need.theme_id, need.weight, need.level) == ("water", 3, "public")
    assert (need.text.record, need.text.said("en").text) == ("uk", "Pumps")

    data = form_at(client, f"{CHUHUIV}needs/water/")
    data["weight"] = 1
    assert client.post(f"{CHUHUIV}needs/water/", data).status_code == 302
    need.refresh_from_db()
    assert (need.weight, need.text.said("uk").text) == (1, "Насоси")

    gone = client.post(f"{CHUHUIV}needs/water/remove/", {"reason": "Bought in spring"})
    assert gone["Location"] == f"{CHUHUIV}needs/"
    assert not Need.objects.exists()
    assert verbs(town) == ["places.need_added", "places.need_changed", "places.need_removed"]
    kept = HistoryEntry.objects.get(verb="places.need_removed")
    assert (kept.reason, kept.before["theme"]) == ("Bought in spring", "water")
    assert kept.before["text"]["texts"]["uk"]["text"] == "Насоси"


def test_need_sent_twice_is_said_once(cast: Cast) -> None:
    client, town = cast.chuhuiv.client, cast.chuhuiv.organisation
    assert town
    data = form_at(client, f"{CHUHUIV}needs/add/")
    data |= {"theme": "water", "weight": 2, "text_record": "en", "text_en": "Pumps"}
    for _time in range(2):
        assert client.post(f"{CHUHUIV}needs/add/", data).status_code == 302
    assert client.post(f"{CHUHUIV}needs/water/remove/", {"reason": "x"}).status_code == 302
    assert client.post(f"{CHUHUIV}needs/water/remove/", {"reason": "x"}).status_code == 302
    assert verbs(town) == ["places.need_added", "places.need_removed"]


def test_offer_is_kept_apart_from_the_need_of_the_same_theme(cast: Cast) -> None:
    client = cast.chuhuiv.client
    for side, text in (("needs", "Pumps"), ("offers", "Engineers")):
        data = form_at(client, f"{CHUHUIV}{side}/add/")
        data |= {"theme": "water", "weight": 2, "text_record": "en", "text_en": text}
        assert client.post(f"{CHUHUIV}{side}/add/", data).status_code == 302
    assert Need.objects.get().text.said("en").text == "Pumps"
    assert Offer.objects.get().text.said("en").text == "Engineers"


def test_add_offers_only_themes_that_nothing_was_said_on(cast: Cast) -> None:
    Need.objects.create(organisation=cast.chuhuiv.organisation, theme_id="water")
    html = cast.chuhuiv.client.get(f"{CHUHUIV}needs/add/").content.decode()
    assert '<option value="youth">' in html
    assert '<option value="water">' not in html


def test_need_changed_meanwhile_shows_both_and_loses_nothing(cast: Cast) -> None:
    town = cast.chuhuiv.organisation
    assert town
    Need.objects.create(organisation=town, theme_id="water", text=Text.of(en="Pumps"))
    client = cast.chuhuiv.client
    mine = form_at(client, f"{CHUHUIV}needs/water/") | {"text_en": "Pumps and pipes"}
    water = Theme.objects.get(pk="water")
    theirs = {"text": Text.of(en="Pumps for the hospital")}
    entries.set_entry(Need, town, water, by=cast.officer.actor, values=theirs)

    response = client.post(f"{CHUHUIV}needs/water/", mine)
    assert "Pumps for the hospital" in errors(response)["text"][0]
    assert "Pumps and pipes" in response.content.decode()
    assert Need.objects.get().text.said("en").text == "Pumps for the hospital"

    again = mine | {"seen": response.context["form"]["seen"].value()}
    assert client.post(f"{CHUHUIV}needs/water/", again).status_code == 302
    assert Need.objects.get().text.said("en").text == "Pumps and pipes"
    assert verbs(town) == ["places.need_changed", "places.need_changed"]


def test_need_changed_meanwhile_in_another_field_keeps_both_changes(cast: Cast) -> None:
    town = cast.chuhuiv.organisation
    assert town
    Need.objects.create(organisation=town, theme_id="water", weight=1, text=Text.of(en="Pumps"))
    client = cast.chuhuiv.client
    mine = form_at(client, f"{CHUHUIV}needs/water/") | {"text_en": "Pumps and pipes"}
    water = Theme.objects.get(pk="water")
    entries.set_entry(Need, town, water, by=cast.officer.actor, values={"weight": 3})
    assert client.post(f"{CHUHUIV}needs/water/", mine).status_code == 302
    need = Need.objects.get()
    assert (need.weight, need.text.said("en").text) == (3, "Pumps and pipes")


def test_need_added_meanwhile_by_somebody_else_is_not_overwritten(cast: Cast) -> None:
    town = cast.chuhuiv.organisation
    assert town
    client = cast.chuhuiv.client
    mine = form_at(client, f"{CHUHUIV}needs/add/")
    mine |= {"theme": "water", "weight": 2, "text_record": "en", "text_en": "Mine"}
    water = Theme.objects.get(pk="water")
    values = {"text": Text.of(en="Theirs"), "weight": 2}
    entries.set_entry(Need, town, water, by=cast.officer.actor, values=values)
    response = client.post(f"{CHUHUIV}needs/add/", mine)
    assert "Theirs" in errors(response)["text"][0]
    assert "Mine" in response.content.decode()
    assert Need.objects.get().text.said("en").text == "Theirs"
    again = mine | {"seen": response.context["form"]["seen"].value()}
    assert client.post(f"{CHUHUIV}needs/add/", again).status_code == 302
    assert Need.objects.get().text.said("en").text == "Mine"


def test_need_taken_out_meanwhile_is_said_again_in_full(cast: Cast) -> None:
    need = Need.objects.create(
        organisation=cast.chuhuiv.organisation, theme_id="water", weight=3, text=Text.of(en="Pumps")
    )
    client = cast.chuhuiv.client
    mine = form_at(client, f"{CHUHUIV}needs/water/") | {"text_en": "Pumps and pipes"}
    entries.remove_entry(need, by=cast.officer.actor, reason="Double")
    assert client.post(f"{CHUHUIV}needs/water/", mine).status_code == 302
    again = Need.objects.get()
    assert (again.weight, again.text.said("en").text) == (3, "Pumps and pipes")
    assert client.get(f"{CHUHUIV}needs/youth/").status_code == 404


def test_translation_that_was_not_touched_turns_outdated_with_the_original(cast: Cast) -> None:
    text = Text.of(record="uk", uk="Насоси", en="Pumps")
    Need.objects.create(organisation=cast.chuhuiv.organisation, theme_id="water", text=text)
    client = cast.chuhuiv.client
    data = form_at(client, f"{CHUHUIV}needs/water/") | {"text_uk": "Насоси й труби"}
    assert client.post(f"{CHUHUIV}needs/water/", data).status_code == 302
    said = Need.objects.get().text.said("en")
    assert (said.text, said.state) == ("Pumps", Wording.OUTDATED)


def test_need_that_is_not_public_needs_a_reason(cast: Cast) -> None:
    client = cast.chuhuiv.client
    data = form_at(client, f"{CHUHUIV}needs/add/")
    data |= {"theme": "water", "weight": 2, "level": "staff"}
    response = client.post(f"{CHUHUIV}needs/add/", data)
    assert errors(response) == {"level_reason": ["Say why, so that others can look at it again."]}
    data["level_reason"] = "Shows where the pumps stand"
    assert client.post(f"{CHUHUIV}needs/add/", data).status_code == 302
    assert Need.objects.get().level == Level.STAFF
    assert HistoryEntry.objects.get().level == Level.STAFF


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"theme": ""}, "theme"),
        ({"theme": "magic"}, "theme"),
        ({"weight": "9"}, "weight"),
        ({"text_en": "x" * 601}, "text"),
    ],
)
def test_need_with_a_fault_names_the_field(cast: Cast, change: dict[str, str], field: str) -> None:
    client = cast.chuhuiv.client
    data = form_at(client, f"{CHUHUIV}needs/add/")
    data |= {"theme": "water", "weight": "2", "text_record": "en", "text_en": "Pumps"}
    response = client.post(f"{CHUHUIV}needs/add/", data | change)
    assert list(errors(response)) == [field]
    assert not Need.objects.exists()


def test_entry_in_the_demo_stays_marked_as_illustrative(cast: Cast, settings: Settings) -> None:
    town, water = cast.chuhuiv.organisation, Theme.objects.get(pk="water")
    assert town
    settings.DEMO_MODE = True
    values = {"weight": 3}
    entry = entries.set_entry(Need, town, water, by=cast.chuhuiv.actor, values=values)
    assert entry.is_illustrative
    settings.DEMO_MODE = False
    entry = entries.set_entry(Need, town, water, by=cast.chuhuiv.actor, values={"weight": 2})
    assert not entry.is_illustrative


# --- the record ------------------------------------------------------------------------------


def test_own_body_edits_what_it_says_about_itself_and_nothing_else(cast: Cast) -> None:
    client, town = cast.chuhuiv.client, cast.chuhuiv.organisation
    assert town
    data = form_at(client, f"{CHUHUIV}edit/")
    texts = {
        f"{name}_{part}"
        for name in ("about", "experience", "capacity")
        for part in ("record", "en", "uk")
    }
    levels = {"about_level", "experience_level", "capacity_level"}
    levels |= {"texts_reason", "texts_review_on"}
    assert set(data) <= texts | levels | {"languages", "website", "seen"}
    data |= {"about_record": "uk", "about_uk": "Місто", "languages": ["uk", "pl"]}
    data |= {"website": "chuhuiv.example", "code": "UA00000000000000000", "level": "staff"}
    assert client.post(f"{CHUHUIV}edit/", data).status_code == 302
    town.refresh_from_db()
    assert (str(town.about), town.languages) == ("Місто", ["uk", "pl"])
    assert (town.website, town.code) == ("https://chuhuiv.example", "UA63140110000017413")
    assert town.level == Level.PUBLIC
    assert verbs(town) == ["places.organisation_edited"]


def test_record_changed_meanwhile_in_other_fields_keeps_both_changes(cast: Cast) -> None:
    client, town = cast.chuhuiv.client, cast.chuhuiv.organisation
    assert town
    mine = form_at(client, f"{CHUHUIV}edit/") | {"website": "https://chuhuiv.example"}
    organisations.edit_organisation(town, by=cast.officer.actor, values={"languages": ["uk"]})
    assert client.post(f"{CHUHUIV}edit/", mine).status_code == 302
    town.refresh_from_db()
    assert (town.languages, town.website) == (["uk"], "https://chuhuiv.example")


def new_town(**change: Any) -> dict[str, Any]:
    return {
        "name": "Звягель", "name_language": "uk", "kind": "municipality", "country": "UA",
        "code": "UA18060090000037820", "standing": "current", "lat": "50.5917", "lon": "27.6214",
        "precision": "municipality", "level": "public", "about_record": "uk",
    } | change  # fmt: skip


def test_officer_enters_a_municipality(cast: Cast) -> None:
    response = cast.officer.client.post("/municipalities/add/", new_town())
    assert response["Location"] == "/municipalities/UA18060090000037820/"
    town = Organisation.objects.get(code="UA18060090000037820")
    assert (town.scheme, town.country_id, town.lat) == ("katottg", "UA", 50.5917)
    assert (town.label_uk, town.label_en) == ("Звягель", "Zviahel")
    assert verbs(town) == ["places.organisation_created"]


def test_officer_enters_a_body_with_a_key_of_its_own(cast: Cast) -> None:
    data = new_town(kind="network", code="PLATFORMA", name="PLATFORMA", name_language="en")
    data |= {"country": "", "lat": "", "lon": ""}
    response = cast.officer.client.post("/municipalities/add/", data)
    assert response["Location"] == "/municipalities/PLATFORMA/"
    assert Organisation.objects.get(code="PLATFORMA").scheme == "own"


def test_pair_of_degrees_pasted_into_one_field_fills_both(cast: Cast) -> None:
    data = new_town(lat="50,5917; 27,6214", lon="")
    assert cast.officer.client.post("/municipalities/add/", data).status_code == 302
    town = Organisation.objects.get(code="UA18060090000037820")
    assert (town.lat, town.lon) == (50.5917, 27.6214)


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"code": "UA1806009"}, "code", "A KATOTTG code is UA and 17 figures"),
        ({"code": "UA63140110000017413"}, "code", "“Chuhuiv” bears this code"),
        ({"code": "ua63140110000017413"}, "code", "“Chuhuiv” bears this code"),
        ({"country": ""}, "country", "Choose the country"),
        ({"country": "LV", "lat": "", "lon": ""}, "code", "A GISCO_ID of this country is LV_"),
        ({"country": "GR", "lat": "", "lon": ""}, "code", "A GISCO_ID of this country is EL_"),
        ({"kind": "network", "code": "a b"}, "code", "Take 2 to 39 Latin letters"),
        ({"kind": "network", "code": "import"}, "code", "Take 2 to 39 Latin letters"),
        ({"lat": "27.6214", "lon": "50.5917"}, "lat", "write 50.5917 here and 27.6214 below"),
        ({"lat": "10", "lon": "10"}, "lat", "This point does not lie in Ukraine."),
        ({"lat": "north"}, "lat", "Write degrees as a number"),
        ({"lat": "95"}, "lat", "This is between -90 and 90 degrees."),
        ({"lon": ""}, "lon", "Give both numbers, or none."),
        ({"precision": "withheld"}, "precision_reason", "Say why; readers see the reason"),
        ({"level": "programme"}, "level_reason", "Say why"),
        ({"code_year": "20"}, "code_year", "Write a year with four figures"),
    ],
)
def test_body_with_a_fault_names_the_field_and_the_remedy(
    cast: Cast, change: dict[str, str], field: str, said: str
) -> None:
    before = Organisation.objects.count()
    response = cast.officer.client.post("/municipalities/add/", new_town(**change))
    found = errors(response)
    assert list(found) == [field]
    assert said in found[field][0]
    assert Organisation.objects.count() == before
    html = response.content.decode()
    assert f'href="#id_{field}"' in html


def test_region_of_another_country_is_refused(cast: Cast, bodies: Bodies) -> None:
    kharkiv = bodies.chuhuiv.region
    assert kharkiv
    data = new_town(country="LV", code="LV_1", lat="", lon="", region=kharkiv.pk)
    found = errors(cast.officer.client.post("/municipalities/add/", data))
    assert found == {"region": ["Kharkivska lies in Ukraine. Choose a region of Latvia."]}


def test_code_that_was_borne_before_is_taken(cast: Cast, bodies: Bodies) -> None:
    organisations.edit_organisation(
        bodies.chuhuiv, by=cast.officer.actor, values={"code": "UA63140170000087785"}
    )
    data = new_town(code="UA63140110000017413")
    assert "Chuhuiv" in errors(cast.officer.client.post("/municipalities/add/", data))["code"][0]


def test_officer_changes_the_code_and_the_old_one_stays_findable(
    cast: Cast, bodies: Bodies
) -> None:
    client = cast.officer.client
    data = form_at(client, f"{CHUHUIV}edit/") | {"code": "UA63140170000087785"}
    response = client.post(f"{CHUHUIV}edit/", data)
    assert response["Location"] == "/municipalities/UA63140170000087785/"
    assert profile.by_former_code("UA63140110000017413", VISITOR) == bodies.chuhuiv
    data = form_at(client, f"{response['Location']}edit/") | {"code": "UA63140110000017413"}
    assert client.post(f"{response['Location']}edit/", data)["Location"] == CHUHUIV
    assert [name.text for name in Name.objects.filter(use="code")] == ["UA63140170000087785"]


def test_officer_withholds_a_place_and_only_staff_reads_it_in_the_history(cast: Cast) -> None:
    client, town = cast.officer.client, cast.chuhuiv.organisation
    assert town
    data = form_at(client, f"{CHUHUIV}edit/")
    data |= {"precision": "withheld", "precision_reason": "Close to the front"}
    assert client.post(f"{CHUHUIV}edit/", data).status_code == 302
    town.refresh_from_db()
    assert town.precision == "withheld"
    [entry] = HistoryEntry.objects.all()
    assert (entry.verb, entry.level) == ("places.place_set", Level.STAFF)
    assert entry.reason == "Close to the front"
    assert set(entry.after) == {"precision", "precision_reason"}


# --- names -----------------------------------------------------------------------------------


def test_own_name_is_added_corrected_and_ended(cast: Cast) -> None:
    client, town = cast.chuhuiv.client, cast.chuhuiv.organisation
    assert town
    data = {"text": "Czugujów", "language": "pl", "use": "exonym"}
    assert client.post(f"{CHUHUIV}names/", data).status_code == 302
    assert client.post(f"{CHUHUIV}names/", data).status_code == 302
    name = Name.objects.get(organisation=town, language="pl")
    town.refresh_from_db()
    assert " czugujow" in town.search_key

    at = f"{CHUHUIV}names/{name.pk}/"
    correct = form_at(client, at) | {"text": "Czuhujów"} | day("since", "1850")
    assert client.post(at, correct).status_code == 302
    name.refresh_from_db()
    assert (name.text, name.since) == ("Czuhujów", "1850")

    end = client.post(
        f"{at}end/", day("until", "1950-06") | {"reason": "Nobody says so"}, follow=True
    )
    assert "“Czuhujów” is a former name now." in end.content.decode()
    name.refresh_from_db()
    assert name.until == "1950-06"
    assert verbs(town) == ["places.name_added", "places.name_edited", "places.name_ended"]


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"text": ""}, "text", "This field is required."),
        ({"language": "xx"}, "language", "Select a valid choice."),
        ({"use": "code"}, "use", "Select a valid choice."),
        ({"since_month": "3"}, "since", "Write the year as well: four figures."),
        ({"since_year": "2022", "since_day": "6"}, "since", "A day needs its month."),
        (day("since", "2022-02-30"), "since", "There is no such date."),
        (day("since", "2022") | day("until", "2020"), "until", "It ends before it begins."),
    ],
)
def test_name_with_a_fault_names_the_field(
    cast: Cast, change: dict[str, str], field: str, said: str
) -> None:
    data = {"text": "X", "language": "pl", "use": "exonym"}
    found = errors(cast.chuhuiv.client.post(f"{CHUHUIV}names/", data | change))
    assert list(found) == [field]
    assert found[field][0].startswith(said)


def test_last_name_in_force_cannot_be_ended(cast: Cast) -> None:
    town = cast.chuhuiv.organisation
    assert town
    first, second = town.names.order_by("pk")
    names.end_name(first, by=cast.chuhuiv.actor, until="2020")
    response = cast.chuhuiv.client.post(
        f"{CHUHUIV}names/{second.pk}/end/", day("until", "2020"), follow=True
    )
    assert "Every body needs a name that holds today" in response.content.decode()
    second.refresh_from_db()
    assert second.until == ""


def test_name_of_another_body_cannot_be_reached_through_one_s_own(cast: Cast) -> None:
    theirs = cast.korop.organisation.names.first()  # type: ignore[union-attr]
    assert theirs
    client = cast.chuhuiv.client
    assert client.get(f"{CHUHUIV}names/{theirs.pk}/").status_code == 404
    assert client.post(f"{CHUHUIV}names/{theirs.pk}/end/", day("until", "2020")).status_code == 404
    theirs.refresh_from_db()
    assert theirs.until == ""


def test_name_equal_to_another_is_refused_where_it_is_typed(cast: Cast) -> None:
    town = cast.chuhuiv.organisation
    assert town
    first = town.names.get(language="en")
    other = names.add_name(town, by=cast.chuhuiv.actor, text="Chuguev", language="en", use="short")
    at = f"{CHUHUIV}names/{other.pk}/"
    client = cast.chuhuiv.client
    found = errors(client.post(at, form_at(client, at) | {"text": first.text}))
    assert found == {"text": ["This name stands there already, in the same language and kind."]}


# --- figures ---------------------------------------------------------------------------------


def new_fact(as_of: str = "2022-01-01", **change: Any) -> dict[str, Any]:
    return {
        "kind": "population", "value": "36 789", **day("as_of", as_of), "source": "",
        "source_title": "Population of Ukraine", "source_url": "https://ukrstat.example/2022",
        "level": "public",
    } | change  # fmt: skip


def test_first_figure_is_shown_and_copied_to_the_list(cast: Cast) -> None:
    client, town = cast.officer.client, cast.korop.organisation
    assert town
    assert client.post(f"{KOROP}figures/add/", new_fact()).status_code == 302
    fact = Fact.objects.get()
    assert (fact.value, fact.is_chosen, fact.source.title) == (
        Decimal(36789), True, "Population of Ukraine",
    )  # fmt: skip
    town.refresh_from_db()
    assert (town.population, town.population_as_of) == (36789, "2022-01-01")
    second = new_fact(value="30,000", as_of="2024", source=fact.source.pk, source_title="")
    assert client.post(f"{KOROP}figures/add/", second).status_code == 302
    town.refresh_from_db()
    assert town.population == 36789


def test_figures_are_chosen_withdrawn_and_taken_back(cast: Cast) -> None:
    client, town = cast.officer.client, cast.korop.organisation
    assert town
    for value, as_of in (("13400", "2022"), ("12000", "2024")):
        assert client.post(
            f"{KOROP}figures/add/", new_fact(value=value, as_of=as_of)
        ).status_code == 302  # fmt: skip
    older, newer = Fact.objects.order_by("as_of")
    assert client.post(f"{KOROP}figures/{newer.pk}/choose/").status_code == 302
    town.refresh_from_db()
    assert town.population == 12000

    refused = client.post(f"{KOROP}figures/{newer.pk}/withdraw/", {"reason": " "}, follow=True)
    assert "say why the value does not count" in refused.content.decode()
    withdrawn = {"reason": "Counted without villages"}
    assert client.post(f"{KOROP}figures/{newer.pk}/withdraw/", withdrawn).status_code == 302
    newer.refresh_from_db()
    older.refresh_from_db()
    town.refresh_from_db()
    assert (newer.withdrawn_reason, newer.is_chosen) == ("Counted without villages", False)
    assert (older.is_chosen, town.population) == (True, 13400)

    shown = client.post(f"{KOROP}figures/{newer.pk}/choose/", follow=True)
    assert "This value was withdrawn." in shown.content.decode()
    assert client.post(f"{KOROP}figures/{newer.pk}/restore/").status_code == 302
    newer.refresh_from_db()
    assert (newer.withdrawn_reason, newer.is_chosen) == ("", False)
    assert verbs(town) == [
        "places.fact_added", "places.fact_added", "places.fact_chosen",
        "places.fact_withdrawn", "places.fact_restored",
    ]  # fmt: skip


def test_same_figure_of_the_same_source_is_added_once_and_another_refused(cast: Cast) -> None:
    client, town = cast.officer.client, cast.korop.organisation
    assert town
    for _time in range(2):
        assert client.post(f"{KOROP}figures/add/", new_fact()).status_code == 302
    assert Fact.objects.count() == 1
    found = errors(client.post(f"{KOROP}figures/add/", new_fact(value="1")))
    assert found["value"][0].startswith("This source gives 36789 for that date already.")
    figures.withdraw_fact(Fact.objects.get(), by=cast.officer.actor, reason="A slip")
    assert client.post(f"{KOROP}figures/add/", new_fact(value="13400")).status_code == 302
    assert Fact.objects.get().value == Decimal(13400)
    kept = HistoryEntry.objects.filter(verb="places.fact_added").latest("pk")
    assert kept.before["value"].startswith("36789")


def test_sources_without_an_address_are_told_apart_by_their_titles(cast: Cast) -> None:
    Source.objects.create(key="other", title="Another one without an address")
    for title, as_of in (("Yearbook", "2020"), ("Yearbook", "2021"), ("A letter", "2022")):
        data = new_fact(source_title=title, source_url="", as_of=as_of)
        assert cast.officer.client.post(f"{KOROP}figures/add/", data).status_code == 302
    titles = Fact.objects.order_by("as_of").values_list("source__title", flat=True)
    assert list(titles) == ["Yearbook", "Yearbook", "A letter"]
    assert Source.objects.filter(title="Yearbook").count() == 1


def test_own_figure_is_added_beside_the_others_and_not_chosen(cast: Cast) -> None:
    town, client = cast.korop.organisation, cast.korop.client
    assert town
    assert cast.officer.client.post(f"{KOROP}figures/add/", new_fact()).status_code == 302
    data = new_fact(value="12,900", as_of="2024", source_title="Our own count", is_chosen="on")
    data["source_url"] = ""
    assert client.post(f"{KOROP}figures/add/", data)["Location"] == KOROP
    own = Fact.objects.get(as_of="2024")
    assert (own.value, own.is_chosen, own.entered_by) == (Decimal(12900), False, cast.korop.user)
    town.refresh_from_db()
    assert town.population == 36789
    with pytest.raises(NotAllowed):
        figures.choose_fact(own, by=cast.korop.actor)
    with pytest.raises(NotAllowed):
        figures.withdraw_fact(own, by=cast.korop.actor, reason="x")
    with pytest.raises(NotAllowed):
        figures.add_fact(
            town, by=cast.korop.actor, kind="population", value=Decimal(1), as_of="2025",
            source=own.source, is_chosen=True,
        )  # fmt: skip


def test_own_figure_does_not_bring_back_what_the_secretariat_withdrew(cast: Cast) -> None:
    assert cast.officer.client.post(f"{KOROP}figures/add/", new_fact()).status_code == 302
    figures.withdraw_fact(Fact.objects.get(), by=cast.officer.actor, reason="Counted twice")
    found = errors(cast.korop.client.post(f"{KOROP}figures/add/", new_fact(value="5")))
    assert found["value"] == ["The secretariat withdrew this value: Counted twice. Write to them."]
    assert Fact.objects.get().is_withdrawn


def test_hidden_figure_is_not_copied_to_the_list(cast: Cast) -> None:
    town = cast.korop.organisation
    assert town
    data = new_fact(level="staff", level_reason="Not counted yet", is_chosen="on")
    assert cast.officer.client.post(f"{KOROP}figures/add/", data).status_code == 302
    town.refresh_from_db()
    assert town.population is None


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"value": ""}, "value", "This field is required."),
        ({"value": "many"}, "value", "Write a number"),
        ({"value": "-5"}, "value", "This is between 0 and 40,000,000."),
        ({"value": "3.5"}, "value", "This is a whole number."),
        ({"kind": "area_km2", "value": "51270000"}, "value", "This is between 0.01 and 30,000."),
        (day("as_of", "2999"), "as_of", "This date lies ahead."),
        ({"as_of_year": "soon"}, "as_of", "There is no such date."),
        ({"source_title": ""}, "source", "Choose where the value was read"),
        ({"source_url": "not an address"}, "source_url", "Enter a valid URL."),
    ],
)
def test_figure_with_a_fault_names_the_field(
    cast: Cast, change: dict[str, str], field: str, said: str
) -> None:
    response = cast.officer.client.post(f"{KOROP}figures/add/", new_fact(**change))
    found = errors(response)
    assert list(found) == [field]
    assert found[field][0].startswith(said)
    assert not Fact.objects.exists()


@pytest.mark.parametrize(
    ("typed", "number"),
    [("28500", "28500"), ("28 500", "28500"), ("28,500", "28500"), ("1,028,500", "1028500")],
)
def test_figure_is_read_as_people_write_it(cast: Cast, typed: str, number: str) -> None:
    assert cast.officer.client.post(
        f"{KOROP}figures/add/", new_fact(value=typed)
    ).status_code == 302  # fmt: skip
    assert Fact.objects.get().value == Decimal(number)


def test_area_may_have_a_decimal_comma(cast: Cast) -> None:
    data = new_fact(kind="area_km2", value="86,1")
    assert cast.officer.client.post(f"{KOROP}figures/add/", data).status_code == 302
    assert Fact.objects.get().number == Decimal("86.1")


# --- who may ---------------------------------------------------------------------------------


def pages_of(town: Organisation) -> list[tuple[str, str]]:
    """Every address that changes a town, with how it is asked for."""
    base = f"/municipalities/{town.code}/"
    name = town.names.order_by("pk").first()
    source, _made = Source.objects.get_or_create(key="who-may", defaults={"title": "A source"})
    fact, _new = Fact.objects.get_or_create(
        organisation=town, kind="population", value=1, as_of="2020", source=source
    )
    Need.objects.get_or_create(organisation=town, theme_id="water")
    assert name
    return [
        ("get", f"{base}edit/"), ("post", f"{base}edit/"),
        ("get", f"{base}names/"), ("post", f"{base}names/"),
        ("get", f"{base}names/{name.pk}/"), ("post", f"{base}names/{name.pk}/"),
        ("post", f"{base}names/{name.pk}/end/"),
        ("get", f"{base}needs/"), ("get", f"{base}needs/add/"), ("post", f"{base}needs/add/"),
        ("get", f"{base}needs/water/"), ("post", f"{base}needs/water/"),
        ("post", f"{base}needs/water/remove/"),
        ("get", f"{base}figures/"), ("post", f"{base}figures/add/"),
        ("post", f"{base}figures/{fact.pk}/choose/"),
        ("post", f"{base}figures/{fact.pk}/withdraw/"),
        ("post", f"{base}figures/{fact.pk}/restore/"),
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["chuhuiv", "latvia", "kuldiga", "expert", "funder", "stranger"])
def test_neighbour_s_record_cannot_be_changed_by_its_address(cast: Cast, who: str) -> None:
    town = cast.korop.organisation
    assert town
    client = getattr(cast, who).client
    answers = {
        (how, at): getattr(client, how)(at, {"reason": "x"} | day("until", "2020")).status_code
        for how, at in pages_of(town)
    }
    assert answers == dict.fromkeys(answers, 403)
    assert verbs(town) == []
    Organisation.objects.filter(pk=town.pk).update(level=Level.STAFF)
    hidden = {
        (how, at): getattr(client, how)(at, {"reason": "x"}).status_code
        for how, at in pages_of(town)
    }
    assert hidden == dict.fromkeys(hidden, 404)


def test_visitor_is_asked_to_sign_in_before_anything_is_told(
    client: Client, bodies: Bodies
) -> None:
    for how, at in pages_of(bodies.korop):
        response = getattr(client, how)(at)
        assert response.status_code == 302
        assert response["Location"] == f"/accounts/login/?next={at}"
    assert verbs(bodies.korop) == []


def test_coordinator_edits_the_record_of_the_association_alone(cast: Cast) -> None:
    client = cast.latvia.client
    data = form_at(client, "/municipalities/LPS/edit/") | {"website": "https://lps.example"}
    assert client.post("/municipalities/LPS/edit/", data).status_code == 302
    assert Organisation.objects.get(code="LPS").website == "https://lps.example"
    assert client.get("/municipalities/AUC/edit/").status_code == 403
    assert client.get("/municipalities/LV_0620200/edit/").status_code == 403


@pytest.mark.parametrize("who", ["chuhuiv", "latvia", "expert", "funder", "stranger"])
def test_only_officers_enter_bodies_and_keep_figures(cast: Cast, who: str) -> None:
    person: Person = getattr(cast, who)
    assert person.client.post("/municipalities/add/", new_town()).status_code == 403
    with pytest.raises(NotAllowed):
        organisations.create_organisation(by=person.actor, name="X", language="en", values={})
    with pytest.raises(NotAllowed):
        organisations.edit_organisation(
            cast.chuhuiv.organisation,  # type: ignore[arg-type]
            by=person.actor,
            values={"level": "staff"},
        )
    assert not Organisation.objects.filter(code="UA18060090000037820").exists()


def test_expert_of_the_secretariat_does_not_speak_for_it(cast: Cast) -> None:
    assert cast.expert.client.get("/municipalities/CEMR/edit/").status_code == 403


def test_verbs_of_the_domain_refuse_the_neighbour(cast: Cast) -> None:
    korop, by = cast.korop.organisation, cast.chuhuiv.actor
    assert korop
    water = Theme.objects.get(pk="water")
    need = Need.objects.create(organisation=korop, theme=water)
    name = korop.names.first()
    assert name
    with pytest.raises(NotAllowed):
        entries.set_entry(Need, korop, water, by=by, values={"weight": 1})
    with pytest.raises(NotAllowed):
        entries.remove_entry(need, by=by)
    with pytest.raises(NotAllowed):
        names.add_name(korop, by=by, text="X", language="en", use="short")
    with pytest.raises(NotAllowed):
        names.end_name(name, by=by, until="2020")
    with pytest.raises(NotAllowed):
        names.edit_name(name, by=by, values={"text": "X"})
    with pytest.raises(NotAllowed):
        organisations.edit_organisation(korop, by=by, values={"website": ""})


def test_code_taken_between_look_and_save_is_refused(cast: Cast, bodies: Bodies) -> None:
    with pytest.raises(Refused, match="stands in the register already"):
        organisations.edit_organisation(
            bodies.korop, by=cast.officer.actor, values={"code": bodies.chuhuiv.code}
        )
    bodies.korop.refresh_from_db()
    assert bodies.korop.code == "UA74100190000091190"
    assert verbs(bodies.korop) == []


def test_forms_carry_a_token_against_forgery(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.chuhuiv.user)
    assert strict.post(f"{CHUHUIV}edit/", {}).status_code == 403
    html = strict.get(f"{CHUHUIV}edit/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)[1]  # type: ignore[index]
    data = {"csrfmiddlewaretoken": token, "website": "https://chuhuiv.example", "seen": "{}"}
    assert strict.post(f"{CHUHUIV}edit/", data).status_code == 302
