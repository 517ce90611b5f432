"""Needs met by offers: how much of what a town needs its partner offers, theme by theme.

For each theme the smaller of need and offer counts; the sum is divided by all needs of the town.
Both directions: the left view looks at left needs and right offers, the right view the other way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from citymatch.criteria.rating import PRIOR, Context, Criterion, Grid, Mask, Rating, divide
from citymatch.model import MICRO, Reason, Town


def rate(left: Sequence[Town], right: Sequence[Town], context: Context) -> Rating:
    themes = sorted({theme for town in (*left, *right) for theme in (*town.needs, *town.offers)})
    left_needs, left_offers = _table(left, "needs", themes), _table(left, "offers", themes)
    right_needs, right_offers = _table(right, "needs", themes), _table(right, "offers", themes)
    to_left, left_unknown = _coverage(left_needs, right_offers)
    to_right, right_unknown = _coverage(right_needs, left_offers)
    return Rating(to_left, to_right.T, left_unknown, right_unknown.T)


def facts(left: Town, right: Town, context: Context) -> Reason:
    return Reason(
        "needs_met",
        {
            "left_themes": _met(left.needs, right.offers),
            "right_themes": _met(right.needs, left.offers),
        },
    )


def _table(towns: Sequence[Town], kind: str, themes: Sequence[str]) -> Grid:
    """Return weights in millionths, towns × themes."""
    place = {theme: column for column, theme in enumerate(themes)}
    table = np.zeros((len(towns), len(themes)), dtype=np.int64)
    for row, town in enumerate(towns):
        weights: Mapping[str, float] = getattr(town, kind)
        for theme, weight in weights.items():
            table[row, place[theme]] = round(weight * MICRO)
    return table


def _coverage(needs: Grid, offers: Grid) -> tuple[Grid, Mask]:
    """Return how much of each row's needs each column offers, and where that is unknown."""
    met = np.zeros((len(needs), len(offers)), dtype=np.int64)
    for theme in range(needs.shape[1]):
        met += np.minimum(needs[:, theme, None], offers[None, :, theme])
    total = needs.sum(axis=1)[:, None]
    unknown = (total == 0) | (offers.sum(axis=1)[None, :] == 0)
    values = divide(met * MICRO, np.maximum(total, 1))
    return np.where(unknown, PRIOR, values), unknown


def _met(needs: Mapping[str, float], offers: Mapping[str, float]) -> list[str]:
    """Return the themes of which something is met, the weightiest first."""
    met = {theme: min(weight, offers.get(theme, 0.0)) for theme, weight in needs.items()}
    return sorted((theme for theme in met if met[theme] > 0), key=lambda t: (-met[t], t))


NEEDS = Criterion("needs", rate, facts)
