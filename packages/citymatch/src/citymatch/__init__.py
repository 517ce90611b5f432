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
    Rules,
    Town,
    Unmatched,
    Verdict,
    Wish,
)
from citymatch.regret import regret, regrets
from citymatch.robust import robust
from citymatch.score import build_market, list_pairs, open_market
from citymatch.selection import Candidate, Reserve, Selection, select
from citymatch.solve import solve
from citymatch.verify import verify
from citymatch.version import __version__

__all__ = [
    "MICRO",
    "Alternative",
    "Bound",
    "Candidate",
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
    "Reserve",
    "Result",
    "Robustness",
    "Rules",
    "Selection",
    "Spread",
    "Survival",
    "Town",
    "Unmatched",
    "Verdict",
    "Wish",
    "__version__",
    "build_market",
    "dumps",
    "explain",
    "input_sha256",
    "list_pairs",
    "market_from_json",
    "market_to_json",
    "next_best",
    "open_market",
    "regret",
    "regrets",
    "result_from_json",
    "result_to_json",
    "robust",
    "robustness_to_json",
    "select",
    "solve",
    "verify",
    "what_would_change",
    "what_would_match",
]
