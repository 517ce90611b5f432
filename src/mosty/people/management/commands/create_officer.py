"""`manage.py create_officer`: the first programme officer, who then adds everybody else."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from mosty.core.access import SYSTEM, Role
from mosty.core.history import record
from mosty.core.search import search_key, sort_key
from mosty.people.domain.accounts import account_for
from mosty.people.forms import FirstOfficer
from mosty.people.models import Membership
from mosty.places.models import Kind, Name, Organisation


class Command(BaseCommand):
    help = "Make a programme officer; the secretariat's organisation is made if it is new."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True)
        parser.add_argument("--organisation", default="CEMR", help="own key of the secretariat")
        parser.add_argument("--kind", default=Kind.NETWORK.value)
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read a password from standard input; without one the officer signs in by e-mail",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        form = FirstOfficer(
            {key: options[key] for key in ("email", "name", "organisation", "kind")}
        )
        if not form.is_valid():
            wrong = "; ".join(f"{field}: {errors[0]}" for field, errors in form.errors.items())
            raise CommandError(wrong)
        data = form.cleaned_data
        password = self._password() if options["password_stdin"] else None
        with transaction.atomic():
            body = self._body(data["organisation"], data["kind"])
            user = account_for(data["email"], name=data["name"], language="en")
            if password:
                user.set_password(password)
                user.save(update_fields=["password"])
            _membership, is_new = Membership.objects.get_or_create(
                user=user,
                organisation=body,
                role=Role.OFFICER,
                until=None,
                defaults={"since": timezone.localdate()},
            )
            if is_new:
                record("people.add_membership", body, by=SYSTEM, after={"role": Role.OFFICER})
        said = "is now a programme officer" if is_new else "was a programme officer already"
        self.stdout.write(f"{user.email} {said} ({body.code}).")

    def _password(self) -> str:
        password = self.stdin_line()
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError("password: " + " ".join(error.messages)) from error
        return password

    def stdin_line(self) -> str:
        """One line of standard input; never an argument, which other users could read."""
        return input().rstrip("\n")

    def _body(self, code: str, kind: str) -> Organisation:
        body = Organisation.objects.filter(code__iexact=code).first()
        if body is not None:
            return body
        body = Organisation.objects.create(
            kind=kind,
            scheme=Organisation.Scheme.OWN,
            code=code,
            label_en=code,
            search_key=search_key([code]),
            sort_en=sort_key(code),
            sort_uk=sort_key(code),
        )
        Name.objects.create(organisation=body, text=code, language="en", use=Name.Use.SHORT)
        return body
