"""What a class of territory means, in words: its tone, what it means for a visit, why a place is
shown by its region only."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mosty.core.dates import say_date
from mosty.places.territory.tables import TerritoryClass, TerritoryStatus

Words = str | Promise

TONES = {
    TerritoryClass.POSSIBLE: "warn",
    TerritoryClass.ACTIVE_SERVICES: "bad",
    TerritoryClass.ACTIVE: "bad",
    TerritoryClass.OCCUPIED: "bad",
}
# What a class means for whoever plans a visit. Advice of the site, not a rule of law.
VISITS: dict[str, Words] = {
    TerritoryClass.POSSIBLE: gettext_lazy(
        "Hostilities are possible here. Agree on every visit with the municipality and its "
        "military administration, ask on the day before about shelters and roads, and have an "
        "online meeting ready in its place."
    ),
    TerritoryClass.ACTIVE_SERVICES: gettext_lazy(
        "Hostilities are going on here, though state electronic services work. Plan no visit: "
        "meet in another municipality, with the partner, or online."
    ),
    TerritoryClass.ACTIVE: gettext_lazy(
        "Hostilities are going on here. Plan no visit: meet in another municipality, with the "
        "partner, or online."
    ),
    TerritoryClass.OCCUPIED: gettext_lazy(
        "The territory is temporarily occupied: nobody travels there. Meet its authorities where "
        "they work now, or online, and publish no name of anybody who is still there."
    ),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A status as pages show it: a state with its tone, since when and by which act."""

    label: str
    tone: str
    since: str
    act: str

    @property
    def whole(self) -> str:
        """In one line: *Active hostilities since 24 February 2022, order 376*."""
        text = _("%(class)s since %(day)s") % {"class": self.label, "day": self.since}
        return f"{text}, {self.act}" if self.act else text


def say(status: TerritoryStatus) -> Said:
    """A row of the list in the reader's words."""
    kind = TerritoryClass(status.kind)
    return Said(str(kind.label), TONES[kind], say_date(status.since.isoformat()), status.act)


def visit(status: TerritoryStatus) -> str:
    """What it means for a visit."""
    return str(VISITS[status.kind])


def why_coarse(status: TerritoryStatus) -> str:
    """Why the place is not shown more exactly."""
    return _("The reason is the status of the territory: %(status)s.") % {
        "status": say(status).whole
    }
