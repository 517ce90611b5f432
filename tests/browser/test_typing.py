"""The list of municipalities follows what is typed: the likeliest at once, the whole when the
typing rests, and never the answer to a word that stands there no more."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import PHONE, Eyes
from tests.people import Bodies

LIST = "/municipalities/"


def names(page: Page) -> Locator:
    return page.locator("#results tbody th")


def count(page: Page) -> Locator:
    return page.locator("#results .results-count")


def hold(page: Page, words: str) -> list[Route]:
    """The whole list for these words hangs on its way; all else is answered."""
    held: list[Route] = []

    def met(route: Route) -> None:
        is_whole = route.request.headers.get("hx-trigger") == "results"
        if is_whole and words in route.request.url:
            held.append(route)
        else:
            route.continue_()

    page.route("**/municipalities/?*", met)
    return held


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desktop", "phone"])
def test_likeliest_come_at_once_and_the_whole_list_when_typing_rests(
    viewport: dict[str, int] | None, eyes: Eyes, bodies: Bodies
) -> None:
    page = eyes.look(LIST, viewport=viewport)
    held = hold(page, "q=kul")
    page.get_by_role("searchbox").press_sequentially("kul", delay=20)

    expect(names(page)).to_have_count(1)
    expect(names(page)).to_contain_text("Kuldīga")
    expect(count(page)).to_have_text("The likeliest")
    expect(page.locator("#results #map")).to_have_count(0)
    eyes.check(page)

    names(page).get_by_role("link").focus()
    page.wait_for_timeout(900)
    held.pop().continue_()
    expect(count(page)).to_have_text("1 municipality")
    expect(page.locator("#results #map")).to_have_count(1)
    expect(page.locator("#found")).to_have_text("1 municipality")
    # Whoever has gone on into the list by keyboard still stands there.
    expect(names(page).get_by_role("link")).to_be_focused()
    assert page.url.endswith("q=kul") or "q=kul&" in page.url


def test_whole_list_for_an_older_word_never_takes_the_place_of_a_newer(
    eyes: Eyes, bodies: Bodies
) -> None:
    page = eyes.look(LIST)
    held = hold(page, "q=kul")
    search = page.get_by_role("searchbox")
    search.press_sequentially("kul", delay=20)
    expect(count(page)).to_have_text("The likeliest")
    page.wait_for_timeout(900)
    assert len(held) == 1

    search.fill("korop")
    expect(names(page)).to_contain_text("Korop")
    expect(count(page)).to_have_text("1 municipality")
    # Given up when the next letter came, not answered later.
    assert held[0].request.failure is not None
    # A request that is given up is a word in the console, not a fault on the page.
    assert page.locator("#messages").inner_text() == ""
    eyes.faults[:] = [
        said
        for said in eyes.faults
        if "htmx:afterRequest" not in said and "htmx:sendAbort" not in said
    ]
