"""Which pages are measured, of which readers, and how long each may take."""

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus

ROUND = json.loads(
    (Path(__file__).resolve().parents[2] / "demo/round.json").read_text(encoding="utf-8")
)
KULDIGA, KYIV = "LV_0620200", "UA80000000000093317"
BOTH = ("visitor", "officer")
PAGE_MS, TYPING_MS, BOARD_MS = 150, 50, 300
# What htmx sends along while somebody types (templates/parts/filters.html).
TYPING = {
    "HX-Request": "true",
    "HX-Trigger": "typing",
    "HX-Target": "results",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report."""

    name: str
    address: str
    most_ms: float = PAGE_MS
    readers: tuple[str, ...] = BOTH
    is_typing: bool = False


def _typing(words: str, name: str = "") -> Row:
    address = f"/municipalities/?q={quote_plus(words)}"
    return Row(f"typing: {name or words}", address, TYPING_MS, is_typing=True)


ROWS = (
    Row("home", "/"),
    Row("list", "/municipalities/"),
    Row("list, page 1,500", "/municipalities/?page=1500"),
    Row("list by population", "/municipalities/?sort=-population"),
    Row("list by country", "/municipalities/?sort=country"),
    Row("list of two countries", "/municipalities/?country=DE&country=FR"),
    Row("list of a size", "/municipalities/?size=20-50"),
    Row("list by need", "/municipalities/?need=water"),
    Row("list with former", "/municipalities/?standing=all"),
    Row("search: kuldiga", "/municipalities/?q=kuldiga"),
    Row("search: Чугуїв", "/municipalities/?q=Чугуїв"),
    Row("search: s", "/municipalities/?q=s"),
    Row("search: saint ma", "/municipalities/?q=saint+ma"),
    Row("search: nothing", "/municipalities/?q=zzzz"),
    Row("search: a code", "/municipalities/?q=LV_0620"),
    _typing("s"),
    _typing("a"),
    _typing("sa"),
    _typing("львів"),
    _typing("Lwów"),
    _typing("lemberg"),
    _typing("kul"),
    _typing("LV_06", "a code's beginning"),
    _typing("Комсомольськ", "a former name"),
    _typing("vecais 0001", "a body that was"),
    _typing("vecais", "300 bodies that were"),
    _typing("saint martin de", "three words"),
    _typing("qwrtzx", "nonsense"),
    Row("typing: s, by population", "/municipalities/?q=s&sort=-population", TYPING_MS,
        is_typing=True),
    Row("typing: s, page 100", "/municipalities/?q=s&page=100", TYPING_MS, is_typing=True),
    Row("profile: Kuldīga", f"/municipalities/{KULDIGA}/"),
    Row("profile: Kyiv", f"/municipalities/{KYIV}/"),
    Row("association", "/people/association/", readers=("coordinator",)),
    Row("association, unseen", "/people/association/?view=unseen", readers=("coordinator",)),
    Row("association, search", "/people/association/?q=s", readers=("coordinator",)),
    # The round that is still open shows its buttons to the officers; the approved one is public.
    Row("board, approved", f"/rounds/{ROUND['slug']}/", BOARD_MS),
    Row("board, open", f"/rounds/{ROUND['practice']['slug']}/", BOARD_MS),
)  # fmt: skip
