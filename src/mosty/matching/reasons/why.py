"""Sentences for one pair: why it was chosen, why not, and what would bring it in."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import citymatch
from mosty.matching.reasons.checks import bound
from mosty.matching.reasons.costs import cost
from mosty.matching.reasons.names import CRITERIA, Names, change, listed, points
from mosty.matching.reasons.rounds import not_eligible

Params = Mapping[str, Any]
Say = Callable[[Params, Names], str]
MOST_NAMED = 4


def reason(found: citymatch.Reason, names: Names) -> str:
    """Why a pair was chosen, or why not."""
    return REASONS[found.code](found.params, names)


def _rank(side: str) -> Say:
    def say(params: Params, names: Names) -> str:
        who = {"left": _("the Ukrainian side"), "right": _("the EU side")}[side]
        if params["rank"] == 1:
            return _("For %(who)s it is the best of %(of)s possible partners.") % {
                "who": who, "of": params["of"],
            }  # fmt: skip
        return _("For %(who)s it is number %(rank)s of %(of)s possible partners.") % {
            "who": who, "rank": params["rank"], "of": params["of"],
        }  # fmt: skip

    return say


def _below_absolute_floor(params: Params, names: Names) -> str:
    return _("One side sees it at %(pair)s of 100, below the absolute floor of %(floor)s.") % {
        "pair": points(params["pair_floor"]),
        "floor": points(params["floor"]),
    }


def _pair_below_floor(params: Params, names: Names) -> str:
    who = {"left": _("The Ukrainian side"), "right": _("The EU side")}[params["side"]]
    return _("%(who)s sees it at %(pair)s of 100, below the floor of %(floor)s.") % {
        "who": who,
        "pair": points(params["pair_floor"]),
        "floor": points(params["floor"]),
    }


def _town_full(params: Params, names: Names) -> str:
    return ngettext(
        "%(town)s already has its only place taken: %(pairs)s.",
        "%(town)s already has all its %(max)s places taken: %(pairs)s.",
        params["max"],
    ) % {
        "town": names.town(params["town"]),
        "max": params["max"],
        "pairs": _pairs(params["pairs"], names),
    }


def _pairs(keys: Any, names: Names) -> str:
    """Pairs by name, the first few of many."""
    rows = [names.pair(key) for key in keys]
    if len(rows) <= MOST_NAMED:
        return listed(rows)
    rest = len(rows) - MOST_NAMED
    more = ngettext("%(count)s more", "%(count)s more", rest) % {"count": rest}
    return listed([*rows[:MOST_NAMED], more])


def _quota_full(params: Params, names: Names) -> str:
    return _("%(group)s has all the pairs that its quota allows (%(max)s).") % {
        "group": names.group(params["group"]),
        "max": params["max"],
    }


def _bounds(params: Params, names: Names) -> str:
    told = []
    for row in params["bounds"]:
        key = row["id"] if row["id"] is None or isinstance(row["id"], str) else tuple(row["id"])
        told.append(bound(citymatch.Bound(row["code"], key, row["value"]), names))
    return "; ".join(told)


def _bounds_require(params: Params, names: Names) -> str:
    found = _bounds(params, names)
    if not found:
        return _("The bounds of the round cannot be met without it.")
    return _("The bounds of the round cannot be met without it: %(bounds)s.") % {"bounds": found}


def _bounds_forbid(params: Params, names: Names) -> str:
    found = _bounds(params, names)
    if not found:
        return _("The bounds of the round cannot be met with it.")
    return _("The bounds of the round cannot be met with it: %(bounds)s.") % {"bounds": found}


def _equal_alternative(params: Params, names: Names) -> str:
    text = _("An equally good match exists; the tie key decided.")
    if params["pairs"]:
        text += " " + _("There one would have: %(pairs)s.") % {
            "pairs": _pairs(params["pairs"], names)
        }
    if params.get("count"):
        text += " " + _("Equal alternatives: %(count)s.") % {"count": params["count"]}
    return text


def _would_lose_partnership(params: Params, names: Names) -> str:
    count = -params["d_size"]
    text = ngettext(
        "With it the round would have %(count)s pair fewer.",
        "With it the round would have %(count)s pairs fewer.",
        count,
    ) % {"count": count}
    return text + _instead(_("Lost would be: %(pairs)s."), params, names)


def _instead(words: str, params: Params, names: Names) -> str:
    if not params["pairs"]:
        return ""
    return " " + words % {"pairs": _pairs(params["pairs"], names)}


def _would_lower_floor(params: Params, names: Names) -> str:
    return _(
        "Otherwise somebody would have to accept a view of %(floor)s of 100 (floor %(change)s)."
    ) % {"floor": points(params["floor"]), "change": change(params["d_floor"])}


def _would_give_up_kept(params: Params, names: Names) -> str:
    count = -params["d_kept"]
    text = ngettext(
        "Otherwise %(count)s pair fewer of the earlier match could be kept.",
        "Otherwise %(count)s pairs fewer of the earlier match could be kept.",
        count,
    ) % {"count": count}
    return text + _instead(_("Lost would be: %(pairs)s."), params, names)


def _would_lower_level(params: Params, names: Names) -> str:
    return _(
        "The floor would stay, but others above it would have to accept less (%(change)s)."
    ) % {"change": change(params["d_level"])}


def _worth_more_than_others(params: Params, names: Names) -> str:
    text = _("Without it the sum of scores would be lower (%(change)s).") % {
        "change": change(params["d_score"])
    }
    return text + _instead(_("Instead there would be: %(pairs)s."), params, names)


def _worth_more_to_another(params: Params, names: Names) -> str:
    text = _("These towns are worth more to the round elsewhere (sum of scores %(change)s).") % {
        "change": change(params["d_score"])
    }
    return text + _instead(_("Lost would be: %(pairs)s."), params, names)


def _override_would_change(params: Params, names: Names) -> str:
    return cost({"status": "ok", **params})


def _not_eligible(params: Params, names: Names) -> str:
    return not_eligible(params["rule"])


REASONS: dict[str, Say] = {
    "locked": lambda params, names: _("They were put together by a decision of the secretariat."),
    "rank_for_left": _rank("left"),
    "rank_for_right": _rank("right"),
    "vetoed": lambda params, names: _("They were kept apart by a decision of the secretariat."),
    "below_absolute_floor": _below_absolute_floor,
    "below_floor": _pair_below_floor,
    "town_full": _town_full,
    "quota_full": _quota_full,
    "bounds_require": _bounds_require,
    "bounds_forbid": _bounds_forbid,
    "equal_alternative": _equal_alternative,
    "would_lose_partnership": _would_lose_partnership,
    "would_give_up_kept": _would_give_up_kept,
    "would_lower_floor": _would_lower_floor,
    "would_lower_level": _would_lower_level,
    "worth_more_than_others": _worth_more_than_others,
    "worth_more_to_another": _worth_more_to_another,
    "override_would_change": _override_would_change,
    "not_eligible": _not_eligible,
    "not_listed": lambda params, names: not_eligible("not_listed"),
}


def way(found: citymatch.Change, names: Names) -> str:
    """What would bring a pair in, each confirmed by solving again."""
    said = WAYS[found.code](found.params, names)
    return _("%(change)s Then: %(pair)s.") % {
        "change": said,
        "pair": names.pair((found.left, found.right)),
    }


def _lift_veto(params: Params, names: Names) -> str:
    return _("Take back the decision that keeps %(pair)s apart.") % {
        "pair": names.pair(params["pair"])
    }


def _lift_lock(params: Params, names: Names) -> str:
    return _("Take back the decision that puts %(pair)s together.") % {
        "pair": names.pair(params["pair"])
    }


def _lower_absolute_floor(params: Params, names: Names) -> str:
    return _("Lower the absolute floor of the policy from %(start)s to %(end)s.") % {
        "start": points(params["from"]),
        "end": points(params["to"]),
    }


def _raise_town_max(params: Params, names: Names) -> str:
    return _("Let %(name)s have %(end)s partners instead of %(start)s.") % {
        "name": names.town(params["id"]),
        "start": params["from"],
        "end": params["to"],
    }


def _raise_group_max(params: Params, names: Names) -> str:
    return _("Raise the quota of %(name)s from %(start)s to %(end)s pairs.") % {
        "name": names.group(params["id"]),
        "start": params["from"],
        "end": params["to"],
    }


def _raise_criterion(params: Params, names: Names) -> str:
    views = _("the views would be %(left)s and %(right)s of 100") % {
        "left": points(params["left_to"]),
        "right": points(params["right_to"]),
    }
    if params["criterion"] is None:
        return _("Both views would have to be better: %(views)s.") % {"views": views}
    return _(
        "“%(criterion)s” would have to be rated %(points)s points of 100 better: %(views)s."
    ) % {
        "criterion": CRITERIA.get(params["criterion"], params["criterion"]),
        "points": points(params["rating"]),
        "views": views,
    }


WAYS: dict[str, Say] = {
    "lift_veto": _lift_veto,
    "lift_lock": _lift_lock,
    "lower_absolute_floor": _lower_absolute_floor,
    "raise_town_max": _raise_town_max,
    "raise_group_max": _raise_group_max,
    "raise_criterion": _raise_criterion,
}
