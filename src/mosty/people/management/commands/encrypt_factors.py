"""`manage.py encrypt_factors`: secrets of second factors under the first key, and which cannot be
read. The last step of replacing a key, and the way to try a backup."""

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from mosty.people.accounts.encryption import Unreadable, encrypted_anew, is_under_first_key


class Command(BaseCommand):
    help = "Encrypt the secrets of all second factors under the first of MOSTY_FACTOR_KEYS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="look only; nothing is changed")

    def handle(self, *args: Any, **options: Any) -> None:
        counts = {"first": 0, "other": 0, "lost": 0}
        rows = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk")
        for pk in list(rows.values_list("pk", flat=True)):
            counts[_one(pk, change=not options["check"])] += 1
        done = "would be encrypted anew" if options["check"] else "encrypted anew"
        self.stdout.write(
            f"{counts['first']} under the first key, {counts['other']} {done}, "
            f"{counts['lost']} cannot be read."
        )
        if counts["lost"]:
            raise CommandError(
                "Add the key under which the rest was encrypted to MOSTY_FACTOR_KEYS (or bring "
                "back the old SECRET_KEY). If it is lost for good: manage.py reset_second_factor."
            )


@transaction.atomic
def _one(pk: int, *, change: bool) -> str:
    """Of one factor: whether it is under the first key, was under another, or cannot be read."""
    # A recovery code may be used at this very moment: its counter lies in the same field.
    factor = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if factor is None or is_under_first_key(factor.data):
        return "first"
    try:
        data = encrypted_anew(factor.data)
    except Unreadable:
        return "lost"
    if change:
        factor.data = data
        factor.save(update_fields=["data"])
    return "other"
