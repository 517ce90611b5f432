"""The data of a market and of its result.

Frozen and plain: no rule of the engine lives here, only shapes and what follows from one object
alone. Views, scores, parts and floors are integers of one millionth (``MICRO``), so that every
proof is made in integers.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import isqrt
from typing import Any, Literal

MICRO = 1_000_000
"""Units in 1.0: a view of 0.63 is kept as 630000."""

STAGES = ("size", "floor", "score")
"""The stages that a policy may name, in their order."""

type Side = Literal["left", "right"]
type PairKey = tuple[str, str]


def mutual_score(left_view: int, right_view: int) -> int:
    """Return the geometric mean of two views, rounded, in the same unit of one millionth."""
    return (isqrt(4 * left_view * right_view) + 1) // 2


@dataclass(frozen=True, slots=True)
class Town:
    """A municipality of one side, with its bounds and, where known, the facts that criteria read.

    ``min`` and ``max`` bound its number of partners. ``country`` implies the group
    ``country:XX``. An empty fact (``None``, ``()`` or ``{}``) means *unknown*, never *none*.
    Needs and offers map a theme to a weight on one scale, the same for both. ``capacity`` is what
    the programme's assessment says the town can carry, from 0 to 1, ``experience`` the number of
    its earlier partnerships or joint projects with towns abroad.
    """

    id: str
    groups: tuple[str, ...] = ()
    min: int = 0
    max: int = 1
    name: str | None = None
    country: str | None = None
    population: int | None = None
    lat: float | None = None
    lon: float | None = None
    languages: tuple[str, ...] = ()
    needs: Mapping[str, float] = field(default_factory=dict)
    offers: Mapping[str, float] = field(default_factory=dict)
    profile: tuple[str, ...] = ()
    capacity: float | None = None
    experience: int | None = None

    def __post_init__(self) -> None:
        # Registers have a hundred thousand towns: what is equal is kept once.
        implied = self.groups if self.country is None else (*self.groups, f"country:{self.country}")
        object.__setattr__(self, "groups", _in_order(tuple(implied)))
        object.__setattr__(self, "languages", _in_order(tuple(self.languages)))
        object.__setattr__(self, "profile", _in_order(tuple(self.profile)))
        # Files hold six decimals: what is scored and what is published must be the same facts.
        for name in ("lat", "lon", "capacity"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, round(float(getattr(self, name)), 6))
        for name in ("needs", "offers"):
            weights = getattr(self, name)
            exact = _weights(tuple(sorted(weights.items()))) if weights else NOTHING
            object.__setattr__(self, name, exact)


NOTHING: Mapping[str, float] = {}
"""The needs or offers of a town that stated none."""


@lru_cache(maxsize=4096)
def _in_order(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


@lru_cache(maxsize=4096)
def _weights(items: tuple[tuple[str, float], ...]) -> Mapping[str, float]:
    return {theme: _number(float(weight)) for theme, weight in items}


@lru_cache(maxsize=4096)
def _number(value: float) -> float:
    return round(value, 6)


@dataclass(frozen=True, slots=True)
class Quota:
    """Bounds on the number of pairs whose town is in ``group``; ``max`` None is no upper bound."""

    group: str
    min: int = 0
    max: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What one criterion adds to the view of each side, in millionths.

    ``unknown`` names the sides for which a fact was missing, so that the published prior stood in.
    """

    left: int
    right: int
    unknown: tuple[Side, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """An eligible pair and how good it is for each side, in millionths.

    ``parts``, where given, add up to both views exactly.
    """

    left: str
    right: str
    left_view: int
    right_view: int
    parts: Mapping[str, Part] | None = None

    @property
    def key(self) -> PairKey:
        return self.left, self.right

    @property
    def score(self) -> int:
        """The rounded geometric mean of both views."""
        return mutual_score(self.left_view, self.right_view)

    @property
    def floor(self) -> int:
        """The smaller of both views."""
        return min(self.left_view, self.right_view)


@dataclass(frozen=True, slots=True)
class Excluded:
    """A pair that a rule takes out, with the rule's code and numbers."""

    left: str
    right: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a town says of a town of the other side: its rank, from 1, or None for *no*."""

    town: str
    partner: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class Rules:
    """Which pairs the programme leaves out whatever their views; None or False is no rule.

    ``max_km`` is the greatest distance, ``max_size_ratio`` the greatest ratio of populations,
    ``common_language`` asks for a common working language, ``new_partners`` leaves out towns that
    are partners already. What is unknown leaves nobody out.
    """

    max_km: float | None = None
    max_size_ratio: float | None = None
    common_language: bool = False
    new_partners: bool = False


@dataclass(frozen=True, slots=True)
class Keep:
    """Pairs of an earlier match of which as many as possible are kept.

    ``when`` says whether that is asked before the floor or after it; the size comes first in both.
    """

    pairs: tuple[PairKey, ...] = ()
    when: str = "before-floor"


@dataclass(frozen=True, slots=True)
class Policy:
    """How a match is chosen.

    ``absolute_floor`` (millionths) takes free pairs with a smaller view out before anything else.
    ``weights`` are those that made the parts, per side. ``scoring`` is ``given`` when the views
    come from outside and ``criteria/1`` when this package computed them from the towns' facts, so
    that ``verify`` computes them again. ``floors`` is ``once``, or ``repeated``: after the floor as
    few free pairs as possible on it, then the next floor as high as possible, and so on.
    """

    stages: tuple[str, ...] = STAGES
    tie_key: str = "round-1"
    absolute_floor: int = 0
    overlap: str = "refuse"
    weights: Mapping[str, Mapping[str, float]] | None = None
    scoring: str = "given"
    rules: Rules = field(default_factory=Rules)
    floors: str = "once"


@dataclass(frozen=True, slots=True)
class Market:
    """Everything that a match depends on. A pair that is not listed is not eligible.

    ``ties`` are contacts known from before, between two towns or a town and a third body;
    criteria and rules read them, as they read the towns' ``wishes``.

    In an ``open`` market no pair is listed: all pairs are scored from the towns' facts
    (``policy.scoring``) and eligible unless a rule, a *no* or ``excluded`` takes them out.
    ``keep`` makes it the market of a re-match.
    """

    left: tuple[Town, ...]
    right: tuple[Town, ...]
    pairs: tuple[Pair, ...]
    quotas: tuple[Quota, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    locked: tuple[PairKey, ...] = ()
    vetoed: tuple[PairKey, ...] = ()
    ties: tuple[PairKey, ...] = ()
    policy: Policy = field(default_factory=Policy)
    wishes: tuple[Wish, ...] = ()
    open: bool = False
    keep: Keep | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A pair of the result, as it was published; figures in millionths."""

    left: str
    right: str
    left_view: int
    right_view: int
    score: int
    locked: bool = False

    @property
    def key(self) -> PairKey:
        return self.left, self.right

    @property
    def floor(self) -> int:
        return min(self.left_view, self.right_view)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A town with room for more partners than it got, and why. See docs/codes.md for codes."""

    id: str
    side: Side
    used: int
    max: int
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prices:
    """One proof: what each bound is worth (an upper bound pays, a lower bound costs).

    For any match within the bounds, the sum of the pairs' values is at most the sum of
    price × bound plus what pairs are worth above the prices they pay. ``size`` is the price of the
    number of pairs (any sign), the others are never negative. See docs/mathematics.md.
    """

    size: int = 0
    town_max: Mapping[str, int] = field(default_factory=dict)
    town_min: Mapping[str, int] = field(default_factory=dict)
    group_max: Mapping[str, int] = field(default_factory=dict)
    group_min: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LevelProof:
    """Why no match that is as good below this level (in millionths) has fewer free pairs on it."""

    level: int
    prices: Prices


@dataclass(frozen=True, slots=True)
class Certificate:
    """What lets ``verify`` prove a result without solving.

    ``size`` bounds the number of pairs, ``floor`` shows that no match of that size lies strictly
    above the floor, ``score`` bounds the sum of scores. ``keep`` bounds the number of pairs kept,
    ``levels`` settles repeated floors one by one.
    ``infeasible`` shows that the bounds
    contradict each other and ``witness`` is a match within the relaxed bounds.
    """

    size: Prices | None = None
    floor: Prices | None = None
    score: Prices | None = None
    keep: Prices | None = None
    levels: tuple[LevelProof, ...] = ()
    infeasible: Prices | None = None
    witness: tuple[PairKey, ...] | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """One bound of a conflict.

    ``id`` is a town, a group or, for ``lock`` and ``veto``, a pair; ``None`` for
    ``absolute_floor``. ``value`` is the bound (millionths for ``absolute_floor``, 1 for a lock,
    0 for a veto).
    """

    code: str
    id: str | PairKey | None
    value: int


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A bound to be moved from one value to another."""

    code: str
    id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Bounds that contradict each other, none of them needlessly, and the cheapest way out.

    Each proper subset of ``bounds`` can be met. ``relaxation`` makes the whole market feasible
    with the fewest units, ``cost``.
    """

    bounds: tuple[Bound, ...]
    relaxation: tuple[Relaxation, ...]
    cost: int


@dataclass(frozen=True, slots=True)
class Result:
    """A match with its figures and proofs.

    ``status`` is ``optimal`` or ``infeasible`` (then only ``conflict`` and ``certificate`` say
    something). ``floor`` speaks of free pairs and is None when there is none, ``floor_all`` of all
    pairs. ``score`` is the sum of the scores. All in millionths. ``kept`` counts the pairs kept, in
    the match of a market with ``keep``.
    """

    status: Literal["optimal", "infeasible"]
    input_sha256: str
    versions: Mapping[str, str]
    pairs: tuple[Chosen, ...] = ()
    size: int | None = None
    floor: int | None = None
    floor_all: int | None = None
    score: int | None = None
    unmatched: tuple[Unmatched, ...] = ()
    certificate: Certificate = field(default_factory=Certificate)
    conflict: Conflict | None = None
    kept: int | None = None


@dataclass(frozen=True, slots=True)
class TownChange:
    """The partners that one town lost and gained between two matches."""

    id: str
    side: Side
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of a match: the pairs of both, of the new one only, of the old one only.

    ``towns`` are those with other partners than before. All sorted by id.
    """

    kept: tuple[PairKey, ...] = ()
    gained: tuple[PairKey, ...] = ()
    lost: tuple[PairKey, ...] = ()
    towns: tuple[TownChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Rematched:
    """A match after answers, with ``keep`` saying when pending pairs were kept.

    ``changes`` compare it with the published match; they are empty when it is infeasible.
    """

    keep: str
    result: Result
    changes: Changes


@dataclass(frozen=True, slots=True)
class Rematch:
    """A published match after answers: the way that was asked for, and the other one beside it.

    ``input_sha256`` is the digest of the market that the published match was solved from.
    """

    input_sha256: str
    accepted: tuple[PairKey, ...]
    declined: tuple[PairKey, ...]
    chosen: Rematched
    other: Rematched


@dataclass(frozen=True, slots=True)
class Fewer:
    """The best match with fewer pairs than a published one, beside that one.

    ``status`` is ``infeasible`` when minima or locks need more pairs than that; then only ``by``
    says something. Figures are in millionths; differences are to the published match, and
    ``d_floor`` is None when either floor is None. ``leave`` and ``join`` are pairs of the published
    match only and of the smaller one only.
    """

    input_sha256: str
    by: int
    status: Literal["optimal", "infeasible"]
    size: int | None = None
    floor: int | None = None
    floor_all: int | None = None
    score: int | None = None
    d_floor: int | None = None
    d_score: int | None = None
    pairs: tuple[PairKey, ...] = ()
    leave: tuple[PairKey, ...] = ()
    join: tuple[PairKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a market, a result or a file, and what to do about it.

    ``row`` counts from one: the row of a list, or without a ``field`` the line of a file. ``code``
    and ``params`` let a caller say it in another language.
    """

    file: str
    row: int | None
    field: str | None
    message: str
    remedy: str
    code: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        place = [self.file]
        if self.row is not None:
            place.append(f"row {self.row}" if self.field is not None else f"line {self.row}")
        if self.field is not None:
            place.append(self.field)
        text = f"{', '.join(place)}: {self.message}; {self.remedy}"
        # Ids come from outside; one problem stays one line whatever they hold.
        return "".join(letter if letter.isprintable() else " " for letter in text)


class InputError(ValueError):
    """The input cannot be used; ``problems`` says each reason, ``str()`` the first in one line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        more = len(self.problems) - 1
        super().__init__(f"{self.problems[0]}" + (f" (and {more} more)" if more else ""))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What ``verify`` found: ``ok`` only when nothing is wrong and every stage is proven.

    Where groups cross (``overlap``) nothing but the match itself can be proven: then ``ok`` says
    that nothing is wrong, and ``proven`` what is proven all the same.
    """

    ok: bool
    problems: tuple[Problem, ...]
    proven: Mapping[str, bool]
    overlap: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """A code with its numbers; the sentence is the caller's. Codes: docs/codes.md."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
