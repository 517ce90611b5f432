"""Nothing typed disappears: two browsers in one form, a network that goes, a page that crashes."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from mosty.core.drafts.models import Draft, Sending
from mosty.core.history import HistoryEntry
from mosty.core.texts import Text
from mosty.places.models import Need, Organisation
from tests.browser.conftest import DESKTOP, PHONE, Eyes
from tests.people import Bodies, Cast

CHUHUIV = "/municipalities/UA63140110000017413/"
EDIT = f"{CHUHUIV}edit/"
# What the browser keeps of unsent forms.
KEPT = "Object.keys(localStorage).filter((name) => name.startsWith('mosty-draft:')).length"


def english(page: Page) -> Locator:
    return page.get_by_role("textbox", name="English").first


def state(page: Page) -> Locator:
    return page.locator("[data-draft-state]")


def type_on(page: Page, text: str) -> None:
    """As fingers do: at the end of what stands there."""
    english(page).focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def test_network_goes_while_one_types_and_another_saves_and_both_texts_stay(
    eyes: Eyes, cast: Cast
) -> None:
    mine = eyes.look(EDIT, client=cast.chuhuiv.client)
    theirs = eyes.look(EDIT, client=cast.chuhuiv.client)
    type_on(mine, "Pumps for ")
    mine.context.set_offline(True)
    type_on(mine, "the hospital")
    expect(state(mine)).to_have_text(
        "Not saved yet: no connection. Your text is kept in this browser."
    )

    type_on(theirs, "Pipes for the school")
    theirs.get_by_label("Website").fill("https://chuhuiv.example")
    expect(state(theirs)).to_contain_text("Draft saved")
    assert Draft.objects.get().content["about_en"] == "Pipes for the school"

    mine.context.set_offline(False)
    expect(state(mine)).to_contain_text("Somebody else changed this section.")
    side = mine.locator("#draft-sides")
    expect(side.locator("[data-said-mine]")).to_have_text("Pumps for the hospital")
    expect(side.locator("[data-said-theirs]")).to_have_text("Pipes for the school")
    expect(side.locator("[data-who]")).to_contain_text("Officer, Chuhuiv")
    # What only the other has changed stands in the form now; what was typed here, still does.
    expect(mine.get_by_label("Website")).to_have_value("https://chuhuiv.example")
    expect(english(mine)).to_have_value("Pumps for the hospital")
    eyes.check(mine)
    assert mine.evaluate(KEPT) == 0

    mine.get_by_role("button", name="Put both into the form").click()
    expect(side).to_be_hidden()
    expect(english(mine)).to_have_value("Pumps for the hospital\n\nPipes for the school")
    expect(state(mine)).to_contain_text("Draft saved")
    kept = Draft.objects.get()
    assert kept.content["about_en"] == "Pumps for the hospital\n\nPipes for the school"
    assert kept.rivals == {}


@pytest.mark.parametrize(
    ("button", "text"), [("Keep mine", "Mine"), ("Take theirs", "Theirs")], ids=["mine", "theirs"]
)
def test_one_of_two_texts_is_kept(button: str, text: str, eyes: Eyes, cast: Cast) -> None:
    mine = eyes.look(EDIT, client=cast.chuhuiv.client)
    theirs = eyes.look(EDIT, client=cast.chuhuiv.client)
    type_on(theirs, "Theirs")
    expect(state(theirs)).to_contain_text("Draft saved")
    type_on(mine, "Mine")
    expect(mine.locator("#draft-sides")).to_be_visible()
    mine.get_by_role("button", name=button).focus()
    mine.keyboard.press("Enter")
    expect(english(mine)).to_have_value(text)
    expect(english(mine)).to_be_focused()
    expect(state(mine)).to_contain_text("Draft saved")
    kept = Draft.objects.get()
    assert (kept.content["about_en"], kept.rivals) == (text, {})


def test_page_that_crashed_offers_its_text_again(eyes: Eyes, cast: Cast) -> None:
    page = eyes.look(EDIT, client=cast.chuhuiv.client)
    context = page.context
    context.set_offline(True)
    type_on(page, "Typed before the power went")
    page.get_by_label("Website").fill("https://chuhuiv.example")
    page.close()
    context.set_offline(False)
    assert not Draft.objects.exists()

    # The offer stays as long as nobody answers it: looked at in one window, taken up in the next.
    looked = context.new_page()
    looked.goto(eyes.server.url + EDIT)
    expect(looked.get_by_role("region", name="Unsent text")).to_be_visible()
    eyes.check(looked)
    looked.close()

    again = context.new_page()
    again.goto(eyes.server.url + EDIT)
    expect(english(again)).to_have_value("")
    offer = again.get_by_role("region", name="Unsent text")
    expect(offer).to_contain_text(re.compile(r"You have unsent text from \d\d:\d\d"))
    offer.get_by_role("button", name="Continue").click()
    expect(english(again)).to_have_value("Typed before the power went")
    expect(again.get_by_label("Website")).to_have_value("https://chuhuiv.example")
    expect(state(again)).to_contain_text("Draft saved")
    assert Draft.objects.get().content["about_en"] == "Typed before the power went"
    assert again.evaluate(KEPT) == 0

    # On another computer the server offers the same.
    other = eyes.look(EDIT, client=cast.chuhuiv.client)
    other.get_by_role("link", name="Continue").click()
    expect(english(other)).to_have_value("Typed before the power went")


def test_save_whose_answer_got_lost_is_sent_again_soon(eyes: Eyes, cast: Cast) -> None:
    page = eyes.look(EDIT, client=cast.chuhuiv.client)
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.request.url)
            route.fulfill(status=503)

    page.route("**/drafts/**", lose_the_first)
    type_on(page, "Pumps")
    # Long before the quarter of a minute after which a server that is gone is asked again.
    expect(state(page)).to_contain_text("Draft saved", timeout=10_000)
    assert (len(lost), Draft.objects.get().content["about_en"]) == (1, "Pumps")
    assert ["503" in fault for fault in eyes.faults] == [True]
    eyes.faults.clear()


def test_text_out_of_the_browser_can_be_dropped(eyes: Eyes, cast: Cast) -> None:
    page = eyes.look(EDIT, client=cast.chuhuiv.client)
    context = page.context
    context.set_offline(True)
    type_on(page, "Never mind")
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(eyes.server.url + EDIT)
    again.get_by_role("button", name="Drop it").click()
    expect(again.get_by_role("region", name="Unsent text")).to_have_count(0)
    assert again.evaluate(KEPT) == 0
    again.reload()
    expect(again.get_by_role("region", name="Unsent text")).to_have_count(0)
    expect(english(again)).to_have_value("")


def test_form_sent_twice_is_stored_once(eyes: Eyes, cast: Cast, bodies: Bodies) -> None:
    Need.objects.create(organisation=bodies.chuhuiv, theme_id="water", text=Text.of(en="Pumps"))
    page = eyes.look(f"{CHUHUIV}needs/water/", client=cast.chuhuiv.client)
    type_on(page, " and pipes")
    # The same form comes once more, before the first has been answered.
    page.evaluate(
        """() => {
            const form = document.querySelector("form[data-draft]");
            const copy = form.cloneNode(true);
            copy.removeAttribute("id");
            document.body.append(copy);
            for (const area of form.querySelectorAll("textarea")) {
                copy.querySelector(`[name="${area.name}"]`).value = area.value;
            }
            const body = new URLSearchParams(new FormData(copy));
            copy.remove();
            window.first = fetch(location.href, { method: "POST", body });
        }"""
    )
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Needs")
    expect(page.locator("#messages")).to_contain_text(re.compile("Saved: Water|saved once"))
    assert Need.objects.get().text.said("en").text == "Pumps and pipes"
    verbs = list(HistoryEntry.objects.values_list("verb", flat=True))
    assert (verbs, Sending.objects.count()) == (["places.need_changed"], 1)
    assert not Draft.objects.exists()
    assert page.evaluate(KEPT) == 0


def test_form_is_not_sent_into_the_void(eyes: Eyes, cast: Cast) -> None:
    page = eyes.look(EDIT, client=cast.chuhuiv.client)
    page.context.set_offline(True)
    type_on(page, "Water")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(english(page)).to_have_value("Water")
    expect(state(page)).to_contain_text("no connection")
    page.context.set_offline(False)
    expect(state(page)).to_contain_text("Draft saved")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("Saved.")
    assert Organisation.objects.get(code=CHUHUIV.split("/")[2]).about.said("en").text == "Water"


def test_signing_out_takes_what_the_browser_kept(eyes: Eyes, cast: Cast) -> None:
    page = eyes.look(EDIT, client=cast.chuhuiv.client)
    page.evaluate("localStorage.setItem('mosty-draft:1:a:b:c', '{}')")
    page.locator("details.account > summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: "edit" not in url)
    assert page.evaluate(KEPT) == 0


@pytest.mark.parametrize(
    ("scheme", "language", "viewport"),
    [("light", "uk", PHONE), ("dark", "en", DESKTOP)],
    ids=["light-uk-phone", "dark-en-desktop"],
)
def test_draft_offered_and_two_versions_have_no_violation(
    scheme: str, language: str, viewport: dict[str, int], eyes: Eyes, cast: Cast, bodies: Bodies
) -> None:
    said = {"by": "Officer, Chuhuiv", "at": "2026-03-14T12:04:00+02:00"}
    Draft.objects.create(
        key=f"places.profile:{bodies.chuhuiv.pk}", section="form", organisation=bodies.chuhuiv,
        content={"about_en": "Pumps", "website": ""}, said_by={"about_en": said}, revision=2,
        rivals={"about_en": {"p": {"text": "Pipes\n\nand more", **said}}},
    )  # fmt: skip
    how = {"scheme": scheme, "language": language, "viewport": viewport}
    eyes.walk([EDIT, f"{EDIT}?draft=continue"], client=cast.chuhuiv.client, **how)
