"""What the engine says about a result: regrets, explanations, alternatives, changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from citymatch.model import Bound, PairKey, Part, Reason, Side


@dataclass(frozen=True, slots=True)
class Regret:
    """What forcing an absent pair or forbidding a chosen one does to the whole match, exactly.

    Differences to the published result, in pairs and millionths; negative is a loss. ``d_floor`` is
    None when either floor is None, every difference is None when ``status`` is ``infeasible``.
    ``size``, ``floor`` and ``score`` are the figures afterwards. ``method`` says how it was found:
    ``path`` in the residual network or ``solve`` for a new solve. ``kept`` and ``d_kept`` count the
    pairs kept where the market names some; with repeated floors ``d_level`` is the difference of
    the first floor, from the worst pair up, that is not the same (0 where all are).
    """

    left: str
    right: str
    kind: Literal["force", "forbid"]
    status: Literal["ok", "infeasible"]
    d_size: int | None = None
    d_floor: int | None = None
    d_score: int | None = None
    size: int | None = None
    floor: int | None = None
    score: int | None = None
    method: Literal["path", "solve"] = "solve"
    kept: int | None = None
    d_kept: int | None = None
    d_level: int | None = None

    @property
    def is_free(self) -> bool:
        """Whether it costs nothing: an equally good match exists."""
        differences = (self.d_size, self.d_floor, self.d_score, self.d_kept, self.d_level)
        return self.status == "ok" and not any(differences)


@dataclass(frozen=True, slots=True)
class PartDetail:
    """One criterion of one pair: what it adds for each side, of how much, and the facts behind.

    ``left`` and ``right`` are parts, ``left_weight`` and ``right_weight`` the most they could be
    (None when the policy holds no weights); all in millionths.
    """

    criterion: str
    left: int
    right: int
    left_weight: int | None
    right_weight: int | None
    unknown: tuple[Side, ...] = ()
    facts: Reason | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a pair was chosen, or why not.

    ``state`` is ``chosen``, ``locked``, ``not_chosen``, ``vetoed`` or ``not_eligible``. Views and
    score are None for a pair that is not listed. ``loses`` and ``gains`` are the pairs that would
    leave and join the match if this pair were forced (or, when chosen, forbidden).
    """

    left: str
    right: str
    state: Literal["chosen", "locked", "not_chosen", "vetoed", "not_eligible"]
    reasons: tuple[Reason, ...]
    left_view: int | None = None
    right_view: int | None = None
    score: int | None = None
    parts: tuple[PartDetail, ...] = ()
    regret: Regret | None = None
    loses: tuple[PairKey, ...] = ()
    gains: tuple[PairKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """A pair that a town could have instead, with what forcing it would cost all others."""

    left: str
    right: str
    left_view: int
    right_view: int
    score: int
    regret: Regret


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the input that brings a pair in; confirmed by solving again.

    ``code`` says what to change (docs/codes.md), ``left`` and ``right`` which pair then comes in.
    """

    code: str
    params: Mapping[str, Any]
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Survival:
    """In how many runs a pair was chosen; ``share`` is that part of all runs in millionths."""

    left: str
    right: str
    runs: int
    share: int


@dataclass(frozen=True, slots=True)
class Spread:
    """The values of a figure over all runs, by nearest rank: from the least to the most."""

    least: int
    low: int
    median: int
    high: int
    most: int


@dataclass(frozen=True, slots=True)
class Robustness:
    """How the match fared under ``runs`` draws of the weights.

    ``pairs`` are the published ones in the order of their ids, ``rivals`` those most often chosen
    among the others. In ``infeasible`` runs the absolute floor left no match: there every pair is
    lost, and the figures do not count. ``floor`` is that of the free pairs. Scores and floors in
    millionths; a spread is None without any value.
    """

    input_sha256: str
    runs: int
    sigma: float
    seed: int
    infeasible: int
    pairs: tuple[Survival, ...]
    rivals: tuple[Survival, ...]
    size: Spread | None
    floor: Spread | None
    score: Spread | None


@dataclass(frozen=True, slots=True)
class Blocking:
    """A pair that would rather have each other than what they have; views in millionths.

    ``forbidden_by`` are the bounds that would not let it form, empty where it could.
    """

    left: str
    right: str
    left_view: int
    right_view: int
    forbidden_by: tuple[Bound, ...] = ()

    @property
    def key(self) -> PairKey:
        return self.left, self.right


@dataclass(frozen=True, slots=True)
class Reference:
    """Another match, to compare with: figures as in a result, and how many pairs block it.

    ``breaks`` are the minima and quotas that it does not hold.
    """

    pairs: tuple[PairKey, ...]
    size: int
    floor: int | None
    score: int
    blocking: int
    breaks: tuple[Bound, ...] = ()


@dataclass(frozen=True, slots=True)
class Stability:
    """The blocking pairs of a result, and other matches beside it.

    ``fewest`` has the fewest blocking pairs within ``budget`` (millionths of the score); both are
    None when it was not asked for.
    """

    input_sha256: str
    blocking: tuple[Blocking, ...]
    deferred_acceptance: Reference
    fewest: Reference | None = None
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A possible partner: the mutual score, either side's view and its parts, in millionths."""

    id: str
    score: int
    left_view: int
    right_view: int
    parts: Mapping[str, Part]
