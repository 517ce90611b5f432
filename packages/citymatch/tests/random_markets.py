"""Small random markets with nested groups, minima, locks and vetoes; many of them tight."""

from random import Random

from citymatch import MICRO, Market, Pair, Policy, Quota, Town


def random_market(
    seed: int, *, most_towns: int = 4, most_pairs: int = 11, minima: float = 0.12
) -> Market:
    """Return a market; as small as by default it is within reach of brute force."""
    rnd = Random(seed)
    left = tuple(
        Town(
            f"u{k}",
            groups=("land:all", f"area:{k % 2}", *([f"region:{k}"] if rnd.random() < 0.3 else [])),
            min=1 if rnd.random() < minima / 2 else 0,
            max=rnd.choice((1, 1, 1, 2)),
        )
        for k in range(rnd.randint(1 if rnd.random() < 0.1 else most_towns // 2, most_towns))
    )
    right = tuple(
        Town(
            f"e{k}",
            groups=(f"association:{k % 3}", f"country:{'ABB'[k % 3]}"),
            min=1 if rnd.random() < minima / 2 else 0,
            max=rnd.choice((1, 1, 2, 3)),
        )
        for k in range(rnd.randint(1 if rnd.random() < 0.1 else most_towns // 2, most_towns))
    )
    step = rnd.choice((1, 1, 100_000, 250_000))
    keys = [(one.id, other.id) for one in left for other in right]
    keys = sorted(rnd.sample(keys, min(len(keys), rnd.randint(most_pairs // 3, most_pairs))))
    pairs = tuple(
        Pair(one, other, *(rnd.randrange(0, MICRO + 1, step) for _ in range(2)))
        for one, other in keys
    )
    overrides = rnd.sample(keys, min(len(keys), rnd.choice((0, 0, 1, 2, 3))))
    max_of = {town.id: town.max for town in (*left, *right)}
    locked: list[tuple[str, str]] = []
    vetoed: list[tuple[str, str]] = []
    for key in overrides:
        fits = all(sum(end in lock for lock in locked) < max_of[end] for end in key)
        (locked if fits and rnd.random() < 0.4 else vetoed).append(key)
    return Market(
        left,
        right,
        pairs,
        quotas=tuple(
            quota
            for group in sorted({group for town in (*left, *right) for group in town.groups})
            if rnd.random() < 0.5
            for quota in [_quota(rnd, group, minima)]
        ),
        locked=tuple(locked),
        vetoed=tuple(vetoed),
        policy=Policy(
            absolute_floor=rnd.choice((0, 0, 0, 200_000)), tie_key=rnd.choice(("a", "b"))
        ),
    )


def _quota(rnd: Random, group: str, minima: float) -> Quota:
    least = rnd.choice((1, 1, 2)) if rnd.random() < minima else 0
    most = rnd.choice((None, least, least + 1, least + 1, least + 2, least + 3))
    return Quota(group, least, most)


def dense_market(left: int, right: int, *, seed: int, quotas: bool = True, step: int = 1) -> Market:
    """Return a market in which every pair is listed, with regions, associations and countries.

    Views have a part that is common to all pairs of a town, so that towns compete.
    """
    rnd = Random(seed)
    charm = {f"{side}{k:03}": rnd.random() for side in "ue" for k in range(max(left, right))}
    ones = tuple(Town(f"u{k:03}", groups=(f"region:{k % 6}",)) for k in range(left))
    others = tuple(
        Town(f"e{k:03}", groups=(f"association:{k % 8}", f"country:{k % 8 // 2}"))
        for k in range(right)
    )

    def view(one: Town, other: Town) -> int:
        exact = (rnd.random() + charm[one.id] + charm[other.id]) / 3
        return round(exact * MICRO / step) * step

    return Market(
        ones,
        others,
        tuple(Pair(u.id, e.id, view(u, e), view(u, e)) for u in ones for e in others),
        quotas=(
            *(Quota(f"region:{k}", 1, max(2, left // 7)) for k in range(min(6, left))),
            *(Quota(f"association:{k}", 0, max(1, right // 9)) for k in range(min(8, right))),
            *(Quota(f"country:{k}", 0, max(2, right // 5)) for k in range(min(4, right // 2))),
        )
        if quotas
        else (),
    )
