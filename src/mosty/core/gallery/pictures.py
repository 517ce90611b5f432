"""The pictures of the gallery: real towns where they really lie, invented bridges between them."""

import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mosty.core.pictures.bars import (
    CriterionBar,
    Part,
    QuotaMeter,
    SideValue,
    bars_legend,
    contribution_bar,
    criterion_bar,
    quota_meter,
)
from mosty.core.pictures.maps import draw_map
from mosty.core.pictures.places import Bridge, BridgeState, MapPlace, Side
from mosty.core.pictures.views import MapView
from mosty.core.publication import Location, Precision

# Latin name, Ukrainian name, latitude, longitude (centres of hromadas and of LAU)
UKRAINE = (
    ("Zviahel", "Звягель", 50.592, 27.607),
    ("Trostianets", "Тростянець", 50.480, 34.965),
    ("Kovel", "Ковель", 51.212, 24.709),
    ("Chortkiv", "Чортків", 49.016, 25.793),
    ("Bucha", "Буча", 50.550, 30.211),
    ("Drohobych", "Дрогобич", 49.351, 23.506),
    ("Voznesensk", "Вознесенськ", 47.568, 31.334),
    ("Nikopol", "Нікополь", 47.569, 34.392),
)
UNION = (
    ("Zamość", "Замость", 50.720, 23.265),
    ("Litoměřice", "Літомержице", 50.541, 14.129),
    ("Kranj", "Крань", 46.242, 14.360),
    ("Angers", "Анже", 47.467, -0.550),
    ("Faenza", "Фаенца", 44.288, 11.882),
    ("Jelgava", "Єлгава", 56.652, 23.718),
    ("Eger", "Егер", 47.905, 20.375),
    ("Umeå", "Умео", 63.822, 20.284),
)
STATES = (
    BridgeState.APPROVED,
    BridgeState.APPROVED,
    BridgeState.AGREED,
    BridgeState.PROPOSED,
    BridgeState.AGREED,
    BridgeState.REPORTED,
    BridgeState.PROPOSED,
    BridgeState.PROPOSED,
)
SELECTED = 3  # Chortkiv and Angers

type Weighed = tuple[float, float]

# Code; value and maximum for the Ukrainian side; the same for the other side; known
CRITERIA: tuple[tuple[str, Weighed, Weighed, bool], ...] = (
    ("needs", (0.32, 0.35), (0.21, 0.3), True),
    ("offers", (0.1, 0.15), (0.15, 0.2), True),
    ("languages", (0.15, 0.15), (0.15, 0.15), True),
    ("size", (0.072, 0.1), (0.072, 0.1), True),
    ("distance", (0.039, 0.1), (0.039, 0.1), True),
    ("contact", (0.05, 0.1), (0.05, 0.1), False),
    ("profile", (0.03, 0.05), (0.03, 0.05), True),
)


def picture_samples() -> dict[str, Any]:
    """The context of gallery_pictures.html."""
    here = reverse("core:gallery")
    left, right = _places(UKRAINE, Side.UKRAINE), _places(UNION, Side.EU)
    bridges = [
        Bridge(left=a, right=b, state=state, url=f"{here}#bars", selected=index == SELECTED)
        for index, (a, b, state) in enumerate(zip(left, right, STATES, strict=True))
    ]
    hub = [
        Bridge(left=left[SELECTED], right=town, state=state)
        for town, state in zip(right, STATES, strict=True)
    ]
    alone = left[2]
    region = MapPlace(
        id="region",
        name=_("Kharkiv oblast"),
        side=Side.UKRAINE,
        location=Location(49.6, 36.5, Precision.REGION),
    )
    ends = (left[SELECTED], right[SELECTED])
    return {
        "map_all": draw_map(
            "map-all",
            _("Pairs on the map"),
            bridges=bridges,
            view=MapView.europe([*left, *right], picture_width=960),
        ),
        "map_hub": draw_map(
            "map-hub",
            _("Bridges of Chortkiv"),
            bridges=hub,
            view=MapView.for_places([left[SELECTED], *right]),
        ),
        "map_one": draw_map(
            "map-one", alone.name, places=[alone], view=MapView.for_places([alone])
        ),
        "map_region": draw_map(
            "map-region", region.name, places=[region], view=MapView.for_places([region])
        ),
        "pair_bars": [
            contribution_bar(_parts(end.side), label=end.name, side=end.side) for end in ends
        ],
        "criteria_legend": bars_legend(_parts(Side.UKRAINE)),
        "criteria_one": [
            criterion_bar(code, _name(code), values=[SideValue(*value)], known=known)
            for code, value, _other, known in CRITERIA[:3]
        ],
        "criteria_both": _criteria(),
        "meters": _meters(),
        "icons": _icons(),
    }


def _places(towns: Sequence[tuple[str, str, float, float]], side: Side) -> list[MapPlace]:
    ukrainian = (get_language() or "").startswith("uk")
    return [
        MapPlace(
            id=latin,
            name=local if ukrainian else latin,
            side=side,
            location=Location(lat, lon, Precision.MUNICIPALITY),
            note=latin if ukrainian else local,
        )
        for latin, local, lat, lon in towns
    ]


def _icons() -> list[str]:
    svg = (settings.BASE_DIR / "static/img/icons.svg").read_text(encoding="utf-8")
    return re.findall(r'<symbol id="([\w-]+)"', svg)


def _name(code: str) -> str:
    return {
        "needs": _("Needs met"),
        "offers": _("Own offers wanted"),
        "languages": _("Languages"),
        "size": _("Size"),
        "distance": _("Distance"),
        "contact": _("Earlier contact"),
        "profile": _("Profile"),
    }[code]


def _parts(side: Side) -> list[Part]:
    parts = []
    for code, left, right, known in CRITERIA:
        value, maximum = left if side == Side.UKRAINE else right
        parts.append(Part(code=code, name=_name(code), value=value, maximum=maximum, known=known))
    return parts


def _criteria() -> list[CriterionBar]:
    notes = {"needs": _("3 of 3 needs are on offer"), "languages": _("Common language: English")}
    return [
        criterion_bar(
            code,
            _name(code),
            values=[SideValue(*left, Side.UKRAINE), SideValue(*right, Side.EU)],
            note=notes.get(code, ""),
            known=known,
        )
        for code, left, right, known in CRITERIA
    ]


def _meters() -> list[QuotaMeter]:
    return [
        quota_meter(_("Latvia"), used=1, minimum=2, maximum=5),
        quota_meter(_("Poland"), used=3, minimum=2, maximum=5),
        quota_meter(_("France"), used=4, maximum=4),
        quota_meter(_("Germany"), used=6, maximum=4),
        quota_meter(_("Spain"), used=3, minimum=2),
    ]
