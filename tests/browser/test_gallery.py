"""Every part in every state, in a real Chromium: quiet, accessible, nothing sideways."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Eyes

GALLERY = "/gallery/"
PAGES = ["bad-request", "refused", "not-found", "too-often", "fault", "form-expired", "entry"]
# Each two of scheme, language and width meet.
LOOKS = [
    pytest.param(scheme, language, viewport, id=f"{scheme}-{language}-{viewport['width']}")
    for scheme, language, viewport in (
        ("light", "en", DESKTOP),
        ("light", "uk", PHONE),
        ("dark", "en", PHONE),
        ("dark", "uk", DESKTOP),
    )
]
Look = Callable[..., Page]


def cut_off(page: Page) -> list[str]:
    """What reaches beyond the right edge of the window, if the page can be scrolled there."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            [...document.querySelectorAll("body *")]
              .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
              .map((each) => `${each.tagName}.${each.className}`)"""
    )


def too_small(page: Page) -> list[str]:
    """Targets under 24 by 24 px that do not stand in running text (WCAG 2.2, 2.5.8)."""
    return page.evaluate(
        """() => [...document.querySelectorAll("main a, main button, main summary, main input, "
            + "main select, main textarea, header a, header button, header summary, footer a, "
            + "footer button")]
          .filter((each) => each.checkVisibility({visibilityProperty: true}))
          .filter((each) => each.type !== "hidden" && !each.closest("svg, .aloud, .prose, p, dd"))
          .filter((each) => !each.closest("li, th, td") || each.className)
          .filter((each) => {
            const box = each.getBoundingClientRect();
            return box.width > 0 && (box.width < 24 || box.height < 24);
          })
          .map((each) => each.outerHTML.slice(0, 80))"""
    )


@pytest.mark.parametrize(("scheme", "language", "viewport"), LOOKS)
def test_gallery_is_quiet_accessible_and_fits(
    eyes: Eyes, scheme: str, language: str, viewport: dict[str, int]
) -> None:
    page = eyes.look(GALLERY, scheme=scheme, language=language, viewport=viewport)
    assert page.locator("html").get_attribute("lang") == language
    assert cut_off(page) == []
    assert too_small(page) == []
    eyes.check(page)


@pytest.mark.parametrize("name", PAGES)
def test_gallery_pages_of_errors_are_accessible_and_lead_home(eyes: Eyes, name: str) -> None:
    for scheme, language, viewport in (("light", "en", DESKTOP), ("dark", "uk", PHONE)):
        how = {"scheme": scheme, "language": language, "viewport": viewport}
        page = eyes.look(f"{GALLERY}{name}/", **how)
        assert page.locator("h1").count() == 1
        assert page.locator('a[href="/"]').count() >= 1
        assert cut_off(page) == []
        eyes.check(page)
    # A browser tells the console of every answer that is an error; this one is meant.
    eyes.faults[:] = [fault for fault in eyes.faults if "status of" not in fault]


def test_fonts_of_the_site_are_used_for_both_alphabets(look: Look) -> None:
    page = look(GALLERY, language="uk")
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate(
        "[...document.fonts].filter((f) => f.status === 'loaded').map((f) => f.family).sort()"
    )
    assert [name.strip('"') for name in loaded] == ["Manrope", "Source Serif Pro"]


def test_menu_opens_and_closes_by_keyboard_on_a_phone(look: Look) -> None:
    page = look(GALLERY, viewport=PHONE)
    button = page.locator(".menu > summary")
    languages = page.locator(".menu .languages")
    expect(languages).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(languages).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(languages).to_be_hidden()
    expect(button).to_be_focused()


def test_menu_is_unfolded_on_a_wide_window(look: Look) -> None:
    page = look(GALLERY)
    expect(page.locator(".menu .languages")).to_be_visible()
    expect(page.locator(".menu > summary")).to_be_hidden()


def test_menu_works_without_a_script(look: Look) -> None:
    page = look(GALLERY, viewport=PHONE, javascript=False)
    page.locator(".menu > summary").click()
    expect(page.locator(".menu .languages")).to_be_visible()
    page.locator('.languages button[value="uk"]').click()
    expect(page.locator("html")).to_have_attribute("lang", "uk")


def test_account_menu_opens_by_keyboard_and_closes_when_left(look: Look) -> None:
    page = look(GALLERY)
    menu = page.locator("main .account")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("button", name="Sign out")).to_be_visible()
    for _step in range(4):
        page.keyboard.press("Tab")
    expect(menu.get_by_role("button", name="Sign out")).to_be_hidden()


def paper(page: Page) -> str:
    """The colour of the page's ground."""
    return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


@pytest.mark.parametrize("javascript", [True, False])
def test_theme_chosen_beats_the_device_and_stays(look: Look, javascript: bool) -> None:
    page = look(GALLERY, scheme="light", javascript=javascript)
    light = paper(page)
    page.locator('.themes button[value="dark"]').click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    dark = paper(page)
    assert (light, dark) == ("rgb(246, 244, 239)", "rgb(15, 22, 32)")
    expect(page.locator('.themes button[value="dark"]')).to_have_attribute("aria-pressed", "true")
    page.locator('.themes button[value=""]').click()
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")
    assert paper(page) == light


def test_filters_submit_on_change_and_keep_the_address_short(look: Look) -> None:
    page = look(GALLERY + "?q=&theme=health")
    with page.expect_navigation():
        page.locator(".filters select[name=country]").select_option("LV")
    assert page.url.split("?")[1] == "country=LV&theme=health"
    chips = page.locator(".results-bar .chip")
    assert [" ".join(text.split("(")[0].split()) for text in chips.all_text_contents()] == [
        "Country: Latvia",
        "Theme: Health",
    ]
    with page.expect_navigation():
        chips.first.click()
    assert page.url.split("?")[1] == "theme=health"


