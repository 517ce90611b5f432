"""A small programme with facts: Ukrainian towns on the left, Latvian and German ones on the right.

All names and needs are invented for the tests.
"""

from random import Random

from citymatch import Market, Quota, Town, build_market

WEIGHTS = {
    "left": {"needs": 3, "languages": 1, "size": 1, "distance": 1, "contact": 1},
    "right": {"needs": 1, "offers": 2, "size": 1, "profile": 1},
}
THEMES = ("energy", "housing", "schools", "veterans", "waste", "water")
TAGS = ("border", "coast", "mountain", "rural", "urban")


def towns(side: str, count: int, countries: tuple[str, ...], rnd: Random) -> list[Town]:
    return [
        Town(
            f"{side}{k:02}",
            groups=(f"association:{countries[k % len(countries)]}-{k % 4}",),
            country=countries[k % len(countries)],
            population=None if rnd.random() < 0.15 else rnd.randint(2_000, 90_000),
            lat=rnd.uniform(46, 57),
            lon=rnd.uniform(8, 36),
            languages=tuple(rnd.sample(("de", "en", "lv", "uk"), rnd.randint(1, 3))),
            needs={theme: rnd.randint(1, 3) for theme in rnd.sample(THEMES, rnd.randint(0, 4))},
            offers={theme: rnd.randint(1, 3) for theme in rnd.sample(THEMES, rnd.randint(1, 4))},
            profile=tuple(rnd.sample(TAGS, rnd.randint(0, 2))),
        )
        for k in range(count)
    ]


def programme(seed: int = 1, left: int = 9, right: int = 8) -> Market:
    """Return a scored market with quotas, a veto, ties and an excluded pair."""
    rnd = Random(seed)
    from_ua, from_eu = towns("u", left, ("UA",), rnd), towns("e", right, ("DE", "LV"), rnd)
    return build_market(
        from_ua,
        from_eu,
        weights=WEIGHTS,
        quotas=(Quota("country:LV", 1, 3), Quota("country:DE", 1, 4)),
        vetoed=(("u00", "e00"),),
        ties=(("u01", "e01"), ("u02", "Third City"), ("Third City", "e02")),
    )
