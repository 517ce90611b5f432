"""Sentences for what is seen before a run, and for what makes a market impossible."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

import citymatch
from mosty.matching.checks import Check
from mosty.matching.models import Side
from mosty.matching.reasons.names import Names, points

Words = str | Promise

CHECKS: dict[str, Words] = {
    "no_policy": gettext_lazy("No policy is chosen: it says what counts and how much."),
    "no_participants_left": gettext_lazy("There is no Ukrainian municipality in the round yet."),
    "no_participants_right": gettext_lazy("There is no EU municipality in the round yet."),
    "minima_above_other_side": gettext_lazy(
        "The minimum numbers of partners of one side add up to %(wanted)s, but the other side can "
        "take %(room)s at most."
    ),
    "town_min_above_other_side": gettext_lazy(
        "%(town)s must get at least %(least)s partners, but the other side has %(towns)s towns."
    ),
    "quota_of_nobody": gettext_lazy("No town of the round is in %(group)s: its quota is empty."),
    "quota_on_both_sides": gettext_lazy(
        "%(group)s has towns on both sides. A quota counts the towns of one side."
    ),
    "quota_min_above_room": gettext_lazy(
        "%(group)s must get at least %(least)s pairs, but its towns (%(towns)s) can have "
        "%(room)s at most."
    ),
    "quota_max_below_minima": gettext_lazy(
        "%(group)s may get %(most)s pairs at most, but its towns must get at least %(least)s."
    ),
    "quota_max_below_inner": gettext_lazy(
        "%(group)s may get %(most)s pairs at most, but the groups inside it must get at least "
        "%(least)s."
    ),
    "quotas_above_other_side": gettext_lazy(
        "The quotas of one side ask for at least %(wanted)s pairs, but the other side can take "
        "%(room)s at most."
    ),
    "quotas_overlap": gettext_lazy(
        "%(one)s and %(other)s share some towns, but neither holds the other whole. The engine "
        "needs groups that nest: take one of the two quotas away."
    ),
}


def check(found: Check) -> str:
    """What was seen before a run."""
    count = found.params.get("count", 0)
    if found.code == "nothing_said":
        return ngettext(
            "%(count)s municipality has stated neither needs nor offers. The engine then "
            "takes the published prior of one half and says so.",
            "%(count)s municipalities have stated neither needs nor offers. The engine then "
            "takes the published prior of one half and says so.",
            count,
        ) % {"count": count}
    if found.code == "no_place":
        return ngettext(
            "%(count)s municipality has no place that may be shown; its distances are unknown.",
            "%(count)s municipalities have no place that may be shown; their distances are "
            "unknown.",
            count,
        ) % {"count": count}
    if found.code == "entries_withheld":
        return ngettext(
            "%(count)s need or offer is not open to the whole programme and not used: others could "
            "infer it from the pairs.",
            "%(count)s needs and offers are not open to the whole programme and not used: others "
            "could infer them from the pairs.",
            count,
        ) % {"count": count}
    code = f"{found.code}_{found.side}" if found.code == "no_participants" else found.code
    text = str(CHECKS[code])
    return text % found.params if "%(" in text else text


def bound(found: citymatch.Bound, names: Names) -> str:
    """One of the bounds that contradict each other."""
    code, value = found.code, found.value
    if code in {"lock", "veto"} and isinstance(found.id, tuple):
        pair = {"pair": names.pair(found.id)}
        if code == "lock":
            return _("%(pair)s were put together by a decision") % pair
        return _("%(pair)s were kept apart by a decision") % pair
    if code == "absolute_floor":
        return _("no side may see a pair below %(points)s of 100 (absolute floor)") % {
            "points": points(value)
        }
    if code == "town_min":
        return ngettext(
            "%(name)s must get at least %(value)s partner",
            "%(name)s must get at least %(value)s partners",
            value,
        ) % {"name": names.town(found.id), "value": value}
    if code == "town_max":
        return ngettext(
            "%(name)s may get at most %(value)s partner",
            "%(name)s may get at most %(value)s partners",
            value,
        ) % {"name": names.town(found.id), "value": value}
    if code == "group_min":
        return ngettext(
            "%(name)s must get at least %(value)s pair",
            "%(name)s must get at least %(value)s pairs",
            value,
        ) % {"name": names.group(found.id), "value": value}
    if code == "group_max":
        return ngettext(
            "%(name)s may get at most %(value)s pair",
            "%(name)s may get at most %(value)s pairs",
            value,
        ) % {"name": names.group(found.id), "value": value}
    raise KeyError(code)


def relaxation(found: citymatch.Relaxation, names: Names) -> str:
    """One bound to be moved, as an advice."""
    given: dict[str, Any] = {"start": found.start, "end": found.end}
    if found.code in {"town_min", "town_max"}:
        given["name"] = names.town(found.id)
    else:
        given["name"] = names.group(found.id)
    if found.code == "town_min":
        return _("Lower the minimum of %(name)s from %(start)s to %(end)s.") % given
    if found.code == "town_max":
        return _("Raise the maximum of %(name)s from %(start)s to %(end)s.") % given
    if found.code == "group_min":
        return _("Lower the quota of %(name)s: at least %(end)s instead of %(start)s.") % given
    if found.code == "group_max":
        return _("Raise the quota of %(name)s: at most %(end)s instead of %(start)s.") % given
    raise KeyError(found.code)


def quota(least: int, most: int | None) -> str:
    """How many pairs a group gets: from 2 to 5 pairs."""
    if most is None:
        return ngettext("at least %(least)s pair", "at least %(least)s pairs", least) % {
            "least": least
        }
    if not least:
        return ngettext("at most %(most)s pair", "at most %(most)s pairs", most) % {"most": most}
    if least == most:
        return ngettext("exactly %(most)s pair", "exactly %(most)s pairs", most) % {"most": most}
    return ngettext("%(least)s to %(most)s pair", "%(least)s to %(most)s pairs", most) % {
        "least": least,
        "most": most,
    }


def side_name(side: str) -> str:
    """The side of a market as people call it."""
    return str(Side(side).label)
