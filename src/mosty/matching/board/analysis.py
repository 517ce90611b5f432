"""How firm a result is and what it compares with, as the board shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import citymatch
from citymatch.model import MICRO
from mosty.matching import reasons
from mosty.matching.models import Analysis, Pair, Round, Run
from mosty.matching.queries import market_of

Key = tuple[str, str]
# A pair that stands in this share of the runs is called firm.
FIRM = 0.9
RIVALS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Survival:
    """In how many runs with varied weights two towns were together. `width` is for an SVG."""

    runs: int
    of: int

    @property
    def share(self) -> float:
        return self.runs / self.of

    @property
    def percent(self) -> str:
        """Whole per cent; never 100 or 0 unless it is."""
        rounded = round(100 * self.share)
        if rounded == 100 and self.runs < self.of:
            rounded = 99
        if rounded == 0 and self.runs:
            rounded = 1
        return reasons.number(rounded, 0)

    @property
    def width(self) -> str:
        return f"{100 * self.share:.1f}%"

    @property
    def words(self) -> str:
        """In a sentence, for a pair of the result."""
        return _("It stands in %(runs)s of %(of)s runs with weights varied by chance.") % {
            "runs": reasons.number(self.runs, 0),
            "of": reasons.number(self.of, 0),
        }


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in the table beside one pair."""

    pair: Pair
    survival: Survival | None


@dataclass(frozen=True, slots=True)
class Line:
    """One thing worth knowing: a head, figures beside those of the proposal, a plain sentence."""

    title: str
    about: str
    figures: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """The part of the board: what is there, what is still being worked out, what failed."""

    is_there: bool
    is_at_work: bool
    step: str
    percent: int
    problems: tuple[str, ...]
    cells: tuple[Cell, ...]
    firmness: Line | None
    comparisons: tuple[Line, ...]
    url: str
    may_start: bool

    @property
    def has_survivals(self) -> bool:
        return any(cell.survival for cell in self.cells)


def survivals(analysis: Analysis | None) -> dict[Key, Survival]:
    """How often each pair of the result, and its most frequent rivals, stood; empty before."""
    found = analysis.answers.get("robust") if analysis else None
    if not found:
        return {}
    return {
        (row["left"], row["right"]): Survival(row["runs"], found["runs"])
        for row in [*found["pairs"], *found["rivals"]]
    }


def survival_in_words(analysis: Analysis | None, key: Key, *, is_pair: bool) -> str:
    """What is known about two towns; empty where nothing is."""
    found = survivals(analysis).get(key)
    if found is None:
        return ""
    if is_pair:
        return found.words
    return _("With weights varied by chance the two came together in %(runs)s of %(of)s runs.") % {
        "runs": reasons.number(found.runs, 0),
        "of": reasons.number(found.of, 0),
    }


def show(
    run: Run,
    analysis: Analysis | None,
    round_: Round,
    pairs: Sequence[Pair],
    names: reasons.Names,
    *,
    is_officer: bool,
) -> Shown:
    """Everything about one run that its reader may see; `pairs` are those shown to this reader."""
    answers: Mapping[str, Any] = analysis.answers if analysis else {}
    known = survivals(analysis)
    cells = tuple(Cell(pair, known.get((pair.left.code, pair.right.code))) for pair in pairs)
    at_work = analysis is not None and analysis.is_at_work
    problems = [reasons.work_error(code) for code in dict.fromkeys(analysis.problems.values())] \
        if analysis else []  # fmt: skip
    if analysis is not None and analysis.work_error:
        problems.append(reasons.work_error(analysis.work_error))
    lines = (
        _deferred(answers.get("stability"), run, names),
        _blocking(answers.get("stability"), names),
        _fewer(answers.get("fewer"), run, names),
    )
    return Shown(
        is_there=analysis is not None,
        is_at_work=at_work,
        step=reasons.work_step(analysis.work_step) if analysis and at_work else "",
        percent=round(100 * analysis.work_share) if analysis else 0,
        problems=tuple(problems),
        cells=cells,
        firmness=_firmness(answers.get("robust"), cells, names),
        comparisons=tuple(line for line in lines if line is not None),
        url=f"{reverse('matching:analysis', args=[round_.slug])}?run={run.number}",
        may_start=is_officer and not at_work and (analysis is None or bool(problems))
        and run.is_verified,
    )  # fmt: skip


def _firmness(
    found: Mapping[str, Any] | None, cells: Sequence[Cell], names: reasons.Names
) -> Line | None:
    if found is None:
        return None
    stood = [(cell.survival, cell.pair) for cell in cells if cell.survival is not None]
    firm = sum(survival.share >= FIRM for survival, _pair in stood)
    figures = [
        (
            _("Firm pairs"),
            _("%(firm)s of %(all)s")
            % {"firm": reasons.number(firm, 0), "all": reasons.number(len(stood), 0)},
        )
    ]
    if found["floor"]:
        figures.append((_("Floor, in nine of ten runs"), _range(found["floor"])))
    notes = []
    if stood:
        least, pair = min(stood, key=lambda row: (row[0].runs, row[1].left.sort_en))
        notes.append(
            _("The least firm pair is %(pair)s: %(percent)s %%.")
            % {"pair": f"{pair.left.name} – {pair.right.name}", "percent": least.percent}
        )
    rivals = [
        f"{names.pair((row['left'], row['right']))} ({_percent(row['runs'], found['runs'])} %)"
        for row in found["rivals"]
        if row["left"] in names.towns and row["right"] in names.towns
    ][:RIVALS_SHOWN]
    if rivals:
        notes.append(_("Most often came instead: %(pairs)s.") % {"pairs": reasons.listed(rivals)})
    if found["infeasible"]:
        notes.append(
            ngettext(
                "In %(count)s run no match was possible.",
                "In %(count)s runs no match was possible.",
                found["infeasible"],
            )
            % {"count": found["infeasible"]}
        )
    about = _(
        "Nobody knows weights exactly. So the round was solved %(runs)s times more, each weight "
        "varied by chance (σ %(sigma)s, seed %(seed)s). A pair that stands in nine of ten runs is "
        "called firm; a low share means that a small change of weights gives other partners."
    ) % {
        "runs": reasons.number(found["runs"], 0),
        "sigma": reasons.number(found["sigma"], 2),
        "seed": found["seed"],
    }
    return Line(_("How firm it is"), about, tuple(figures), tuple(notes))


