"""The first page, programmes and partnerships in a real browser: every scheme, language and width,
by keyboard, with and without scripts."""

import re
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from mosty.core.access import SYSTEM
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.partnerships import domain
from mosty.partnerships.models import Partnership
from mosty.places.models import Organisation
from mosty.programmes.models import Participant, Phase
from tests.browser.conftest import DESKTOP, PHONE, Eyes, sideways
from tests.partnerships.world import make_many, make_partnerships
from tests.people import Bodies, Cast
from tests.programmes.world import ProgrammeWorld, make_programme

PAGES = (
    "/",
    "/about/",
    "/accessibility/",
    "/privacy/",
    "/sources/",
    "/licence/",
    "/programmes/",
    "/programmes/bridges-of-trust/",
    "/programmes/bridges-of-trust/cemr-strand/phase-2/",
    "/programmes/bridges-of-trust/cemr-strand/phase-2/participants/",
    "/partnerships/",
    "/partnerships/?q=nowhere",
    "/nothing-here/",
)
FORMS = (
    "/programmes/new/",
    "/programmes/bridges-of-trust/cemr-strand/phase-2/edit/",
    "/programmes/bridges-of-trust/cemr-strand/phase-2/edit/targets/",
    "/programmes/bridges-of-trust/cemr-strand/phase-2/edit/milestones/",
    "/programmes/bridges-of-trust/cemr-strand/phase-2/partners/new/",
    "/programmes/bridges-of-trust/cemr-strand/phase-2/participants/new/",
    "/partnerships/new/",
)


@pytest.fixture
def world(bodies: Bodies) -> ProgrammeWorld:
    made = make_programme(bodies)
    Participant.objects.update(level=Level.PUBLIC, is_illustrative=True)
    make_partnerships(bodies)
    make_many(bodies.chuhuiv, 12)
    domain.agree_partnership(
        [bodies.korop, bodies.kuldiga], phase=made.phase, on=date(2023, 7, 26), by=SYSTEM
    )
    return made


@pytest.mark.parametrize(
    ("scheme", "language", "viewport"),
    [("light", "en", DESKTOP), ("dark", "uk", PHONE)],
    ids=["light-en-desktop", "dark-uk-phone"],
)
def test_public_pages_have_no_violation_and_no_sideways_scroll(
    viewport: dict[str, int], scheme: str, language: str, eyes: Eyes, world: ProgrammeWorld
) -> None:
    how: dict[str, Any] = {"viewport": viewport, "scheme": scheme, "language": language}
    # The 404 of the last address is what the browser complains of, and rightly.
    eyes.walk(PAGES[:-1], **how)


@pytest.mark.parametrize(
    ("scheme", "language", "viewport"),
    [("dark", "en", DESKTOP), ("light", "uk", PHONE)],
    ids=["dark-en-desktop", "light-uk-phone"],
)
def test_forms_of_officers_have_no_violation_and_no_sideways_scroll(
    viewport: dict[str, int],
    scheme: str,
    language: str,
    eyes: Eyes,
    cast: Cast,
    world: ProgrammeWorld,
) -> None:
    how: dict[str, Any] = {
        "viewport": viewport,
        "scheme": scheme,
        "language": language,
        "client": cast.officer.client,
    }
    pair = Partnership.objects.order_by("pk")[0]
    own = pair.get_absolute_url()
    eyes.walk((*FORMS, own, f"{own}edit/"), **how)


def test_home_map_is_reached_by_keyboard_and_leads_to_the_partnership(
    eyes: Eyes, world: ProgrammeWorld
) -> None:
    page = eyes.look("/")
    bridge = page.locator("#home-map a.bridge").first
    title = bridge.locator("title").text_content() or ""

    bridge.focus()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/partnerships/\d+/$"))
    for name in title.split(":")[0].split(" – "):
        expect(page.locator("h1")).to_contain_text(name)


def test_home_list_holds_the_bridges_of_the_map(eyes: Eyes, world: ProgrammeWorld) -> None:
    page = eyes.look("/")
    drawn = page.locator("#home-map a.bridge").evaluate_all(
        "links => links.map(link => link.getAttribute('href')).sort()"
    )
    listed = page.locator(".bridges a").evaluate_all(
        "links => links.map(link => link.getAttribute('href')).sort()"
    )

    assert drawn == listed
    assert len(drawn) == 14


