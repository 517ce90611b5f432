"""A Ukrainian officer applies from a phone, with a network that comes and goes."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mosty.applications.models import Answer, Application
from mosty.calls.models import Question
from mosty.core.drafts.models import Draft
from mosty.core.texts import Text
from tests.applications.making import FULL, answer, begun, small_call
from tests.applications.pages import section_url
from tests.browser.conftest import DESKTOP, PHONE, Eyes
from tests.calls.making import make_phase
from tests.people import Bodies, Cast


def box(page: Page, key: str, language: str) -> Any:
    question = Question.objects.get(key=key)
    return page.locator(f"[name=q{question.pk}_{language}]")


def state(page: Page) -> Any:
    return page.locator("[data-draft-state]")


def test_ukrainian_officer_on_a_phone_loses_the_network_and_sends_in(
    eyes: Eyes, bodies: Bodies, cast: Cast
) -> None:
    call = small_call(make_phase(bodies))
    how: dict[str, Any] = {"language": "uk", "viewport": PHONE, "client": cast.chuhuiv.client}
    page = eyes.look(call.get_absolute_url(), **how)
    page.get_by_role("link", name="Подати заявку: Чугуїв").click()
    eyes.check(page)
    page.get_by_role("button", name="Почати", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Чугуїв")
    eyes.check(page)
    page.get_by_role("link", name="Громада", exact=True).click()

    box(page, "title", "uk").fill("Вода для громади")
    box(page, "title", "en").fill("Water for the town")
    box(page, "about", "uk").fill("Насоси")
    expect(state(page)).to_contain_text("Чернетку збережено")
    page.context.set_offline(True)
    box(page, "about", "uk").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(" для лікарні та школи")
    expect(state(page)).to_contain_text("немає з’єднання")
    # It is not sent into the void, and the page stays as it is.
    page.get_by_role("button", name="Зберегти", exact=True).click()
    expect(box(page, "about", "uk")).to_have_value("Насоси для лікарні та школи")
    url = page.url
    page.close()

    page.context.set_offline(False)
    page = eyes.contexts[0].new_page()
    page.goto(url)
    page.get_by_role("button", name="Продовжити").first.click()
    expect(box(page, "about", "uk")).to_have_value("Насоси для лікарні та школи")
    expect(box(page, "title", "uk")).to_have_value("Вода для громади")
    expect(state(page)).to_contain_text("Чернетку збережено")
    eyes.check(page)
    page.get_by_role("button", name="Зберегти", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("Збережено: Громада.")
    given = {row.question.key: Text.load(row.value) for row in Answer.objects.all()}
    assert given == {
        "title": Text.of(record="uk", uk="Вода для громади", en="Water for the town"),
        "about": Text.of(record="uk", uk="Насоси для лікарні та школи"),
    }
    assert not Draft.objects.exists()

    page.get_by_role("link", name="Надіслати", exact=True).click()
    eyes.check(page)
    page.get_by_role("button", name="Надіслати", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("Надіслано. Це ваше підтвердження.")
    eyes.check(page)
    sent = Application.objects.get()
    assert sent.version is not None
    expect(page.locator(".applications-hash")).to_contain_text(sent.version.sha256)

    # Read by the secretariat: both languages side by side.
    read = eyes.look(sent.get_absolute_url(), client=cast.officer.client)
    sides = read.locator(".answers-sides").first.locator(".answers-said")
    expect(sides).to_have_text(["Вода для громади", "Water for the town"])
    assert [each.get_attribute("lang") for each in sides.all()] == ["uk", "en"]
    left, right = (each.bounding_box() for each in sides.all())
    assert left is not None
    assert right is not None
    assert (left["y"], left["x"] < right["x"]) == (right["y"], True)


def test_letters_are_counted_and_too_many_are_told_not_cut(
    eyes: Eyes, bodies: Bodies, cast: Cast
) -> None:
    application = begun(small_call(make_phase(bodies)), bodies.chuhuiv)
    page = eyes.look(section_url(application, "title"), client=cast.chuhuiv.client)
    box(page, "title", "uk").fill("Щ" * 43)
    counter = page.locator("output.counter").first
    expect(counter).to_have_text("43 / 40 · too many: 3")
    expect(box(page, "title", "uk")).to_have_value("Щ" * 43)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("Saved: The town.")
    page.get_by_role("link", name="The town", exact=True).click()
    expect(page.get_by_text("Ukrainian: 3 characters too many.")).to_be_visible()
    eyes.check(page)


@pytest.mark.parametrize(
    ("scheme", "language", "viewport"),
    [("light", "uk", PHONE), ("dark", "en", DESKTOP)],
    ids=["light-uk-phone", "dark-en-desktop"],
)
def test_pages_of_an_application_have_no_violation(
    scheme: str, language: str, viewport: dict[str, int], eyes: Eyes, bodies: Bodies, cast: Cast
) -> None:
    bodies.chuhuiv.about = Text.of(record="uk", uk="Громада на Донці " * 30, en="A town")
    bodies.chuhuiv.save()
    call = small_call(make_phase(bodies))
    application = begun(call, bodies.chuhuiv)
    own = application.get_absolute_url()
    how: dict[str, Any] = {"scheme": scheme, "language": language, "viewport": viewport}
    eyes.walk(
        ["/applications/", own, section_url(application, "title"),
         section_url(application, "letter"), f"{own}send/", "/desk/"],
        client=cast.chuhuiv.client, **how,
    )  # fmt: skip
    answer(application, **FULL)
    client = cast.chuhuiv.client
    client.post(f"{own}send/")
    eyes.walk([own, f"{own}receipt/"], client=client, **how)
    client.post(f"{own}take-back/")
    eyes.walk([own, call.get_absolute_url()], client=client, **how)
    eyes.walk(
        [own, f"/applications/calls/{call.slug}/", f"/applications/calls/{call.slug}/late/"],
        client=cast.officer.client, **how,
    )  # fmt: skip


def test_section_is_written_without_a_script(eyes: Eyes, bodies: Bodies, cast: Cast) -> None:
    bodies.chuhuiv.about = Text.of(record="uk", uk="Громада на Донці")
    bodies.chuhuiv.save()
    application = begun(small_call(make_phase(bodies)), bodies.chuhuiv)
    page = eyes.look(section_url(application, "title"), client=cast.chuhuiv.client,
                     javascript=False)  # fmt: skip
    box(page, "title", "uk").fill("Вода")
    page.get_by_role("button", name=re.compile("Take it over")).click()
    expect(box(page, "about", "uk")).to_have_value("Громада на Донці")
    expect(box(page, "title", "uk")).to_have_value("Вода")
    # Enter in a box saves, it takes nothing over.
    box(page, "title", "uk").press("Enter")
    expect(page.locator("#messages")).to_contain_text("Saved: The town.")
    assert {row.question.key for row in Answer.objects.all()} == {"title", "about"}
