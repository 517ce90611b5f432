"""The pairs of a run as CSV or XLSX, and its files for outsiders who want to verify it.

`python -m citymatch verify market.json result.json` proves what the site shows, without the site.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

import citymatch
from mosty.core.access import Actor
from mosty.matching import queries, reasons
from mosty.matching.board import analysis
from mosty.matching.models import PAIR, Pair, Run
from mosty.matching.solving import ROBUST_RUNS
from mosty.places.models import Theme

CERTIFICATE_FORMAT = "citymatch.certificate/1"


def illustrative_label() -> str:
    """What stands on every page, file and print of the demo's round."""
    return _("illustrative, not agreed")


def head(run: Run) -> list[str]:
    """The columns of the file of pairs."""
    sides = (("left", _("Ukraine")), ("right", _("European Union")))
    parts = [
        f"{reasons.CRITERIA.get(name, name)}, {side}"
        for _code, side in sides
        for name in criteria_of(run)
    ]
    return [
        _("Ukrainian municipality"), _("Code"), _("EU municipality"), _("Code"), _("Country"),
        _("Association"), _("State"), _("Agreed on"), _("Score"), _("View, Ukraine"),
        _("View, European Union"), *parts, _("Firm, %% of %(runs)s runs") % {"runs": ROBUST_RUNS},
        _("Themes needed in Ukraine and offered"),
        _("Themes needed in the European Union and offered"), _("Put together by a decision"),
        _("Note"),
    ]  # fmt: skip


def lines(run: Run, actor: Actor) -> Iterator[list[Any]]:
    """The pairs that the actor may see, best first; points of a hundred with four decimals.

    Themes are told only to whoever may read every fact of the market.
    """
    names = {theme.slug: str(theme) for theme in Theme.objects.all()}
    tells_themes = queries.may_read_facts(run, actor)
    associations = _associations(run)
    order = criteria_of(run)
    survivals = analysis.survivals(queries.analysis_of(run))
    for pair in queries.pairs_of(run, actor):
        parts = [
            round(pair.parts.get(name, {}).get(side, 0) / 10_000, 4)
            for side in ("left", "right")
            for name in order
        ]
        themes = [
            "; ".join(names.get(slug, slug) for slug in pair.themes.get(side, []))
            if tells_themes
            else ""
            for side in ("left", "right")
        ]
        yield [
            pair.left.name, pair.left.code, pair.right.name, pair.right.code,
            str(pair.right.country or ""), associations.get(pair.right_id, ""),
            _state(pair, actor), pair.agreed_on.isoformat() if pair.agreed_on else "",
            round(pair.score / 10_000, 4), round(pair.left_view / 10_000, 4),
            round(pair.right_view / 10_000, 4), *parts, _firm(survivals, pair), *themes,
            _("yes") if pair.is_locked else "",
            illustrative_label() if run.round.is_illustrative else "",
        ]  # fmt: skip


def _firm(survivals: Mapping[tuple[str, str], analysis.Survival], pair: Pair) -> float | str:
    found = survivals.get((pair.left.code, pair.right.code))
    return round(100 * found.share, 1) if found else ""


def criteria_of(run: Run) -> list[str]:
    """The criteria that have a weight on either side, in the engine's order."""
    weights = run.policy.weights
    return [
        name
        for name in reasons.CRITERIA
        if any(weights.get(side, {}).get(name) for side in ("left", "right"))
    ]


def _state(pair: Pair, actor: Actor) -> str:
    state = PAIR.state(pair.state)
    return str(state.staff if actor.is_in_programme else state.public)


def _associations(run: Run) -> dict[int, str]:
    rows = queries.participants_of(run.round).exclude(association=None)
    return {row.organisation_id: str(row.association) for row in rows}


def file_of(run: Run, name: str) -> bytes:
    """`market`, `result` or `certificate` as canonical JSON: the same bytes each time.

    Raises KeyError for any other name, and ValueError before there is a result.
    """
    if name == "market":
        return citymatch.dumps(run.market).encode()
    if run.result is None:
        raise ValueError("there is no result yet")
    if name == "result":
        return citymatch.dumps(run.result).encode()
    if name == "certificate":
        content = {
            "format": CERTIFICATE_FORMAT,
            "input_sha256": run.result["input_sha256"],
            "certificate": run.result["certificate"],
        }
        return citymatch.dumps(content).encode()
    raise KeyError(name)
