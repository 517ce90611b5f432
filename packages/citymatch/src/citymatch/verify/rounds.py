"""Whether a re-match is what it says: of these answers, proven both ways, compared rightly."""

from __future__ import annotations

from dataclasses import replace

from citymatch.model import (
    Changes,
    Excluded,
    Keep,
    Market,
    PairKey,
    Rematch,
    Rematched,
    Result,
    Side,
    TownChange,
)
from citymatch.verify.findings import Findings, name_of

WAYS = ("before-floor", "after-floor")


def check_answers(found: Findings, result: Result, rematch: Rematch) -> None:
    """The answers are to pairs of the published match, one each, and both ways are there."""
    if rematch.input_sha256 != result.input_sha256:
        found.fail("wrong_input", "the re-match belongs to another result")
    published, seen = {pair.key for pair in result.pairs}, set[PairKey]()
    for key in (*rematch.accepted, *rematch.declined):
        if key not in published or key in seen:
            found.fail(
                "wrong_answer", f"nobody can have given this answer: {name_of(key)}", pair=key
            )
        seen.add(key)
    if sorted((rematch.chosen.keep, rematch.other.keep)) != sorted(WAYS):
        found.fail("wrong_ways", "the two ways to keep pairs are not both there")


def answered_market(market: Market, result: Result, rematch: Rematch, way: str) -> Market:
    """Return the market that one way of a re-match must have been solved from."""
    gone = {*rematch.declined}
    fixed = ({*market.locked} | {*rematch.accepted}) - gone
    pending = [pair.key for pair in result.pairs if pair.key not in gone | fixed]
    return replace(
        market,
        pairs=tuple(pair for pair in market.pairs if pair.key not in gone),
        excluded=market.excluded + tuple(Excluded(*key, "declined") for key in gone),
        locked=tuple(fixed),
        keep=Keep(tuple(pending), way),
    )


def check_changes(found: Findings, before: Result, way: Rematched) -> None:
    """The list of changes is the difference of the two matches."""
    told, after = way.changes, way.result
    if after.status == "infeasible":
        if told != Changes():
            found.fail("wrong_changes", f"{way.keep}: there is no match, so nothing can change")
        return
    old, new = {pair.key for pair in before.pairs}, {pair.key for pair in after.pairs}
    towns: list[TownChange] = []
    for town, side in sorted(
        {(key[end], side) for key in old ^ new for end, side in _SIDES.items()},
        key=lambda item: (item[1], item[0]),
    ):
        end = 0 if side == "left" else 1
        lost = sorted(key[1 - end] for key in old - new if key[end] == town)
        gained = sorted(key[1 - end] for key in new - old if key[end] == town)
        towns.append(TownChange(town, side, tuple(lost), tuple(gained)))
    true = (sorted(old & new), sorted(new - old), sorted(old - new), towns)
    if ([*told.kept], [*told.gained], [*told.lost], [*told.towns]) != true:
        found.fail("wrong_changes", f"{way.keep}: the changes do not fit the two matches")


_SIDES: dict[int, Side] = {0: "left", 1: "right"}