def _range(spread: Mapping[str, float]) -> str:
    return _("%(low)s to %(high)s") % {
        "low": reasons.number(100 * spread["p5"]),
        "high": reasons.number(100 * spread["p95"]),
    }


def _percent(runs: int, of: int) -> str:
    return Survival(runs, of).percent


def _fewer(found: Mapping[str, Any] | None, run: Run, names: reasons.Names) -> Line | None:
    if found is None:
        return None
    title = ngettext("%(count)s pair fewer", "%(count)s pairs fewer", found["by"]) % {
        "count": found["by"]
    }
    about = _(
        "As many pairs as possible come first, and that can force poor ones. This is what the best "
        "match with fewer pairs would give."
    )
    if found["status"] != "optimal":
        return Line(title, about, (), (_("The bounds of the round allow no smaller match."),))
    figures = _figures(found["size"], found["floor"], found["score"], run)
    gone = [tuple(key) for key in found["leave"] if _is_known(key, names)]
    come = [tuple(key) for key in found["join"] if _is_known(key, names)]
    notes = []
    if gone:
        pairs = reasons.listed(names.pair(key) for key in gone)
        notes.append(_("Would go: %(pairs)s.") % {"pairs": pairs})
    if come:
        pairs = reasons.listed(names.pair(key) for key in come)
        notes.append(_("Would come: %(pairs)s.") % {"pairs": pairs})
    return Line(title, about, figures, tuple(notes))


def _is_known(key: Sequence[str], names: reasons.Names) -> bool:
    return all(code in names.towns for code in key)


def _figures(size: int, floor: float | None, score: float, run: Run) -> tuple[tuple[str, str], ...]:
    """Pairs, floor and sum of scores with what differs from the proposal. Shares of one, as files
    have them."""
    more = size - (run.size or 0)
    sign = "+" if more > 0 else "\N{MINUS SIGN}"
    rows = [(_("Pairs"), f"{size} ({sign}{abs(more)})" if more else str(size))]
    if floor is not None:
        rows.append((_("Floor"), _beside(round(floor * MICRO), run.floor)))
    rows.append((_("Sum of scores"), _beside(round(score * MICRO), run.score)))
    return tuple(rows)


def _beside(micro: int, before: int | None) -> str:
    """A figure in points, behind it what it is more or less than before."""
    if before is None or micro == before:
        return reasons.points(micro)
    return f"{reasons.points(micro)} ({reasons.change(micro - before)})"


def _deferred(found: Mapping[str, Any] | None, run: Run, names: reasons.Names) -> Line | None:
    """The reference: what the common method would give."""
    if found is None:
        return None
    other = found["deferred_acceptance"]
    views = {pair.key: min(pair.left_view, pair.right_view) for pair in market_of(run).pairs}
    notes = []
    keys = [(left, right) for left, right in other["pairs"]]
    seen = [key for key in keys if key in views and _is_known(key, names)]
    if seen:
        worst = min(seen, key=lambda key: (views[key], key))
        notes.append(
            _("Its worst pair is %(pair)s: one side sees it at %(points)s of 100.")
            % {"pair": names.pair(worst), "points": reasons.points(views[worst])}
        )
    broken = [
        reasons.bound(citymatch.Bound(row["code"], row["id"], row["value"]), names)
        for row in other["breaks"]
    ]
    if broken:
        notes.append(_("It does not hold: %(bounds)s.") % {"bounds": reasons.listed(broken)})
    about = _(
        "The method of school and hospital places: Ukrainian municipalities propose, the others "
        "keep the best proposal so far. It knows neither quotas nor a floor."
    )
    figures = _figures(other["size"], other["floor"], other["score"], run)
    return Line(_("Deferred acceptance"), about, figures, tuple(notes))


def _blocking(found: Mapping[str, Any] | None, names: reasons.Names) -> Line | None:
    """Who would rather have each other."""
    if found is None:
        return None
    could, could_not = (
        [key for row in found[name] if _is_known(key := (row["left"], row["right"]), names)]
        for name in ("blocking", "blocking_forbidden")
    )
    figures = [(_("Such pairs"), reasons.number(len(could) + len(could_not), 0))]
    if could_not:
        figures.append((_("Of these quotas forbid"), reasons.number(len(could_not), 0)))
    notes = [_("There is none: nobody could do better together.")]
    if could or could_not:
        some = [names.pair(key) for key in [*could, *could_not][:RIVALS_SHOWN]]
        notes = [_("Among them: %(pairs)s.") % {"pairs": reasons.listed(some)}]
    about = _(
        "Two municipalities that were not put together, each of which would prefer the other to a "
        "partner that it has or to the room it has left. They may ask why. With quotas and a high "
        "floor some can seldom be avoided."
    )
    return Line(_("Who would rather have each other"), about, tuple(figures), tuple(notes))
