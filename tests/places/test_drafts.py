"""The forms of the register keep what is typed into them: record, needs and offers."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from mosty.core.access import SYSTEM
from mosty.core.drafts.models import Draft, Sending
from mosty.core.facts import Fact
from mosty.core.history import HistoryEntry
from mosty.core.texts import Text
from mosty.places.domain import organisations
from mosty.places.models import Name, Need, Organisation
from tests.core.test_drafts import colleague_of
from tests.people import Bodies, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.web]

CHUHUIV = "/municipalities/UA63140110000017413/"
EDIT = f"{CHUHUIV}edit/"


class Controls(HTMLParser):
    """What the controls of the form with a draft would send."""

    def __init__(self) -> None:
        super().__init__()
        self.data: dict[str, list[str]] = {}
        self.is_within = False
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_within = said.get("id") == "draft-form"
        name = said.get("name", "")
        if not self.is_within:
            return
        if tag == "input" and name:
            is_box = said.get("type") in {"checkbox", "radio"}
            if "checked" in said or not is_box:
                self.data.setdefault(name, []).append(said.get("value", "on" if is_box else ""))
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in said:
            self.data[self.select] = [said["value"]]
        elif tag == "textarea":
            self.area = name
            self.data[name] = [""]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.data[self.area][0] += data

    def handle_endtag(self, tag: str) -> None:
        self.is_within &= tag != "form"
        if tag == "textarea":
            # The first line's end belongs to the markup.
            self.data[self.area][0] = self.data[self.area][0].removeprefix("\n")
            self.area = ""
        self.select = "" if tag == "select" else self.select


def page_at(client: Client, at: str) -> dict[str, Any]:
    """What a browser without a script would send of the form at an address."""
    return controls(client.get(at))


def controls(response: Any) -> dict[str, Any]:
    """The same of a page that is there already."""
    found = Controls()
    found.feed(response.content.decode())
    return dict(found.data)


def save_draft(client: Client, at: str, data: dict[str, Any]) -> str:
    """Press *Save draft* without a script; where that leads."""
    action = re.search(r'formaction="([^"]+)"', client.get(at).content.decode())
    assert action
    response = client.post(action[1], data)
    assert response.status_code == 302
    return response["Location"]


def test_draft_is_saved_offered_continued_and_sent_without_a_script(cast: Cast) -> None:
    client, town = cast.chuhuiv.client, cast.chuhuiv.organisation
    assert town
    data = page_at(client, EDIT) | {"about_record": "uk", "about_uk": "Вода", "languages": ["uk"]}
    there = save_draft(client, EDIT, data)
    assert there == f"{EDIT}?draft=continue"
    town.refresh_from_db()
    assert (str(town.about), town.languages) == ("", [])

    offered = client.get(EDIT)
    assert "You have unsent text from" in offered.content.decode()
    assert "Вода" not in offered.content.decode().split("data-draft=")[1]
    continued = client.get(there).content.decode()
    assert "You have unsent text" not in continued.split("<template")[0]
    form = continued.split("data-draft=")[1]
    assert "Вода" in form
    assert re.search(r'value="uk"[^>]*checked', form)

    data = page_at(client, there) | {"about_record": "uk", "about_uk": "Вода і мости"}
    response = client.post(EDIT, data | {"languages": ["uk"]})
    assert (response.status_code, response["Location"]) == (302, town.get_absolute_url())
    assert [response.cookies["draft_sent"].value] == data["draft_page"]
    town.refresh_from_db()
    assert (town.about.said("uk").text, town.languages) == ("Вода і мости", ["uk"])
    assert not Draft.objects.exists()


def test_get_of_a_form_with_a_draft_changes_nothing(cast: Cast) -> None:
    client = cast.chuhuiv.client
    save_draft(client, EDIT, page_at(client, EDIT) | {"about_en": "Water"})
    before = list(Draft.objects.values())
    for at in (EDIT, f"{EDIT}?draft=continue"):
        assert client.get(at).status_code == 200
    assert list(Draft.objects.values()) == before


def test_form_sent_twice_is_saved_once(cast: Cast) -> None:
    client, town = cast.chuhuiv.client, cast.chuhuiv.organisation
    assert town
    data = page_at(client, EDIT) | {"about_record": "en", "about_en": "Water"}
    answers = [client.post(EDIT, data) for _time in range(2)]
    assert [answer["Location"] for answer in answers] == [town.get_absolute_url()] * 2
    town.refresh_from_db()
    # What somebody else has made of it since is not overwritten by the second sending.
    organisations.edit_organisation(town, by=SYSTEM, values={"about": Text.of(en="Newer")})
    assert client.post(EDIT, data)["Location"] == town.get_absolute_url()
    town.refresh_from_db()
    assert town.about.said("en").text == "Newer"
    assert (HistoryEntry.objects.count(), Sending.objects.count()) == (2, 1)


def test_need_sent_twice_after_it_was_taken_out_does_not_come_back(cast: Cast) -> None:
    client = cast.chuhuiv.client
    add = f"{CHUHUIV}needs/add/"
    data = page_at(client, add) | {"theme": "water", "weight": 2, "text_en": "Pumps"}
    assert client.post(add, data)["Location"] == f"{CHUHUIV}needs/"
    client.post(f"{CHUHUIV}needs/water/remove/", {"reason": "Bought"})
    assert client.post(add, data)["Location"] == f"{CHUHUIV}needs/"
    assert not Need.objects.exists()


def test_form_with_a_fault_keeps_what_was_typed_as_a_draft(cast: Cast) -> None:
    client = cast.chuhuiv.client
    data = page_at(client, EDIT) | {"website": "no address", "about_en": "Water"}
    assert client.post(EDIT, data).status_code == 200
    kept = Draft.objects.get().content
    assert (kept["website"], kept["about_en"]) == ("no address", "Water")
    mended = data | {"website": "https://chuhuiv.example"}
    assert client.post(EDIT, mended).status_code == 302
    assert not Draft.objects.exists()


def test_record_changed_under_a_draft_is_merged_when_it_is_sent(cast: Cast, bodies: Bodies) -> None:
    client, town = cast.chuhuiv.client, bodies.chuhuiv
    there = save_draft(client, EDIT, page_at(client, EDIT) | {"about_en": "Water"})
    values = {"website": "https://new.example", "about": Text.of(en="Theirs")}
    organisations.edit_organisation(town, by=SYSTEM, values=values)

    data = page_at(client, there) | {"about_record": "en", "about_en": "Water"}
    asked = client.post(EDIT, data)
    assert "“Theirs”" in str(asked.context["form"].errors["about"])
    assert client.post(EDIT, controls(asked)).status_code == 302
    town = Organisation.objects.get(pk=town.pk)
    assert (town.website, town.about.said("en").text) == ("https://new.example", "Water")


def test_both_texts_stand_side_by_side_without_a_script(cast: Cast) -> None:
    client = cast.chuhuiv.client
    data = page_at(client, EDIT)
    save_draft(client, EDIT, data | {"about_en": "Pumps", "draft_page": "one"})
    there = save_draft(client, EDIT, data | {"about_en": "Pipes", "draft_page": "two"})
    html = client.get(there).content.decode()
    assert "Both texts are below" in html.split("data-unkept")[1]
    side = html.split('id="draft-sides"')[1].split("<template")[0]
    assert re.findall(r"data-said-\w+>(?:<p>)?(\w+)", side) == ["Pumps", "Pipes"]
    assert 'value="both:two:about_en"' in side

    both = page_at(client, there) | {"about_en": "Pumps", "draft_choice": "both:two:about_en"}
    save_draft(client, there, both)
    kept = Draft.objects.get()
    assert (kept.content["about_en"], kept.rivals) == ("Pumps\n\nPipes", {})


@pytest.mark.parametrize(("choice", "becomes"), [("keep", "Pumps!"), ("take", "Pipes")])
def test_one_of_two_versions_is_chosen_by_a_button(choice: str, becomes: str, cast: Cast) -> None:
    client = cast.chuhuiv.client
    data = page_at(client, EDIT)
    save_draft(client, EDIT, data | {"about_en": "Pumps", "draft_page": "one"})
    there = save_draft(client, EDIT, data | {"about_en": "Pipes", "draft_page": "two"})
    chosen = {"about_en": "Pumps!", "draft_choice": f"{choice}:two:about_en"}
    save_draft(client, there, page_at(client, there) | chosen)
    kept = Draft.objects.get()
    assert (kept.content["about_en"], kept.rivals) == (becomes, {})


def test_dropped_draft_is_not_offered_any_more(cast: Cast) -> None:
    client = cast.chuhuiv.client
    save_draft(client, EDIT, page_at(client, EDIT) | {"about_en": "Water"})
    html = client.get(EDIT).content.decode()
    action = re.search(r'action="([^"]+/drop/)"', html)
    assert action
    stale = client.post(action[1], {"draft_revision": "7", "draft_back": EDIT}, follow=True)
    assert "Somebody has written on meanwhile" in stale.content.decode()
    gone = client.post(action[1], {"draft_revision": "1", "draft_back": EDIT}, follow=True)
    assert "The draft was dropped." in gone.content.decode()
    assert "You have unsent text" not in gone.content.decode().split("<template")[0]


def test_each_theme_and_side_has_a_draft_of_its_own(cast: Cast) -> None:
    client, town = cast.chuhuiv.client, cast.chuhuiv.organisation
    Need.objects.create(organisation=town, theme_id="water")
    for at in (f"{CHUHUIV}needs/water/", f"{CHUHUIV}needs/add/", f"{CHUHUIV}offers/add/"):
        save_draft(client, at, page_at(client, at) | {"text_en": at})
    rows = Draft.objects.order_by("key", "section").values_list("key", "section")
    assert [(key.partition(":")[0], section) for key, section in rows] == [
        ("places.needs", "new"), ("places.needs", "water"), ("places.offers", "new"),
    ]  # fmt: skip


def test_page_of_the_neighbour_shows_no_draft(cast: Cast) -> None:
    save_draft(
        cast.chuhuiv.client, EDIT, page_at(cast.chuhuiv.client, EDIT) | {"about_en": "Lagoon"}
    )
    assert cast.korop.client.get(f"{EDIT}?draft=continue").status_code == 403
    html = cast.officer.client.get(f"{EDIT}?draft=continue").content.decode()
    assert "Lagoon" not in html


ADD = "/municipalities/add/"
# Address, what is typed in vain, what is missing, who, and how many there are once it is sent.
NEW_THINGS = {
    "name": (f"{CHUHUIV}names/", {"text": "Tschuhujiw"}, {"language": "de", "use": "exonym"},
             "chuhuiv", Name.objects.filter(text="Tschuhujiw")),
    "figure": (f"{CHUHUIV}figures/add/", {"value": "28500", "note": "Read twice"},
               {"kind": "population", "as_of_year": "2025", "source_title": "Town hall"},
               "chuhuiv", Fact.objects.filter(note="Read twice")),
    "body": (ADD, {"name": "Vecpils"},
             {"name_language": "lv", "kind": "municipality",
              "code": "LV_9999999", "country": "LV", "standing": "current", "level": "public",
              "precision": "municipality"},
             "officer", Organisation.objects.filter(code="LV_9999999")),
}  # fmt: skip


@pytest.mark.parametrize("what", NEW_THINGS)
def test_new_thing_has_a_draft_and_is_made_once(what: str, cast: Cast) -> None:
    at, typed, missing, who, made = NEW_THINGS[what]
    client = getattr(cast, who).client
    # What is missing comes back with what was typed, and that is kept.
    faulty = client.post(at, page_at(client, at) | typed)
    assert (faulty.status_code, made.count()) == (200, 0)
    kept = Draft.objects.get()
    assert {name: kept.content[name] for name in typed} == typed

    there = f"{at}?draft=continue"
    data = page_at(client, there)
    assert {name: data[name] for name in typed} == {name: [said] for name, said in typed.items()}
    answers = [client.post(at, data | missing) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302], answers[0].content.decode()
    assert answers[0]["Location"] == answers[1]["Location"]
    assert (made.count(), Draft.objects.count()) == (1, 0)


def test_colleagues_who_add_different_things_share_no_draft(cast: Cast) -> None:
    colleague_of(cast.chuhuiv, cast.stranger)
    at = f"{CHUHUIV}names/"
    one, two = cast.chuhuiv.client, cast.stranger.client
    save_draft(one, at, page_at(one, at) | {"text": "Tschuhujiw"})
    assert "You have unsent text" not in two.get(at).content.decode().split("<template")[0]
    save_draft(two, at, page_at(two, at) | {"text": "Czuhujiw"})
    names = [page_at(client, f"{at}?draft=continue")["text"] for client in (one, two)]
    assert names == [["Tschuhujiw"], ["Czuhujiw"]]


def test_correction_of_a_name_has_a_draft_of_its_own(cast: Cast, bodies: Bodies) -> None:
    name = bodies.chuhuiv.names.get(language="en", use="short")
    client, at = cast.chuhuiv.client, f"{CHUHUIV}names/{name.pk}/"
    there = save_draft(client, at, page_at(client, at) | {"since_year": "1997"})
    data = page_at(client, there)
    assert data["since_year"] == ["1997"]
    assert client.post(at, data).status_code == 302
    name.refresh_from_db()
    assert (name.since, Draft.objects.count()) == ("1997", 0)
