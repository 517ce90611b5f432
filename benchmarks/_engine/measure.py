"""Clock, processor and memory of what is measured; figures as they are kept in the JSON."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Times:
    """Medians in milliseconds: on the clock, and of the processor (all threads)."""

    clock: float
    processor: float


@dataclass
class Report:
    """What one process measured: times in ms, memory in MB, ratios, and facts about the input."""

    times: dict[str, dict[str, Any]] = field(default_factory=dict)
    ratios: dict[str, dict[str, Any]] = field(default_factory=dict)
    peaks: dict[str, dict[str, Any]] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    def time(self, name: str, times: Times, wanted_ms: float | None = None) -> None:
        self.times[name] = asdict(times) | {"wanted": wanted_ms}

    def peak(self, name: str, megabytes: float, wanted_mb: float | None = None) -> None:
        self.peaks[name] = {"mb": megabytes, "wanted": wanted_mb}

    def at_least(self, name: str, value: float, wanted: float | None = None) -> None:
        self.ratios[name] = {"value": value, "at_least": wanted}

    def at_most(self, name: str, value: float, wanted: float | None = None) -> None:
        self.ratios[name] = {"value": value, "at_most": wanted}

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def timed[T](run: Callable[[], T]) -> tuple[T, Times]:
    """Run once; gives the answer and what it took."""
    clock, processor = time.perf_counter(), time.process_time()
    answer = run()
    took = Times((time.perf_counter() - clock) * 1e3, (time.process_time() - processor) * 1e3)
    return answer, took


def median(runs: int, run: Callable[[], object]) -> Times:
    """Return the medians of some runs."""
    return middle([timed(run)[1] for _ in range(runs)])


def middle(times: list[Times]) -> Times:
    return Times(
        statistics.median(one.clock for one in times),
        statistics.median(one.processor for one in times),
    )


def alternately(runs: int, *tasks: Callable[[], object]) -> list[Times]:
    """Return the medians of tasks that take turns, so that a slow minute is slow for all."""
    took: list[list[Times]] = [[] for _ in tasks]
    for _ in range(runs):
        for own, task in zip(took, tasks, strict=True):
            own.append(timed(task)[1])
    return [middle(own) for own in took]


def peak_mb() -> float:
    """Return the most memory that this process has held so far. Linux only."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
