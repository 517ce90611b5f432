"""The register as people use it: every page in both schemes and languages, search as one types,
forms by keyboard and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from mosty.core.access import SYSTEM
from mosty.core.facts import Fact, Source
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.places.domain import names
from mosty.places.models import Affiliation, Name, Need, Offer, Organisation
from tests.browser.conftest import DESKTOP, PHONE, Eyes
from tests.people import Bodies, Cast

LIST = "/municipalities/"
CHUHUIV = f"{LIST}UA63140110000017413/"
PAGES = {
    "visitor": [LIST, f"{LIST}?q=zzz", f"{LIST}organisations/", CHUHUIV, f"{LIST}LPS/"],
    "chuhuiv": [CHUHUIV, f"{CHUHUIV}edit/", f"{CHUHUIV}needs/", f"{CHUHUIV}needs/add/"],
    "officer": [
        f"{LIST}?country=UA&country=LV",
        f"{LIST}add/",
        f"{CHUHUIV}edit/",
        f"{CHUHUIV}names/",
        f"{CHUHUIV}figures/",
        f"{CHUHUIV}figures/add/",
    ],
}


@pytest.fixture
def full(bodies: Bodies) -> Bodies:
    """A register in which each page has something in every one of its parts."""
    town = bodies.chuhuiv
    for theme, weight in (("water", 3), ("youth", 1)):
        Need.objects.create(
            organisation=town,
            theme_id=theme,
            weight=weight,
            text=Text.of(record="uk", uk="Насоси для водоканалу"),
            is_illustrative=theme == "youth",
        )
    Offer.objects.create(
        organisation=town, theme_id="waste", level=Level.PROGRAMME, level_reason="Not agreed yet"
    )
    for place, value in enumerate((36789, 31000, 30500)):
        source, _made = Source.objects.get_or_create(key=f"s-{place}", title=f"Yearbook {place}")
        Fact.objects.create(
            organisation=town, kind="population", value=value, as_of=f"202{place}", source=source,
            is_chosen=place == 0, withdrawn_reason="Counted twice" if place == 2 else "",
        )  # fmt: skip
    names.add_name(town, by=SYSTEM, text="Чугуев", language="ru", use="former", until="1991")
    Affiliation.objects.create(member=town, association=bodies.ukrainian_association)
    Affiliation.objects.create(member=bodies.kuldiga, association=bodies.latvian_association)
    Organisation.objects.filter(pk=bodies.korop.pk).update(
        precision="withheld", precision_reason="Close to the border"
    )
    return bodies


@pytest.mark.parametrize("who", list(PAGES))
@pytest.mark.parametrize(
    ("scheme", "language", "viewport"),
    [("light", "en", DESKTOP), ("dark", "uk", PHONE)],
    ids=["light-en-desktop", "dark-uk-phone"],
)
def test_pages_of_the_register_have_no_violation_and_no_sideways_scroll(
    who: str,
    scheme: str,
    language: str,
    viewport: dict[str, int],
    eyes: Eyes,
    full: Bodies,
    cast: Cast,
) -> None:
    client = None if who == "visitor" else getattr(cast, who).client
    how = {"scheme": scheme, "language": language, "viewport": viewport, "client": client}
    eyes.walk(PAGES[who], **how)


def test_list_follows_what_is_typed_and_says_how_many(eyes: Eyes, full: Bodies) -> None:
    page = eyes.look(LIST)
    rows = page.locator("#results tbody tr")
    expect(rows).to_have_count(4)
    page.get_by_role("searchbox").press_sequentially("чуг")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("Chuhuiv")
    expect(page.locator("#found")).to_have_text("1 municipality")
    expect(page.get_by_role("searchbox")).to_be_focused()
    assert page.url.endswith("?q=%D1%87%D1%83%D0%B3")

    page.reload()
    expect(rows).to_have_count(1)
    page.get_by_role("link", name=re.compile("Take all off")).click()
    expect(rows).to_have_count(4)


def test_list_typed_into_can_be_gone_back_from(eyes: Eyes, full: Bodies) -> None:
    page = eyes.look(LIST)
    page.get_by_role("searchbox").press_sequentially("kuld")
    expect(page.locator("#results tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Kuldīga").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kuldīga")
    page.go_back()
    expect(page.locator("#results tbody tr")).to_have_count(1)
    expect(page.get_by_role("searchbox")).to_have_value("kuld")


def test_list_is_narrowed_by_countries_with_the_keyboard(eyes: Eyes, full: Bodies) -> None:
    page = eyes.look(LIST)
    expect(page.get_by_label("Region")).to_be_disabled()
    page.locator("#id_country > summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("checkbox", name="Latvia").focus()
    page.keyboard.press("Space")
    expect(page.locator("#results tbody tr")).to_have_count(2)
    expect(page.locator("#id_country-chosen")).to_have_text("Latvia")
    expect(page.get_by_label("Region")).to_be_enabled()
    page.keyboard.press("Escape")
    expect(page.locator("#id_country > summary")).to_be_focused()
    expect(page.get_by_role("checkbox", name="Latvia")).to_be_hidden()


def test_list_is_searched_without_scripts(eyes: Eyes, full: Bodies) -> None:
    page = eyes.look(LIST, javascript=False)
    page.get_by_role("searchbox").fill("Kuldiga")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#results tbody tr")).to_have_count(1)
    expect(page.locator("#results")).to_contain_text("Kuldīga")


def test_list_on_a_phone_is_a_row_of_cards(eyes: Eyes, full: Bodies) -> None:
    page = eyes.look(LIST, viewport=PHONE)
    row = page.locator("#results tbody tr").first
    expect(row).to_have_css("display", "grid")
    expect(page.locator("#results thead")).to_have_css("position", "absolute")
    expect(page.get_by_label("Looks for")).to_be_hidden()
    page.get_by_text("Filters", exact=True).click()
    expect(page.get_by_label("Looks for")).to_be_visible()


def test_withheld_place_is_not_on_the_map_of_the_list(eyes: Eyes, full: Bodies) -> None:
    page = eyes.look(LIST)
    titles = page.locator("#list-map .map-dots title").all_text_contents()
    assert sorted(title.split(",")[0] for title in titles) == ["Chuhuiv", "Gulbene", "Kuldīga"]


def test_map_of_the_list_leads_to_the_same_pages_as_its_rows(eyes: Eyes, full: Bodies) -> None:
    page = eyes.look(f"{LIST}?q=kuldiga")
    page.locator("#list-map a.dot").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kuldīga")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_need_is_said_by_keyboard_alone(
    javascript: bool, eyes: Eyes, full: Bodies, cast: Cast
) -> None:
    page = eyes.look(f"{CHUHUIV}needs/add/", client=cast.chuhuiv.client, javascript=javascript)
    page.get_by_label("Theme").select_option("energy")
    page.get_by_label("Most important").focus()
    page.keyboard.press("Space")
    page.get_by_role("textbox", name="English").fill("Own power for the hospital")
    page.get_by_role("button", name="Save", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Saved")
    need = Need.objects.get(theme="energy")
    assert (need.weight, need.text.said("en").text) == (3, "Own power for the hospital")


def test_need_with_a_fault_opens_what_was_folded_and_leads_to_the_field(
    eyes: Eyes, full: Bodies, cast: Cast
) -> None:
    page = eyes.look(f"{CHUHUIV}needs/water/", client=cast.chuhuiv.client)
    expect(page.get_by_label("Why not everybody")).to_be_hidden()
    page.get_by_text("Who may see it").click()
    page.get_by_label("Who may see this").select_option("staff")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("Why not everybody")).to_be_visible()
    page.get_by_role("link", name="Why not everybody").click()
    expect(page.get_by_label("Why not everybody")).to_be_focused()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_name_is_ended_and_figure_withdrawn_with_a_reason(
    javascript: bool, eyes: Eyes, full: Bodies, cast: Cast
) -> None:
    client = cast.officer.client
    page = eyes.look(f"{CHUHUIV}names/", client=client, javascript=javascript)
    row = page.get_by_role("row", name=re.compile("Chuhuiv"))
    row.locator("summary").click()
    until = row.get_by_role("group", name=re.compile("Until when"))
    until.get_by_label("Month").select_option("5")
    until.get_by_label("Year").fill("2024")
    row.get_by_role("button", name="End the name").click()
    expect(page.locator("#messages")).to_contain_text("“Chuhuiv” is a former name now.")
    assert Name.objects.get(text="Chuhuiv").until == "2024-05"

    page = eyes.look(f"{CHUHUIV}figures/", client=client, javascript=javascript)
    row = page.get_by_role("row", name=re.compile("36,789"))
    row.locator("summary").click()
    row.get_by_label(re.compile("Reason")).fill("Counted without villages")
    row.get_by_role("button", name="Withdraw").click()
    expect(page.locator("#messages")).to_contain_text("The value was withdrawn.")
    assert Fact.objects.get(value=31000).is_chosen
