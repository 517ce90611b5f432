"""Who reads what: each application gets as many readers as it lacks, loads as even as can be.

Pure and deterministic: the same question gives the same plan. First everything is handed to whoever
has least, the hardest to place first. Then work moves along chains (one hands an application to a
second, who hands another to a third) as long as that places one more or evens two loads out. When
no chain helps any more, no other plan has more readings or more even loads: that is what the theory
of flows with convex costs says.

An officer waits for the plan of thousands of applications. So the applications of a reviewer are
the bits of one whole number, and whoever was searched through without finding an end is not
searched again: no later chain leads into them and out again.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Plan:
    """Pairs of application and reviewer to be assigned, and how many each application lacks."""

    pairs: tuple[tuple[int, int], ...]
    short: Mapping[int, int]


@dataclass(slots=True)
class _Desk:
    """What one reviewer has; a bit for each application. `may`: what they may be given, `new`: what
    they are given of it."""

    load: int
    most: int | None
    may: int = 0
    new: int = 0

    @property
    def is_full(self) -> bool:
        return self.most is not None and self.load >= self.most

    @property
    def free(self) -> int:
        """What they may be given yet."""
        return self.may & ~self.new


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
    order = sorted(lacks)
    desks = {one: _Desk(load, (most or {}).get(one)) for one, load in sorted(loads.items())}
    open_to = _open_to(order, desks, allowed, assigned or {})
    floor = _Floor(desks)
    short: dict[int, int] = {}
    places = sorted(
        range(len(order)), key=lambda place: (len(open_to[place]) - lacks[order[place]], place)
    )
    for place in places:
        left = _hand_out(place, lacks[order[place]], open_to[place], floor)
        if left:
            short[order[place]] = left
    _even_out(floor)
    pairs = sorted((order[place], who) for who, desk in desks.items() for place in _bits(desk.new))
    return Plan(tuple(pairs), short)


def _open_to(
    order: list[int], desks: Mapping[int, _Desk], allowed: Mapping[int, Collection[int]],
    assigned: Mapping[int, Collection[int]],
) -> list[list[int]]:  # fmt: skip
    """Who may be given each application, by its place in `order`; the desks learn the same."""
    before = {who: frozenset(assigned.get(who, ())) for who in desks}
    rows: dict[int, bytearray] = {who: bytearray(b"0") * len(order) for who in desks}
    open_to = []
    last = len(order) - 1
    for place, one in enumerate(order):
        those = sorted(
            who for who in allowed.get(one, ()) if who in rows and one not in before[who]
        )
        open_to.append(those)
        for who in those:
            # Written as figures, the first place stands last.
            rows[who][last - place] = 49
    for who, figures in rows.items():
        desks[who].may = int(figures or b"0", 2)
    return open_to


def _bits(mask: int) -> Iterator[int]:
    """The places of the bits of a number, upwards.

    >>> list(_bits(0b1010))
    [1, 3]
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _hand_out(place: int, wanted: int, those: list[int], floor: "_Floor") -> int:
    """Find that many readers for an application, if need be by moving others; how many lack."""
    desks, bit = floor.desks, 1 << place
    free = [who for who in those if not desks[who].is_full]
    for who in sorted(free, key=lambda who: desks[who].load)[:wanted]:
        desks[who].new |= bit
        desks[who].load += 1
        wanted -= 1
    while wanted:
        starts = [who for who in those if not desks[who].new & bit]
        path = floor.chain(starts, lambda who: not desks[who].is_full)
        if path is None:
            break
        floor.move(path)
        first = path[0][0]
        desks[first].new |= bit
        desks[first].load += 1
        wanted -= 1
    return wanted


def _even_out(floor: "_Floor") -> None:
    """Move work from the busiest as long as somebody two lighter can be reached."""
    desks = floor.desks
    # Those through whom nobody with room was found have, seen from here, no end either; but what
    # counts as an end is another thing now.
    floor.closed.clear()
    while rest := [who for who in desks if who not in floor.closed]:
        who = max(rest, key=lambda who: (desks[who].load, -who))
        lighter = desks[who].load - 2

        def is_lighter(other: int, lighter: int = lighter) -> bool:
            return desks[other].load <= lighter and not desks[other].is_full

        path = floor.chain([who], is_lighter)
        if path is not None:
            floor.move(path)


# From whom, which application, to whom.
Path = list[tuple[int, int, int]]


@dataclass(slots=True)
class _Floor:
    """All desks, and those from which no chain leads to an end: for good, because a chain that went
    in could not come out, and so nothing in there moves any more."""

    desks: Mapping[int, _Desk]
    closed: set[int] = field(default_factory=set)

    def chain(self, starts: list[int], is_end: Callable[[int], bool]) -> Path | None:
        """The shortest chain of moves from one of `starts` to an end; None where there is none."""
        desks = self.desks
        queue = [who for who in starts if who not in self.closed]
        came: dict[int, tuple[int, int] | None] = dict.fromkeys(queue)
        unseen = [who for who in desks if who not in came and who not in self.closed]
        for who in queue:
            new, later = desks[who].new, []
            for other in unseen:
                common = new & desks[other].free
                if not common:
                    later.append(other)
                    continue
                came[other] = who, common & -common
                if is_end(other):
                    return _walked(other, came)
                queue.append(other)
            unseen = later
        self.closed.update(queue)
        return None

    def move(self, path: Path) -> None:
        """Carry a chain out; the load of its first end falls, that of the last one grows."""
        desks = self.desks
        for who, bit, other in path:
            desks[who].new ^= bit
            desks[other].new |= bit
        desks[path[0][0]].load -= 1
        desks[path[-1][2]].load += 1


def _walked(end: int, came: Mapping[int, tuple[int, int] | None]) -> Path:
    path: Path = []
    step = came[end]
    while step is not None:
        path.append((step[0], step[1], end))
        end = step[0]
        step = came[end]
    return path[::-1]
