"""The formats: markets and results as JSON, and their canonical bytes.

Conversions between plain values and data classes only; paths are opened by the command line.
"""

from citymatch.files.canonical import dumps, input_sha256
from citymatch.files.parse import parse_json
from citymatch.files.read_csv import Tables, tables_from_csv
from citymatch.files.read_market import market_from_json, policy_from_json
from citymatch.files.read_result import result_from_json
from citymatch.files.write import MARKET_FORMAT, RESULT_FORMAT, market_to_json, result_to_json
from citymatch.files.write_answers import (
    EXPLANATION_FORMAT,
    REGRETS_FORMAT,
    ROBUSTNESS_FORMAT,
    explanation_to_json,
    regrets_to_json,
    robustness_to_json,
)

__all__ = [
    "EXPLANATION_FORMAT",
    "MARKET_FORMAT",
    "REGRETS_FORMAT",
    "RESULT_FORMAT",
    "ROBUSTNESS_FORMAT",
    "Tables",
    "dumps",
    "explanation_to_json",
    "input_sha256",
    "market_from_json",
    "market_to_json",
    "parse_json",
    "policy_from_json",
    "regrets_to_json",
    "result_from_json",
    "result_to_json",
    "robustness_to_json",
    "tables_from_csv",
]
