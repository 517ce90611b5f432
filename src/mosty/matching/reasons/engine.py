"""Sentences for the engine's codes: the facts behind a criterion, and why a town stayed without a
partner. Those about one pair stand in `why`, those about bounds in `checks`. Every code of
packages/citymatch/docs/codes.md has one."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import citymatch
from mosty.matching.reasons.names import (
    TAGS,
    Names,
    languages,
    listed,
    number,
    points,
)

Params = Mapping[str, Any]
Say = Callable[[Params, Names], str]


def facts(part: citymatch.PartDetail, names: Names) -> str:
    """What stands behind one criterion of one pair; empty when the engine gives no facts."""
    if part.facts is None:
        return ""
    return FACTS_BEHIND[part.facts.code](part.facts.params, names)


def _themes(params: Params, names: Names) -> str:
    left = [names.theme(slug) for slug in params["left_themes"]]
    right = [names.theme(slug) for slug in params["right_themes"]]
    told = []
    if left:
        told.append(_("for Ukraine: %(themes)s") % {"themes": listed(left)})
    if right:
        told.append(_("for the EU side: %(themes)s") % {"themes": listed(right)})
    return "; ".join(told)


def _needs_met(params: Params, names: Names) -> str:
    found = _themes(params, names)
    if not found:
        return _("No need of one side is on offer on the other.")
    return _("Needed and offered, %(themes)s.") % {"themes": found}


def _offers_wanted(params: Params, names: Names) -> str:
    told = []
    for side, words in (
        ("left_themes", _("by Ukraine: %(themes)s")),
        ("right_themes", _("by the EU side: %(themes)s")),
    ):
        if params[side]:
            themes = listed(names.theme(slug) for slug in params[side])
            told.append(words % {"themes": themes})
    if not told:
        return _("No offer of one side is needed on the other.")
    return _("Offered and needed, %(themes)s.") % {"themes": "; ".join(told)}


def _common_languages(params: Params, names: Names) -> str:
    if not params["languages"]:
        return _("No common language is known.")
    return _("In common: %(languages)s.") % {"languages": languages(params["languages"])}


def _populations(params: Params, names: Names) -> str:
    left, right = params["left"], params["right"]
    if left is None and right is None:
        return _("Neither population is known.")
    if left is None or right is None:
        return _("%(known)s inhabitants on one side; the other is not known.") % {
            "known": number(right if left is None else left, 0)
        }
    return _("%(left)s and %(right)s inhabitants.") % {
        "left": number(left, 0),
        "right": number(right, 0),
    }


def _distance(params: Params, names: Names) -> str:
    if params["km"] is None:
        return _("One of the two places is not known.")
    return _("%(km)s km apart as the crow flies.") % {"km": number(params["km"], 0)}


def _common_profile(params: Params, names: Names) -> str:
    if not params["tags"]:
        return _("No trait in common is known.")
    tags = [TAGS.get(tag, tag) for tag in params["tags"]]
    return _("Both: %(tags)s.") % {"tags": listed(map(str, tags))}


def _contact_shared(params: Params, names: Names) -> str:
    through = [names.town(code) for code in params["through"]]
    return _("A partner in common: %(towns)s.") % {"towns": listed(through)}


def _wished(params: Params, names: Names) -> str:
    told = []
    if params["left_rank"] is not None:
        told.append(_("for Ukraine wish %(rank)s") % {"rank": params["left_rank"]})
    if params["right_rank"] is not None:
        told.append(_("for the EU side wish %(rank)s") % {"rank": params["right_rank"]})
    if not told:
        return _("Neither town named the other.")
    return _("Named by its partner: %(wishes)s.") % {"wishes": listed(told)}


def _capacities(params: Params, names: Names) -> str:
    told = []
    for side, label in (("left", _("Ukraine")), ("right", _("the EU side"))):
        people = params[f"{side}_population"]
        if people is not None:
            told.append(
                _("%(side)s: %(people)s inhabitants") % {"side": label, "people": number(people, 0)}
            )
    if not told:
        return _("Nothing is known of what either can carry.")
    return _("What each can carry, by its size: %(sides)s.") % {"sides": "; ".join(told)}


FACTS_BEHIND: dict[str, Say] = {
    "needs_met": _needs_met,
    "offers_wanted": _offers_wanted,
    "common_languages": _common_languages,
    "populations": _populations,
    "distance": _distance,
    "common_profile": _common_profile,
    "contact_direct": lambda params, names: _("They have worked together before."),
    "contact_shared": _contact_shared,
    "contact_none": lambda params, names: _("No earlier contact is known."),
    "wished": _wished,
    "capacities": _capacities,
}


def unmatched(found: citymatch.Unmatched, names: Names) -> str:
    """Why a town with room for more partners did not get them."""
    return UNMATCHED[found.code](found.params, names)


def _no_eligible_pair(params: Params, names: Names) -> str:
    told = []
    if params.get("excluded"):
        told.append(
            ngettext(
                "%(count)s is a partner already", "%(count)s are partners already",
                params["excluded"],
            )
            % {"count": params["excluded"]}
        )  # fmt: skip
    if params.get("vetoed"):
        told.append(
            ngettext(
                "%(count)s was kept apart by a decision", "%(count)s were kept apart by decisions",
                params["vetoed"],
            )
            % {"count": params["vetoed"]}
        )  # fmt: skip
    if params.get("below_absolute_floor"):
        told.append(
            ngettext(
                "%(count)s lies below the absolute floor", "%(count)s lie below the absolute floor",
                params["below_absolute_floor"],
            )
            % {"count": params["below_absolute_floor"]}
        )  # fmt: skip
    if not told:
        return _("No town of the other side is left that it could be paired with.")
    return _("No town of the other side may be paired with it: %(why)s.") % {"why": listed(told)}


def _group_full(params: Params, names: Names) -> str:
    return _("%(group)s has all the pairs that its quota allows (%(max)s).") % {
        "group": names.group(params["group"]),
        "max": params["max"],
    }


def _below_floor(params: Params, names: Names) -> str:
    return _(
        "Its best remaining pair would give one side %(best)s of 100, below the floor of %(floor)s "
        "that everybody else gets."
    ) % {"best": points(params["best"]), "floor": points(params["floor"])}


def _partners_taken(params: Params, names: Names) -> str:
    return ngettext(
        "The %(count)s town that it could be paired with is worth more to the round elsewhere.",
        "All %(count)s towns that it could be paired with are worth more to the round elsewhere.",
        params["partners"],
    ) % {"count": params["partners"]}


UNMATCHED: dict[str, Say] = {
    "no_eligible_pair": _no_eligible_pair,
    "group_full": _group_full,
    "below_floor": _below_floor,
    "partners_taken": _partners_taken,
    "others_preferred": lambda params, names: _(
        "All towns that it could be paired with are worth more to the round elsewhere."
    ),
}
