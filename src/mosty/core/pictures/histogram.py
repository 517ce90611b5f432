"""How values are spread: one bar for each range, as high as there are values in it."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, GAP, ROOM = 480, 140, 4, 20


@dataclass(frozen=True, slots=True)
class HistogramBar:
    """A bar; what are SVG attributes is text made here. `words` say it to people."""

    x: str
    y: str
    width: str
    height: str
    middle: str
    above: str
    count: int
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """The whole picture."""

    bars: tuple[HistogramBar, ...]
    view_box: str
    base: str
    label_y: str
    right: str


def histogram(rows: Sequence[tuple[str, str, int]]) -> Histogram:
    """Rows of label (below the bar), words (for its title) and count, from left to right."""
    most = max((count for _label, _words, count in rows), default=0) or 1
    step = WIDTH / max(1, len(rows))
    room = HEIGHT - ROOM
    bars = []
    for place, (label, words, count) in enumerate(rows):
        height = room * count / most
        x = place * step + GAP / 2
        top = ROOM + room - height
        bars.append(
            HistogramBar(
                x=f"{x:.1f}",
                y=f"{top:.1f}",
                width=f"{step - GAP:.1f}",
                height=f"{height:.1f}",
                middle=f"{x + (step - GAP) / 2:.1f}",
                above=f"{top - 5:.1f}",
                count=count,
                label=label,
                words=words,
            )
        )
    return Histogram(
        tuple(bars), f"0 0 {WIDTH} {HEIGHT + ROOM}", str(HEIGHT), str(HEIGHT + 15), str(WIDTH)
    )
