"""A day and a time as somebody types them, in a time zone that is said beside them."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mosty.calls.words import zone_name

# The zones of the countries that take part, and the one without summer time.
ZONES = ("Europe/Brussels", "Europe/Kyiv", "Europe/Lisbon", "UTC")
SHAPES = (
    "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M",
)  # fmt: skip
FIRST_YEAR, LAST_YEAR = 2000, 2100


def zone_choices(current: str = "") -> list[tuple[str, str]]:
    """The zones to choose from, with the one that stands already."""
    zones = ZONES if not current or current in ZONES else (*ZONES, current)
    return [(zone, zone_name(zone)) for zone in zones]


class MomentField(forms.Field):
    """Gives a time without a zone; `placed` puts it into one. Times with a zone are shown in
    `zone`, to the minute."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=SHAPES[0])
    default_error_messages = {
        "invalid": gettext_lazy("Write a day and a time, such as 2027-06-10 23:59."),
        "far": gettext_lazy("Look at the year again."),
    }
    zone = "UTC"

    def prepare_value(self, value: Any) -> Any:
        return local(value, self.zone) if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> datetime | None:
        text = str(value or "").strip()
        if not text:
            return None
        for shape in SHAPES:
            try:
                found = datetime.strptime(text, shape)  # noqa: DTZ007  # its zone comes later
            except ValueError:
                continue
            if not FIRST_YEAR <= found.year <= LAST_YEAR:
                raise forms.ValidationError(self.error_messages["far"], code="far")
            return found.replace(second=0)
        raise forms.ValidationError(self.error_messages["invalid"], code="invalid")


def local(moment: datetime, zone: str) -> str:
    """A moment as the box shows it."""
    there = moment.astimezone(ZoneInfo(zone)) if moment.tzinfo else moment
    return there.strftime(SHAPES[0])


def whole_minute(moment: datetime | None) -> datetime | None:
    """The moment as far as a form shows it."""
    return moment.astimezone(UTC).replace(second=0, microsecond=0) if moment else None


def placed(typed: datetime, zone: str) -> datetime:
    """The moment that was typed, in UTC. Raises `ValidationError` where the clocks of the zone
    are put forward over it, or back so that it comes twice."""
    there = ZoneInfo(zone)
    first, second = (typed.replace(tzinfo=there, fold=fold) for fold in (0, 1))
    moment = first.astimezone(UTC)
    if first.utcoffset() == second.utcoffset():
        return moment
    said = {
        "time": date_format(typed, "H:i"),
        "day": date_format(typed, "j E Y"),
        "zone": zone_name(zone),
    }
    if moment.astimezone(there).replace(tzinfo=None) != typed:
        raise forms.ValidationError(
            _("On %(day)s there is no %(time)s in %(zone)s: clocks are put forward. Choose a time "
              "before or after."), code="gap", params=said,
        )  # fmt: skip
    raise forms.ValidationError(
        _("On %(day)s %(time)s comes twice in %(zone)s: clocks are put back. Choose a time before "
          "or after, or the time zone UTC."), code="double", params=said,
    )  # fmt: skip
