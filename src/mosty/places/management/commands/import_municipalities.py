"""`manage.py import_municipalities FILE`: the import of the pages, for files of any size.

Prints what was found in the file and the whole plan in short, asks, and writes exactly that. Ends
with 2 when the file cannot be taken or the register has moved, with 1 when it is not written.
"""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from mosty.core.access import SYSTEM
from mosty.places.imports.commit import begin_writing, finish_writing
from mosty.places.imports.layouts import KNOWN_COLUMNS, Files, is_header
from mosty.places.imports.layouts.lau import REMARKS
from mosty.places.imports.plan import Head, Outcome, Plan, PlannedRow
from mosty.places.imports.planning import make_plan
from mosty.places.imports.problems import Unreadable
from mosty.places.imports.reading import Table, open_table
from mosty.places.imports.storing import begin_import, store_plan
from mosty.places.imports.workbooks import Sheet, open_any
from mosty.places.models import Import

BROKEN = 2
MOST_SHOWN = 20
SHOWN = tuple(outcome for outcome in Outcome if outcome is not Outcome.LEFT_OUT)


class Command(BaseCommand):
    help = (
        "Import municipalities: the codifier or Eurostat's LAU as published (XLSX), hromadas.csv, "
        "lau.csv, or a file in Mosty's own layout."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--groups", type=Path, help="groups_pt_gr.csv, beside lau.csv")
        parser.add_argument("--nuts", type=Path, help="nuts_regions.csv, for names of regions")
        parser.add_argument("--dry-run", action="store_true", help="show the plan, write nothing")
        parser.add_argument("--yes", action="store_true", help="write without asking")
        parser.add_argument(
            "--with-doubtful", action="store_true", help="write the doubtful rows too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        paths: dict[str, Path] = {
            name: options[name] for name in ("file", "groups", "nuts") if options[name]
        }
        for path in paths.values():
            if not path.is_file():
                raise CommandError(f"{path}: there is no such file.", returncode=BROKEN)
        plan = self._plan(paths)
        self._show(plan)
        self.stdout.write(f"Planned in {time.monotonic() - started:.1f} s.")
        self._refuse_broken(plan)
        doubtful = options["with_doubtful"]
        to_write = sum(plan.head.count(outcome) for outcome in (Outcome.CREATE, Outcome.CHANGE)) + (
            plan.head.count(Outcome.DOUBTFUL) if doubtful else 0
        )
        if options["dry_run"]:
            return
        if not to_write and not plan.head.regions:
            self.stdout.write("Nothing to write.")
            return
        if not options["yes"] and not self._agrees(to_write):
            raise CommandError("Nothing was written.", returncode=1)
        self._write(paths, plan, with_doubtful=doubtful)
        self.stdout.write(f"Done in {time.monotonic() - started:.1f} s.")

    def _plan(self, paths: dict[str, Path]) -> Plan:
        said = {"share": -1}

        def progress(step: str, share: float) -> None:
            tenth = int(share * 10)
            if tenth != said["share"]:
                said["share"] = tenth
                self.stdout.write(f"  {step} {tenth * 10} %")
                self.stdout.flush()

        try:
            main = _table(paths["file"])
            separator = f"separator {main.separator_name}, " if main.separator_name else ""
            self.stdout.write(
                f"{main.name}: {main.size:,} bytes, encoding {main.encoding_name}, "
                f"{separator}SHA-256 {main.sha256}"
            )
            files = Files(main, _beside(paths.get("groups")), _beside(paths.get("nuts")))
            return make_plan(files, progress=progress)
        except Unreadable as error:
            where = f"row {error.row}: " if error.row else ""
            raise CommandError(f"{where}{error}", returncode=BROKEN) from error

    def _show(self, plan: Plan) -> None:
        head = plan.head
        self.stdout.write(f"Layout: {head.layout}. Plan {plan.sha256}.")
        for notice in head.notices:
            self.stdout.write(self.style.WARNING(f"{notice.text} {notice.remedy}"))
        self._show_countries(head)
        regions = sum(not one.before for one in head.regions)
        named = len(head.regions) - regions
        self.stdout.write(f"Regions: {regions} to create, {named} to name.")
        counts = ", ".join(f"{head.count(outcome):,} {outcome}" for outcome in SHOWN)
        self.stdout.write(f"Municipalities: {counts}.")
        for row in _first(plan, Outcome.DOUBTFUL):
            for problem in row.problems:
                self.stdout.write(self.style.WARNING(f"  {_place(row)}: {problem.text}"))

    def _show_countries(self, head: Head) -> None:
        if len(head.countries) < 2 and not any(one.expected for one in head.countries):
            return
        self.stdout.write(f"{'':2} {'rows':>7} {'units':>7} {'expected':>8}")
        for one in head.countries:
            expected = f"{one.expected:,}" if one.expected else "-"
            mark = "" if one.is_complete else "  differs!"
            remark = f"  {REMARKS[one.country]}" if _has_remark(head, one.country) else ""
            self.stdout.write(
                f"{one.country:2} {one.rows:7,} {one.units:7,} {expected:>8}{mark}{remark}"
            )
        rows = sum(one.rows for one in head.countries)
        units = sum(one.units for one in head.countries)
        complete = sum(one.expected for one in head.countries)
        self.stdout.write(f"{'':2} {rows:7,} {units:7,} {complete:8,}")

    def _refuse_broken(self, plan: Plan) -> None:
        broken = plan.head.count(Outcome.REFUSED)
        if not broken:
            return
        for row in _first(plan, Outcome.REFUSED):
            for problem in row.problems:
                self.stderr.write(f"{_place(row)}: {problem}")
        if broken > MOST_SHOWN:
            self.stderr.write(f"… and {broken - MOST_SHOWN:,} more rows.")
        raise CommandError(
            f"{broken:,} rows cannot be taken, so nothing was written. Mend them and try again.",
            returncode=BROKEN,
        )

    def _agrees(self, to_write: int) -> bool:
        if not sys.stdin.isatty():
            raise CommandError("Say --yes to write, or --dry-run to look only.", returncode=1)
        return input(f"Write {to_write:,} municipalities? [yes/no] ").strip().lower() == "yes"

    def _write(self, paths: dict[str, Path], plan: Plan, *, with_doubtful: bool) -> None:
        self.stdout.write("Writing …")
        self.stdout.flush()
        import_ = _keep(paths)
        store_plan(import_, plan, by=SYSTEM)
        begin_writing(import_, by=SYSTEM, with_doubtful=with_doubtful)
        if not finish_writing(import_, by=SYSTEM):
            import_.refresh_from_db()
            for row, code, what in import_.result["moved"]:
                self.stderr.write(f"row {row} {code}: {what} has changed in the register")
            raise CommandError(
                "The register changed since the plan was made: nothing was written. Run it again.",
                returncode=BROKEN,
            )
        result = import_.result
        self.stdout.write(
            self.style.SUCCESS(
                f"{result['created']:,} created, {result['changed']:,} changed, "
                f"{result['same']:,} the same, {result['regions']:,} regions written."
            )
        )


def _table(path: Path) -> Table | Sheet:
    return open_any(_opener(path), name=path.name, known_columns=KNOWN_COLUMNS, is_header=is_header)


def _beside(path: Path | None) -> Table | None:
    if path is None:
        return None
    return open_table(_opener(path), name=path.name, known_columns=KNOWN_COLUMNS)


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    def open_file() -> IO[bytes]:
        return path.open("rb")

    return open_file


def _keep(paths: dict[str, Path]) -> Import:
    handles = {name: File(path.open("rb"), name=path.name) for name, path in paths.items()}
    try:
        return begin_import(
            handles["file"],
            by=SYSTEM,
            name=paths["file"].name,
            groups=handles.get("groups"),
            nuts=handles.get("nuts"),
        )
    finally:
        for handle in handles.values():
            handle.close()


def _has_remark(head: Head, country: str) -> bool:
    return head.layout == "lau" and country in REMARKS


def _first(plan: Plan, outcome: Outcome) -> list[PlannedRow]:
    found = []
    for row in plan.rows(outcome):
        found.append(row)
        if len(found) == MOST_SHOWN:
            break
    return found


def _place(row: PlannedRow) -> str:
    file = "second file, " if row.is_group else ""
    return f"{file}row {row.row} {row.code} {row.label}".rstrip()
