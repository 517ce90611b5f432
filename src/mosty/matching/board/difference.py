"""Two runs of a round side by side: which pairs went, came and stayed, and what that did."""

from dataclasses import dataclass

from mosty.core.access import Actor
from mosty.matching import queries, reasons
from mosty.matching.board.pairs import Town
from mosty.matching.models import Pair, Run


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of both runs; `change` carries its sign."""

    code: str
    before: str
    after: str
    change: str


@dataclass(frozen=True, slots=True)
class Link:
    """A pair of one of the runs."""

    left: Town
    right: Town
    score: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one run to the other."""

    figures: tuple[Figure, ...]
    gone: tuple[Link, ...]
    come: tuple[Link, ...]
    stayed: int


def compare(old: Run, new: Run, actor: Actor) -> Difference:
    """The difference, as far as the actor may see the pairs of both runs."""
    before = {(pair.left_id, pair.right_id): pair for pair in queries.pairs_of(old, actor)}
    after = {(pair.left_id, pair.right_id): pair for pair in queries.pairs_of(new, actor)}
    return Difference(
        figures=_figures(old, new),
        gone=tuple(_link(pair) for key, pair in before.items() if key not in after),
        come=tuple(_link(pair) for key, pair in after.items() if key not in before),
        stayed=len(before.keys() & after.keys()),
    )


def _link(pair: Pair) -> Link:
    return Link(Town.of(pair.left), Town.of(pair.right), reasons.number(pair.score / 10_000, 0))


def _figures(old: Run, new: Run) -> tuple[Figure, ...]:
    size = (new.size or 0) - (old.size or 0)
    rows = [Figure("size", str(old.size or 0), str(new.size or 0), f"{size:+d}" if size else "0")]
    for code in ("floor", "score"):
        one, two = getattr(old, code), getattr(new, code)
        known = one is not None and two is not None
        rows.append(
            Figure(
                code,
                reasons.points(one) if one is not None else "–",
                reasons.points(two) if two is not None else "–",
                reasons.change(two - one) if known else "–",
            )
        )
    return tuple(rows)
