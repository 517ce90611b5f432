"""Server time and number of queries of the pages that must be quick, with the whole register.

    python3 dev.py bench pages

Measures on both databases in one run. SQLite is var/benchmark.sqlite3, made the first time;
PostgreSQL comes from tools/with_postgres.py and is made each time, unless MOSTY_TEST_DATABASE_URL
names a server that keeps it (making takes about three minutes). Both hold the official lists out of
the folder MOSTY_DATA (../shared/data unless said otherwise), filled up with made rows to 96,000,
needs and offers on two thousand of them, ten thousand people with a membership each, an association
of a thousand members, and the demonstration with its round of 30 by 30.

"typing" is the answer that a page of the register fetches while somebody types. Prints medians of
fifteen requests, the databases and all pages in turn: milliseconds on the clock and of the
processor. The latter other work on the machine does not lengthen, but it holds the database's own
work for SQLite alone. Ends with 1 when a page is slower than its row says (SQLite: the processor;
PostgreSQL: the clock) or asks more than 25 queries. Words after the name measure only the rows that
begin so: `python benchmarks/pages.py typing`.
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from _site.rows import ROWS

ROOT = Path(__file__).resolve().parent.parent
WORKER = str(ROOT / "benchmarks/_site/worker.py")
DATABASE = ROOT / "var/benchmark.sqlite3"
TURNS = int(os.environ.get("MOSTY_BENCH_TURNS", "15"))
MOST_QUERIES = 25


class Side:
    """One database with the process that measures on it."""

    def __init__(self, name: str, *command: str, **more: str) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [sys.executable, *command], env={**os.environ, **more}, cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self.about = self._answer()
        self.machine: list[float] = []
        self.clock: list[list[float]] = [[] for _page in self.about["pages"]]
        self.processor: list[list[float]] = [[] for _page in self.about["pages"]]

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        sys.exit(f"{self.name}: the measuring process ended with {self._process.wait()}")

    def turn(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("turn\n")
        self._process.stdin.flush()
        answer = self._answer()
        self.machine.append(answer["machine"])
        for place, (clock, processor) in enumerate(answer["took"]):
            self.clock[place].append(clock)
            self.processor[place].append(processor)

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def counts(self, place: int) -> float:
        """What a page is held to: other work on the machine must not fail it where it need not."""
        took = self.processor if self.about["vendor"] == "sqlite" else self.clock
        return statistics.median(took[place])

    def cells(self, place: int) -> str:
        clock, processor = (statistics.median(took[place]) for took in (self.clock, self.processor))
        return f"{clock:8.1f}{processor:8.1f}{self.about['pages'][place]['queries']:5}"


def report(sides: list[Side]) -> list[str]:
    """Print a line for each page and reader; give the names of those that are over."""
    for side in sides:
        about = side.about
        print(
            f"{side.name}: {about['organisations']:,} organisations, {about['memberships']:,}"
            f" memberships; the same work took the machine"
            f" {statistics.median(side.machine):.1f} ms in between"
            f" ({min(side.machine):.1f} to {max(side.machine):.1f})"
        )
    print(f"\n{'':39}" + "".join(f"{side.name:>21}" for side in sides))
    head = f"{'clock':>8}{'cpu':>8}{'asks':>5}"
    print(f"{'milliseconds':39}{head * len(sides)}{'size':>9}{'wanted':>8}")
    most = {row.name: row.most_ms for row in ROWS}
    over = []
    for place, page in enumerate(sides[0].about["pages"]):
        is_over = any(
            side.counts(place) > most[page["name"]]
            or side.about["pages"][place]["queries"] > MOST_QUERIES
            for side in sides
        )
        cells = "".join(side.cells(place) for side in sides)
        print(
            f"{page['name']:27}{page['who']:12}{cells}{page['size'] / 1000:6.0f} kB"
            f"{most[page['name']]:8.0f}{'  over' if is_over else ''}"
        )
        if is_over:
            over.append(f"{page['name']} ({page['who']})")
    return over


def main() -> int:
    os.environ["MOSTY_BENCH_ROWS"] = " ".join(sys.argv[1:])
    DATABASE.parent.mkdir(exist_ok=True)
    address = os.environ.get("DATABASE_URL", f"sqlite:///{DATABASE}")
    sides = [
        Side("SQLite", WORKER, DATABASE_URL=address),
        Side("PostgreSQL", "tools/with_postgres.py", sys.executable, WORKER),
    ]
    for _turn in range(TURNS):
        for side in sides:
            side.turn()
    for side in sides:
        side.end()
    over = report(sides)
    if over:
        print(f"\nOver what is wanted, or over {MOST_QUERIES} queries: {', '.join(over)}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
