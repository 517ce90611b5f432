"""The pages on which officers write a call, in a real browser: looked at, and without a script."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from mosty.calls.models import Call
from mosty.core.texts import Text
from tests.browser.conftest import PHONE, Eyes
from tests.calls.making import draft, make_phase, published
from tests.calls.pages import url
from tests.people import Bodies, Cast

LOOKS = [("light", "en", None), ("dark", "uk", PHONE)]


def pages_of(call: Call) -> list[str]:
    names = ["edit", "form", "conditions", "criteria", "quotas", "documents"]
    names += ["publish"] if call.state == "draft" else ["extend", "cancel"]
    return [url(name, call) for name in names]


@pytest.mark.parametrize(("scheme", "language", "viewport"), LOOKS)
def test_pages_of_the_secretariat_have_no_violation(
    scheme: str, language: str, viewport: dict[str, int] | None, eyes: Eyes, bodies: Bodies,
    cast: Cast,
) -> None:  # fmt: skip
    phase = make_phase(bodies)
    call, open_call = draft(phase), published(phase, name=Text.of(en="Open", uk="Відкритий"))
    section = call.sections.first()
    assert section is not None
    choice = section.questions.get(key="languages")
    paths = [
        "/calls/new/", *pages_of(call), *pages_of(open_call),
        url("add_question", call, section_id=section.pk) + "?kind=table",
        url("edit_question", call, question_id=choice.pk),
        url("edit_question", open_call,
            question_id=open_call.sections.all()[0].questions.get(key="languages").pk),
        url("add_condition", call, kind="region"),
    ]  # fmt: skip
    eyes.walk(
        paths, scheme=scheme, language=language, viewport=viewport, client=cast.officer.client
    )


def _write_question(page: Page, base: str, call: Call) -> None:
    page.goto(base + url("form", call))
    page.locator("select[name=kind]").first.select_option("choice")
    page.get_by_role("button", name="Add a question").first.click()
    page.locator("[name=text_en]").fill("Who decides?")
    page.locator("[name=options-0-text_en]").fill("The council")
    page.locator("[name=options-1-text_en]").fill("The mayor")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Who decides?", exact=True)).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_call_is_written_with_and_without_a_script(
    javascript: bool, eyes: Eyes, bodies: Bodies, cast: Cast
) -> None:
    phase = make_phase(bodies)
    page = eyes.look(f"/calls/new/?phase={phase.pk}", client=cast.officer.client,
                     javascript=javascript)  # fmt: skip
    page.locator("[name=source]").select_option("template:pilot")
    page.locator("[name=name_en]").fill("Written by hand")
    page.get_by_role("button", name="Begin the call").click()
    page.locator("[name=zone]").select_option("Europe/Kyiv")
    page.locator("[name=opens_at]").fill("2031-05-01T09:00")
    page.locator("[name=closes_at]").fill("2031-06-10T23:59")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Closes: 10 June 2031, 23:59 (Kyiv time)")).to_be_visible()
    call = Call.objects.get()
    assert call.closes_at == datetime(2031, 6, 10, 20, 59, tzinfo=UTC)
    _write_question(page, eyes.server.url, call)
    page.goto(eyes.server.url + url("publish", call))
    page.get_by_role("button", name="Publish the call").click()
    expect(page.get_by_text("Announced").first).to_be_visible()
