"""The definition of a match, tried out on every subset of pairs. Small markets only."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from citymatch import Market, Pair


@dataclass(frozen=True)
class Match:
    pairs: tuple[tuple[str, str], ...]
    size: int
    floor: int | None
    score: int
    ties: int
    kept: int = 0
    levels: tuple[int, ...] = ()


def tie_number(market: Market, pair: Pair) -> int:
    text = f"{market.policy.tie_key}\0{pair.left}\0{pair.right}"
    return int(sha256(text.encode()).hexdigest()[:10], 16)


def matches(market: Market) -> Iterator[Match]:
    """Yield every match within all bounds."""
    low, high = bounds_of(market)
    for pairs, count in choices(market, high):
        if all(count[name] >= least for name, least in low.items()):
            own = [pair for pair in pairs if pair.key not in market.locked]
            yield Match(
                tuple(sorted(pair.key for pair in pairs)),
                len(pairs),
                min((pair.floor for pair in own), default=None),
                sum(pair.score for pair in pairs),
                sum(tie_number(market, pair) for pair in own),
                sum(pair.key in market.keep.pairs for pair in pairs) if market.keep else 0,
                tuple(sorted(pair.floor for pair in own)),
            )


def bounds_of(market: Market) -> tuple[dict[str, int], dict[str, int]]:
    """Return the minima and the maxima of all towns and groups."""
    towns = (*market.left, *market.right)
    low = {town.id: town.min for town in towns} | {q.group: q.min for q in market.quotas}
    high = {town.id: town.max for town in towns}
    high |= {quota.group: quota.max for quota in market.quotas if quota.max is not None}
    return low, high


def choices(market: Market, high: dict[str, int]) -> Iterator[tuple[list[Pair], Counter[str]]]:
    """Yield every set of allowed pairs under the maxima, with its pairs per town and group."""
    locked = [pair for pair in market.pairs if pair.key in market.locked]
    free = [
        pair
        for pair in market.pairs
        if pair.key not in market.locked
        and pair.key not in market.vetoed
        and pair.floor >= market.policy.absolute_floor
    ]
    groups = {town.id: (town.id, *town.groups) for town in (*market.left, *market.right)}

    def fits(count: Counter[str]) -> bool:
        return all(count[name] <= most for name, most in high.items())

    def extend(
        k: int, chosen: list[Pair], count: Counter[str]
    ) -> Iterator[tuple[list[Pair], Counter[str]]]:
        if k == len(free):
            yield chosen, count
            return
        yield from extend(k + 1, chosen, count)
        pair = free[k]
        more = count + Counter(groups[pair.left] + groups[pair.right])
        if fits(more):
            yield from extend(k + 1, [*chosen, pair], more)

    count: Counter[str] = Counter()
    for pair in locked:
        count.update(groups[pair.left] + groups[pair.right])
    if fits(count):
        yield from extend(0, locked, count)


def best_match(market: Market) -> Match | None:
    """Return the best match under the stages of the policy, or None when there is none."""
    stages = list(market.policy.stages)
    if market.keep is not None:
        early = market.keep.when == "before-floor"
        stages.insert(1 if early else 1 + ("floor" in stages), "kept")

    def worth(match: Match) -> tuple[object, ...]:
        # A match without a free pair has no floor: no size lost by it, nothing gained either.
        floor: object = -1 if match.floor is None else match.floor
        if market.policy.floors == "repeated":
            floor = match.levels
        parts = {"size": match.size, "floor": floor, "score": match.score, "kept": match.kept}
        return (*(parts[stage] for stage in stages), -match.ties)

    return max(matches(market), key=worth, default=None)


def least_violation(market: Market) -> int:
    """Return the fewest units by which quotas and town minima must be moved."""
    low, _ = bounds_of(market)
    towns = {town.id: town.max for town in (*market.left, *market.right)}
    most = {quota.group: quota.max for quota in market.quotas if quota.max is not None}
    return min(
        sum(max(0, least - count[name]) for name, least in low.items())
        + sum(max(0, count[name] - top) for name, top in most.items())
        for _, count in choices(market, towns)
    )
