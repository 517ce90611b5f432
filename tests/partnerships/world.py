"""Partnerships between the bodies of the cast."""

from typing import Any

from mosty.core.access import SYSTEM
from mosty.core.facts import find_source
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.partnerships import domain
from mosty.partnerships.models import Partnership, ProgrammeTag, Report
from mosty.places.models import Kind, Organisation, Theme
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


def make_towns(count: int) -> list[Organisation]:
    """Many towns of Latvia at once, as an import would leave them; the country must stand."""
    return Organisation.objects.bulk_create(
        Organisation(
            kind=Kind.MUNICIPALITY,
            scheme="gisco",
            code=f"LV_{number:07}",
            country_id="LV",
            label_en=f"Town {number}",
            search_key=f" town {number}",
            sort_en=f"town {number:07}",
            sort_uk=f"town {number:07}",
            lat=55.0 + number % 9 / 4,
            lon=21.0 + number % 70 / 10,
            population=number,
        )
        for number in range(count)
    )


def make_many(hub: Organisation, count: int) -> None:
    """Many reported partnerships of one town, each with a theme and a source."""
    towns = make_towns(count)
    source, theme = find_source(PAGE), Theme.objects.get(pk="culture")
    made = Partnership.objects.bulk_create(
        Partnership(members_key=f"{hub.pk}-{town.pk}", since=str(1990 + number % 30))
        for number, town in enumerate(towns)
    )
    member = Partnership.members.through
    member.objects.bulk_create(member(partnership=row, organisation=hub) for row in made)
    member.objects.bulk_create(
        member(partnership=row, organisation=town) for row, town in zip(made, towns, strict=True)
    )
    Partnership.themes.through.objects.bulk_create(
        Partnership.themes.through(partnership=row, theme=theme) for row in made
    )
    Report.objects.bulk_create(
        Report(partnership=row, source=source, since=row.since) for row in made
    )
