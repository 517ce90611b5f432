"""Fills the closed list of themes and the countries from the files of the package.

What is written here is what the tables of this moment hold; later editions of the files are
brought in by `places.themes.load_themes` and `places.countries.load_countries`.
"""

import json
from pathlib import Path

from django.db import migrations

from mosty.core.search import sort_key

DATA = Path(__file__).parent.parent / "data"


def fill(apps, schema_editor):
    theme = apps.get_model("places", "Theme")
    for row in json.loads((DATA / "themes.json").read_text(encoding="utf-8"))["themes"]:
        theme.objects.update_or_create(
            slug=row["slug"],
            defaults={
                "name_en": row["name"]["en"],
                "name_uk": row["name"]["uk"],
                "about_en": row["explanation"]["en"],
                "about_uk": row["explanation"]["uk"],
                "sector": row["sector"]["code"],
                "order": row["order"],
            },
        )
    country = apps.get_model("places", "Country")
    for row in json.loads((DATA / "countries.json").read_text(encoding="utf-8"))["countries"]:
        country.objects.update_or_create(
            code=row["code"],
            defaults={
                "name_en": row["name"]["en"],
                "name_uk": row["name"]["uk"],
                "side": row["side"],
                "languages": row["languages"],
                "sort_en": sort_key(row["name"]["en"], "en"),
                "sort_uk": sort_key(row["name"]["uk"], "uk"),
            },
        )


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
