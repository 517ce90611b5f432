"""What a decision costs the whole round, in a sentence: pairs, floor, score, never one number."""

from collections.abc import Mapping
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import citymatch
from mosty.matching.reasons.names import change, listed, pairs, points


class Figures(Protocol):
    """A market's figures after a decision, in pairs and millionths."""

    @property
    def size(self) -> int | None: ...
    @property
    def floor(self) -> int | None: ...
    @property
    def score(self) -> int | None: ...


def regret(found: citymatch.Regret) -> str:
    """What forcing or forbidding a pair costs, as the engine found it."""
    return _cost(found.status, found.d_size, found.d_floor, found.d_score)


def cost(found: Mapping[str, Any]) -> str:
    """The same of a stored cost (`domain.Cost.dump`, `Run.regrets`)."""
    return _cost(found["status"], found["d_size"], found["d_floor"], found["d_score"])


def _cost(status: str, d_size: int | None, d_floor: int | None, d_score: int | None) -> str:
    if status == "infeasible":
        return _("No match would be left that meets all bounds.")
    if status == "unknown":
        return _("Without this there is no match either, so there is nothing to compare with.")
    if not d_size and not d_floor and not d_score:
        return _("It costs nothing: an equally good match exists.")
    told = []
    if d_size:
        told.append(_size(d_size))
    if d_floor:
        told.append(_("floor %(change)s") % {"change": change(d_floor)})
    if d_score:
        told.append(_("sum of scores %(change)s") % {"change": change(d_score)})
    same = [] if d_size else [_("the number of pairs")]
    same += [] if d_floor or d_floor is None else [_("the floor")]
    sentence = _("The whole round: %(changes)s.") % {"changes": listed(told)}
    if same:
        sentence += " " + ngettext(
            "%(things)s stays as it is.", "%(things)s stay as they are.", len(same)
        ) % {"things": _capital(listed(same))}
    return sentence


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _size(d_size: int) -> str:
    count = abs(d_size)
    if d_size < 0:
        return ngettext("%(count)s pair fewer", "%(count)s pairs fewer", count) % {"count": count}
    return ngettext("%(count)s pair more", "%(count)s pairs more", count) % {"count": count}


def cost_in_short(found: Mapping[str, Any]) -> str:
    """A cost in a few characters, for a narrow column: the first figure that changes."""
    if found["status"] != "ok":
        return _("not possible")
    if found["d_size"]:
        return _size(found["d_size"])
    if found["d_floor"]:
        return _("floor %(change)s") % {"change": change(found["d_floor"])}
    if found["d_score"]:
        return _("score %(change)s") % {"change": change(found["d_score"])}
    return _("costs nothing")


def figures_after(found: Figures) -> str:
    """The round's figures after a decision; empty when no match would be left."""
    if found.size is None:
        return ""
    told = [pairs(found.size)]
    if found.floor is not None:
        told.append(_("floor %(points)s") % {"points": points(found.floor)})
    if found.score is not None:
        told.append(_("sum of scores %(points)s") % {"points": points(found.score)})
    return listed(told)
