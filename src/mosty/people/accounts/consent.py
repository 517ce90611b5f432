"""Which version of the privacy text somebody agreed to, in which language, when and how.

A text is never changed once it was shown: a new one gets a new version beside it, and everybody
is asked again (`tests/people/test_consent.py` holds the digests).
"""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from mosty.core.access import Actor, require
from mosty.people.accounts.tables import Consent, How
from mosty.people.models import User

TEXTS = Path(__file__).resolve().parent.parent / "templates/people/accounts/consent"


@dataclass(frozen=True, slots=True)
class Version:
    """One wording, in every language in which the site is complete."""

    code: str
    since: date

    def template(self, language: str) -> str:
        """Of the text in a language; in English where there is none."""
        name = f"{self.code}.{language}.html"
        known = name if (TEXTS / name).exists() else f"{self.code}.en.html"
        return f"people/accounts/consent/{known}"

    def language(self, language: str) -> str:
        """The language in which a reader of that language really gets it."""
        return self.template(language).split(".")[-2]

    def sha256(self, language: str) -> str:
        """Of the text as it is kept."""
        return sha256((TEXTS / Path(self.template(language)).name).read_bytes()).hexdigest()


VERSIONS = (Version("1", date(2026, 11, 26)),)


def current() -> Version:
    """The version that is asked for now."""
    return VERSIONS[-1]


def agree(user: User, *, by: Actor, how: How, version: str) -> Consent | None:
    """Keep that somebody agreed; twice is once. The row itself is the record of it: the desks of
    officers need not tell of every sign-in. None when the text has changed meanwhile, so
    that nobody agrees to words that they were not shown."""
    require("people.edit_account", by)
    text = current()
    if version != text.code:
        return None
    language = text.language(by.language)
    try:
        with transaction.atomic():
            return Consent.objects.create(
                user=user,
                version=text.code,
                language=language,
                sha256=text.sha256(language),
                how=how,
            )
    except IntegrityError:
        return Consent.objects.get(user=user, version=text.code, withdrawn_at__isnull=True)


def in_force(user: User) -> QuerySet[Consent]:
    """What somebody has agreed to and not taken back."""
    return Consent.objects.filter(user=user, withdrawn_at__isnull=True)
