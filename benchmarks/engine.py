"""How fast the matching engine is, against the figures of its design and against other solvers.

    python3 dev.py bench engine

Every size runs in a process of its own and tells its peak memory. Machines drift, so what counts
are ratios within one run, and those are of processor time unless they say otherwise. Equal results
are asserted wherever two methods solve the same problem: a run that prints its table has passed.
The rows with machine, versions and date go to benchmarks/engine.json. MOSTY_DATA is the folder of
the real registers (../shared/data unless said otherwise); without them those rows are left out.
Linux only (peak memory).
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from _engine import inputs
from _engine.measure import Report

from citymatch import Market

KEPT = Path(__file__).with_suffix(".json")
LIMIT = 240
"""Seconds that one case may take."""

HARD = "1,470 × 95,000, 12 kinds of wishes"
REAL_HARD = "registers, 12 kinds of wishes"
REAL = "registers, structure only"
OURS, DENSE = "1,470 × 95,000, no quotas", "1,470 × 95,000, dense"
COMPARED = (OURS, DENSE)
TURNS = 3
PACKAGES = ("citymatch", "numpy", "scipy", "ortools", "networkx", "matching")

CASES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "30 × 25": ("small", "measure", {"left": 30, "right": 25}),
    "30 × 25, CP-SAT": ("small", "cp_sat", {"left": 30, "right": 25}),
    "300 × 300": ("small", "measure", {"left": 300, "right": 300}),
    "300 × 300, CP-SAT": ("small", "cp_sat", {"left": 300, "right": 300}),
    "1,470 × 5,000": (
        "large",
        "measure",
        {"wanted_ms": 500, "wanted_mb": 140, "asked": True, "wanted_town_ms": 50},
    ),
    "1,470 × 5,000, verified": ("large", "proof", {"left": 1470, "right": 5000}),
    "1,470 × 95,000": (
        "large",
        "measure",
        {"wanted_ms": 1300, "wanted_mb": 190, "wanted_ratio": 2, "asked": True},
    ),
    "1,470 × 95,000, verified": ("large", "proof", {"left": 1470, "right": 95_000}),
    HARD: ("large", "measure", {"wanted_ms": 4000, "wanted_mb": 190}),
    REAL_HARD: ("large", "measure", {"wanted_ms": 4000, "wanted_mb": 190}),
    REAL: ("large", "measure", {"wanted_ms": None, "wanted_mb": 190}),
    OURS: ("large", "engine_bare", {"left": 1470, "right": 95_000}),
    DENSE: ("dense", "measure", {"left": 1470, "right": 95_000}),
}
"""What is measured: the module of ``_engine``, its function, and what that is given.

A module is imported only in the process that needs it: the peers' libraries take memory too.
"""

MARKETS: dict[str, Callable[[], Market]] = {
    "1,470 × 5,000": partial(inputs.whole_market, 1470, 5000),
    "1,470 × 95,000": partial(inputs.whole_market, 1470, 95_000),
    HARD: partial(inputs.whole_market, 1470, 95_000, kinds=12),
    REAL_HARD: partial(inputs.real_market, kinds=12),
    REAL: inputs.real_market,
}


def measure(name: str) -> Report:
    """Measure one case, in this process."""
    module, function, given = CASES[name]
    if name in MARKETS:
        given = {"make": MARKETS[name]} | given
    report: Report = getattr(import_module(f"_engine.{module}"), function)(**given)
    return report


def run(name: str) -> dict[str, Any]:
    """Measure one case in a process of its own."""
    if name.startswith("registers") and (reason := inputs.missing_data()):
        return {"left_out": reason}
    # The engine brings its own two threads, a block each; more would wait for each other.
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-W", "ignore::DeprecationWarning", __file__, name]
    load = os.getloadavg()[0]
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, text=True, env=environment, timeout=LIMIT
        )
    except subprocess.TimeoutExpired:
        return {"left_out": f"not done after {LIMIT} seconds", "load": load}
    if done.returncode < 0:
        return {"left_out": f"ended from outside by signal {-done.returncode}", "load": load}
    if done.returncode:
        sys.exit(f"{name} ended with {done.returncode}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer | {"load": load}


def middle_of(turns: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one case of several runs: the medians of its times, the highest of its peaks."""
    answer = turns[0]
    for name, took in answer.get("times", {}).items():
        for key in ("clock", "processor"):
            took[key] = statistics.median(turn["times"][name][key] for turn in turns)
    for name, peak in answer.get("peaks", {}).items():
        peak["mb"] = max(turn["peaks"][name]["mb"] for turn in turns)
    return answer


