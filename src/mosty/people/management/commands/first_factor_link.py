"""`manage.py first_factor_link`: a link for the first second factor, where no mail goes out."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mosty.core.mail import address
from mosty.core.states import ReasonMissing
from mosty.people.accounts.first_factor import link_on_the_server
from mosty.people.accounts.standing import has_factor
from mosty.people.models import User


class Command(BaseCommand):
    help = "Print a link with which a person may set up the first second factor; half an hour."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--reason", required=True, help="how you made sure who asks; kept")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"email: nobody has the address {options['email']}")
        if has_factor(user):
            raise CommandError("There is a second factor already: manage.py reset_second_factor.")
        try:
            path = link_on_the_server(user, reason=options["reason"])
        except ReasonMissing as error:
            raise CommandError("reason: say how you made sure who asks") from error
        self.stdout.write(address(path))
