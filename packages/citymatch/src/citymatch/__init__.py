"""Exact, explained matching of two groups of towns under nested quotas.

Build a market with ``build_market`` or read one with ``market_from_json``, then ``solve``,
``verify``, ``regrets`` and ``explain``. Pure functions of frozen data: no clock, no network, no
files outside the command line.
"""

from citymatch.answers import (
    Alternative,
    Change,
    Explanation,
    PartDetail,
    Regret,
    Robustness,
    Spread,
    Survival,
)
from citymatch.change import what_would_change, what_would_match
from citymatch.explain import explain, next_best
from citymatch.files import (
    dumps,
    input_sha256,
    market_from_json,
    market_to_json,
    result_from_json,
    result_to_json,
    robustness_to_json,
)
from citymatch.model import (
    MICRO,
    Bound,
    Certificate,
    Chosen,
    Conflict,
    Excluded,
    InputError,
    Market,
    Pair,
    Part,
    Policy,
    Prices,
    Problem,
    Quota,
    Reason,
    Relaxation,
    Result,
    Town,
    Unmatched,
    Verdict,
)
from citymatch.regret import regret, regrets
from citymatch.robust import robust
from citymatch.score import build_market
from citymatch.solve import solve
from citymatch.verify import verify
from citymatch.version import __version__

__all__ = [
    "MICRO",
    "Alternative",
    "Bound",
    "Certificate",
    "Change",
    "Chosen",
    "Conflict",
    "Excluded",
    "Explanation",
    "InputError",
    "Market",
    "Pair",
    "Part",
    "PartDetail",
    "Policy",
    "Prices",
    "Problem",
    "Quota",
    "Reason",
    "Regret",
    "Relaxation",
    "Result",
    "Robustness",
    "Spread",
    "Survival",
    "Town",
    "Unmatched",
    "Verdict",
    "__version__",
    "build_market",
    "dumps",
    "explain",
    "input_sha256",
    "market_from_json",
    "market_to_json",
    "next_best",
    "regret",
    "regrets",
    "result_from_json",
    "result_to_json",
    "robust",
    "robustness_to_json",
    "solve",
    "verify",
    "what_would_change",
    "what_would_match",
]
