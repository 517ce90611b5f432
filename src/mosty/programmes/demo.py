"""Reads demo/programme.json and the participants of the municipality files; a second run changes
nothing. Facts carry their source; what is inferred or illustrative is marked so."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mosty.core.access import Actor
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.places.models import Organisation
from mosty.places.queries.codes import by_code
from mosty.programmes import domain
from mosty.programmes.domain import Aim, Reading
from mosty.programmes.models import (
    Basis,
    Count,
    Milestone,
    Objective,
    OtherDate,
    Part,
    Participant,
    Partner,
    Phase,
    Programme,
    Strand,
    Target,
)

# The phase whose round the demo runs, and how the municipality files call it.
PHASE, TOOK_PART = "phase-2", "bot-phase-2"
TOWNS = ("municipalities_ua.csv", "municipalities_eu.csv")


def load(folder: Path, *, by: Actor) -> dict[str, int]:
    """How many strands, phases, partners and participants are new.

    The organisations must stand already; one that a file names and the site does not know raises
    `Organisation.DoesNotExist`.
    """
    content = json.loads((folder / "programme.json").read_text(encoding="utf-8"))
    towns = list(_towns(folder))
    bodies = _bodies(content, towns)
    programme = _programme(content["programme"], by=by)
    made = {"strands": 0, "phases": 0, "partners": 0, "participants": 0}
    for order, given in enumerate(content["strands"]):
        strand, is_new = _strand(programme, given, order=order, by=by)
        made["strands"] += is_new
        for row in given["phases"]:
            phase, is_new = _phase(strand, row, by=by)
            made["phases"] += is_new
            _aims(phase, row, by=by)
            made["partners"] += _partners(phase, row["partners"], bodies, by=by)
            if phase.slug == PHASE:
                made["participants"] += _participants(phase, towns, bodies, by=by)
    return made


def _programme(given: dict[str, Any], *, by: Actor) -> Programme:
    values = _texts(given) | {"website": given["website"]}
    known = Programme.objects.filter(slug=given["slug"]).first()
    if known is None:
        return domain.create_programme(slug=given["slug"], reading=_reading(given), by=by, **values)
    domain.edit_programme(known, reading=_reading(given), by=by, **values)
    return known


def _strand(
    programme: Programme, given: dict[str, Any], *, order: int, by: Actor
) -> tuple[Strand, bool]:
    values = _texts(given) | {"order": order, "reading": _reading(given)}
    known = programme.strands.filter(slug=given["slug"]).first()
    if known is None:
        return domain.add_strand(programme, slug=given["slug"], by=by, **values), True
    domain.edit_strand(known, by=by, **values)
    return known, False


def _phase(strand: Strand, given: dict[str, Any], *, by: Actor) -> tuple[Phase, bool]:
    chosen = {row["kind"]: row for row in given["dates"] if row["chosen"]}
    values = _texts(given) | {
        "starts": chosen["start"]["date"],
        "ends": chosen["end"]["date"] if "end" in chosen else "",
        "reading": _reading(chosen["start"]),
    }
    known = strand.phases.filter(slug=given["slug"]).first()
    if known is None:
        return domain.add_phase(strand, slug=given["slug"], by=by, **values), True
    domain.edit_phase(known, by=by, **values)
    return known, False


def _aims(phase: Phase, given: dict[str, Any], *, by: Actor) -> None:
    lists: list[tuple[type[Aim], list[dict[str, Any]], tuple[str, ...]]] = [
        (Objective, given["objectives"], ()),
        (Target, given["targets"], ("value",)),
        (Count, given["reported"], ("value",)),
        (Milestone, given["milestones"], ()),
    ]
    for model, rows, names in lists:
        wanted = [
            {"text": Text.of(**row["text"]), "reading": _reading(row)}
            | {name: row[name] for name in names}
            | ({"on": row["date"]} if "date" in row else {})
            for row in rows
        ]
        _replace(phase, model, wanted, by=by)
    others = [
        {"kind": row["kind"], "on": row["date"], "reading": _reading(row)}
        for row in given["dates"]
        if not row["chosen"]
    ]
    _replace(phase, OtherDate, others, by=by)


def _replace(phase: Phase, model: type[Aim], rows: list[dict[str, Any]], *, by: Actor) -> None:
    gone = set(model.objects.filter(phase=phase).values_list("pk", flat=True))
    domain.set_rows(phase, model, rows, by=by, gone=gone)


def _partners(
    phase: Phase, rows: list[dict[str, Any]], bodies: dict[str, Organisation], *, by: Actor
) -> int:
    before = phase.partners.count()
    for row in rows:
        values = {
            "text": Text.of(**row["text"]),
            "is_inferred": row["basis"] == "inferred",
            "reading": _reading(row),
        }
        partner: Partner = domain.add_partner(
            phase, _body(bodies, row["organisation"]), part=Part(row["part"]), by=by, **values
        )
        domain.edit_partner(partner, by=by, **values)
    return phase.partners.count() - before


def _participants(
    phase: Phase, towns: list[dict[str, str]], bodies: dict[str, Organisation], *, by: Actor
) -> int:
    before = phase.participants.count()
    for row in towns:
        values: dict[str, Any] = {
            "association": _body(bodies, row["association"]) if row["association"] else None,
            "association_basis": Basis(row["association_basis"] or Basis.STATED),
            "level": Level.PUBLIC,
            "is_illustrative": TOOK_PART not in row["took_part"].split(" | "),
            "reading": Reading(url=row["source"], as_of=row["source_year"]),
        }
        town = _body(bodies, row["code"])
        if not domain.add_participants(phase, [town], by=by, **values):
            known = Participant.objects.get(phase=phase, organisation=town)
            domain.edit_participant(known, by=by, **values)
    return phase.participants.count() - before


def _towns(folder: Path) -> Iterator[dict[str, str]]:
    for name in TOWNS:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            yield from (row for row in csv.DictReader(file) if row["participant"] == "1")


def _bodies(content: dict[str, Any], towns: list[dict[str, str]]) -> dict[str, Organisation]:
    """Those that the files name, by code: the register may hold a hundred thousand others."""
    codes = {row["code"] for row in towns} | {row["association"] for row in towns}
    for strand in content["strands"]:
        for phase in strand["phases"]:
            codes |= {row["organisation"] for row in phase["partners"]}
    return by_code(codes)


def _body(bodies: dict[str, Organisation], code: str) -> Organisation:
    if code not in bodies:
        raise Organisation.DoesNotExist(f"{code} stands in the demo files, but not in the register")
    return bodies[code]


def _texts(given: dict[str, Any]) -> dict[str, Any]:
    return {"name": Text.of(**given["name"]), "about": Text.of(**given["summary"])}


def _reading(given: dict[str, Any]) -> Reading:
    return Reading(url=given.get("source") or "", as_of=str(given.get("source_year") or ""))
