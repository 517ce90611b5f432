"""Small lists of territories for the tests, and short ways through their import."""

from datetime import date

from django.core.files.base import ContentFile

from mosty.core.access import SYSTEM, Actor
from mosty.places.domain.territory import add_status
from mosty.places.imports.commit import begin_writing, write_import
from mosty.places.imports.plan import Outcome
from mosty.places.imports.storing import begin_import, head_of, plan_import, rows_of
from mosty.places.imports.tables import Import
from mosty.places.imports.written import Written
from mosty.places.models import Organisation, TerritoryStatus

HEAD = "code,name,class,from,to,act"
CHUHUIV, KOROP = "UA63140110000017413", "UA74100190000091190"
ACT = "order 376"
ACTIVE = f"{CHUHUIV},Chuhuiv,active hostilities,2022-02-24,2022-05-01,{ACT}"
POSSIBLE = f"{KOROP},Korop,possible hostilities,2022-04-01,,{ACT}"


def status(
    body: Organisation,
    kind: str,
    since: str,
    until: str = "",
    *,
    by: Actor = SYSTEM,
    act: str = ACT,
) -> TerritoryStatus:
    """A row entered by hand; days in ISO."""
    last = date.fromisoformat(until) if until else None
    return add_status(body, by=by, kind=kind, since=date.fromisoformat(since), until=last, act=act)


def lines(*rows: str, head: str = HEAD) -> str:
    """A file with a header."""
    return "\n".join([head, *rows]) + "\n"


def keep(content: str | bytes, *, name: str = "list.csv", by: Actor = SYSTEM) -> Import:
    """An import with its plan in the database."""
    kept = content.encode() if isinstance(content, str) else content
    made = begin_import(ContentFile(kept, name=name), by=by, name=name, kind=Import.Kind.TERRITORY)
    plan_import(made, by=by, progress=lambda _step, _share: None)
    made.refresh_from_db()
    return made


def write(content: str | bytes, *, name: str = "list.csv", by: Actor = SYSTEM) -> Written:
    """Plan and write in one go."""
    return write_kept(keep(content, name=name, by=by), by=by)


def write_kept(import_: Import, *, by: Actor = SYSTEM) -> Written:
    """Write a plan that was kept."""
    begin_writing(import_, by=by)
    return write_import(import_, by=by)


def counts(import_: Import) -> dict[str, int]:
    """How many rows of each outcome there are, without zeros."""
    head = head_of(import_)
    assert head is not None
    return {key: count for key, count in head.counts.items() if count}


def faults(content: str | bytes) -> list[tuple[int, str, str]]:
    """(row, column, code of the problem) of everything that is refused or left out."""
    import_ = keep(content)
    return [
        (row.row, problem.field, problem.code)
        for outcome in (Outcome.REFUSED, Outcome.LEFT_OUT)
        for row in rows_of(import_, outcome, 1)
        for problem in row.problems
    ]


def said(content: str) -> list[str]:
    """The sentences of everything that is refused."""
    return [
        problem.text
        for row in rows_of(keep(content), Outcome.REFUSED, 1)
        for problem in row.problems
    ]


def stand() -> list[tuple[str, str, str, str, str]]:
    """All statuses: code, class, first day, last day, act."""
    rows = TerritoryStatus.objects.order_by("organisation__code", "since", "kind")
    return [
        (
            row.organisation.code,
            row.kind,
            row.since.isoformat(),
            row.until.isoformat() if row.until else "",
            row.act,
        )
        for row in rows.select_related("organisation")
    ]
