"""Reads demo/partnerships.csv and the programme tags of demo/programme.json: real partnerships as
their sources report them. A second run changes nothing."""

import csv
import json
from pathlib import Path
from typing import Any

from mosty.core.access import Actor
from mosty.core.facts import find_source
from mosty.core.texts import Text
from mosty.partnerships import domain
from mosty.partnerships.models import ProgrammeTag, Report
from mosty.places.models import Organisation, Theme
from mosty.places.queries.codes import by_code
from mosty.programmes.models import Phase, Strand

# Says that no programme stands behind a pair: true of many, so it is no tag.
BILATERAL = "bilateral"
PROGRAMME, STRAND = "bridges-of-trust", "cemr"


def load(folder: Path, *, by: Actor) -> dict[str, int]:
    """How many partnerships and reports are new.

    Organisations, themes and the programme must stand already. A row whose end is unknown raises
    `Organisation.DoesNotExist`.
    """
    content = json.loads((folder / "programme.json").read_text(encoding="utf-8"))
    tags = {row["slug"]: _tag(row) for row in content["tags"] if row["slug"] != BILATERAL}
    phases = {
        phase.slug.removeprefix("phase-"): phase
        for phase in Phase.objects.filter(strand__slug=STRAND, strand__programme__slug=PROGRAMME)
    }
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    with (folder / "partnerships.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = {row[side] for row in rows for side in ("left", "right")}
    bodies = by_code(codes)
    made = {"partnerships": 0, "reports": 0}
    for row in rows:
        if Report.objects.filter(reference=row["id"]).exists():
            continue
        members = [_body(bodies, row["left"]), _body(bodies, row["right"])]
        made["partnerships"] += domain.same_members(members) is None
        made["reports"] += 1
        domain.report_partnership(
            members,
            source=find_source(row["source"]),
            themes=[themes[slug] for slug in _split(row["theme_slugs"])],
            tags=[tags[slug] for slug in _split(row["programme"]) if slug != BILATERAL],
            phases=[phases[key] for key in _split(row["phase"])],
            by=by,
            **_report(row),
        )
    return made


def _report(row: dict[str, str]) -> dict[str, Any]:
    return {
        "reference": row["id"],
        "stage": row["stage"],
        "about": Text.of(en=row["theme_text"], uk=row["theme_text_uk"]),
        "since": row["date"],
        "since_means": row["date_meaning"],
        "is_inferred": row["certainty"] == "inferred",
        "note": row["note"],
        "read_on": row["read"],
    }


def _tag(row: dict[str, Any]) -> ProgrammeTag:
    strand = Strand.objects.filter(slug=row["strand"], programme__slug=PROGRAMME).first()
    tag, _made = ProgrammeTag.objects.update_or_create(
        slug=row["slug"],
        defaults={
            "name": Text.of(**row["name"]),
            "strand": strand,
            "source": find_source(row["source"]) if row["source"] else None,
        },
    )
    return tag


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]


def _body(bodies: dict[str, Organisation], code: str) -> Organisation:
    if code not in bodies:
        raise Organisation.DoesNotExist(f"{code} stands in the demo files, but not in the register")
    return bodies[code]
