"""Units that are no municipalities by themselves, put together: Ireland and Cyprus.

Ireland's 166 electoral areas make 26 counties: the first four figures of the code, which go through
the counties in the order of their English names, Dublin last. (Councils there are 31: those of
Dublin, and the cities of Cork and Galway, cannot be told apart by the code.) The 615 communities of
Cyprus make six districts: the first figure. Population and area are summed, the centre is the mean
of the members weighted by their people.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mosty.places.models import Name

GROUP_COLUMNS = frozenset("group_id iso2 group_code name population lat lon".split())
_DIGITS = {"IE": 4, "CY": 1}
_COUNTIES = (
    ("Carlow", "Ceatharlach"), ("Cavan", "An Cabhán"), ("Clare", "An Clár"), ("Cork", "Corcaigh"),
    ("Donegal", "Dún na nGall"), ("Galway", "Gaillimh"), ("Kerry", "Ciarraí"),
    ("Kildare", "Cill Dara"), ("Kilkenny", "Cill Chainnigh"), ("Laois", "Laois"),
    ("Leitrim", "Liatroim"), ("Limerick", "Luimneach"), ("Longford", "An Longfort"),
    ("Louth", "Lú"), ("Mayo", "Maigh Eo"), ("Meath", "An Mhí"), ("Monaghan", "Muineachán"),
    ("Offaly", "Uíbh Fhailí"), ("Roscommon", "Ros Comáin"), ("Sligo", "Sligeach"),
    ("Tipperary", "Tiobraid Árann"), ("Waterford", "Port Láirge"), ("Westmeath", "An Iarmhí"),
    ("Wexford", "Loch Garman"), ("Wicklow", "Cill Mhantáin"), ("Dublin", "Baile Átha Cliath"),
)  # fmt: skip
_COUNTY_CODES = [*(f"013{figure}" for figure in range(1, 10)), *map(str, range(1310, 1327))]
# District -> Greek (in the genitive), official Latin, English.
_DISTRICTS = {
    "1": ("Λευκωσίας", "Lefkosia", "Nicosia"),
    "2": ("Κερύνειας", "Keryneia", "Kyrenia"),
    "3": ("Αμμοχώστου", "Ammochostos", "Famagusta"),
    "4": ("Λάρνακας", "Larnaka", "Larnaca"),
    "5": ("Λεμεσού", "Lemesos", "Limassol"),
    "6": ("Πάφου", "Pafos", "Paphos"),
}
Names = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A member of a group; `area` in decimal spelling, "0" where nobody knows it."""

    row: int
    lau_code: str
    population: int
    area: str
    lat: float | None
    lon: float | None
    region: str


@dataclass(frozen=True, slots=True)
class Grouped:
    """A group; `names` are (text, language, use), `row` is that of its first member."""

    row: int
    country: str
    code: str
    names: Names
    population: int
    area: str
    lat: float | None
    lon: float | None
    region: str
    members: int


def groups_of(country: str, parts: Sequence[Part]) -> Iterator[Grouped]:
    """The groups of one country in the order of their codes."""
    digits = _DIGITS[country]
    members: dict[str, list[Part]] = {}
    for part in parts:
        members.setdefault(part.lau_code[:digits], []).append(part)
    for key in sorted(members):
        yield _group(country, key, members[key])


def _group(country: str, key: str, members: list[Part]) -> Grouped:
    placed = [part for part in members if part.lat is not None and part.lon is not None]
    # Where nobody is counted (villages without inhabitants) every member weighs the same.
    weights = [part.population for part in placed]
    if not sum(weights):
        weights = [1] * len(placed)
    total = sum(weights)
    people: Counter[str] = Counter()
    for part in members:
        people[part.region] += part.population
    return Grouped(
        row=members[0].row,
        country=country,
        code=f"{country}_G{key}",
        names=_names(country, key),
        population=sum(part.population for part in members),
        area=_sum([part.area for part in members]),
        lat=_mean([part.lat or 0.0 for part in placed], weights, total),
        lon=_mean([part.lon or 0.0 for part in placed], weights, total),
        region=people.most_common(1)[0][0],
        members=len(members),
    )


def _mean(degrees: list[float], weights: list[int], total: int) -> float | None:
    if not total:
        return None
    return round(sum(d * w for d, w in zip(degrees, weights, strict=True)) / total, 5)


def _sum(areas: list[str]) -> str:
    total = sum((Decimal(area) for area in areas), Decimal(0))
    return f"{total.normalize():f}" if total else ""


def _names(country: str, key: str) -> Names:
    use = Name.Use
    if country == "IE" and key in _COUNTY_CODES:
        english, irish = _COUNTIES[_COUNTY_CODES.index(key)]
        names = ((f"County {english}", "en", use.SHORT.value),)
        return names if english == irish else (*names, (irish, "ga", use.SHORT.value))
    if country == "CY" and key in _DISTRICTS:
        greek, latin, english = _DISTRICTS[key]
        return (
            (f"Επαρχία {greek}", "el", use.SHORT.value),
            (f"{english} district", "en", use.EXONYM.value),
            (latin, "en", use.TRANSLITERATION.value),
        )
    return ((f"{country} {key}", "en", use.SHORT.value),)
