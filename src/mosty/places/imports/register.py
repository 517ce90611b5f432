"""What the register knows already of the codes of a file, fetched a thousand codes at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from mosty.core.facts import Fact
from mosty.places.models import Name, Need, Offer, Organisation


@dataclass(slots=True)
class KnownFact:
    """A figure in the register; `by_person` when somebody entered it by hand."""

    value: str
    is_chosen: bool
    by_person: bool


@dataclass(slots=True)
class Known:
    """One body as it stands."""

    id: int
    kind: str
    scheme: str
    code: str
    code_year: str
    standing: str
    label: str
    search_key: str
    region: str
    legal_form: str
    lat: float | None
    lon: float | None
    profile: list[str]
    website: str
    languages: list[str]
    population: int | None
    # (text, language, use) -> key of the source, "" where a person entered it.
    names: dict[tuple[str, str, str], str] = field(default_factory=dict)
    # (kind, as of, key of the source) -> figure.
    facts: dict[tuple[str, str, str], KnownFact] = field(default_factory=dict)
    needs: dict[str, int] = field(default_factory=dict)
    offers: dict[str, int] = field(default_factory=dict)

    def shown(self, kind: str) -> tuple[str, KnownFact] | None:
        """Date and figure of the value that is shown for a kind."""
        for (known_kind, as_of, _source), fact in self.facts.items():
            if known_kind == kind and fact.is_chosen:
                return as_of, fact
        return None


_FIELDS = (
    "id", "kind", "scheme", "code", "code_year", "standing", "label_en", "search_key",
    "region__code", "legal_form", "lat", "lon", "profile", "website", "languages", "population",
)  # fmt: skip


def known_bodies(codes: Sequence[str]) -> dict[str, Known]:
    """The bodies that bear these codes, by code."""
    found: dict[str, Known] = {}
    for row in Organisation.objects.filter(code__in=codes).values_list(*_FIELDS):
        values = list(row)
        values[8] = values[8] or ""
        body = Known(*values)
        found[body.code] = body
    if found:
        _fill({body.id: body for body in found.values()})
    return found


def _fill(bodies: dict[int, Known]) -> None:
    ids = list(bodies)
    names = Name.objects.filter(organisation_id__in=ids).order_by("id")
    for owner, text, language, use, source in names.values_list(
        "organisation_id", "text", "language", "use", "source__key"
    ):
        bodies[owner].names[(text, language, use)] = source or ""
    facts = Fact.objects.filter(organisation_id__in=ids).order_by("id")
    for owner, kind, as_of, source, value, is_chosen, person in facts.values_list(
        "organisation_id", "kind", "as_of", "source__key", "value", "is_chosen", "entered_by_id"
    ):
        bodies[owner].facts[(kind, as_of, source)] = KnownFact(
            spelt(value), is_chosen, person is not None
        )
    for model in (Need, Offer):
        entries = model.objects.filter(organisation_id__in=ids)
        for owner, theme, weight in entries.values_list("organisation_id", "theme_id", "weight"):
            wishes = bodies[owner].needs if model is Need else bodies[owner].offers
            wishes[theme] = weight


def spelt(value: Decimal) -> str:
    """A figure of the register in the decimal spelling of a plan."""
    return f"{value.normalize():f}"


@dataclass(frozen=True, slots=True)
class Twin:
    """A body with the same name, near by, under another code."""

    code: str
    label: str
    region: str
    lat: float | None
    lon: float | None


def namesakes(country: str, sort_keys: Iterable[str]) -> dict[str, list[Twin]]:
    """The municipalities of a country that are called so, by the sort key of the name."""
    rows = Organisation.objects.filter(
        kind="municipality", country=country, sort_en__in=list(sort_keys)
    )
    found: dict[str, list[Twin]] = {}
    for key, code, label, region, lat, lon in rows.values_list(
        "sort_en", "code", "label_en", "region__code", "lat", "lon"
    ):
        found.setdefault(key, []).append(Twin(code, label, region or "", lat, lon))
    return found


def former_codes(codes: Sequence[str]) -> dict[str, str]:
    """Codes that bodies bore before -> the name of the body."""
    rows = Name.objects.filter(use=Name.Use.CODE, text__in=codes)
    return dict(rows.values_list("text", "organisation__label_en"))
