"""`manage.py reset_second_factor`: where there is no second officer to confirm that one is lost."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mosty.core.states import ReasonMissing
from mosty.people.accounts.recovery import reset_second_factor
from mosty.people.models import User


class Command(BaseCommand):
    help = "Remove a person's second factor and end their sessions; they are told by mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--reason", required=True, help="how you made sure who asks; kept")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"email: nobody has the address {options['email']}")
        try:
            count = reset_second_factor(user, reason=options["reason"])
        except ReasonMissing as error:
            raise CommandError("reason: say how you made sure who asks") from error
        self.stdout.write(f"{user.email}: {count} removed, sessions ended, told by mail.")
