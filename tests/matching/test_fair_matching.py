"""The page for mayors says what the engine does: its example is solved as it tells."""

import re
from pathlib import Path

import pytest

import citymatch

PAGE = Path(__file__).parents[2] / "docs/officers/fair-matching.md"

pytestmark = pytest.mark.unit


def example() -> citymatch.Market:
    """Read the table of the page as a market."""
    rows = re.findall(r"^\| ?(\w*) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    (_, head), *body = rows
    towns = head.split(" | ")
    return citymatch.Market(
        tuple(citymatch.Town(name) for name, _ in body),
        tuple(citymatch.Town(name) for name in towns),
        tuple(
            citymatch.Pair(left, right, *(int(view) * 10_000 for view in cell.split(" / ")))
            for left, cells in body
            for right, cell in zip(towns, cells.split(" | "), strict=True)
        ),
    )


def test_example_of_the_page_is_solved_as_it_says() -> None:
    market = example()
    result = citymatch.solve(market)
    assert [pair.key for pair in result.pairs] == [
        ("Birch", "Lake"),
        ("Oak", "Hill"),
        ("Pine", "Port"),
    ]
    assert (result.size, result.floor, round(result.score / 10_000)) == (3, 600_000, 204)
    plain = citymatch.Policy(stages=("size", "score"))
    best = citymatch.solve(citymatch.Market(market.left, market.right, market.pairs, policy=plain))
    assert {pair.key for pair in best.pairs} == {
        ("Oak", "Lake"),
        ("Pine", "Hill"),
        ("Birch", "Port"),
    }
    assert (best.floor, round(best.score / 10_000)) == (400_000, 225)


def test_veto_of_the_page_costs_what_it_says() -> None:
    market = example()
    veto = citymatch.regret(market, citymatch.solve(market), "Birch", "Lake")
    assert (veto.d_size, veto.d_floor, round(veto.d_score / 10_000)) == (0, -200_000, 21)
