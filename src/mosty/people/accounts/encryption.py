"""Secrets of second factors as they lie in the database: encrypted, under a key that does not.

Whoever reads a copy of the database could else compute the codes of every authenticator app. The
keys come from `settings.FACTOR_KEYS`: the first one encrypts, each of them decrypts, so that a key
is replaced without a moment in which nobody gets in. Last comes one that is derived from
`SECRET_KEY`: it serves where no key of its own was set, and what it has encrypted stays readable
when one is set later.

Nothing but `settings` is asked here, so that a migration may use it too.
"""

import base64
from collections.abc import Callable
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# What is encrypted says so: an authenticator app's key and a seed of recovery codes never hold a
# colon.
MARK = "fernet:"
# Fields of `mfa.Authenticator.data` that are secret; the rest is public keys and counters.
SECRETS = ("secret", "seed")
SECRET_LISTS = ("migrated_codes",)


class Unreadable(Exception):
    """A secret was encrypted under a key that this server does not have, or was tampered with."""


def encrypt(text: str) -> str:
    """The text under the first key.

    >>> decrypt(encrypt("JBSWY3DPEHPK3PXP"))
    'JBSWY3DPEHPK3PXP'
    """
    return MARK + _keys()[0].encrypt(text.encode()).decode()


def decrypt(kept: str) -> str:
    """The text again. Raises `Unreadable`, for text that is not encrypted at all too: the site
    has written none, so that somebody else must have."""
    if not kept.startswith(MARK):
        raise Unreadable("a secret that is not encrypted")
    try:
        return MultiFernet(_keys()).decrypt(kept.removeprefix(MARK).encode()).decode()
    except InvalidToken as error:
        raise Unreadable("a secret under a key that is not among MOSTY_FACTOR_KEYS") from error


def is_encrypted(kept: str) -> bool:
    """Whether it bears the mark, readable or not."""
    return kept.startswith(MARK)


def encrypted(data: dict[str, object]) -> dict[str, object]:
    """What an authenticator keeps, with everything that lies in clear encrypted."""
    return _each(data, lambda kept: kept if is_encrypted(kept) else encrypt(kept))


def encrypted_anew(data: dict[str, object]) -> dict[str, object]:
    """What an authenticator keeps, its secrets under the first key; plain ones are encrypted.

    Raises `Unreadable` when one of them cannot be read.
    """

    def anew(kept: str) -> str:
        return encrypt(decrypt(kept) if is_encrypted(kept) else kept)

    return _each(data, anew)


def decrypted(data: dict[str, object]) -> dict[str, object]:
    """What an authenticator keeps, in clear: for going back to a version without encryption."""
    return _each(data, lambda kept: decrypt(kept) if is_encrypted(kept) else kept)


def is_under_first_key(data: dict[str, object]) -> bool:
    """Whether every secret is encrypted under the key that encrypts now."""

    def check(kept: str) -> str:
        _keys()[0].decrypt(kept.removeprefix(MARK).encode())
        return kept

    try:
        _each(data, check)
    except InvalidToken:
        return False
    return True


def _each(data: dict[str, object], change: Callable[[str], str]) -> dict[str, object]:
    changed = dict(data)
    for name in SECRETS:
        if isinstance(kept := data.get(name), str):
            changed[name] = change(kept)
    for name in SECRET_LISTS:
        if isinstance(several := data.get(name), list):
            changed[name] = [change(kept) for kept in several]
    return changed


def _keys() -> list[Fernet]:
    return [_derived(text) for text in (*settings.FACTOR_KEYS, settings.SECRET_KEY)]


@lru_cache(maxsize=16)
def _derived(text: str) -> Fernet:
    """Any long random text makes a key, as for `SECRET_KEY`; the label keeps it apart from all
    that is signed with the same text."""
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"mosty second factors 1")
    return Fernet(base64.urlsafe_b64encode(key.derive(text.encode())))
