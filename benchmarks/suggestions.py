"""How high suggestions place the partners that towns really have, on structural facts alone.

    python3 dev.py bench suggestions

For each real partnership of demo/partnerships.csv, every EU municipality of 2,000 people or more
is ranked for the Ukrainian town. AUC is the share of candidates below the true partner (ties count
half), hit5 says whether it is among the best 5 %; both are means over partnerships. The town's
other known partners are no candidates. The baseline adds the ranks of |ln population ratio| and of
ln km. Registers are read from the folder MOSTY_DATA (../shared/data unless said otherwise).

The criteria are the engine's own, the weights those it publishes for suggestions; both were
committed before this measured them. That the size of the partner counts (`capacity`) and how much,
was seen on the partnerships that carry a `row_in_list`; of the others ("set aside") it had been
looked at before that distance must not count less, so that they are not quite untouched: only
partnerships that are not in demo/ are. "As if 40 % Polish" shows a sample with more near partners,
where the baseline is at its best; the share is an assumption.

Intervals are bootstraps over Ukrainian towns, since partnerships of one town are not independent.
Ends with 1 when the interval of a gain over the baseline reaches 0 on all partnerships.
"""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

import citymatch
from citymatch.criteria import CRITERIA, SUGGEST_WEIGHTS, Context, Scorer
from citymatch.model import MICRO

type Grid = NDArray[np.float64]
type Mask = NDArray[np.bool_]
type Pairs = Sequence[tuple[int, int]]
type Weights = Mapping[str, float]

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("MOSTY_DATA", ROOT.parent / "shared/data"))
LEAST_PEOPLE = 2000
EARTH_KM = 6371.0088
PRIOR = 0.5
BEST = 0.05
FOLDS = 5
RESAMPLES = 5000
TAGS = ("urban", "rural", "mountain", "coast", "border")

SUGGEST: Weights = SUGGEST_WEIGHTS["left"]
"""The weights of both sides for suggestions."""

PERHAPS = {"size": (1,), "capacity": (1, 1.5, 2, 3, 4), "distance": (0, 0.25, 0.5, 1, 1.5)}
"""What cross-validation may choose from, to see whether the weights depend on the sample."""

# No register says what a town works in. The official languages of its country, and in western
# Ukraine those of the neighbours, stand in, only to see what a language criterion would bring.
OFFICIAL = {
    "AT": "de", "BE": "nl fr", "BG": "bg", "CY": "el", "CZ": "cs", "DE": "de", "DK": "da",
    "EE": "et", "ES": "es", "FI": "fi sv", "FR": "fr", "GR": "el", "HR": "hr", "HU": "hu",
    "IE": "en", "IT": "it", "LT": "lt", "LU": "fr de", "LV": "lv", "MT": "mt en", "NL": "nl",
    "PL": "pl", "PT": "pt", "RO": "ro", "SE": "sv", "SI": "sl", "SK": "sk",
}  # fmt: skip
BORDER = {
    "Zakarpattia": "hu sk ro", "Chernivtsi": "ro", "Lviv": "pl", "Volyn": "pl",
    "Ivano-Frankivsk": "pl", "Ternopil": "pl", "Rivne": "pl",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Register:
    """Towns as columns: n ids, people, degrees, n × tags (nothing known: no tag), languages."""

    ids: tuple[str, ...]
    population: Grid
    lat: Grid
    lon: Grid
    profile: Mask
    languages: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, rows: Iterable[Town]) -> Register:
        towns = list(rows)
        return cls(
            ids=tuple(town.code for town in towns),
            population=np.array([town.population for town in towns]),
            lat=np.array([town.lat for town in towns]),
            lon=np.array([town.lon for town in towns]),
            profile=np.array([[tag in town.profile for tag in TAGS] for town in towns]),
            languages=tuple(frozenset(town.languages.split()) for town in towns),
        )

    def some(self, places: Sequence[int]) -> Register:
        return Register(
            tuple(self.ids[k] for k in places),
            self.population[places],
            self.lat[places],
            self.lon[places],
            self.profile[places],
            tuple(self.languages[k] for k in places),
        )


