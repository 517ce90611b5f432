"""Rounds for the tests of matching: a few towns with needs and offers, or many plain ones."""

from dataclasses import dataclass, field
from typing import Any

from mosty.core.access import Actor
from mosty.core.search import sort_key
from mosty.core.texts import Text
from mosty.matching import domain, jobs
from mosty.matching.models import Policy, Round, Run
from mosty.places.models import Country, Kind, Need, Offer, Organisation, Theme
from mosty.programmes.models import Participant, Phase, Programme, Strand
from tests.people import Bodies, Cast, country

WEIGHTS = {
    "left": {"needs": 50, "languages": 20, "size": 15, "distance": 10, "contact": 5},
    "right": {"needs": 30, "offers": 30, "languages": 20, "size": 10, "distance": 5, "contact": 5},
}
RATIONALE = Text.of(en="Needs weigh most.", uk="Найбільше важать потреби.")


@dataclass
class Made:
    """A round in preparation with its towns by code."""

    round: Round
    phase: Phase
    policy: Policy
    officer: Actor
    second: Actor
    left: list[Organisation] = field(default_factory=list)
    right: list[Organisation] = field(default_factory=list)


def make_phase(slug: str = "phase-2") -> Phase:
    programme, _new = Programme.objects.get_or_create(
        slug="bridges", defaults={"name": Text.of(en="Bridges")}
    )
    strand, _new = Strand.objects.get_or_create(
        programme=programme, slug="cemr", defaults={"name": Text.of(en="CEMR")}
    )
    return Phase.objects.create(
        strand=strand, slug=slug, name=Text.of(en="Phase 2", uk="Фаза 2"),
        starts="2022-11-01", ends="2023-09-30",
    )  # fmt: skip


def make_plain_town(code: str, *, in_country: str, place: int = 0, **values: Any) -> Organisation:
    """A municipality with a name, a place and a population that depend on its number."""
    base = (49.0, 31.0) if in_country == "UA" else (56.5, 24.0)
    name = values.pop("label_en", f"Town {code}")
    return Organisation.objects.create(
        kind=Kind.MUNICIPALITY,
        scheme="katottg" if in_country == "UA" else "gisco",
        code=code,
        country=country(in_country),
        **{
            "label_en": name,
            "sort_en": sort_key(name),
            "sort_uk": sort_key(name),
            "lat": base[0] + place % 7 * 0.3,
            "lon": base[1] + place % 11 * 0.3,
            "population": 9_000 + 1_700 * (place * 7 % 13),
            "population_as_of": "2022",
            "languages": ["en"] if place % 3 else ["en", "de"],
            **values,
        },
    )


def wish(town: Organisation, *, needs: str = "", offers: str = "", **values: Any) -> None:
    """`needs="water:3 energy:1"`: themes with weights."""
    for model, words in ((Need, needs), (Offer, offers)):
        pairs = [word.split(":") for word in words.split()]
        model.objects.bulk_create(
            [
                model(organisation=town, theme_id=theme, weight=int(weight), **values)
                for theme, weight in pairs
            ],
            update_conflicts=True,
            unique_fields=["organisation", "theme"],
            update_fields=["weight", *values],
        )


def make_round(cast: Cast, bodies: Bodies) -> Made:
    """Chuhuiv, Korop and Lozova; Kuldīga, Gulbene and Talsi: three pairs are possible."""
    phase = make_phase()
    lozova = make_plain_town("UA63100030000055555", in_country="UA", label_en="Lozova", place=3)
    talsi = make_plain_town("LV_0880200", in_country="LV", label_en="Talsi", place=5)
    left = [bodies.chuhuiv, bodies.korop, lozova]
    right = [bodies.kuldiga, bodies.gulbene, talsi]
    for town in (bodies.chuhuiv, bodies.korop):
        town.languages = ["en", "pl"]
        town.save(update_fields=["languages"])
    for town in (bodies.kuldiga, bodies.gulbene):
        town.languages = ["en"]
        town.save(update_fields=["languages"])
    wish(bodies.chuhuiv, needs="water:3 energy:2", offers="culture:2")
    wish(bodies.korop, needs="youth:3 culture:1", offers="environment:2")
    wish(lozova, needs="energy:3", offers="health:1")
    wish(bodies.kuldiga, needs="culture:2 health:1", offers="water:3 energy:1")
    wish(bodies.gulbene, needs="environment:2", offers="youth:3 energy:2")
    wish(talsi, needs="health:2 culture:1", offers="energy:3 culture:1")
    for town in (*left, *right):
        is_left = town in left
        Participant.objects.create(
            phase=phase,
            organisation=town,
            association=bodies.ukrainian_association if is_left else bodies.latvian_association,
            least_partners=0,
            most_partners=1,
        )
    officer, second = cast.officer.actor, cast.second_officer.actor
    policy = domain.write_policy(
        phase.strand.programme, by=officer, weights=WEIGHTS, rationale=RATIONALE
    )
    made = domain.open_round(
        phase, by=officer, slug="round-1", name=Text.of(en="Round one", uk="Перший раунд")
    )
    domain.fill_participants(made, by=officer)
    return Made(made, phase, policy, officer, second, left, right)


def make_many(cast: Cast, bodies: Bodies, count: int) -> Made:
    """`count` plain towns on each side, with needs and offers that rotate through the themes."""
    phase = make_phase()
    themes = list(Theme.objects.values_list("slug", flat=True))
    sides: dict[str, list[Organisation]] = {"UA": [], "LV": []}
    for code, towns in sides.items():
        for number in range(count):
            town = make_plain_town(f"{code}{number:06d}", in_country=code, place=number)
            near = [themes[(number * 3 + step * (1 if code == "UA" else 5)) % len(themes)]
                    for step in range(4)]  # fmt: skip
            wish(town, needs=f"{near[0]}:3 {near[1]}:2", offers=f"{near[2]}:3 {near[3]}:1")
            towns.append(town)
    Participant.objects.bulk_create(
        Participant(phase=phase, organisation=town, association=association)
        for towns, association in (
            (sides["UA"], bodies.ukrainian_association),
            (sides["LV"], bodies.latvian_association),
        )
        for town in towns
    )
    officer = cast.officer.actor
    policy = domain.write_policy(
        phase.strand.programme, by=officer, weights=WEIGHTS, rationale=RATIONALE
    )
    made = domain.open_round(phase, by=officer, slug="round-1", name=Text.of(en="Round one"))
    domain.fill_participants(made, by=officer)
    return Made(made, phase, policy, officer, cast.second_officer.actor, sides["UA"], sides["LV"])


def run(made: Made, *, by: Actor | None = None) -> Run:
    """Start a run and let it end; the round is read anew."""
    started = jobs.start_run(made.round, by=by or made.officer)
    made.round.refresh_from_db()
    started.refresh_from_db()
    return started


def approve(made: Made) -> Run:
    """Run, and let the second officer approve."""
    finished = run(made)
    domain.approve_round(made.round, by=made.second)
    made.round.refresh_from_db()
    return finished


def stranger_country() -> Country:
    """A country on neither side."""
    return Country.objects.create(
        code="MD", name_en="Moldova", name_uk="Молдова", side="other", languages=["ro"],
        sort_en="moldova", sort_uk="молдова",
    )  # fmt: skip
