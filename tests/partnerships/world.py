"""Partnerships between the bodies of the cast."""

from typing import Any

from mosty.core.access import SYSTEM
from mosty.core.facts import find_source
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.partnerships import domain
from mosty.partnerships.models import Partnership, ProgrammeTag
from mosty.places.models import Organisation
from tests.people import Bodies

PAGE = "https://www.example.org/chuhuiv-kuldiga"


def report(*members: Organisation, url: str = PAGE, **values: Any) -> Partnership:
    """A partnership as a source reports it."""
    return domain.report_partnership(members, source=find_source(url), by=SYSTEM, **values)


def make_partnerships(bodies: Bodies) -> tuple[Partnership, Partnership]:
    """Chuhuiv and Kuldīga for everybody; Korop and Gulbene inside the programme."""
    tag = ProgrammeTag.objects.create(slug="cities4cities", name=Text.of(en="Cities4Cities"))
    public = report(
        bodies.chuhuiv,
        bodies.kuldiga,
        about=Text.of(en="culture and tourism", uk="культура й туризм"),
        since="2022-06",
        since_means="signature",
        stage="agreement",
        read_on="2026-11",
        tags=[tag],
    )
    inner = report(
        bodies.korop, bodies.gulbene, since="2023-07-26", level=Level.PROGRAMME,
        level_reason="the town asked for it",
    )  # fmt: skip
    return public, inner
