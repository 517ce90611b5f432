"""Programme officers get nowhere without a second factor, however they signed in."""

from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from mosty.core.access import Role
from mosty.people.models import Membership, User
from tests.people import Bodies, Cast, Person
from tests.people.passkey import Passkey
from tests.people.signing_in import (
    by_code,
    by_password,
    code_now,
    link_in_the_mail,
    second_step,
)

pytestmark = pytest.mark.web

DESK = "/desk/"
WHY = "/people/account/second-factor/"
SENTENCE = "Programme officers sign in with a second factor. Set one up first."


@pytest.fixture(autouse=True)
def fresh_codes() -> None:
    """A code of the app counts once; tests within the same half minute share it."""
    cache.clear()


def without_factor(person: Person) -> Client:
    """A browser of somebody who has none yet."""
    client = person.client
    Authenticator.objects.filter(user=person.user).delete()
    return client


def test_officer_without_a_factor_is_led_from_every_page_to_the_one_that_says_why(
    cast: Cast,
) -> None:
    client = without_factor(cast.officer)
    led = {
        path: client.get(path).headers["Location"]
        for path in ("/", DESK, "/people/?q=a", "/municipalities/", "/rounds/")
    }
    assert led == {
        "/": f"{WHY}?next=%2F",
        DESK: f"{WHY}?next=%2Fdesk%2F",
        "/people/?q=a": f"{WHY}?next=%2Fpeople%2F%3Fq%3Da",
        "/municipalities/": f"{WHY}?next=%2Fmunicipalities%2F",
        "/rounds/": f"{WHY}?next=%2Frounds%2F",
    }
    page = client.get(WHY)
    assert "a password alone" in page.text
    assert reverse("people:first_factor") in page.text


