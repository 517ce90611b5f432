"""Partners for one town out of a whole register, ranked by the mutual score.

No match is sought: what a town is shown here, others are shown too. Each pair of the town is scored
in integers from the facts, under weights that are published like any others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from citymatch.answers import Suggestion
from citymatch.criteria import CRITERIA, SUGGEST_WEIGHTS, Context, Scorer
from citymatch.criteria.rules import Eligibility
from citymatch.eligible import mutual_scores
from citymatch.model import InputError, PairKey, Part, Problem, Rules, Side, Town, Wish
from citymatch.score import exact_weights, pairs_of

MOST = 1000
"""So many suggestions at once are plenty."""


class Suggester:
    """Looks at the facts of two sides once and ranks partners for any town of either.

    ``weights`` are per side and criterion, as for a market. Towns that are partners already
    (``ties``) are left out unless ``keep_ties``, as are those that ``rules`` or a *no* among the
    ``wishes`` leave out. InputError for ids used twice, facts out of range or unusable weights.
    """

    def __init__(
        self,
        left: Sequence[Town],
        right: Sequence[Town],
        *,
        weights: Mapping[str, Mapping[str, float]] = SUGGEST_WEIGHTS,
        ties: Sequence[PairKey] = (),
        wishes: Sequence[Wish] = (),
        rules: Rules | None = None,
        keep_ties: bool = False,
    ) -> None:
        self.left, self.right = tuple(left), tuple(right)
        exact = {side: exact_weights(weights, side) for side in ("left", "right")}
        context = Context.of(ties, wishes)
        self._scorer = Scorer(
            self.left, self.right, criteria=CRITERIA, weights=exact, context=context
        )
        plain = rules or Rules()
        own = Rules(
            max_km=plain.max_km,
            max_size_ratio=plain.max_size_ratio,
            common_language=plain.common_language,
            new_partners=plain.new_partners or not keep_ties,
        )
        self._eligibility = Eligibility(self.left, self.right, rules=own, wishes=wishes, ties=ties)
        self._places: dict[str, tuple[Side, int]] = {}
        sides: tuple[tuple[Side, Sequence[Town]], ...] = (("left", left), ("right", right))
        for side, towns in sides:
            for place, town in enumerate(towns):
                if town.id in self._places:
                    raise InputError([_twice(side, place + 1, town.id)])
                self._places[town.id] = side, place
        # In the order of ids, so that among equal scores the first ones by id come first.
        self._order = {
            "left": np.array(sorted(range(len(left)), key=lambda k: left[k].id), dtype=np.int64),
            "right": np.array(sorted(range(len(right)), key=lambda k: right[k].id), dtype=np.int64),
        }

    def of(self, town: str, top: int = 20) -> tuple[Suggestion, ...]:
        """Return the ``top`` best partners of a town, best first, among equals by id.

        InputError when there is no such town or ``top`` is out of range.
        """
        if town not in self._places:
            raise InputError([_unknown(town)])
        if not 1 <= top <= MOST:
            raise InputError([_out_of_range(top)])
        side, place = self._places[town]
        other: Literal["left", "right"] = "right" if side == "left" else "left"
        partners = self._order[other]
        own = np.full(1, place, dtype=np.int64)
        i, j = (own, partners) if side == "left" else (partners, own)
        fits = ~self._eligibility.bars(i, j)
        partners = partners[fits]
        i, j = (own, partners) if side == "left" else (partners, own)
        score = mutual_scores(*self._scorer.views(i, j))
        best = np.argsort(-score, kind="stable")[:top]
        return tuple(
            self._suggestion(side, place, int(partners[k]), int(score[k])) for k in best.tolist()
        )

    def _suggestion(self, side: Side, place: int, partner: int, score: int) -> Suggestion:
        i, j = (place, partner) if side == "left" else (partner, place)
        scored = self._scorer.parts(np.array([[i]]), np.array([[j]]))
        one, other = self.left[i].id, self.right[j].id
        (pair,) = pairs_of([one], [other], scored, np.zeros((1, 1), dtype=np.bool_))
        parts: Mapping[str, Part] = pair.parts or {}
        return Suggestion(
            other if side == "left" else one, score, pair.left_view, pair.right_view, parts
        )


def suggest(
    left: Sequence[Town], right: Sequence[Town], town: str, *, top: int = 20
) -> tuple[Suggestion, ...]:
    """Return the best partners of one town under the published weights for suggestions."""
    return Suggester(left, right).of(town, top)


def _twice(side: Side, row: int, town: str) -> Problem:
    return Problem(
        "market",
        row,
        f"{side}.id",
        f"the id {town} is used twice",
        "give each town, on both sides together, an id of its own",
        "duplicate_id",
        {"id": town},
    )


def _unknown(town: str) -> Problem:
    return Problem(
        "arguments",
        None,
        "for",
        f"there is no town {town}",
        "give the id of a town of either side",
        "unknown_town",
        {"id": town},
    )


def _out_of_range(top: int) -> Problem:
    return Problem(
        "arguments",
        None,
        "top",
        f"{top} suggestions cannot be given",
        f"ask for 1 to {MOST}",
        "out_of_range",
        {"value": top},
    )
