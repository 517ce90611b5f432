"""Proofs of stages that narrow what is left for the next: pairs kept, and repeated floors.

The stage *size* stands first. Each stage is proven for the best matches of all stages before it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from citymatch.model import Market, Pair, Prices, Result
from citymatch.verify.face import Face
from citymatch.verify.findings import Findings


def prove_narrowing(found: Findings, market: Market, result: Result) -> dict[str, bool]:
    """Return for each stage whether the certificate proves it, ``keep`` and ``levels`` included."""
    return _Proof(market, result).run(found)


class _Proof:
    def __init__(self, market: Market, result: Result) -> None:
        locked, barred = {*market.locked}, {*market.locked, *market.vetoed}
        lowest = market.policy.absolute_floor
        listed = {pair.key: pair for pair in market.pairs}
        self.market, self.result, self.proof = market, result, result.certificate
        self.pairs = [listed[pair.key] for pair in result.pairs if pair.key in listed]
        self.own = [pair for pair in self.pairs if pair.key not in locked]
        self.locked = locked
        self.face = Face(
            market,
            len(result.pairs),
            tuple(p for p in market.pairs if p.key not in barred and p.floor >= lowest),
            tuple(p for p in market.pairs if p.key in locked),
        )

    def run(self, found: Findings) -> dict[str, bool]:
        stages, keep = self.market.policy.stages, self.market.keep
        proven = dict.fromkeys(("size", "floor", "score"), False)
        asked = list(stages)
        if "size" in stages:
            # The prices of this stage have none for the size: it is what they bound.
            prices = self.proof.size
            bound = self.face.has_at_most(prices, lambda pair: 1)
            proven["size"] = prices is not None and prices.size == 0 and bound == self.face.size
        if keep is not None and keep.when == "before-floor":
            proven["keep"] = self._keep()
        if "floor" in stages:
            proven["floor"] = self._floor(self.proof.floor)
            if self.market.policy.floors == "repeated":
                proven["levels"] = self._levels()
                asked.append("levels")
        if keep is not None:
            asked.append("keep")
            if keep.when == "after-floor":
                proven["keep"] = self._keep()
        if "score" in stages:
            bound = self.face.has_at_most(self.proof.score, lambda pair: pair.score)
            proven["score"] = bound == self.result.score
        for stage in asked:
            if not proven.get(stage, False) or not proven["size"]:
                proven[stage] = False
                found.fail(f"{stage}_not_proven", f"the certificate does not prove the {stage}")
        return proven

    def _keep(self) -> bool:
        """No match keeps more pairs; go on with those that keep as many."""
        wanted = set(() if self.market.keep is None else self.market.keep.pairs)
        return self._best(self.proof.keep, lambda pair: int(pair.key in wanted))

    def _best(self, prices: Prices | None, value: Callable[[Pair], int]) -> bool:
        achieved = sum(map(value, self.pairs))
        if prices is None or self.face.has_at_most(prices, value) != achieved:
            return False
        self.face = self.face.of_best(prices, value)
        return True

    def _floor(self, prices: Prices | None) -> bool:
        """No match has all its free pairs above the floor; go on with those that reach it."""
        floor = min((pair.floor for pair in self.own), default=None)
        if floor is None:
            return len(self.face.forced) == self.face.size
        is_proven = self._none_above(prices, floor)
        self.face = self.face.only(lambda pair: pair.floor >= floor)
        return is_proven

    def _none_above(self, prices: Prices | None, floor: int) -> bool:
        """No match has all its free pairs above the floor."""
        if any(pair.floor == floor and pair.key not in self.locked for pair in self.face.forced):
            return True
        bound = self.face.has_at_most(prices, lambda pair: 0, among=lambda pair: pair.floor > floor)
        return bound is not None and bound < 0

    def _levels(self) -> bool:
        """Of matches equal on all lower levels none has fewer pairs on a level.

        A match that is better at some level has no pair between it and the level before, and fewer
        pairs on it: so those between are left out. That a level is no higher follows, too.
        """
        proofs = {proof.level: proof.prices for proof in self.proof.levels}
        below = -1
        for level in sorted({pair.floor for pair in self.own}):
            if len(self.face.forced) == self.face.size:
                break
            self.face = self.face.only(partial(_is_outside, below, level))
            is_open = any(pair.floor == level for pair in self.face.free)
            if is_open and not self._best(proofs.get(level), partial(self._on_level, level)):
                return False
            below = level
        return True

    def _on_level(self, level: int, pair: Pair) -> int:
        return -int(pair.floor == level and pair.key not in self.locked)


def _is_outside(below: int, level: int, pair: Pair) -> bool:
    return pair.floor <= below or pair.floor >= level