@dataclass(frozen=True, slots=True)
class Town:
    code: str
    population: float
    lat: float
    lon: float
    profile: frozenset[str]
    languages: str


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def ukrainian_towns() -> Register:
    """All hromadas; settlement and rural ones count as rural, as in demo/README.md."""

    def town(row: Mapping[str, str]) -> Town:
        marks = {
            "urban": row["type"] == "urban",
            "rural": row["type"] != "urban",
            "mountain": row["mountain"] == "1",
            "coast": row["near_sea"] == "1",
            "border": float(row["distance_to_eu_border_km"] or "inf") < 50,
        }
        return Town(
            row["katottg"],
            float(row["population_2022"]),
            float(row["lat"]),
            float(row["lon"]),
            frozenset(tag for tag, holds in marks.items() if holds),
            f"uk {BORDER.get(row['oblast_en'], '')}",
        )

    rows = read(DATA / "ua-hromadas/hromadas.csv")
    return Register.of(town(row) for row in rows if float(row["population_2022"] or 0) > 0)


def european_towns() -> Register:
    """The municipalities of the EU-27 of 2,000 people or more; of Ireland the counties."""
    nuts = {row["nuts_code"]: row for row in read(DATA / "nuts-stats/nuts_regions.csv")}
    counties: dict[str, list[dict[str, str]]] = {}
    towns = []
    for row in read(DATA / "eu-lau/lau.csv"):
        if row["iso2"] == "IE":
            counties.setdefault(row["lau_code"][:4], []).append(row)
        elif row["iso2"] not in ("PT", "GR") and row["population"]:
            towns.append(_municipality(row["gisco_id"], row, nuts))
    for row in read(DATA / "eu-lau/groups_pt_gr.csv"):
        towns.append(_municipality(row["group_id"], row, nuts))
    for code, members in counties.items():
        people = [float(row["population"]) for row in members]
        middle = {
            axis: sum(float(row[axis]) * n for row, n in zip(members, people, strict=True))
            / sum(people)
            for axis in ("lat", "lon")
        }
        towns.append(
            Town(f"IE_{code}", sum(people), middle["lat"], middle["lon"], frozenset(), "en")
        )
    return Register.of(town for town in towns if town.population >= LEAST_PEOPLE)


def _municipality(code: str, row: Mapping[str, str], nuts: Mapping[str, Mapping[str, str]]) -> Town:
    region = nuts.get(row["nuts3"], {})
    urban = {"1": "urban", "2": "urban", "3": "rural"}.get(row.get("degurba", ""))
    marks = {
        "mountain": region.get("mountain", "").startswith(">"),
        "coast": row.get("coastal") == "1",
        "border": region.get("border") == "Border regions",
    }
    # Without the degree of urbanisation the other marks are no fair description.
    tags = {urban, *(tag for tag, holds in marks.items() if holds)} if urban else set()
    return Town(
        code,
        float(row["population"]),
        float(row["lat"]),
        float(row["lon"]),
        frozenset(tag for tag in tags if tag),
        OFFICIAL[row["iso2"]],
    )


def engine_towns(register: Register, *, bare: bool) -> list[citymatch.Town]:
    """Return the towns as the engine takes them; ``bare`` ones have neither tags nor languages."""
    return [
        citymatch.Town(
            code,
            population=max(1, round(people)),
            lat=lat,
            lon=lon,
            profile=() if bare else tuple(tag for tag, has in zip(TAGS, tags, strict=True) if has),
            languages=() if bare else tuple(tongues),
        )
        for code, people, lat, lon, tags, tongues in zip(
            register.ids,
            register.population.tolist(),
            register.lat.tolist(),
            register.lon.tolist(),
            register.profile.tolist(),
            register.languages,
            strict=True,
        )
    ]


def kilometres(left: Register, right: Register) -> Grid:
    one, other = np.radians(left.lat)[:, None], np.radians(right.lat)[None, :]
    east = np.radians(right.lon[None, :] - left.lon[:, None])
    half = np.sin((other - one) / 2) ** 2 + np.cos(one) * np.cos(other) * np.sin(east / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1))), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Ratings:
    """The engine's ratings of all pairs under all criteria, seen from both sides."""

    left: Mapping[str, Grid]
    right: Mapping[str, Grid]

    @classmethod
    def of(cls, left: Register, right: Register, *, bare: bool = False) -> Ratings:
        ours, theirs = engine_towns(left, bare=bare), engine_towns(right, bare=bare)
        even = {side: dict.fromkeys(CRITERIA, 1.0) for side in ("left", "right")}
        scorer = Scorer(ours, theirs, criteria=CRITERIA, weights=even, context=Context())
        places = np.arange(len(ours))[:, None], np.arange(len(theirs))[None, :]
        ratings = scorer.ratings(*places)
        shape = len(ours), len(theirs)
        return cls(
            {name: np.broadcast_to(r.left / MICRO, shape) for name, r in ratings.items()},
            {name: np.broadcast_to(r.right / MICRO, shape) for name, r in ratings.items()},
        )

    def scores(self, weights: Weights) -> Grid:
        """The geometric mean of both sides' views, each a weighted mean of its ratings."""
        total = sum(weights.values())
        views = [
            sum((weight * side[name] for name, weight in weights.items()), np.zeros(())) / total
            for side in (self.left, self.right)
        ]
        return np.asarray(np.sqrt(views[0] * views[1]), dtype=np.float64)


