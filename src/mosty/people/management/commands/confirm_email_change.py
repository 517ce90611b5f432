"""`manage.py confirm_email_change`: where there is no second officer to confirm a new address."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from mosty.core.states import ReasonMissing
from mosty.people.accounts.recovery import confirm_on_the_server, open_requests
from mosty.people.accounts.tables import AccountRequest


class Command(BaseCommand):
    help = "Confirm the new address that an officer has proven on the page and that waits."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the old address")
        parser.add_argument("--reason", required=True, help="how you made sure who asks; kept")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = AccountRequest.objects.filter(kind="email", user__email__iexact=options["email"])
        waiting = open_requests(rows.select_related("user")).first()
        if waiting is None:
            raise CommandError(f"email: no change waits for {options['email']}")
        try:
            confirm_on_the_server(waiting, reason=options["reason"])
        except ReasonMissing as error:
            raise CommandError("reason: say how you made sure who asks") from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{options['email']} is now {waiting.new_email}; sessions ended.")
