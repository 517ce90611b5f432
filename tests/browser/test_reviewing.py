"""A reviewer reads both languages, scores by keyboard alone, loses the network and hands in."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from mosty.calls.domain import terms
from mosty.core.drafts.models import Draft
from mosty.core.texts import Text
from mosty.reviews.models import Review
from tests.browser.conftest import DESKTOP, PHONE, Eyes
from tests.people import Bodies, Cast
from tests.reviews.making import assigned, make_panel, scored


def tab_to(page: Page, name: str) -> None:
    """Walk on with the keyboard until something of that name, or with those words, has it."""
    asked = "document.activeElement.name || document.activeElement.textContent.trim()"
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(asked) == name:
            return
    raise AssertionError(f"no way by keyboard to {name}")


def choose(page: Page, name: str, value: int) -> None:
    """A score of a group of five, from its first."""
    tab_to(page, name)
    page.keyboard.press("Space")
    for _step in range(value - 1):
        page.keyboard.press("ArrowDown")
    expect(page.locator(f"[name={name}][value='{value}']")).to_be_focused()
    expect(page.locator(f"[name={name}]:checked")).to_have_value(str(value))


def state(page: Page) -> Any:
    return page.locator("[data-draft-state]")


def test_reviewer_scores_by_keyboard_loses_the_network_returns_and_hands_in(
    eyes: Eyes, bodies: Bodies, cast: Cast
) -> None:
    panel = make_panel(bodies, cast)
    for who, application in (
        (panel.expert, panel.chuhuiv), (panel.latvia, panel.chuhuiv), (panel.latvia, panel.gulbene)
    ):  # fmt: skip
        assigned(panel.phase, who, application)
    page = eyes.look(reverse("reviews:queue", args=[panel.call.slug]), client=cast.expert.client)
    tab_to(page, "Chuhuiv")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Chuhuiv")

    sides = page.locator(".answers-sides").first.locator(".answers-said")
    expect(sides).to_have_text(["Вода", "Water"])
    assert [each.get_attribute("lang") for each in sides.all()] == ["uk", "en"]
    left, right = (each.bounding_box() for each in sides.all())
    assert left is not None
    assert right is not None
    assert (left["y"], left["x"] < right["x"]) == (right["y"], True)

    choose(page, "score_need", 4)
    choose(page, "score_plan", 2)
    choose(page, "confidence", 3)
    expect(state(page)).to_contain_text("Draft saved")
    page.context.set_offline(True)
    tab_to(page, "to_applicant_en")
    page.keyboard.type("Say who runs the pumps.")
    expect(state(page)).to_contain_text("no connection")
    tab_to(page, "Give the review")
    page.keyboard.press("Enter")
    # It is not sent into the void.
    expect(page.locator("[name=to_applicant_en]")).to_have_value("Say who runs the pumps.")
    url = page.url
    page.close()
    assert not Review.objects.exists()

    eyes.contexts[0].set_offline(False)
    page = eyes.contexts[0].new_page()
    page.goto(url)
    # First what the server has kept, then what this browser alone has.
    for _offer in range(2):
        tab_to(page, "Continue")
    page.keyboard.press("Enter")
    expect(page.locator("[name=to_applicant_en]")).to_have_value("Say who runs the pumps.")
    for name, value in (("score_need", "4"), ("score_plan", "2"), ("confidence", "3")):
        expect(page.locator(f"[name={name}]:checked")).to_have_value(value)
    tab_to(page, "Give the review")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("given")
    review = Review.objects.get()
    assert (review.state, review.total, review.confidence, str(review.to_applicant)) == (
        "given", 2 * 4 + 2, 3, "Say who runs the pumps.",
    )  # fmt: skip
    assert not Draft.objects.exists()

    # Who acts for the applicant's association sees the other one alone, and no trace of it.
    recused = eyes.look(reverse("reviews:queue", args=[panel.call.slug]), client=cast.latvia.client)
    expect(recused.locator("tbody th a")).to_have_text(["Chuhuiv"])
    expect(recused.get_by_text("0 of 1 done")).to_be_visible()
    assert "Gulbene" not in recused.content()


@pytest.mark.parametrize(
    ("scheme", "language", "viewport"),
    [("light", "en", DESKTOP), ("dark", "uk", PHONE)],
    ids=["light-en-desktop", "dark-uk-phone"],
)
def test_pages_of_a_review_have_no_violation(
    scheme: str, language: str, viewport: dict[str, int], eyes: Eyes, bodies: Bodies, cast: Cast
) -> None:
    panel = make_panel(bodies, cast)
    one = assigned(panel.phase, panel.expert, panel.chuhuiv)
    scored(one, 4, 2, to_applicant=Text.of(en="Say who runs the pumps."))
    scored(assigned(panel.phase, panel.latvia, panel.chuhuiv), 1, 5)
    row = {"key": "need", "name": Text.of(en="Need", uk="Потреба"), "about": Text(), "weight": 5,
           "anchors": {}}  # fmt: skip
    terms.set_criteria(
        panel.call, [row], by=cast.officer.actor, as_new_version=True, reason="One is enough"
    )
    panel.call.refresh_from_db()
    own = assigned(panel.phase, panel.expert, panel.korop)
    scored(own, 4, to_panel=Text.of(en="Thin on money"))
    slug = panel.call.slug
    how: dict[str, Any] = {"scheme": scheme, "language": language, "viewport": viewport}
    for person, paths in (
        (cast.expert, [reverse("reviews:list"), reverse("reviews:queue", args=[slug]),
                       reverse("reviews:conflicts", args=[slug]),
                       *(reverse("reviews:read", args=[slug, each.mark]) for each in (one, own)),
                       reverse("reviews:read", args=[slug, own.mark]) + "?change=1",
                       reverse("reviews:decline", args=[slug, one.mark])]),
        (cast.officer, [reverse("reviews:panel", args=[slug]),
                        reverse("reviews:application", args=[slug, panel.chuhuiv.pk]),
                        reverse("reviews:phases", args=[slug]),
                        reverse("reviews:progress", args=[slug]),
                        reverse("reviews:reviewers", args=[slug]) + "?q=Kuld",
                        reverse("reviews:reviewer", args=[slug, panel.expert.pk]),
                        reverse("reviews:assign", args=[slug, panel.phase.pk]),
                        reverse("reviews:phase", args=[slug, panel.phase.pk])]),
    ):  # fmt: skip
        page = eyes.look(paths[0], client=person.client, **how)
        for number, path in enumerate(paths):
            page.goto(eyes.server.url + path)
            for each in page.locator("details.fold").all():
                each.evaluate("each => each.open = true")
            eyes.check(page)
            if os.environ.get("LOOKAT"):
                name = f"review-{person.key}-{number}-{scheme}.png"
                page.screenshot(path=Path(os.environ["LOOKAT"]) / name, full_page=True)