def baseline(left: Register, right: Register) -> Grid:
    """The rank sum of |ln population ratio| and ln km within each left town's candidates."""
    ratio = np.abs(np.log(left.population)[:, None] - np.log(right.population)[None, :])
    return np.asarray(
        -rankdata(ratio, axis=1) - rankdata(kilometres(left, right), axis=1), dtype=np.float64
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """AUC and hit5 of each pair."""

    auc: Grid
    hit: Grid


def measure(scores: Grid, pairs: Pairs) -> Measured:
    """Place each pair's right town among all right towns but the left town's other partners."""
    partners: dict[int, list[int]] = {}
    for one, other in pairs:
        partners.setdefault(one, []).append(other)
    shares = []
    for one, other in pairs:
        row, true = scores[one], scores[one, other]
        rest = np.delete(row, partners[one])
        shares.append(((rest < true).sum() + (rest == true).sum() / 2) / len(rest))
    auc = np.array(shares)
    return Measured(auc, (auc >= 1 - BEST).astype(float))


def interval(gain: Grid, towns: Sequence[int]) -> tuple[float, float]:
    """95 % bootstrap interval of the mean gain; whole left towns are drawn."""
    rng = np.random.default_rng(1)
    names, group = np.unique(towns, return_inverse=True)
    sums, counts = np.bincount(group, weights=gain), np.bincount(group)
    drawn = rng.integers(len(names), size=(RESAMPLES, len(names)))
    low, high = np.quantile(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1), [0.025, 0.975])
    return float(low), float(high)


def fold_of(pairs: Pairs) -> NDArray[np.int64]:
    """Fold of each pair, whole left towns together."""
    towns = np.unique([one for one, _other in pairs])
    shuffled = np.random.default_rng(1).permutation(towns)
    fold = {int(town): k % FOLDS for k, town in enumerate(shuffled)}
    return np.array([fold[one] for one, _other in pairs])


def show(
    name: str, found: Measured, base: Measured, pairs: Pairs, mask: Mask | None = None
) -> bool:
    """Print a line; say whether both gains over the baseline are surely above 0."""
    some = np.ones(len(pairs), dtype=np.bool_) if mask is None else mask
    towns = [one for (one, _other), is_in in zip(pairs, some, strict=True) if is_in]
    line, sure = f"{name:<34}{int(some.sum()):>4}", True
    for mine, plain in ((found.auc, base.auc), (found.hit, base.hit)):
        gain = mine[some] - plain[some]
        low, high = interval(gain, towns)
        line += f"  {plain[some].mean():.3f} → {mine[some].mean():.3f} {gain.mean():+.3f}"
        line += f" [{low:+.3f}, {high:+.3f}]"
        sure &= low > 0
    print(line)
    return sure


def show_reweighted(name: str, found: Measured, base: Measured, mask: Mask, share: float) -> None:
    """Print the means as they would be if the pairs in the mask made up this share of all."""
    line = f"{name:<34}    "
    for mine, plain in ((found.auc, base.auc), (found.hit, base.hit)):
        before, after = (
            share * one[mask].mean() + (1 - share) * one[~mask].mean() for one in (plain, mine)
        )
        line += f"  {before:.3f} → {after:.3f} {after - before:+.3f}{'':<17}"
    print(line.rstrip())


def cross_validated(ratings: Ratings, pairs: Pairs, fold: NDArray[np.int64]) -> Measured:
    """Measure each fold with the weights of the grid that are best on the others."""
    grid = [dict(zip(PERHAPS, values, strict=True)) for values in product(*PERHAPS.values())]
    measured = [measure(ratings.scores(weights), pairs) for weights in grid]
    auc, hit = np.zeros(len(pairs)), np.zeros(len(pairs))
    for k in range(FOLDS):
        out = fold == k
        # AUC varies about a third as much as hit5 over the grid; weighted so, both have a say.
        worth = [3 * one.auc[~out].mean() + one.hit[~out].mean() for one in measured]
        best = int(np.argmax(worth))
        auc[out], hit[out] = measured[best].auc[out], measured[best].hit[out]
        print(f"  without fold {k + 1} the grid chooses", as_text(grid[best]))
    return Measured(auc, hit)


