"""`manage.py load_demo`: real facts and illustrative content, loaded once, the same every time."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mosty.applications import demo as applications
from mosty.calls import demo as calls
from mosty.core.access import SYSTEM
from mosty.decisions import demo as decisions
from mosty.matching import demo as matching
from mosty.partnerships import demo as partnerships
from mosty.people import demo as people
from mosty.places import demo as places
from mosty.programmes import demo as programmes
from mosty.reviews import demo as reviews

STEPS = (places, people, programmes, partnerships, calls, applications, reviews, decisions)


class Command(BaseCommand):
    help = "Fill the site with the demonstration (only in demo mode: MOSTY_DEMO=1)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.ROOT_DIR / "demo")
        parser.add_argument(
            "--check", action="store_true", help="print the round's figures; fail if unproven"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError(
                "This would put illustrative content among real data. Start with MOSTY_DEMO=1."
            )
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder}: there is no such folder.")
        counts: dict[str, int] = {}
        for step in STEPS:
            counts |= step.load(folder, by=SYSTEM)
        figures = matching.load(folder, by=SYSTEM)
        loaded = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        self.stdout.write(f"Loaded: {loaded}." if loaded else "The demonstration is loaded.")
        self.stdout.write(
            "Round: {pairs} pairs, size {size}, floor {floor}, score {score}; {verified}.".format(
                **figures
            )
        )
        if options["check"] and not figures["is_verified"]:
            raise CommandError("The round is not proven: see what `verify` says on its page.")
