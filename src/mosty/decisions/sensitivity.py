"""Whose word tips the scale: what would change if one reviewer were left out.

By the order of the means alone, as many at the top as are accepted; quotas are left aside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mosty.decisions.scores import Result, results


@dataclass(frozen=True, slots=True)
class Without:
    """A reviewer, who would come in without them and who would fall out."""

    reviewer: int
    gained: tuple[int, ...]
    lost: tuple[int, ...]


def top(found: Mapping[int, Result], number: int) -> list[int]:
    """The first ones by mean; equals by their number, so that nothing flutters."""
    order = sorted(found, key=lambda pk: (-(found[pk].mean or 0.0), pk))
    return order[:number]


def leave_one_out(reviews: Sequence[tuple[int, int, float]], number: int) -> list[Without]:
    """Every reviewer whose absence would change the first `number`, most changes first."""
    everybody = set(top(results(reviews), number))
    found = []
    for reviewer in sorted({row[1] for row in reviews}):
        others = set(top(results(reviews, without=reviewer), number))
        if others != everybody:
            gained, lost = sorted(others - everybody), sorted(everybody - others)
            found.append(Without(reviewer, tuple(gained), tuple(lost)))
    return sorted(found, key=lambda one: (-len(one.gained) - len(one.lost), one.reviewer))
