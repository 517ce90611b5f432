"""What a run was given and what came out, as the engine's data; who may read every fact in it."""

from collections import OrderedDict
from threading import Lock
from typing import Any

import citymatch
from mosty.core.access import VISITOR, Actor
from mosty.core.publication import Level, Precision, location
from mosty.matching.models import Run, Solved
from mosty.places import queries as places
from mosty.places.models import Need, Offer, Organisation

# Reading a market of 900 pairs takes longer than drawing them; it is frozen, so the last few stay.
MOST_MARKETS_KEPT = 4
_markets: OrderedDict[str, citymatch.Market] = OrderedDict()
_markets_lock = Lock()


def market_of(run: Solved) -> citymatch.Market:
    """The frozen market of a run or scenario, as the engine's data; the hash of its content says
    which it is.

    `domain.check` reads the stored file anew instead.
    """
    with _markets_lock:
        known = _markets.get(run.input_sha256)
        if known is not None:
            _markets.move_to_end(run.input_sha256)
            return known
    market = citymatch.market_from_json(run.market)
    with _markets_lock:
        _markets[run.input_sha256] = market
        while len(_markets) > MOST_MARKETS_KEPT:
            _markets.popitem(last=False)
    return market


def result_of(run: Solved) -> citymatch.Result | None:
    """The result of a run or scenario, as the engine's data; None before it has one."""
    return citymatch.result_from_json(run.result) if run.result else None


def regret_of(run: Run, left: str, right: str) -> dict[str, Any] | None:
    """What forcing (or, for a chosen pair, forbidding) costs: the stored figures, by codes."""
    rows: dict[str, dict[str, Any]] = run.regrets or {}
    return rows.get(left, {}).get(right)


def may_read_facts(run: Solved, actor: Actor) -> bool:
    """Whether every fact in the market is open to the actor: for its file and what names facts.

    The market is frozen, what may be known is not: what was open when the run was made may have
    been withheld since, and is then the secretariat's.
    """
    if not Level(run.facts_level).open_to(actor):
        return False
    return actor.is_officer or not withheld_since(run, actor)


def withheld_since(run: Solved, actor: Actor) -> bool:
    """Whether the market tells of a body, place, need or offer that the actor may not know now."""
    market = market_of(run)
    towns = {town.id: town for town in (*market.left, *market.right)}
    codes = {*towns, *(code for tie in market.ties for code in tie)}
    bodies = Organisation.objects.filter(code__in=codes)
    open_now = places.visible_to(actor).order_by().values("pk")
    if bodies.exclude(pk__in=open_now).exists():
        return True
    hidden = [precision.value for precision in (Precision.REGION, Precision.WITHHELD)]
    for body in bodies.filter(precision__in=hidden).select_related("region"):
        town, place = towns.get(body.code), location(body, VISITOR)
        if town and (town.lat, town.lon) != ((place.lat, place.lon) if place else (None, None)):
            return True
    closed = [level.value for level in Level if not level.open_to(actor)]
    return any(
        theme in getattr(towns[code], wish)
        for wish, model in (("needs", Need), ("offers", Offer))
        for code, theme in model._default_manager.filter(
            level__in=closed, organisation__code__in=list(towns)
        ).values_list("organisation__code", "theme_id")
    )