def compare(cases: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the ratios between the dense baseline and the engine on the same problem."""
    ours, theirs = cases[OURS], cases[DENSE]
    if "left_out" in ours or "left_out" in theirs:
        return {}
    for fact in ("score", "size"):
        assert ours["facts"][fact] == theirs["facts"][fact], fact
    one, other = (
        ours["times"]["scored, solved and proven"],
        theirs["times"]["dense: matrix and assignment"],
    )
    peaks = [
        theirs["peaks"]["matrix and assignment, with the towns"]["mb"],
        theirs["peaks"]["before: imports and towns"]["mb"],
        ours["peaks"]["one solve, with its towns"]["mb"],
        ours["peaks"]["before the solve: imports and towns"]["mb"],
    ]
    return {
        "dense ÷ engine, time": {"value": other["processor"] / one["processor"], "at_least": 5},
        "dense ÷ engine, on the clock": {"value": other["clock"] / one["clock"], "at_least": 5},
        "dense ÷ engine, peak memory": {"value": peaks[0] / peaks[2], "at_least": 6},
        "the same beyond imports and towns": {
            "value": (peaks[0] - peaks[1]) / (peaks[2] - peaks[3]),
            "at_least": None,
        },
    }


def show(cases: dict[str, dict[str, Any]], between: dict[str, dict[str, Any]]) -> None:
    """Print ratios first, then times and memory, beside the figures wanted."""
    print("\nRatios (of processor time unless they say otherwise)")
    for name, case in (*cases.items(), (OURS, {"ratios": between})):
        for what, ratio in case.get("ratios", {}).items():
            print(f"  {name:36}{what:40}{ratio['value']:10.2f}  {_verdict(ratio)}")
    for name, case in cases.items():
        print(f"\n{name}" + (f": left out, {case['left_out']}" if "left_out" in case else ""))
        if "left_out" in case:
            continue
        told = (f"{key} {value:,}" for key, value in case["facts"].items() if value is not None)
        print("  " + "; ".join(told))
        print(f"  {'':46}{'clock':>12}{'processor':>12}{'wanted':>12}")
        for what, row in case["times"].items():
            print(f"  {what:46}{_ms(row['clock'])}{_ms(row['processor'])}{_ms(row['wanted'])}")
        for what, row in case["peaks"].items():
            wanted = "" if row["wanted"] is None else f"{row['wanted']:9.0f} MB"
            print(f"  {what:46}{row['mb']:9.0f} MB{'':12}{wanted}")


def _ms(value: float | None) -> str:
    if value is None:
        return " " * 12
    return f"{value / 1000:10.2f} s" if value >= 1000 else f"{value:9.1f} ms"


def _verdict(ratio: dict[str, Any]) -> str:
    least, most = ratio.get("at_least"), ratio.get("at_most")
    if least is not None:
        return f"at least {least} wanted" + (": missed" if ratio["value"] < least else "")
    if most is not None:
        return f"at most {most} wanted" + (": missed" if ratio["value"] > most else "")
    return ""


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((x.partition(":")[2].strip() for x in lines if x.startswith("model name")), "")


def main() -> None:
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1]).as_json()))
        return
    about = {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "machine": f"{platform.machine()}, {processor()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES},
        "note": "Shared machine: the load before each case is other work. Milliseconds, megabytes.",
    }
    cases: dict[str, dict[str, Any]] = {}
    # Those that are compared take turns, so that a slow minute of the machine is slow for both.
    for name in (name for name in CASES if name not in COMPARED):
        print(f"{name} …", file=sys.stderr, flush=True)
        cases[name] = run(name)
    turns: dict[str, list[dict[str, Any]]] = {name: [] for name in COMPARED}
    for turn in range(TURNS):
        for name, own in turns.items():
            print(f"{name}, turn {turn + 1} …", file=sys.stderr, flush=True)
            own.append(run(name))
    for name, own in turns.items():
        left_out = [each for each in own if "left_out" in each]
        cases[name] = left_out[0] if left_out else middle_of(own)
    between = compare(cases)
    print(f"{about['machine']}, Python {about['python']}, {about['date']}")
    print("load before the cases: " + ", ".join(f"{c.get('load', 0):.1f}" for c in cases.values()))
    show(cases, between)
    kept = _short({"about": about, "cases": cases, "dense": between})
    KEPT.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _short(value: Any) -> Any:
    """Return figures with three decimals: more are noise."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {key: _short(own) for key, own in value.items()}
    return value


if __name__ == "__main__":
    main()
