"""A programme with open, inner and secretariat-only parts, for the tests of this app."""

from dataclasses import dataclass
from typing import Any

from mosty.core.access import SYSTEM
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.programmes import domain
from mosty.programmes.domain import Reading
from mosty.programmes.models import (
    Objective,
    Part,
    Participant,
    Partner,
    Phase,
    Programme,
    Strand,
    Target,
)
from tests.people import Bodies

PAGE = "https://example.org/phase-2"


@dataclass(frozen=True)
class ProgrammeWorld:
    """What `make_programme` made."""

    programme: Programme
    strand: Strand
    phase: Phase
    partner: Partner
    participant: Participant

    @property
    def path(self) -> dict[str, str]:
        return {
            "programme": self.programme.slug,
            "strand": self.strand.slug,
            "phase": self.phase.slug,
        }


def make_phase(strand: Strand, name: str = "Phase 2", **values: Any) -> Phase:
    """A phase of 1 November 2022 to 30 September 2023."""
    given: dict[str, Any] = {"starts": "2022-11-01", "ends": "2023-09-30"} | values
    return domain.add_phase(strand, name=Text.of(en=name), by=SYSTEM, **given)


def make_programme(bodies: Bodies, *, level: Level = Level.PUBLIC) -> ProgrammeWorld:
    """Bridges of Trust › CEMR › phase 2, carried by CEMR, in which Chuhuiv takes part."""
    programme = domain.create_programme(
        name=Text.of(en="Bridges of Trust", uk="Мости довіри"), level=level, by=SYSTEM
    )
    strand = domain.add_strand(programme, name=Text.of(en="CEMR strand"), by=SYSTEM)
    phase = make_phase(strand)
    reading = Reading(url=PAGE, title="Rebuilding Ukraine", as_of="2023")
    domain.set_rows(
        phase, Objective, [{"text": Text.of(en="Rebuild together"), "reading": reading}], by=SYSTEM
    )
    domain.set_rows(
        phase,
        Target,
        [{"text": Text.of(en="new partnerships"), "value": 30, "reading": reading}],
        by=SYSTEM,
    )
    partner = domain.add_partner(
        phase, bodies.secretariat, part=Part.LEAD, reading=reading, by=SYSTEM
    )
    (participant,) = domain.add_participants(
        phase, [bodies.chuhuiv], association=bodies.ukrainian_association, by=SYSTEM
    )
    return ProgrammeWorld(programme, strand, phase, partner, participant)
