"""One town of a round: its partners, and without one the reasons and what would change it."""

from collections.abc import Iterable
from dataclasses import dataclass
from time import thread_time

import citymatch
from mosty.matching import reasons
from mosty.matching.board.pairs import Town, pair_url
from mosty.matching.board.why import Frozen
from mosty.matching.models import Round
from mosty.places.models import Organisation

# Of the processor. Rounds of sixty towns on each side take a fifth of it.
PATIENCE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Alone:
    """A town with room for more partners than it got. `is_alone`: it has none at all."""

    town: Town
    is_alone: bool
    side: str
    why: str


@dataclass(frozen=True, slots=True)
class Way:
    """A change that would give the town a partner, confirmed by solving again."""

    words: str
    pair: str
    url: str


def without_partner(
    frozen: Frozen, names: reasons.Names, bodies: Iterable[Organisation]
) -> tuple[Alone, ...]:
    """The towns with room left, those without any partner first; unseen bodies are left out."""
    by_code = {body.code: body for body in bodies}
    rows = [
        Alone(
            town=Town.of(by_code[found.id]),
            is_alone=found.used == 0,
            side=found.side,
            why=reasons.unmatched(found, names),
        )
        for found in frozen.result.unmatched
        if found.id in by_code
    ]
    return tuple(sorted(rows, key=lambda row: (not row.is_alone, row.side, row.town.name)))


@dataclass(frozen=True, slots=True)
class Ways:
    """What would change it, as far as it was tried: a round with hundreds of towns on each side
    takes longer than a reader waits. `is_whole`: everything was."""

    rows: tuple[Way, ...]
    is_whole: bool


class Patience:
    """How long the engine may try: no new solving begins after so many seconds of the processor,
    which a busy machine does not shorten."""

    def __init__(self) -> None:
        self.end = thread_time() + PATIENCE_SECONDS
        self.was_over = False

    def __call__(self) -> bool:
        """Whether it is over, which is remembered."""
        self.was_over = self.was_over or thread_time() >= self.end
        return self.was_over


def ways_for(frozen: Frozen, round_: Round, names: reasons.Names, town: str) -> Ways:
    """What would give this town one more partner; each way was solved again to be sure."""
    patience = Patience()
    found = citymatch.what_would_match(frozen.market, frozen.result, town, is_over=patience)
    return Ways(_ways(found, round_, names), not patience.was_over)


def ways_together(
    frozen: Frozen, round_: Round, names: reasons.Names, left: str, right: str
) -> Ways:
    """What would bring these two together."""
    patience = Patience()
    market, result = frozen.market, frozen.result
    found = citymatch.what_would_change(market, result, left, right, is_over=patience)
    return Ways(_ways(found, round_, names), not patience.was_over)


def _ways(
    found: Iterable[citymatch.Change], round_: Round, names: reasons.Names
) -> tuple[Way, ...]:
    return tuple(
        Way(
            words=reasons.way(change, names),
            pair=names.pair((change.left, change.right)),
            url=pair_url(round_, change.left, change.right),
        )
        for change in found
    )
