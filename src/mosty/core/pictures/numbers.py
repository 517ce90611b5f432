"""Numbers as SVG attributes want them: a point for the decimals, whatever the reader's language."""


def plain(value: float) -> str:
    """Return a number with at most one decimal, without needless zeros: 12, 12.5, never 12,5."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def percent(share: float) -> str:
    """Return a share of 0 to 1 as a percentage with at most three decimals: 37.5%."""
    return f"{round(share * 100, 3) + 0.0:.3f}".rstrip("0").removesuffix(".") + "%"
