"""Who reads what: each application gets as many readers as it lacks, loads as even as can be.

Pure and deterministic: the same question gives the same plan. First everything is handed to whoever
has least, the hardest to place first. Then work moves along chains (one hands an application to a
second, who hands another to a third) as long as that places one more or evens two loads out. When
no chain helps any more, no other plan has more readings or more even loads: that is what the theory
of flows with convex costs says.
"""

from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Plan:
    """Pairs of application and reviewer to be assigned, and how many each application lacks."""

    pairs: tuple[tuple[int, int], ...]
    short: Mapping[int, int]


@dataclass(slots=True)
class _Desk:
    """What one reviewer has."""

    load: int
    most: int | None
    fixed: frozenset[int]
    new: set[int] = field(default_factory=set)

    @property
    def is_full(self) -> bool:
        return self.most is not None and self.load >= self.most

    def has(self, application: int) -> bool:
        return application in self.new or application in self.fixed


def balance(
    lacks: Mapping[int, int],
    allowed: Mapping[int, Collection[int]],
    loads: Mapping[int, int],
    *,
    most: Mapping[int, int | None] | None = None,
    assigned: Mapping[int, Collection[int]] | None = None,
) -> Plan:
    """`lacks`: application → readers wanted more. `allowed`: application → reviewers who may read
    it. `loads`: reviewer → what they have already, `most`: at most how much. `assigned`: reviewer →
    applications that they had before, in whatever way that ended: these do not come back."""
    desks = {
        one: _Desk(load, (most or {}).get(one), frozenset((assigned or {}).get(one, ())))
        for one, load in sorted(loads.items())
    }
    open_to = {
        one: sorted(who for who in allowed.get(one, ()) if who in desks and not desks[who].has(one))
        for one in lacks
    }
    short: dict[int, int] = {}
    for one in sorted(lacks, key=lambda one: (len(open_to[one]) - lacks[one], one)):
        for left in range(lacks[one], 0, -1):
            if not _place(one, desks, open_to):
                short[one] = left
                break
    _even_out(desks, open_to)
    pairs = sorted((one, who) for who, desk in desks.items() for one in desk.new)
    return Plan(tuple(pairs), short)


def _place(one: int, desks: Mapping[int, _Desk], open_to: Mapping[int, list[int]]) -> bool:
    """Find one reader more for an application, if need be by moving others."""
    free = [who for who in open_to[one] if not desks[who].has(one)]
    starts = [who for who in free if not desks[who].is_full]
    if starts:
        who = min(starts, key=lambda who: (desks[who].load, who))
        desks[who].new.add(one)
        desks[who].load += 1
        return True
    path = _chain(free, desks, open_to, lambda who: not desks[who].is_full)
    if path is None:
        return False
    first = path[0][0]
    _move(path, desks)
    desks[first].new.add(one)
    desks[first].load += 1
    return True


def _even_out(desks: Mapping[int, _Desk], open_to: Mapping[int, list[int]]) -> None:
    """Move work from the busiest as long as somebody two lighter can be reached."""
    settled: set[int] = set()
    while len(settled) < len(desks):
        rest = [who for who in desks if who not in settled]
        who = max(rest, key=lambda who: (desks[who].load, -who))
        lighter = desks[who].load - 2

        def is_lighter(other: int, lighter: int = lighter) -> bool:
            return desks[other].load <= lighter and not desks[other].is_full

        path = _chain([who], desks, open_to, is_lighter)
        if path is None:
            settled.add(who)
        else:
            _move(path, desks)
            settled.clear()


Path = list[tuple[int, int, int]]


def _chain(
    starts: list[int],
    desks: Mapping[int, _Desk],
    open_to: Mapping[int, list[int]],
    is_end: Callable[[int], bool],
) -> Path | None:
    """The shortest chain of moves (from, application, to) from one of `starts` to an end."""
    came: dict[int, tuple[int, int] | None] = dict.fromkeys(starts)
    queue = deque(starts)
    while queue:
        who = queue.popleft()
        for one in sorted(desks[who].new):
            for other in open_to[one]:
                if other in came or desks[other].has(one):
                    continue
                came[other] = who, one
                if is_end(other):
                    return _walked(other, came)
                queue.append(other)
    return None


def _walked(end: int, came: Mapping[int, tuple[int, int] | None]) -> Path:
    path: Path = []
    step = came[end]
    while step is not None:
        path.insert(0, (step[0], step[1], end))
        end = step[0]
        step = came[end]
    return path


def _move(path: Path, desks: Mapping[int, _Desk]) -> None:
    for who, one, other in path:
        desks[who].new.discard(one)
        desks[other].new.add(one)
    desks[path[0][0]].load -= 1
    desks[path[-1][2]].load += 1
