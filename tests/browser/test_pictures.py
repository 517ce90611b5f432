"""What only a browser can tell of the pictures: they load, take our colours and do not collide."""

import itertools
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from mosty.core.pictures.lettering import estimate_width
from tests.browser.conftest import DESKTOP, PHONE, Eyes

LAND = """() => [...document.querySelectorAll("#map-all use.land")].map(use => {
    const box = use.getBBox();
    return [use.getAttribute("class"), Math.round(box.width), getComputedStyle(use).fill];
})"""
NAMES = """set => [
    ...document.querySelectorAll("#map-all .map-names." + set + " text")
].map(text => {
    const box = text.getBoundingClientRect();
    return {
        text: text.textContent,
        bold: text.classList.contains("selected"),
        size: parseFloat(getComputedStyle(text).fontSize),
        length: text.getComputedTextLength(),
        left: box.left, right: box.right, top: box.top, bottom: box.bottom,
        shown: box.width > 0,
    };
})"""


@pytest.fixture
def gallery() -> str:
    return reverse("core:gallery")


def names_of(page: Page, names: str) -> list[dict[str, Any]]:
    page.evaluate("document.fonts.ready")
    found: list[dict[str, Any]] = page.evaluate(NAMES, names)
    return found


def test_land_loads_under_the_policy_and_follows_the_scheme(eyes: Eyes, gallery: str) -> None:
    """An SVG file drawn by <use> counts as an image of our own and inherits our colours."""
    light = eyes.look(gallery, scheme="light").evaluate(LAND)
    dark = eyes.look(gallery, scheme="dark").evaluate(LAND)
    assert [kind for kind, _, _ in light] == ["land other", "land eu", "land ua"]
    assert all(width > 1000 for _, width, _ in light)
    assert all(a[2] != b[2] for a, b in zip(light, dark, strict=True))


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize(
    ("viewport", "shown", "hidden"), [(DESKTOP, "wide", "narrow"), (PHONE, "narrow", "wide")]
)
def test_names_of_towns_do_not_collide(
    eyes: Eyes, gallery: str, language: str, viewport: dict[str, int], shown: str, hidden: str
) -> None:
    page = eyes.look(gallery, language=language, viewport=viewport)
    assert not any(name["shown"] for name in names_of(page, hidden))
    names = names_of(page, shown)
    assert len(names) >= (16 if shown == "wide" else 8)
    assert all(name["shown"] for name in names)
    for a, b in itertools.combinations(names, 2):
        across = min(a["right"], b["right"]) - max(a["left"], b["left"])
        # letters are lower than the boxes that a browser reports
        leading = 0.2 * (a["bottom"] - a["top"])
        down = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"]) - leading
        assert across <= 1 or down <= 1, (a["text"], b["text"])


@pytest.mark.parametrize("language", ["en", "uk"])
def test_estimated_widths_are_those_of_the_browser(eyes: Eyes, gallery: str, language: str) -> None:
    for name in names_of(eyes.look(gallery, language=language), "wide"):
        guess = estimate_width(name["text"], name["size"], bold=name["bold"])
        assert guess == pytest.approx(name["length"], rel=0.04), name["text"]


def test_phone_still_reads_the_names(eyes: Eyes, gallery: str) -> None:
    """Type in a drawing shrinks with it: on the screen it must stay above ten pixels."""
    page = eyes.look(gallery, viewport=PHONE)
    scale = page.evaluate(
        """() => { const svg = document.querySelector("#map-all .map-picture");
        return svg.getBoundingClientRect().width / svg.viewBox.baseVal.width; }"""
    )
    assert all(name["size"] * scale > 10 for name in names_of(page, "narrow"))


def test_bridges_are_reached_by_keyboard_and_show_it(eyes: Eyes, gallery: str) -> None:
    page = eyes.look(gallery)
    bridges = page.locator("#map-all a.bridge")
    assert bridges.count() == 8
    # with reduced motion every change is still a transition, of a millisecond
    look_of = """async line => {
        await Promise.all(document.getAnimations()
            .filter(each => each instanceof CSSTransition)
            .map(each => each.finished.catch(() => null)));
        const style = getComputedStyle(line);
        return [style.stroke, style.strokeWidth];
    }"""
    bridges.first.focus()
    page.keyboard.press("Tab")
    assert bridges.nth(1).evaluate("bridge => bridge === document.activeElement")
    line = bridges.nth(1).locator(".bridge-line")
    focused = line.evaluate(look_of)
    page.keyboard.press("Tab")
    assert bridges.nth(2).evaluate("bridge => bridge === document.activeElement")
    colour, width = line.evaluate(look_of)
    assert focused[0] != colour
    assert float(focused[1].removesuffix("px")) > 1.5 * float(width.removesuffix("px"))


def test_bars_fill_their_column_and_stay_inside(eyes: Eyes, gallery: str) -> None:
    page = eyes.look(gallery, viewport=PHONE)
    widths = page.locator("#bars .bars .bar-picture").evaluate_all(
        """bars => bars.map(bar => [
            bar.getBoundingClientRect().width,
            Math.max(...[...bar.querySelectorAll(".bar-part")].map(
                part => part.getBoundingClientRect().right)) - bar.getBoundingClientRect().right,
        ])"""
    )
    assert len(widths) == 4
    assert all(width > 100 and over <= 0.5 for width, over in widths)
