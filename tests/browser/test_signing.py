"""Signing, versions and nominations in a real browser: looked at, and signed with a keyboard."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from mosty.applications.domain import writing
from mosty.applications.models import Application
from mosty.applications.nominations import domain as nominating
from mosty.applications.signing import domain as signing
from mosty.calls.models import Question, Quota
from mosty.core.signoff import Signature
from mosty.core.texts import Text
from mosty.core.versions import versions_of
from mosty.people.models import Mandate
from mosty.places.models import Affiliation
from tests.applications.making import FULL, answer, begun, small_call
from tests.applications.test_signing import join
from tests.browser.conftest import PHONE, Eyes
from tests.calls.making import make_phase
from tests.people import Bodies, Cast, Person

LOOKS = [("light", "en", None), ("dark", "uk", PHONE)]


def asked(bodies: Bodies, cast: Cast) -> tuple[Application, Person]:
    """Signed by the officer, changed by a comma since; the mayor has not signed."""
    Affiliation.objects.create(member=bodies.chuhuiv, association=bodies.ukrainian_association)
    call = small_call(make_phase(bodies), way="either")
    Quota.objects.create(call=call, by="association", key="AUC", least=1, most=3)
    application = begun(call, bodies.chuhuiv)
    answer(application, **FULL)
    mayor, by = join(bodies, "mayor", Mandate.MAYOR), cast.chuhuiv.actor
    nominating.name_association(application, bodies.ukrainian_association, by=by)
    signing.ask_to_sign(application, [cast.chuhuiv.user.pk, mayor.user.pk], by=by)
    signing.say(application, versions_of(application).get(), by=by, choice="approve")
    about = Text.of(record="uk", uk="Нам, потрібна вода.").dump()
    writing.save_answers(application, {Question.objects.get(key="about"): about}, by=by)
    return application, mayor


@pytest.mark.parametrize(("scheme", "language", "viewport"), LOOKS)
def test_pages_of_signing_have_no_violation(
    scheme: str, language: str, viewport: dict[str, int] | None, eyes: Eyes, bodies: Bodies,
    cast: Cast,
) -> None:  # fmt: skip
    application, _mayor = asked(bodies, cast)
    paths = [
        f"/applications/{application.pk}/{name}"
        for name in ("signatures/", "versions/", "versions/1/", "print/", "council/",
                     "association/", "")
    ]  # fmt: skip
    page = eyes.look(
        paths[0], scheme=scheme, language=language, viewport=viewport, client=cast.chuhuiv.client
    )
    for path in paths:
        page.goto(eyes.server.url + path)
        eyes.check(page)
        if os.environ.get("LOOKAT"):
            name = path.strip("/").replace("/", "-")
            page.screenshot(path=Path(os.environ["LOOKAT"]) / f"{name}-{scheme}.png",
                            full_page=True)  # fmt: skip


@pytest.mark.parametrize(("scheme", "language", "viewport"), LOOKS)
def test_page_of_nominations_has_no_violation(
    scheme: str, language: str, viewport: dict[str, int] | None, eyes: Eyes, bodies: Bodies,
    cast: Cast,
) -> None:  # fmt: skip
    application, mayor = asked(bodies, cast)
    for person in (cast.chuhuiv, mayor):
        newest = versions_of(application)[0]
        signing.say(application, newest, by=person.actor, choice="approve")
    cast.chuhuiv.client.post(f"/applications/{application.pk}/send/")
    path = f"/applications/nominations/{application.call.slug}/"
    page = eyes.look(
        path, scheme=scheme, language=language, viewport=viewport, client=cast.ukraine.client
    )
    eyes.check(page)
    expect(page.locator("form input[type=radio]").first).to_be_visible()
    if os.environ.get("LOOKAT"):
        page.screenshot(path=Path(os.environ["LOOKAT"]) / f"nominations-{scheme}.png",
                        full_page=True)  # fmt: skip


def test_mayor_reads_the_page_and_signs_with_the_keyboard_without_a_script(
    eyes: Eyes, bodies: Bodies, cast: Cast
) -> None:
    application, mayor = asked(bodies, cast)
    page = eyes.look(
        f"/applications/{application.pk}/signatures/", client=mayor.client, javascript=False
    )
    expect(page.get_by_text("Asked again", exact=True)).to_be_visible()
    assert Signature.objects.filter(signatory__user=mayor.user).count() == 0
    page.get_by_role("radio", name="I decline it").focus()
    page.keyboard.press("Space")
    signing = page.locator("form").filter(has=page.get_by_role("button", name="Sign", exact=True))
    signing.get_by_label("Reason", exact=False).fill("The sum is wrong")
    page.get_by_role("button", name="Sign", exact=True).press("Enter")
    expect(page.get_by_text("Your word is kept, with this version.")).to_be_visible()
    expect(page.get_by_text("The sum is wrong")).to_be_visible()
    said = Signature.objects.get(signatory__user=mayor.user)
    assert (said.choice, said.version.number) == ("decline", 2)