def as_text(weights: Weights) -> str:
    return " ".join(f"{name} {weight:g}" for name, weight in weights.items())


def main() -> int:
    ukraine, europe = ukrainian_towns(), european_towns()
    at_left = {code: k for k, code in enumerate(ukraine.ids)}
    at_right = {code: k for k, code in enumerate(europe.ids)}
    rows = read(ROOT / "demo/partnerships.csv")
    known = [row for row in rows if row["left"] in at_left and row["right"] in at_right]
    seekers = sorted({at_left[row["left"]] for row in known})
    place = {town: k for k, town in enumerate(seekers)}
    pairs = [(place[at_left[row["left"]]], at_right[row["right"]]) for row in known]
    left = ukraine.some(seekers)
    print(
        f"{len(pairs)} partnerships of {len(seekers)} Ukrainian towns,"
        f" {len(europe.ids):,} candidates; {len(rows) - len(known)} left out (partner too small)"
    )
    print(f"both sides weigh {as_text(SUGGEST)}\n")
    print(f"{'':<34}   n  AUC: baseline → here, gain [95 %]{'':>13}hit5: likewise")

    base, ratings = measure(baseline(left, europe), pairs), Ratings.of(left, europe)
    bare = measure(Ratings.of(left, europe, bare=True).scores(SUGGEST), pairs)
    sure = show("all, people and place alone", bare, base, pairs)
    found = measure(ratings.scores(SUGGEST), pairs)
    sure &= show("all, with official languages, tags", found, base, pairs)

    is_listed = np.array([bool(row["row_in_list"]) for row in known])
    is_bridges = np.array(["bridges-of-trust" in row["programme"] for row in known])
    is_bilateral = np.array(["bilateral" in row["programme"] for row in known])
    is_polish = np.array([row["country"] == "PL" for row in known])
    is_small = np.array([left.population[one] < 50_000 for one, _other in pairs])
    fold = fold_of(pairs)
    parts: dict[str, Mask] = {
        "chosen on": is_listed,
        "set aside": ~is_listed,
        "Bridges of Trust": is_bridges,
        "bilateral": is_bilateral,
        "other programmes": ~is_bridges & ~is_bilateral,
        "partner in Poland": is_polish,
        "partner elsewhere": ~is_polish,
        "Ukrainian town under 50,000": is_small,
        "Ukrainian town of 50,000 and more": ~is_small,
        **{f"fold {k + 1}": fold == k for k in range(FOLDS)},
    }
    for name, mask in parts.items():
        show(name, found, base, pairs, mask)
    show_reweighted("as if 40 % Polish", found, base, is_polish, 0.4)

    print("\nWeights chosen without the fold that is measured:")
    show("cross-validated", cross_validated(ratings, pairs, fold), base, pairs)

    print("\nOne criterion alone, one left out, one added:")
    for name in ("size", "capacity", "distance", "profile", "languages"):
        show(f"{name} alone", measure(ratings.scores({name: 1}), pairs), base, pairs)
    for name in ("size", "capacity", "distance", "languages", "needs"):
        fewer = {other: weight for other, weight in SUGGEST.items() if other != name}
        show(f"without {name}", measure(ratings.scores(fewer), pairs), base, pairs)
    for name in ("profile", "languages"):
        for weight in (0.25, 0.5, 1):
            more = {**SUGGEST, name: weight}
            show(f"with {name} {weight:g}", measure(ratings.scores(more), pairs), base, pairs)

    print("\nThe other way round: all Ukrainian communities ranked for the EU municipality:")
    hosts = sorted({other for _one, other in pairs})
    spot = {town: k for k, town in enumerate(hosts)}
    right = europe.some(hosts)
    back = [(spot[other], seekers[one]) for one, other in pairs]
    ranked = Ratings.of(right, ukraine).scores(SUGGEST)
    show("all", measure(ranked, back), measure(baseline(right, ukraine), back), back)
    return 0 if sure else 1


if __name__ == "__main__":
    sys.exit(main())
