"""Secrets of second factors lie encrypted; without the key nobody gets in, and it is said."""

import json
from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.apps import apps
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from mosty.people.accounts import encryption
from mosty.people.accounts.encryption import Unreadable
from tests.people import TOTP_SECRET, Cast
from tests.people.signing_in import PASSWORD, by_password, second_step

OLD, NEW = "an-old-key-" + "o" * 40, "a-new-key-" + "n" * 40
SAID = "The site cannot read your second factor"


@pytest.fixture(autouse=True)
def fresh_codes() -> None:
    cache.clear()


def lying_there() -> str:
    """Everything that a copy of the table would show."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        return json.dumps(cursor.fetchall(), default=str)


def test_database_holds_no_secret_in_clear(cast: Cast) -> None:
    codes = RecoveryCodes.activate(cast.officer.user)
    seed = encryption.decrypt(codes.instance.data["seed"])
    kept = lying_there()
    assert (TOTP_SECRET in kept, seed in kept, kept.count("fernet:")) == (False, False, 3)


@pytest.mark.unit
def test_text_that_is_not_encrypted_or_was_tampered_with_is_refused() -> None:
    kept = encryption.encrypt("JBSWY3DPEHPK3PXP")
    for wrong in ("JBSWY3DPEHPK3PXP", kept[:-4] + "AAA=", "fernet:", "fernet:ü"):
        with pytest.raises(Unreadable):
            encryption.decrypt(wrong)


@pytest.mark.unit
def test_key_is_replaced_without_a_moment_in_which_nobody_gets_in() -> None:
    derived = encryption.encrypt("one")
    with override_settings(FACTOR_KEYS=[OLD]):
        old = encryption.encrypt("two")
        assert encryption.decrypt(derived) == "one"
    with override_settings(FACTOR_KEYS=[NEW, OLD]):
        assert encryption.decrypt(old) == "two"
        anew = encryption.encrypted_anew({"secret": old, "used_mask": 3})
    with override_settings(FACTOR_KEYS=[NEW]):
        assert encryption.decrypted(anew) == {"secret": "two", "used_mask": 3}
        with pytest.raises(Unreadable):
            encryption.decrypt(old)


def test_command_encrypts_anew_and_names_what_cannot_be_read(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    with override_settings(FACTOR_KEYS=[NEW]):
        call_command("encrypt_factors", check=True)
        assert capsys.readouterr().out.startswith("0 under the first key, 2 would be encrypted")
        call_command("encrypt_factors")
        call_command("encrypt_factors")
        assert capsys.readouterr().out.endswith(
            "2 under the first key, 0 encrypted anew, 0 cannot be read.\n"
        )
    before = lying_there()
    with pytest.raises(CommandError, match="MOSTY_FACTOR_KEYS"):
        call_command("encrypt_factors")
    assert lying_there() == before


def test_migration_encrypts_what_stands_and_goes_back(cast: Cast) -> None:
    move = import_module("mosty.people.migrations.0005_factor_secrets_and_links")
    codes = RecoveryCodes.activate(cast.officer.user)
    wanted = codes.get_unused_codes()

    move.decrypt(apps, None)
    assert lying_there().count(TOTP_SECRET) == 2
    move.encrypt(apps, None)
    move.encrypt(apps, None)

    assert TOTP_SECRET not in lying_there()
    codes.instance.refresh_from_db()
    assert codes.get_unused_codes() == wanted


@pytest.mark.web
def test_nobody_gets_in_without_the_key_and_everybody_with_it(cast: Cast, client: Client) -> None:
    by_password(client, cast.officer)
    with override_settings(FACTOR_KEYS=[OLD]):
        call_command("encrypt_factors")
    # The key is gone from the settings.
    page = second_step(client)
    assert (page.status_code, SAID in page.text) == (200, True)
    assert "_auth_user_id" not in client.session
    with override_settings(FACTOR_KEYS=[NEW, OLD]):
        assert second_step(client).status_code == 302
    assert "_auth_user_id" in client.session


@pytest.mark.web
def test_recovery_code_that_can_be_read_helps_where_the_app_cannot(
    cast: Cast, client: Client
) -> None:
    codes = RecoveryCodes.activate(cast.officer.user)
    data = {"secret": "fernet:lost"}
    Authenticator.objects.filter(type="totp", user=cast.officer.user).update(data=data)
    by_password(client, cast.officer)
    assert SAID in second_step(client, "000000").text
    assert second_step(client, codes.get_unused_codes()[0]).status_code == 302
    assert "_auth_user_id" in client.session


@pytest.mark.web
def test_secret_written_into_the_database_in_clear_lets_nobody_in(
    cast: Cast, client: Client
) -> None:
    Authenticator.objects.update(data={"secret": TOTP_SECRET})
    by_password(client, cast.officer)
    assert SAID in second_step(client).text
    assert "_auth_user_id" not in client.session


@pytest.mark.web
def test_pages_of_factors_say_so_instead_of_failing(cast: Cast) -> None:
    RecoveryCodes.activate(cast.officer.user)
    client = cast.officer.client
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    names = ("mfa_index", "mfa_view_recovery_codes", "mfa_download_recovery_codes")
    with override_settings(FACTOR_KEYS=[OLD]):
        call_command("encrypt_factors")
    pages = [client.get(reverse(name)) for name in names]
    assert [page.status_code for page in pages] == [200, 503, 503]
    assert all(SAID in page.text for page in pages)
