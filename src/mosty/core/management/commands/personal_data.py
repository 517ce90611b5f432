"""`manage.py personal_data`: the page docs/administrators/personal-data.md, to standard output."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from mosty.core import personal


class Command(BaseCommand):
    help = "Print which tables hold personal data, which fields, why, and how long."

    def handle(self, *args: Any, **options: Any) -> None:
        if found := personal.faults():
            raise CommandError("\n".join(found))
        with translation.override("en"):
            self.stdout.write(personal.as_markdown(), ending="")