def test_filters_work_without_a_script(look: Look) -> None:
    page = look(GALLERY, javascript=False)
    page.locator(".filters select[name=country]").select_option("LV")
    page.locator(".filters > button").click()
    assert "country=LV" in page.url


def test_counter_counts_and_speaks_up_near_the_end(look: Look) -> None:
    page = look(GALLERY)
    area, counter = page.locator("#id_about"), page.locator('[data-counter="id_about"]')
    area.fill("x" * 100)
    expect(counter).to_have_text("100 / 400")
    expect(counter).to_have_attribute("aria-live", "off")
    area.fill("x" * 400)
    expect(counter).to_have_text("400 / 400")
    expect(counter).to_have_attribute("aria-live", "polite")


def test_formset_takes_one_more_row(look: Look) -> None:
    page = look(GALLERY)
    rows = page.locator(".formset-rows .inline")
    assert rows.count() == 2
    page.locator("[data-add]").click()
    assert rows.count() == 3
    assert page.locator("[name=needs-TOTAL_FORMS]").input_value() == "3"
    expect(page.locator("[name=needs-2-theme]")).to_be_focused()
    assert rows.nth(2).locator("legend").inner_text() == "Row 3"


def test_figure_shows_its_source_on_focus_and_leaves_on_escape(look: Look) -> None:
    page = look(GALLERY)
    figure = page.locator(".figure").first
    note = figure.locator(".figure-note")
    clipped = "(each) => getComputedStyle(each).clipPath"
    assert note.evaluate(clipped) == "inset(50%)"
    figure.focus()
    assert note.evaluate(clipped) == "none"
    page.keyboard.press("Escape")
    assert note.evaluate(clipped) == "inset(50%)"
    expect(figure).to_be_focused()


def test_reason_is_asked_where_the_button_stands(look: Look) -> None:
    page = look(GALLERY)
    fold = page.locator("details.reason").first
    fold.locator("summary").click()
    expect(fold.get_by_label("Reason")).to_be_visible()
    fold.locator("[data-close]").click()
    expect(fold.get_by_label("Reason")).to_be_hidden()
    expect(fold.locator("summary")).to_be_focused()


def test_faults_of_a_form_name_field_and_remedy_and_take_the_focus(look: Look) -> None:
    page = look(GALLERY)
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    link = summary.get_by_role("link", name="Name in Latin letters")
    expect(summary).to_contain_text("Name in Latin letters: Write the name as it stands")
    link.click()
    field = page.locator("#wrong_name")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    described = str(field.get_attribute("aria-describedby")).split()
    assert described == ["wrong_name_helptext", "wrong_name_error"]
    assert (
        page.locator("#wrong_name_error").inner_text() == "Write the name as it stands on the map."
    )


def test_faults_on_the_way_are_said_on_the_page(look: Look, eyes: Eyes) -> None:
    page = look(GALLERY)
    page.context.set_offline(True)
    message = page.locator("#messages .notice.bad")
    expect(message).to_contain_text("The site could not be reached", timeout=5000)
    page.context.set_offline(False)
    expect(message).to_have_count(0, timeout=5000)
    # The browser tells the console as well; what counts is that the reader was told.
    own = ("error: htmx:", "error: Failed to load resource: net::ERR_INTERNET_DISCONNECTED")
    eyes.faults[:] = [fault for fault in eyes.faults if not fault.startswith(own)]


def test_table_rows_are_cards_with_names_of_columns_on_a_phone(look: Look) -> None:
    page = look(GALLERY, viewport=PHONE)
    row = page.locator(".table tbody tr").first
    state = row.locator("td[data-label=State]")
    before = state.evaluate("(each) => getComputedStyle(each, '::before').content")
    assert before == '"State"'
    boxes = [cell.bounding_box() for cell in row.locator("th, td[data-label]").all()]
    tops = [box["y"] for box in boxes if box]
    assert tops == sorted(tops)
    assert len(set(tops)) == len(tops) == 4


def test_table_head_stays_in_sight_on_a_wide_window(look: Look) -> None:
    page = look(GALLERY)
    head = page.locator(".table thead th").first
    page.locator(".table tbody tr").nth(3).evaluate(
        "(each) => scrollTo(0, each.getBoundingClientRect().top + scrollY)"
    )
    box = head.bounding_box()
    assert box is not None
    assert round(box["y"]) == 0


def test_table_sorts_by_links_and_says_so(look: Look) -> None:
    page = look(GALLERY + "?sort=-score&page=3")
    score = page.locator(".table th", has_text="Score")
    expect(score).to_have_attribute("aria-sort", "descending")
    score.locator("a").click()
    assert page.url.split("?")[1] == "sort=score"
    expect(score).to_have_attribute("aria-sort", "ascending")


def test_page_on_paper_has_no_furniture_and_black_ink(look: Look) -> None:
    page = look(GALLERY, scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    for furniture in (".top", ".filters", ".pagination", ".page-actions", ".themes"):
        expect(page.locator(furniture).first).to_be_hidden()
    colour = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    assert colour == "rgb(0, 0, 0)"
    note = page.locator(".figure-note").first
    assert note.evaluate("(each) => getComputedStyle(each).position") == "static"
    assert len(page.pdf()) > 10_000


def test_motion_stops_for_whoever_asked_for_less(look: Look) -> None:
    page = look(GALLERY)
    moving = "() => document.getAnimations().length"
    assert page.evaluate(moving) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving) > 0


def test_skip_link_leads_to_the_content(look: Look) -> None:
    page = look(GALLERY + "entry/")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
