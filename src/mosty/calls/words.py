"""What calls are said to be in sentences: deadlines with their time zone, scales, quotas."""

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
    if quota.by == Quota.By.PARTNERS:
        return _("Without a partner yet")
    if quota.by == Quota.By.SIZE:
        label = next((str(size.label) for size in SIZES if size.key == quota.key), quota.key)
        return _("Inhabitants: %(size)s") % {"size": label}
    found: object = None
    if quota.by == Quota.By.COUNTRY:
        found = Country.objects.filter(pk=quota.key).first()
    elif quota.by == Quota.By.REGION:
        found = Region.objects.filter(code=quota.key).first()
    else:
        found = places.visible_to(actor).filter(code=quota.key).first()
    return str(found or quota.key)
