"""A call is decided on: drafted by two at once, confirmed by a second, released, and read."""

from typing import Any

import pytest
from django.core import mail as django_mail
from playwright.sync_api import Locator, Page, expect

from mosty.core import mail
from mosty.decisions.models import Decision, Release
from mosty.people.models import User
from tests.browser.conftest import PHONE, Eyes
from tests.decisions.making import World, make_world, quota
from tests.people import Bodies, Cast


@pytest.fixture
def world(bodies: Bodies, cast: Cast) -> World:
    User.objects.filter(pk=cast.chuhuiv.user.pk).update(language="uk")
    made = make_world(bodies, cast)
    quota(made.call, "country", "UA", least=1, most=1)
    return made


def outcome(page: Page, name: str) -> Locator:
    return page.get_by_label(f"Outcome of {name}")


def used(page: Page) -> Locator:
    """How many count for the quota of Ukraine."""
    return page.locator("#quotas .meter-figure b")


def tab(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


def test_list_is_drafted_by_two_confirmed_released_and_read(
    eyes: Eyes, world: World, cast: Cast
) -> None:
    address = f"/decisions/{world.call.slug}/"
    first = eyes.look(address, client=cast.officer.client)
    second = eyes.look(address, client=cast.second_officer.client)

    # Both work on the list at once; the meters follow for each.
    expect(used(first)).to_have_text("0")
    outcome(first, "Chuhuiv").select_option("accepted")
    expect(used(first)).to_have_text("1")
    expect(first.locator("#quotas").get_by_role("status")).to_have_text("Saved.")
    outcome(second, "Korop").select_option("accepted")
    expect(used(second)).to_have_text("2")
    expect(second.locator("#quotas")).to_contain_text("1 too many")
    outcome(second, "Korop").select_option("declined")
    expect(used(second)).to_have_text("1")
    outcome(first, "Kuldīga").select_option("accepted")
    expect(first.locator("#quotas .facts div").first).to_contain_text("2")
    outcome(second, "Gulbene").select_option("reserve")
    expect(second.locator("#quotas .facts")).to_contain_text("No outcome yet0")
    eyes.check(second)
    names = {row.pk: name for name, row in world.applications.items()}
    rows = Decision.objects.values_list("application_id", "outcome", "changed_by_name")
    assert {names[pk]: (said, who) for pk, said, who in rows} == {
        "kuldiga": ("accepted", "Programme officer"), "chuhuiv": ("accepted", "Programme officer"),
        "gulbene": ("reserve", "Second programme officer"),
        "korop": ("declined", "Second programme officer"),
    }  # fmt: skip

    # Four eyes.
    tab(first, "Proposal and approval")
    first.get_by_role("button", name="Propose this list").click()
    expect(first.get_by_text("You proposed it: somebody else must approve.")).to_be_visible()
    tab(second, "Proposal and approval")
    second.get_by_role("button", name="Approve this list").click()
    expect(second.locator("#messages")).to_contain_text("Approved.")

    # Letters are read before they leave, in the language of each reader.
    tab(second, "Letters")
    second.get_by_text("Рішення щодо вашої заявки").click()
    expect(second.get_by_text("Відгук про chuhuiv").first).to_be_visible()
    eyes.check(second)
    assert django_mail.outbox == []
    tab(second, "Release")
    second.get_by_role("button", name="Release now").click()
    expect(second.locator("#messages")).to_contain_text("Released.")
    mail.send_letters.call()
    second.reload()
    expect(second.locator("#release-progress")).to_contain_text("All letters have gone.")
    expect(second.get_by_text("4 of 4 sent")).to_be_visible()
    assert Release.objects.get().sendings.count() == 4

    # The town follows its letter.
    (letter,) = [one for one in django_mail.outbox if one.to == ["chuhuiv@example.org"]]
    path = f"{address}applications/{world.pk('chuhuiv')}/"
    assert path in letter.body
    how: dict[str, Any] = {"language": "uk", "viewport": PHONE, "client": cast.chuhuiv.client}
    town = eyes.look(path, **how)
    expect(town.get_by_role("heading", level=1)).to_have_text("Чугуїв")
    expect(town.locator("main")).to_contain_text("Відгук про chuhuiv")
    eyes.check(town)
