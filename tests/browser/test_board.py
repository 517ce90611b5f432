"""The board as officers use it: every scheme, language and width, by keyboard, with and without
scripts."""

import pytest
from playwright.sync_api import Page, expect

from mosty.matching import domain, jobs
from mosty.matching.models import Analysis, Override
from tests.browser.conftest import DESKTOP, PHONE, Eyes
from tests.matching.making import Made, make_many, make_round, run
from tests.people import Bodies, Cast


@pytest.fixture
def made(cast: Cast, bodies: Bodies) -> Made:
    """A round with a proposal that was looked at twice."""
    found = make_round(cast, bodies)
    jobs.analyse(run(found), by=found.officer)
    return found


def panel(page: Page) -> str:
    return page.locator("#why-names").inner_text()


# Each two of scheme, language and width meet.
@pytest.mark.parametrize(
    ("scheme", "language", "viewport"),
    [
        ("light", "en", DESKTOP),
        ("light", "uk", PHONE),
        ("dark", "en", PHONE),
        ("dark", "uk", DESKTOP),
    ],
    ids=["light-en-desktop", "light-uk-phone", "dark-en-phone", "dark-uk-desktop"],
)
def test_board_has_no_violation_and_no_sideways_scroll(
    viewport: dict[str, int], scheme: str, language: str, eyes: Eyes, cast: Cast, made: Made
) -> None:
    how = {
        "viewport": viewport,
        "scheme": scheme,
        "language": language,
        "client": cast.officer.client,
    }
    eyes.walk([f"/rounds/{made.round.slug}/"], **how)


def test_board_pair_chosen_by_keyboard_changes_the_panel_and_the_address(
    eyes: Eyes, cast: Cast, made: Made
) -> None:
    page = eyes.look(f"/rounds/{made.round.slug}/", client=cast.officer.client)
    before = panel(page)
    link = page.locator("#board tbody tr:not([aria-current]) a").first
    name = link.inner_text()

    link.focus()
    page.keyboard.press("Enter")

    expect(page.locator("#board tr[aria-current] a").first).to_have_text(name)
    expect(page.locator("#why-names")).to_contain_text(name)
    assert panel(page) != before
    assert "left=" in page.url


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_board_two_towns_are_kept_apart_with_the_cost_seen_first(
    javascript: bool, eyes: Eyes, cast: Cast, made: Made
) -> None:
    page = eyes.look(
        f"/rounds/{made.round.slug}/", client=cast.officer.client, javascript=javascript
    )
    page.get_by_role("link", name="Keep apart").first.click()
    expect(page.get_by_text("What it costs the round")).to_be_visible()
    page.get_by_label("Reason").fill("Their councils know each other too well")
    page.get_by_role("button", name="Keep apart").click()

    expect(page.get_by_text("Saved.")).to_be_visible()
    override = Override.objects.get()
    assert (override.kind, override.author_id) == ("veto", cast.officer.user.pk)
    assert override.cost["status"] == "ok"


def test_board_of_thirty_pairs_on_a_phone_is_a_row_of_cards(
    eyes: Eyes, cast: Cast, bodies: Bodies
) -> None:
    many = make_many(cast, bodies, 30)
    run(many)
    page = eyes.look(f"/rounds/{many.round.slug}/", client=cast.officer.client, viewport=PHONE)
    row = page.locator("#board tbody tr").nth(2)
    assert row.evaluate("row => getComputedStyle(row).display") != "table-row"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_board_second_look_fills_in_without_moving_the_page(
    eyes: Eyes, cast: Cast, made: Made
) -> None:
    Analysis.objects.all().delete()
    waiting = domain.begin_analysis(made.round.runs.get())
    waiting.begin_work("robust")
    page = eyes.look(f"/rounds/{made.round.slug}/", client=cast.officer.client)
    expect(page.locator("#analysis")).to_contain_text("Still at work")
    expect(page.locator(".holds").first).to_have_text("–")
    page.locator("#ask").scroll_into_view_if_needed()
    page.locator("#ask-left").focus()
    before = page.evaluate("[scrollY, document.activeElement.id]")

    jobs.think_over(waiting)

    expect(page.locator("#analysis")).to_contain_text("Deferred acceptance", timeout=15_000)
    expect(page.locator(".holds").first).to_contain_text("%")
    expect(page.locator(".why-holds")).to_contain_text("of 500 runs", timeout=15_000)
    assert page.evaluate("[scrollY, document.activeElement.id]") == before
    assert page.locator("#analysis[hx-get]").count() == 0


def test_board_second_look_without_scripts_is_looked_at_again_by_a_link(
    eyes: Eyes, cast: Cast, made: Made
) -> None:
    Analysis.objects.all().delete()
    waiting = domain.begin_analysis(made.round.runs.get())
    waiting.begin_work("robust")
    page = eyes.look(f"/rounds/{made.round.slug}/", client=cast.officer.client, javascript=False)
    jobs.think_over(waiting)
    page.locator("#analysis").get_by_role("link", name="Look again").click()
    expect(page.locator("#analysis")).to_contain_text("Deferred acceptance")
