"""Reads demo/calls.json: the programme's calls replayed, marked as illustrative; a second run
changes nothing. The open call counts its days from the day of loading."""

import json
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from mosty.calls import blueprints
from mosty.calls.domain import calls, terms
from mosty.calls.models import Call
from mosty.core.access import Actor
from mosty.core.replay import clock_at
from mosty.core.texts import Text
from mosty.programmes.models import Phase

PROGRAMME, STRAND = "bridges-of-trust", "cemr"


def load(folder: Path, *, by: Actor) -> dict[str, int]:
    """How many calls are new; the programme must stand already."""
    content = json.loads((folder / "calls.json").read_text(encoding="utf-8"))
    made = 0
    for row in content["calls"]:
        if Call.objects.filter(slug=row["slug"]).exists():
            continue
        phase = Phase.objects.get(
            slug=row["phase"], strand__slug=STRAND, strand__programme__slug=PROGRAMME
        )
        opens, closes = _times(row)
        with clock_at(opens):
            call = calls.begin_call(
                phase, by=by, name=Text.of(**row["name"]), template=row["template"],
                opens_at=opens, closes_at=closes, is_illustrative=True,
            )  # fmt: skip
            # The address of a call is made of its name; the demonstration's own stays the same.
            Call.objects.filter(pk=call.pk).update(slug=row["slug"])
            if "quotas" in row:
                terms.set_quotas(call, row["quotas"], by=by)
            calls.publish_call(call, by=by, at=opens)
        made += 1
    return {"calls": made}


def _times(row: dict[str, Any]) -> tuple[datetime, datetime]:
    """Opening and deadline in the zone of the template's call."""
    zone = ZoneInfo(blueprints.read(row["template"])["zone"])
    if "opens" in row:
        opens, closes = (datetime.fromisoformat(row[name]) for name in ("opens", "closes"))
    else:
        today = timezone.localdate(timezone=zone)
        opens, closes = (
            datetime.combine(today + timedelta(days=row[name]), at)
            for name, at in (("opens_days", time(9)), ("closes_days", time(17)))
        )
    return opens.replace(tzinfo=zone), closes.replace(tzinfo=zone)
