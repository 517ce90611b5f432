"""`manage.py compilecatalogues`: .po to .mo with polib, where GNU gettext is not installed."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compile every catalogue of the site."
    requires_system_checks: Any = []

    def handle(self, *args: Any, **options: Any) -> None:
        made = 0
        for source in sorted(Path(settings.BASE_DIR).rglob("locale/*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                continue
            polib.pofile(str(source)).save_as_mofile(str(target))
            made += 1
        if options["verbosity"]:
            self.stdout.write(f"{made} catalogues compiled")