def test_officer_without_a_factor_reaches_setting_one_up_the_account_and_signing_out(
    cast: Cast,
) -> None:
    client = without_factor(cast.officer)
    names = (
        "mfa_index people:account account_change_password account_email usersessions_list "
        "people:own_data people:account_requests"
    ).split()
    reached = {name: client.get(reverse(name)).status_code for name in names}
    assert reached == dict.fromkeys(names, 200)
    assert client.post(reverse("account_logout")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_officer_without_a_factor_changes_nothing_and_reads_the_sentence(cast: Cast) -> None:
    client = without_factor(cast.officer)
    membership = Membership.objects.get(user=cast.expert.user)

    answer = client.post(
        reverse("people:end", kwargs={"membership_id": membership.pk}), {"reason": "No"}
    )

    assert answer.status_code == 403
    assert SENTENCE in answer.text
    assert Membership.objects.get(pk=membership.pk).until is None


def test_officer_without_a_factor_has_no_role_on_the_pages_that_stay_open(cast: Cast) -> None:
    page = without_factor(cast.officer).get(reverse("people:account"))
    assert (page.context["actor"].roles, page.context["actor"].user_id) == (
        frozenset(),
        cast.officer.user.pk,
    )
    assert reverse("people:people") not in {link.url for link in page.context["navigation"]}


def test_officer_of_another_body_than_the_one_acted_for_is_asked_too(
    cast: Cast, bodies: Bodies
) -> None:
    Membership.objects.create(
        user=cast.chuhuiv.user, organisation=bodies.secretariat, role=Role.OFFICER,
        since=date(2023, 1, 1),
    )  # fmt: skip
    assert cast.chuhuiv.client.get(DESK).headers["Location"].startswith(WHY)


def test_officer_whose_membership_has_ended_is_not_asked(cast: Cast) -> None:
    client = without_factor(cast.officer)
    Membership.objects.filter(user=cast.officer.user).update(until=date(2023, 1, 1))
    assert client.get(DESK).status_code == 200


def test_others_without_a_factor_are_not_asked(cast: Cast) -> None:
    people = (cast.latvia, cast.chuhuiv, cast.expert, cast.funder, cast.stranger)
    assert [person.client.get(DESK).status_code for person in people] == [200] * 5


def test_htmx_request_of_an_officer_without_a_factor_moves_the_whole_page(cast: Cast) -> None:
    answer = without_factor(cast.officer).get(DESK, HTTP_HX_REQUEST="true")
    assert answer.headers["HX-Redirect"] == WHY


def test_session_from_before_the_factor_has_to_show_it(cast: Cast) -> None:
    """Another browser was signed in before: that the account has a factor proves nothing there."""
    old = Client()
    old.force_login(cast.officer.user)

    assert old.get(DESK).headers["Location"] == f"{WHY}?next=%2Fdesk%2F"
    # The password alone must not take the factor away either.
    assert old.get(reverse("mfa_deactivate_totp")).headers["Location"].startswith(WHY)
    shown = old.post(f"{reverse('mfa_reauthenticate')}?next=/desk/", {"code": code_now()})
    assert shown.headers["Location"] == DESK
    assert old.get(DESK).context["actor"].is_officer is True


def test_session_of_a_factor_that_was_removed_meanwhile_has_to_show_the_one_left(
    cast: Cast,
) -> None:
    client = cast.officer.client
    assert client.get(DESK).status_code == 200
    cast.officer.factor.delete()  # type: ignore[union-attr]
    Passkey(cast.officer.user)
    page = client.get(DESK, follow=True)
    assert reverse("mfa_reauthenticate_webauthn") in page.text


def test_factor_set_up_in_this_session_is_shown_once_and_then_opens_everything(cast: Cast) -> None:
    client = without_factor(cast.officer)
    cast.officer.user.set_unusable_password()
    cast.officer.user.save()
    client.force_login(cast.officer.user)
    client.post(link_in_the_mail(client))
    page = client.get(reverse("mfa_activate_totp"))
    # The policy on content lets no data: picture in, so the code stands in the page itself.
    assert '<svg class="qr"' in page.text
    assert "data:image" not in page.text
    code = code_now(page.context["form"].secret)

    assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    assert client.get(DESK).headers["Location"].startswith(WHY)
    client.post(reverse("mfa_reauthenticate"), {"code": code})

    assert client.get(DESK).status_code == 200
    assert Authenticator.objects.filter(user=cast.officer.user).count() == 2


@pytest.mark.parametrize("first_step", [by_password, by_code])
def test_signing_in_asks_for_the_factor_whatever_the_first_step(
    first_step: object, cast: Cast, client: Client
) -> None:
    answer = first_step(client, cast.officer)  # type: ignore[operator]
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session

    assert second_step(client, "000000").status_code == 200
    assert "_auth_user_id" not in client.session
    assert second_step(client).headers["Location"] == DESK
    assert client.get(DESK).context["actor"].is_officer is True


def test_signing_in_with_a_recovery_code_counts_as_the_factor_once(
    cast: Cast, client: Client
) -> None:
    code = RecoveryCodes.activate(cast.officer.user).get_unused_codes()[0]
    by_password(client, cast.officer)
    second_step(client, code)
    assert client.get(DESK).status_code == 200

    again = Client()
    by_password(again, cast.officer)
    assert second_step(again, code).status_code == 200


def test_passkey_whose_device_verified_the_person_counts_as_two(cast: Cast, client: Client) -> None:
    key = Passkey(cast.officer.user)
    assert key.sign_in(client).headers["Location"] == DESK
    assert client.get(DESK).context["actor"].is_officer is True


def test_passkey_whose_device_verified_nobody_is_refused(cast: Cast, client: Client) -> None:
    key = Passkey(cast.officer.user)
    assert key.sign_in(client, verified=False).headers["Location"] == reverse("account_login")
    assert "_auth_user_id" not in client.session


def test_ordinary_officer_is_asked_in_demo_mode_too(cast: Cast) -> None:
    client = without_factor(cast.officer)
    with override_settings(DEMO_MODE=True):
        assert client.get(DESK).headers["Location"].startswith(WHY)


def test_demo_officer_is_not_asked_and_is_nobody_without_demo_mode(cast: Cast) -> None:
    client = without_factor(cast.officer)
    User.objects.filter(pk=cast.officer.user.pk).update(is_demo=True)
    with override_settings(DEMO_MODE=True):
        assert client.get(DESK).context["actor"].is_officer is True
    assert client.get("/people/").status_code == 404


def test_gate_asks_one_query_of_somebody_signed_in(
    cast: Cast, django_assert_num_queries: object
) -> None:
    client = cast.officer.client
    # Session, person, standing.
    with django_assert_num_queries(3):  # type: ignore[operator]
        client.get("/robots.txt")
