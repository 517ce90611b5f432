"""The formats: markets and results as JSON, and their canonical bytes.

Conversions between plain values and data classes only; paths are opened by the command line.
"""

from citymatch.files.canonical import dumps, input_sha256, input_sha256s
from citymatch.files.parse import parse_json
from citymatch.files.read_csv import Tables, tables_from_csv
from citymatch.files.read_market import market_from_json, policy_from_json
from citymatch.files.read_rematch import rematch_from_json
from citymatch.files.read_result import result_from_json
from citymatch.files.write import (
    MARKET_FORMAT,
    RESULT_FORMAT,
    conflict_to_json,
    market_to_json,
    result_to_json,
)
from citymatch.files.write_answers import (
    EXPLANATION_FORMAT,
    REGRETS_FORMAT,
    ROBUSTNESS_FORMAT,
    explanation_to_json,
    regrets_to_json,
    robustness_to_json,
)
from citymatch.files.write_rounds import (
    FEWER_FORMAT,
    REMATCH_FORMAT,
    fewer_to_json,
    rematch_to_json,
)
from citymatch.files.write_stability import STABILITY_FORMAT, stability_to_json
from citymatch.files.write_suggestions import suggestions_to_json

__all__ = [
    "EXPLANATION_FORMAT",
    "FEWER_FORMAT",
    "MARKET_FORMAT",
    "REGRETS_FORMAT",
    "REMATCH_FORMAT",
    "RESULT_FORMAT",
    "ROBUSTNESS_FORMAT",
    "STABILITY_FORMAT",
    "Tables",
    "conflict_to_json",
    "dumps",
    "explanation_to_json",
    "fewer_to_json",
    "input_sha256",
    "input_sha256s",
    "market_from_json",
    "market_to_json",
    "parse_json",
    "policy_from_json",
    "regrets_to_json",
    "rematch_from_json",
    "rematch_to_json",
    "result_from_json",
    "result_to_json",
    "robustness_to_json",
    "stability_to_json",
    "suggestions_to_json",
    "tables_from_csv",
]
