"""Wishes: few, between the two sides, and one thing of a town."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from citymatch.checks.check import Check
from citymatch.model import PairKey, Problem, Wish

MOST_WISHES = 5
"""So many wishes of a town are read (policy: docs/strategy.md)."""

MOST_REFUSALS = 3
"""So many towns may be refused by one town."""


class WishCheck(Check):
    """Checks of wishes."""

    def wishes(self) -> Iterator[Problem]:
        """Wishes are few, between the two sides, and say one thing of a town."""
        seen: set[PairKey] = set()
        wished: Counter[str] = Counter()
        refused: Counter[str] = Counter()
        ranks: set[tuple[str, int]] = set()
        for row, wish in enumerate(self.market.wishes, 1):
            sides = (self.left, self.right) if wish.town in self.left else (self.right, self.left)
            for field, town, own in (("from", wish.town, sides[0]), ("to", wish.partner, sides[1])):
                if town not in own:
                    is_known = town in self.left or town in self.right
                    yield self.problem(
                        "wrong_side" if is_known else "unknown_town",
                        row,
                        f"wishes.{field}",
                        f"the town {town} is on the same side"
                        if is_known
                        else f"there is no town {town}",
                        "name a town of one side, then a town of the other",
                        id=town,
                    )
            if (wish.town, wish.partner) in seen:
                yield self.problem(
                    "duplicate_pair",
                    row,
                    "wishes",
                    f"{wish.town} speaks of {wish.partner} twice",
                    "keep one line per pair",
                    pair=(wish.town, wish.partner),
                )
            seen.add((wish.town, wish.partner))
            yield from self._wish(row, wish, wished, refused, ranks)

    def _wish(
        self,
        row: int,
        wish: Wish,
        wished: Counter[str],
        refused: Counter[str],
        ranks: set[tuple[str, int]],
    ) -> Iterator[Problem]:
        count, most, what = (
            (refused, MOST_REFUSALS, "refusals")
            if wish.rank is None
            else (wished, MOST_WISHES, "wishes")
        )
        count[wish.town] += 1
        if count[wish.town] == most + 1:
            yield self.problem(
                "too_many_wishes",
                row,
                "wishes.rank",
                f"{wish.town} has more than {most} {what}",
                f"keep the {most} that matter most",
                id=wish.town,
                max=most,
            )
        if wish.rank is None:
            return
        if not 1 <= wish.rank <= MOST_WISHES:
            yield self.problem(
                "out_of_range",
                row,
                "wishes.rank",
                f"the rank {wish.rank} of {wish.town} cannot be used",
                f'give a rank from 1 to {MOST_WISHES}, or "no"',
                value=wish.rank,
            )
        elif (wish.town, wish.rank) in ranks:
            yield self.problem(
                "duplicate_rank",
                row,
                "wishes.rank",
                f"{wish.town} has two wishes of rank {wish.rank}",
                "give each wish a rank of its own",
                id=wish.town,
                rank=wish.rank,
            )
        ranks.add((wish.town, wish.rank))
