"""Exact, explained matching of two groups of towns under nested quotas.

Build a market with ``build_market`` or read one with ``market_from_json``, then ``solve``,
``verify``, ``regrets`` and ``explain``. Pure functions of frozen data: no clock, no network, no
files outside the command line.
"""

from citymatch.answers import (
    Alternative,
    Blocking,
    Change,
    Explanation,
    PartDetail,
    Reference,
    Regret,
    Robustness,
    Spread,
    Stability,
    Survival,
)
from citymatch.change import what_would_change, what_would_match
from citymatch.conflict import conflict
from citymatch.explain import explain, next_best
from citymatch.fewer import fewer
from citymatch.files import (
    dumps,
    input_sha256,
    market_from_json,
    market_to_json,
    rematch_from_json,
    rematch_to_json,
    result_from_json,
    result_to_json,
    robustness_to_json,
)
from citymatch.model import (
    MICRO,
    Bound,
    Certificate,
    Changes,
    Chosen,
    Conflict,
    Excluded,
    Fewer,
    InputError,
    Keep,
    LevelProof,
    Market,
    Pair,
    Part,
    Policy,
    Prices,
    Problem,
    Quota,
    Reason,
    Relaxation,
    Rematch,
    Rematched,
    Result,
    Town,
    TownChange,
    Unmatched,
    Verdict,
)
from citymatch.regret import regret, regrets
from citymatch.robust import robust
from citymatch.rounds import market_after, rematch
from citymatch.score import build_market
from citymatch.solve import solve
from citymatch.stability import stability
from citymatch.verify import verify, verify_rematch
from citymatch.version import __version__

__all__ = [
    "MICRO",
    "Alternative",
    "Blocking",
    "Bound",
    "Certificate",
    "Change",
    "Changes",
    "Chosen",
    "Conflict",
    "Excluded",
    "Explanation",
    "Fewer",
    "InputError",
    "Keep",
    "LevelProof",
    "Market",
    "Pair",
    "Part",
    "PartDetail",
    "Policy",
    "Prices",
    "Problem",
    "Quota",
    "Reason",
    "Reference",
    "Regret",
    "Relaxation",
    "Rematch",
    "Rematched",
    "Result",
    "Robustness",
    "Spread",
    "Stability",
    "Survival",
    "Town",
    "TownChange",
    "Unmatched",
    "Verdict",
    "__version__",
    "build_market",
    "conflict",
    "dumps",
    "explain",
    "fewer",
    "input_sha256",
    "market_after",
    "market_from_json",
    "market_to_json",
    "next_best",
    "regret",
    "regrets",
    "rematch",
    "rematch_from_json",
    "rematch_to_json",
    "result_from_json",
    "result_to_json",
    "robust",
    "robustness_to_json",
    "solve",
    "stability",
    "verify",
    "verify_rematch",
    "what_would_change",
    "what_would_match",
]
