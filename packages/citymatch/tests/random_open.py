"""Random open markets, small enough to be listed and solved pair by pair."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from scored_towns import WEIGHTS, towns

from citymatch import InputError, Market, Policy, Quota, Rules, Wish, open_market

FULL = {
    side: {**weights, "wishes": 2, "capacity": 1, "distance": 1, "languages": 1}
    for side, weights in WEIGHTS.items()
}


def random_open(seed: int) -> Market | None:
    """Return an open market, or None where chance made one that contradicts itself."""
    rnd = Random(seed)
    here, there = rnd.randint(1, 9), rnd.randint(1, 24)
    if rnd.random() < 0.4:
        here, there = there, here
    left, right = towns("u", here, ("UA",), rnd), towns("e", there, ("DE", "LV", "PL"), rnd)
    if rnd.random() < 0.4:
        left = [replace(town, max=rnd.randint(0, 2)) for town in left]
    if rnd.random() < 0.3:
        right = [replace(t, max=rnd.randint(1, 2), min=rnd.choice((0, 0, 1))) for t in right]
    if rnd.random() < 0.3:
        # Few kinds of towns: many pairs are equal, and the tie key decides.
        left = [replace(left[k % 2], id=town.id) for k, town in enumerate(left)]
        right = [replace(right[k % 3], id=town.id) for k, town in enumerate(right)]
    quotas = []
    for country in sorted({str(town.country) for town in right}):
        if rnd.random() < 0.5:
            least = rnd.randint(0, 2)
            most = rnd.choice((None, least + rnd.randint(0, 3)))
            quotas.append(Quota(f"country:{country}", least, most))
    some = (rnd.choice(left).id, rnd.choice(right).id)
    other = (rnd.choice(left).id, rnd.choice(right).id)
    try:
        return open_market(
            left,
            right,
            weights=FULL if rnd.random() < 0.5 else WEIGHTS,
            quotas=quotas,
            vetoed=[some] if rnd.random() < 0.5 else [],
            locked=[other] if rnd.random() < 0.2 else [],
            ties=[("u01", "e01"), ("u02", "Third"), ("Third", "e02")],
            wishes=_wishes(left[0].id, right[0].id, rnd),
            policy=Policy(
                absolute_floor=rnd.choice((0, 0, 300_000)),
                rules=Rules(
                    max_km=rnd.choice((None, None, 1200)),
                    max_size_ratio=rnd.choice((None, None, 8)),
                    common_language=rnd.random() < 0.2,
                    new_partners=rnd.random() < 0.2,
                ),
            ),
        )
    except InputError:
        return None


def _wishes(left: str, right: str, rnd: Random) -> list[Wish]:
    wishes = []
    if rnd.random() < 0.5:
        wishes.append(Wish(left, right, rnd.choice((1, 2, None))))
    if rnd.random() < 0.5:
        wishes.append(Wish(right, left, rnd.choice((1, 3, None))))
    return wishes
