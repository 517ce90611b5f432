"""What calls are said to be in sentences: deadlines with their time zone, scales, quotas."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mosty.calls.models import Call, Quota, Stage
from mosty.core.access import Actor
from mosty.places import queries as places
from mosty.places.models import Country, Region
from mosty.places.queries.register import SIZES

STAGE_TONES = {
    Stage.DRAFT: "wheat",
    Stage.ANNOUNCED: "blue",
    Stage.OPEN: "good",
    Stage.CLOSED: "quiet",
    Stage.CANCELLED: "bad",
}


def moment(at: datetime, zone: str) -> str:
    """A time as the zone of the call has it, which is named: *10 June 2021, 23:59 (Brussels
    time)*."""
    there = at.astimezone(ZoneInfo(zone))
    day, clock = date_format(there, "j E Y"), date_format(there, "H:i")
    return f"{day}, {clock} ({zone_name(zone)})"


def zone_name(zone: str) -> str:
    """What people call a time zone: *Brussels time*."""
    return _ZONES[zone]() if zone in _ZONES else zone.rpartition("/")[2].replace("_", " ")


_ZONES = {
    "Europe/Kyiv": lambda: _("Kyiv time"),
    "Europe/Brussels": lambda: _("Brussels time"),
    "Europe/Lisbon": lambda: _("Lisbon time"),
    "UTC": lambda: _("UTC"),
}


def deadline(call: Call, now: datetime) -> str:
    """What a reader must know of its time at that moment; empty while there is nothing to say."""
    stage = call.stage_at(now)
    if stage is Stage.ANNOUNCED and call.opens_there:
        return _("opens %(when)s") % {"when": moment(call.opens_there, call.zone)}
    if call.closes_there is None or stage is Stage.CANCELLED:
        return ""
    when = moment(call.closes_there, call.zone)
    if stage is not Stage.OPEN:
        return _("until %(when)s") % {"when": when}
    days = (call.closes_there.date() - now.astimezone(call.closes_there.tzinfo).date()).days
    if days == 0:
        return _("closes today: %(when)s") % {"when": when}
    left = ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}
    return _("until %(when)s, %(left)s") % {"when": when, "left": left}


def scale(call: Call) -> str:
    """From which score to which."""
    return _("%(lowest)s to %(highest)s") % {"lowest": call.lowest, "highest": call.highest}


def quota_words(quota: Quota, actor: Actor) -> str:
    """A quota in one sentence, bodies named as far as the actor may know of them."""
    least, most = quota.least, quota.most
    if least is not None and least == most:
        bound = _("exactly %(number)s") % {"number": least}
    elif least is not None and most is not None:
        bound = _("%(least)s to %(most)s") % {"least": least, "most": most}
    elif least is not None:
        bound = _("at least %(number)s") % {"number": least}
    else:
        bound = _("at most %(number)s") % {"number": most}
    return f"{quota_subject(quota, actor)}: {bound}"


def quota_subject(quota: Quota, actor: Actor) -> str:
    """Of whom it speaks."""
    return quota_subjects([quota], actor)[quota.pk]


def quota_subjects(quotas: Iterable[Quota], actor: Actor) -> dict[int, str]:
    """The same of many, by the key of each: one question for all countries, not one for each."""
    rows = list(quotas)

    def keys(by: Quota.By) -> list[str]:
        return [row.key for row in rows if row.by == by]

    names: dict[tuple[str, str], object] = {}
    if wanted := keys(Quota.By.COUNTRY):
        countries = Country.objects.filter(pk__in=wanted)
        names |= {(Quota.By.COUNTRY, one.pk): one for one in countries}
    if wanted := keys(Quota.By.REGION):
        regions = Region.objects.filter(code__in=wanted)
        names |= {(Quota.By.REGION, one.code): one for one in regions}
    if wanted := keys(Quota.By.ASSOCIATION):
        bodies = places.visible_to(actor).filter(code__in=wanted)
        for body in bodies:
            names.setdefault((Quota.By.ASSOCIATION, body.code), body)
    return {row.pk: _subject(row, names.get((row.by, row.key))) for row in rows}


def _subject(quota: Quota, found: object) -> str:
    if quota.by == Quota.By.PARTNERS:
        return _("Without a partner yet")
    if quota.by == Quota.By.SIZE:
        label = next((str(size.label) for size in SIZES if size.key == quota.key), quota.key)
        return _("Inhabitants: %(size)s") % {"size": label}
    return str(found or quota.key)
