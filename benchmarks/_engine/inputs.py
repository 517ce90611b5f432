"""What is measured: markets of given views, markets of scored towns, and the real registers."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from citymatch import Market, Pair, Policy, Quota, Town, build_market, open_market

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("MOSTY_DATA", ROOT.parent / "shared/data"))
HROMADAS, LAU = DATA / "ua-hromadas/hromadas.csv", DATA / "eu-lau/lau.csv"

WEIGHTS = {
    "left": {"needs": 3.0, "languages": 1.0, "size": 1.0, "distance": 1.0},
    "right": {"offers": 2.0, "needs": 1.0, "languages": 1.0, "size": 1.0},
}
STRUCTURE = {
    side: {"size": 1.0, "distance": 1.0, "profile": 1.0, "languages": 1.0}
    for side in ("left", "right")
}
THEMES = tuple(f"theme-{k:02}" for k in range(24))
COUNTRIES = tuple(f"{a}{b}" for a in "QXZ" for b in "ABCDEFGHI")
"""27 codes that no state has."""

WORKING = (
    ("en",), ("de", "en"), ("en", "pl"), ("fr",), ("en", "fr"), ("it",), ("en", "es"), ("de",),
    ("en", "ro"), (),
)  # fmt: skip

SPOKEN = {
    "AT": ("de", "en"), "BE": ("en", "fr", "nl"), "BG": ("bg", "en"), "CY": ("el", "en"),
    "CZ": ("cs", "en"), "DE": ("de", "en"), "DK": ("da", "en"), "EE": ("en", "et"),
    "ES": ("en", "es"), "FI": ("en", "fi"), "FR": ("en", "fr"), "GR": ("el", "en"),
    "HR": ("en", "hr"), "HU": ("en", "hu"), "IE": ("en",), "IT": ("en", "it"), "LT": ("en", "lt"),
    "LU": ("de", "en", "fr"), "LV": ("en", "lv"), "MT": ("en", "mt"), "NL": ("en", "nl"),
    "PL": ("en", "pl"), "PT": ("en", "pt"), "RO": ("en", "ro"), "SE": ("en", "sv"),
    "SI": ("en", "sl"), "SK": ("en", "sk"),
}  # fmt: skip
"""For the measurement only: the languages of a country, and English."""


def dense_market(left: int, right: int, *, seed: int = 1, kinds: int | None = None) -> Market:
    """Return a market of all pairs; towns compete, or with ``kinds`` many are quite alike."""
    rng = np.random.default_rng(seed)
    shape = (left, right) if kinds is None else (kinds, kinds)
    charm = rng.random((shape[0], 1)) + rng.random((1, shape[1]))
    views = [np.rint((rng.random(shape) + charm) / 3 * 1e6).astype(int) for _ in range(2)]
    ones = tuple(Town(f"u{k:03}", groups=(f"region:{k % 8}",)) for k in range(left))
    others = tuple(
        Town(f"e{k:03}", groups=(f"association:{k % 10}", f"country:{k % 10 // 2}"))
        for k in range(right)
    )
    pairs = tuple(
        Pair(u.id, e.id, *(int(view[i % shape[0], j % shape[1]]) for view in views))
        for i, u in enumerate(ones)
        for j, e in enumerate(others)
    )
    quotas = (
        *(Quota(f"region:{k}", 1, left // 8 + 1) for k in range(8)),
        *(Quota(f"association:{k}", 1, max(2, right // 9)) for k in range(10)),
        *(Quota(f"country:{k}", 0, max(3, right // 5)) for k in range(5)),
    )
    return Market(ones, others, pairs, quotas)


def scored_market(left: int, right: int) -> Market:
    """Return a market of all pairs with parts, scored from towns as in ``whole_market``."""
    rng = np.random.default_rng(1)
    ones, others = towns("u", left, rng), towns("e", right, rng)
    return build_market(ones, others, weights=WEIGHTS, quotas=_quotas(others, left, least=0))


def whole_market(left: int, right: int, *, kinds: int | None = None, bare: bool = False) -> Market:
    """Return an open market; with ``kinds`` needs and offers are alike, place and size are not.

    ``bare``: no quotas and no floor, so that plain assignment solves the same problem.
    """
    rng = np.random.default_rng(1)
    ones, others = towns("u", left, rng, kinds), towns("e", right, rng, kinds)
    if bare:
        return open_market(ones, others, weights=WEIGHTS, policy=Policy(stages=("size", "score")))
    return open_market(ones, others, weights=WEIGHTS, quotas=_quotas(others, left, least=1))


def real_market(*, kinds: int | None = None) -> Market:
    """Return all of Ukraine against all of the EU by what registers know.

    With ``kinds`` towns of the same places also have needs and offers, of so many kinds.
    """
    ones, others = list(hromadas()), list(municipalities())
    weights = STRUCTURE
    if kinds is not None:
        rng, weights = np.random.default_rng(1), WEIGHTS
        ones, others = _wishing(ones, rng, kinds), _wishing(others, rng, kinds)
    return open_market(ones, others, weights=weights, quotas=_quotas(others, len(ones), least=1))


def _wishing(known: Sequence[Town], rng: np.random.Generator, kinds: int) -> list[Town]:
    wishes = [_wishes(rng) for _ in range(kinds)]
    return [
        replace(town, needs=wishes[k % kinds][0], offers=wishes[k % kinds][1])
        for k, town in enumerate(known)
    ]


def _quotas(others: Sequence[Town], left: int, *, least: int) -> list[Quota]:
    """Every country has a minimum and at most a fifth of all pairs."""
    countries = sorted({str(town.country) for town in others})
    return [Quota(f"country:{code}", least, max(1, left // 5)) for code in countries]


def _wishes(rng: np.random.Generator) -> tuple[dict[str, float], dict[str, float]]:
    picked = rng.permutation(len(THEMES))[:8].tolist()
    weights = rng.integers(1, 4, 8).tolist()
    both = [(THEMES[theme], float(weight)) for theme, weight in zip(picked, weights, strict=True)]
    return dict(both[:4]), dict(both[4:])


def towns(side: str, count: int, rng: np.random.Generator, kinds: int | None = None) -> list[Town]:
    """Draw towns of Ukraine (``u``) or of 27 countries (``e``) with all facts."""
    south, north, west, east = (46, 52, 22, 40) if side == "u" else (36, 60, -9, 30)
    lat, lon = rng.uniform(south, north, count), rng.uniform(west, east, count)
    people = np.exp(rng.normal(9.2, 1.2, count)).astype(int) + 50
    tongue = rng.integers(0, len(WORKING), count)
    few = None if kinds is None else [_wishes(rng) for _ in range(kinds)]
    drawn = []
    for k in range(count):
        needs, offers = _wishes(rng) if few is None else few[k % len(few)]
        languages = (("uk", "en") if k % 2 else ("uk",)) if side == "u" else WORKING[tongue[k]]
        drawn.append(
            Town(
                f"{side}{k:05}",
                country="UA" if side == "u" else COUNTRIES[k % len(COUNTRIES)],
                population=int(people[k]),
                lat=float(lat[k]),
                lon=float(lon[k]),
                languages=languages,
                needs=needs,
                offers=offers,
            )
        )
    return drawn


def missing_data() -> str | None:
    """Return why the real registers cannot be measured, if so."""
    for path in (HROMADAS, LAU):
        if not path.exists():
            return f"{path} is not there: set MOSTY_DATA to the folder of the data"
    return None


def hromadas() -> Iterator[Town]:
    """Yield all communities of Ukraine: size, place, profile, languages."""
    for row in _rows(HROMADAS):
        tags = {"urban"} if row["type"] != "rural" else {"rural"}
        tags |= {"mountain"} if row["mountain"] == "1" else set()
        tags |= {"coast"} if row["near_sea"] == "1" else set()
        yield Town(
            row["katottg"],
            country="UA",
            languages=("en", "uk"),
            profile=tuple(sorted(tags)),
            **_place(row, "population_2022"),
        )


def municipalities() -> Iterator[Town]:
    """Yield all municipalities of the EU: size, place, profile, languages."""
    for row in _rows(LAU):
        tags = {"urban"} if row["degurba"] in ("1", "2") else set()
        tags |= {"rural"} if row["degurba"] == "3" else set()
        tags |= {"coast"} if row["coastal"] == "1" else set()
        yield Town(
            row["gisco_id"],
            country=row["iso2"],
            languages=SPOKEN[row["iso2"]],
            profile=tuple(sorted(tags)),
            **_place(row, "population"),
        )


def _place(row: dict[str, str], people: str) -> dict[str, Any]:
    return {
        "population": int(float(row[people] or 0)) or None,
        "lat": float(row["lat"]) if row["lat"] else None,
        "lon": float(row["lon"]) if row["lon"] else None,
    }


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)
