"""Preparing, running and approving a round in a browser: axe, both schemes and languages, phone,
keyboard, without scripts."""

from typing import Any

import pytest
from playwright.sync_api import expect

from mosty.core.texts import Text
from mosty.matching import domain, jobs
from mosty.matching.models import Policy, Round, RoundQuota
from tests.browser.conftest import DESKTOP, PHONE, Eyes
from tests.matching.making import RATIONALE, Made, make_round, run
from tests.people import Bodies, Cast


@pytest.fixture
def made(cast: Cast, bodies: Bodies) -> Made:
    """A round with a proposal, and then with a quota that makes the next run impossible."""
    found = make_round(cast, bodies)
    domain.set_quota(found.round, bodies.latvian_association, by=found.officer, least=0, most=3)
    domain.add_contact(
        found.round, left=found.left[0], right=found.right[1], by=found.officer,
        why=Text.of(en="They met in 2021.", uk="Зустрілися 2021 року."),
    )  # fmt: skip
    run(found)
    jobs.add_scenario(
        found.round, by=found.officer, name="What is near", rationale=RATIONALE,
        weights={"left": {"distance": 1}, "right": {"distance": 1, "languages": 1}},
    )  # fmt: skip
    return found


PAGES = (
    "/rounds/",
    "/rounds/new/",
    "/rounds/round-1/prepare/",
    "/rounds/round-1/runs/",
    "/rounds/round-1/runs/1/",
    "/rounds/round-1/scenarios/",
    "/rounds/round-1/scenarios/new/",
    "/rounds/round-1/scenarios/1/",
    "/rounds/round-1/scenarios/compare/",
    "/rounds/round-1/approval/",
    "/rounds/round-1/participants/add/",
    "/rounds/round-1/quotas/add/",
    "/rounds/policies/bridges/",
    "/rounds/policies/bridges/1/",
    "/rounds/policies/bridges/new/",
)
LOOKS = (
    {"viewport": DESKTOP, "scheme": "light", "language": "en"},
    {"viewport": PHONE, "scheme": "dark", "language": "uk"},
)


@pytest.mark.parametrize("how", LOOKS, ids=["desktop-light-en", "phone-dark-uk"])
def test_pages_of_a_round_have_no_violation_and_no_sideways_scroll(
    how: dict[str, Any], eyes: Eyes, cast: Cast, made: Made
) -> None:
    client = cast.second_officer.client
    eyes.walk(PAGES, client=client, **how)


@pytest.mark.parametrize("how", LOOKS, ids=["desktop-light-en", "phone-dark-uk"])
def test_impossible_run_leads_to_the_quota_to_change(
    how: dict[str, Any], eyes: Eyes, cast: Cast, bodies: Bodies, made: Made
) -> None:
    domain.set_quota(made.round, bodies.latvian_association, by=made.officer, least=4, most=None)
    run(made)
    client = cast.officer.client
    page = eyes.look("/rounds/round-1/runs/2/", client=client, **how)
    eyes.check(page)
    page.locator(".card.marked a.button").last.click()
    page.wait_for_url("**/quotas/*/")
    page.locator("#id_least").fill("3")
    page.locator("main form button.button").first.click()
    page.wait_for_url("**/prepare/")
    assert RoundQuota.objects.get().least == 3


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_round_is_prepared_and_run_with_the_keyboard(
    javascript: bool, eyes: Eyes, cast: Cast, made: Made
) -> None:
    page = eyes.look("/rounds/round-1/prepare/", client=cast.officer.client, javascript=javascript)
    button = page.get_by_role("button", name="Run again")
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/runs/2/")
    expect(page.get_by_role("link", name="To the board")).to_be_visible()
    made.round.refresh_from_db()
    assert made.round.current_run is not None
    assert made.round.current_run.number == 2


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_proposal_is_sent_back_with_a_reason(
    javascript: bool, eyes: Eyes, cast: Cast, made: Made
) -> None:
    page = eyes.look(
        "/rounds/round-1/approval/", client=cast.second_officer.client, javascript=javascript
    )
    page.locator("details.reason summary").click()
    page.locator("#back-reason").fill("Lozova asked to wait.")
    page.locator("details.reason form button.button").first.click()
    expect(page.get_by_text("Lozova asked to wait.")).to_be_visible()
    assert Round.objects.get().state == "draft"


def test_policy_is_written_with_weights_per_side(eyes: Eyes, cast: Cast, made: Made) -> None:
    page = eyes.look("/rounds/policies/bridges/new/?round=round-1", client=cast.officer.client)
    page.get_by_label("Earlier contact, Ukraine").fill("30")
    page.locator("#id_rationale_en, [name=rationale_en]").first.fill("Old friends count more.")
    page.get_by_role("button", name="Write this version").click()
    page.wait_for_url("**/prepare/")
    assert Policy.objects.get(number=2).weights["left"]["contact"] == 30.0


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_run_at_work_is_left_found_again_and_stopped(
    javascript: bool, eyes: Eyes, cast: Cast, made: Made
) -> None:
    waiting = domain.start_run(made.round, by=made.officer)
    waiting.begin_work("floor")
    waiting.advance_work("floor", 0.4)
    client = cast.second_officer.client
    page = eyes.look("/rounds/round-1/", client=client, javascript=javascript)
    page.get_by_role("link", name="Watch the run").click()
    expect(page.get_by_text("40\xa0%")).to_be_visible()
    page.get_by_role("button", name="Stop this run").click()
    expect(page.get_by_text("This run was stopped")).to_be_visible()
    waiting.refresh_from_db()
    assert (waiting.status, waiting.result) == ("stopped", None)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_policy_of_a_scenario_is_compared_and_used_for_the_round(
    javascript: bool, eyes: Eyes, cast: Cast, made: Made
) -> None:
    page = eyes.look(
        "/rounds/round-1/scenarios/1/", client=cast.officer.client, javascript=javascript
    )
    page.get_by_role("link", name="Beside the proposal of the round").click()
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
    page.get_by_role("link", name="What is near").first.click()
    page.get_by_role("button", name="Use this policy for the round").click()
    expect(page.get_by_text("The round now uses version 2")).to_be_visible()
    made.round.refresh_from_db()
    assert made.round.policy == Policy.objects.get(number=2)