def test_home_shows_long_names_without_breaking(eyes: Eyes, world: ProgrammeWorld) -> None:
    long = "Donaudampfschifffahrtsgesellschaftskapitänsmünster-Unterschleißheim"
    Organisation.objects.filter(code="LV_0000001").update(label_en=long)
    for viewport in (DESKTOP, PHONE):
        for path in ("/", "/partnerships/"):
            page = eyes.look(path, viewport=viewport)
            assert not sideways(page), path


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_partnership_is_searched_ticked_and_saved(
    javascript: bool, eyes: Eyes, cast: Cast, bodies: Bodies
) -> None:
    page = eyes.look("/partnerships/new/", client=cast.officer.client, javascript=javascript)
    page.get_by_label("Address of the source").fill("https://example.org/korop-gulbene")
    for words, name in (("короп", "Korop"), ("gulb", "Gulbene")):
        page.get_by_role("searchbox").fill(words)
        page.get_by_role("button", name="Search").click()
        page.get_by_role("checkbox", name=re.compile(name)).check()
    page.get_by_label("Year").first.fill("2023")
    page.get_by_role("button", name="Save").click()

    expect(page.locator("h1")).to_contain_text("Korop")
    made = Partnership.objects.get()
    assert [town.label_en for town in made.members.all()] == ["Gulbene", "Korop"]
    assert (made.since, made.reports.get().source.url) == (
        "2023",
        "https://example.org/korop-gulbene",
    )


def test_form_with_faults_names_them_first_and_leads_to_the_field(
    eyes: Eyes, cast: Cast, bodies: Bodies
) -> None:
    page = eyes.look("/partnerships/new/", client=cast.officer.client, javascript=False)
    page.get_by_label("Day").first.fill("31")
    page.get_by_label("Month").first.select_option("2")
    page.get_by_label("Year").first.fill("2023")
    page.get_by_label("Address of the source").fill("https://example.org/x")
    page.get_by_role("button", name="Save").click()

    faults = page.get_by_role("alert")
    expect(faults).to_contain_text("Search and tick at least one.")
    expect(faults).to_contain_text("There is no such date.")
    targets = faults.locator("a").evaluate_all(
        "links => links.map(link => Boolean(document.querySelector(link.getAttribute('href'))))"
    )
    assert targets == [True, True]


def test_partnerships_follow_what_is_typed_and_keep_it_in_the_address(
    eyes: Eyes, world: ProgrammeWorld
) -> None:
    page = eyes.look("/partnerships/")
    expect(page.locator(".results-count")).to_have_text("14 partnerships")

    page.get_by_role("searchbox").press_sequentially("korop", delay=20)

    expect(page.locator(".results-count")).to_have_text("1 partnership")
    assert "q=korop" in page.url
    expect(page.locator("#partnerships-map a.bridge")).to_have_count(1)


def test_rows_are_added_and_taken_out_with_a_script(
    eyes: Eyes, cast: Cast, world: ProgrammeWorld
) -> None:
    address = "/programmes/bridges-of-trust/cemr-strand/phase-2/edit/objectives/"
    page = eyes.look(address, client=cast.officer.client)
    page.get_by_role("button", name="Add an objective").click()
    boxes = page.get_by_role("textbox", name="English")
    expect(boxes).to_have_count(3)
    boxes.nth(1).fill("Learn from each other")
    boxes.nth(2).fill("Apply for funding together")
    page.get_by_label("Take out").first.check()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Learn from each other")).to_be_visible()
    phase = Phase.objects.get(slug="phase-2")
    assert [str(row) for row in phase.objectives.all()] == [
        "Learn from each other",
        "Apply for funding together",
    ]


def test_removing_a_participant_asks_why(eyes: Eyes, cast: Cast, world: ProgrammeWorld) -> None:
    address = f"{world.phase.get_absolute_url()}participants/{world.participant.organisation.code}/"
    page = eyes.look(address, client=cast.officer.client)
    page.locator("summary", has_text="Remove from the phase").click()
    page.get_by_label("Reason").fill("The council voted against it")
    page.get_by_role("button", name="Remove from the phase").click()

    expect(page.get_by_text("Chuhuiv was removed.")).to_be_visible()
    assert Participant.objects.count() == 0


def test_list_and_map_are_printed_without_controls(eyes: Eyes, world: ProgrammeWorld) -> None:
    page = eyes.look("/partnerships/")
    page.emulate_media(media="print")

    expect(page.locator("form.filters")).to_be_hidden()
    expect(page.locator("nav.navigation")).to_be_hidden()
    expect(page.locator(".partnerships-table")).to_be_visible()
    expect(page.locator("#partnerships-map .map-picture")).to_be_visible()


def test_texts_in_another_language_are_marked(eyes: Eyes, bodies: Bodies) -> None:
    from_source = make_partnerships(bodies)[0].reports.get()
    from_source.about = Text.of(record="uk", uk="культура й туризм")
    from_source.save()

    page = eyes.look(from_source.partnership.get_absolute_url())

    expect(page.locator("p[lang=uk]")).to_have_text("культура й туризм")
    expect(page.locator("h1")).to_contain_text("Chuhuiv")
