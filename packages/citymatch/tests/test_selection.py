"""Selections equal what trying every subset gives, and every number said about them is exact."""

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from random import Random

import jsonschema
import pytest
from command_line import run
from seeds import seeds

from citymatch import MICRO, Bound, Candidate, InputError, Quota, Reason, Selection, dumps, select
from citymatch.files.selection import selection_to_json

SCHEMA = Path(__file__).parents[1] / "src/citymatch/schemas/selection.schema.json"


class Round:
    """A small random call for candidates, with groups that overlap."""

    def __init__(self, seed: int) -> None:
        rnd = Random(seed)
        names = [f"c{k}" for k in range(rnd.randint(3, 8))]
        step = rnd.choice((1, 10, 40))
        self.candidates = [
            Candidate(
                name,
                rnd.randrange(-20, 100, step),
                tuple(g for g in ("east", "small", "women", "first") if rnd.random() < 0.45),
            )
            for name in names
        ]
        groups = sorted({group for own in self.candidates for group in own.groups})
        self.quotas = [
            Quota(group, least, rnd.choice((None, least, least + 1, least + 2)))
            for group in groups
            if rnd.random() < 0.75
            for least in [rnd.choice((0, 0, 0, 1, 1, 2))]
        ]
        self.k = rnd.randint(1, len(names))
        others = rnd.sample(names, min(len(names), 3))
        self.locked = others[: min(self.k, rnd.choice((0, 0, 1)))]
        self.vetoed = others[1 : 1 + rnd.choice((0, 0, 1, 2))]

    def select(self) -> Selection:
        return select(self.candidates, self.quotas, self.k, locked=self.locked, vetoed=self.vetoed)

    def choices(self, k: int | None = None) -> Iterator[tuple[Candidate, ...]]:
        for chosen in combinations(self.candidates, self.k if k is None else k):
            names = {own.id for own in chosen}
            if names >= {*self.locked} and not names & {*self.vetoed} and self.fits(chosen):
                yield chosen

    def fits(self, chosen: tuple[Candidate, ...]) -> bool:
        return self.violation(chosen) == 0

    def violation(self, chosen: tuple[Candidate, ...]) -> int:
        units = 0
        for quota in self.quotas:
            count = sum(quota.group in own.groups for own in chosen)
            units += max(0, quota.min - count)
            units += 0 if quota.max is None else max(0, count - quota.max)
        return units


def worth(chosen: tuple[Candidate, ...]) -> tuple[int, int]:
    ties = sum(int(sha256(f"round-1\0{own.id}".encode()).hexdigest()[:10], 16) for own in chosen)
    return sum(own.value for own in chosen), -ties


def test_select_equals_brute_force() -> None:
    statuses = set()
    for seed in seeds(120):
        own = Round(seed)
        best, found = max(own.choices(), key=worth, default=None), own.select()
        statuses.add(found.status)
        if best is None:
            assert found.status == "infeasible"
            continue
        assert set(found.chosen) == {candidate.id for candidate in best}
        assert found.total == worth(best)[0]
        values = {candidate.id: candidate.value for candidate in own.candidates}
        assert [values[name] for name in found.chosen] == sorted(
            (values[name] for name in found.chosen), reverse=True
        )
    assert statuses == {"optimal", "infeasible"}


def test_select_reasons_are_exact() -> None:
    codes = set()
    for seed in range(40):
        own = Round(seed)
        found = own.select()
        if found.status == "infeasible":
            continue
        assert sorted(found.reasons) == sorted(candidate.id for candidate in own.candidates)
        for place, candidate in enumerate(own.candidates):
            reasons = found.reasons[candidate.id]
            codes |= {reason.code for reason in reasons}
            *full, last = reasons
            if last.code == "value_too_low":
                by = last.params["by"]
                assert candidate.id not in found.chosen
                for rise, comes_in in ((by - 1, False), (by, True)):
                    better = list(own.candidates)
                    better[place] = replace(candidate, value=candidate.value + rise)
                    chosen = select(
                        better, own.quotas, own.k, locked=own.locked, vetoed=own.vetoed
                    ).chosen
                    assert (candidate.id in chosen) == comes_in
            elif last.code == "bounds_forbid":
                assert not any(candidate in chosen for chosen in own.choices())
                assert last.params["bounds"]
            elif last.code == "chosen":
                others = [c for c in own.choices() if candidate not in c]
                rest = max((worth(c)[0] for c in others), default=None)
                margin = None if rest is None else found.total - rest
                assert last == Reason("chosen", {"margin": margin})
            elif last.code == "locked":
                assert candidate.id in own.locked
            else:
                assert reasons == (Reason("vetoed"),)
                assert candidate.id in own.vetoed
            chosen = tuple(c for c in own.candidates if c.id in found.chosen)
            count = {q.group: sum(q.group in c.groups for c in chosen) for q in own.quotas}
            assert full == (
                [
                    Reason("quota_full", {"group": q.group, "max": q.max})
                    for q in own.quotas
                    if q.group in candidate.groups and count[q.group] == q.max
                ]
                if last.code in ("value_too_low", "bounds_forbid")
                else []
            )
    assert codes == {
        "locked", "vetoed", "chosen", "quota_full", "value_too_low", "bounds_forbid"
    }  # fmt: skip


def test_select_reserve_stands_in_for_each_who_leaves() -> None:
    seen = 0
    for seed in range(150):
        own = Round(seed)
        found = own.select()
        chosen = tuple(c for c in own.candidates if c.id in found.chosen)
        for leaver in chosen:
            if leaver.id in own.locked:
                assert not any(leaver.id in reserve.instead_of for reserve in found.reserve)
                continue
            stay = tuple(c for c in chosen if c is not leaver)
            options = [
                (*stay, other)
                for other in own.candidates
                if other not in chosen and other.id not in own.vetoed
            ]
            best = max(filter(own.fits, options), key=worth, default=None)
            first = next((r.id for r in found.reserve if leaver.id in r.instead_of), None)
            assert first == (None if best is None else best[-1].id)
            seen += first is not None
    assert seen > 50


def test_select_conflict_is_irreducible_and_its_relaxation_the_cheapest() -> None:
    seen = 0
    for seed in range(110):
        own = Round(seed)
        found = own.select()
        if found.status == "optimal":
            continue
        seen += 1
        conflict = found.conflict
        assert conflict is not None
        assert not can_meet(own, conflict.bounds)
        for fewer in combinations(conflict.bounds, len(conflict.bounds) - 1):
            assert can_meet(own, fewer)
        assert conflict.cost == min(
            own.violation(chosen) + own.k - k
            for k in range(own.k + 1)
            for chosen in combinations(own.candidates, k)
            if {c.id for c in chosen} >= {*own.locked}
            and not {c.id for c in chosen} & {*own.vetoed}
        )
        witness = tuple(c for c in own.candidates if c.id in found.witness)
        assert own.violation(witness) + own.k - len(witness) == conflict.cost
        assert sum(abs(step.end - step.start) for step in conflict.relaxation) == conflict.cost
    assert seen > 40


def can_meet(own: Round, bounds: tuple[Bound, ...]) -> bool:
    named = {(bound.code, bound.id) for bound in bounds}
    other = Round(0)
    other.candidates = own.candidates
    other.quotas = [
        Quota(
            quota.group,
            quota.min if ("group_min", quota.group) in named else 0,
            quota.max if ("group_max", quota.group) in named else None,
        )
        for quota in own.quotas
    ]
    other.locked = [name for name in own.locked if ("lock", name) in named]
    other.vetoed = [name for name in own.vetoed if ("veto", name) in named]
    sizes = [own.k] if ("take", "") in named else range(len(own.candidates) + 1)
    return any(True for k in sizes for _ in other.choices(k))


def test_select_order_of_rows_plays_no_part() -> None:
    for seed in seeds(30):
        own = Round(seed)
        first = own.select()
        own.candidates.reverse()
        own.quotas.reverse()
        assert own.select() == first


def test_select_of_hundreds_is_quick_and_exact() -> None:
    """Without quotas that bind the best by value are chosen, whatever their number."""
    rnd = Random(4)
    candidates = [Candidate(f"c{k:03}", rnd.randrange(10**6), ("all",)) for k in range(150)]
    found = select(candidates, [Quota("all", 0, 150)], 30)
    best = sorted(candidates, key=lambda own: -own.value)
    assert found.chosen == tuple(own.id for own in best[:30])
    assert [own.id for own in found.reserve] == [own.id for own in best[30:]]
    assert found.reasons[best[40].id][-1].params["by"] in (
        best[29].value - best[40].value,
        best[29].value - best[40].value + 1,
    )


def test_select_bad_input_is_refused() -> None:
    two = [Candidate("a", 1, ("g",)), Candidate("b", 2)]
    for candidates, quotas, k, options, words in (
        (two, [], -1, {}, "-1 cannot be taken"),
        ([*two, Candidate("a", 3)], [], 1, {}, "row 3, candidates.id: the id a is used twice"),
        ([*two, Candidate("", 3)], [], 1, {}, "a candidate has no id"),
        ([*two, Candidate("c", 10**10)], [], 1, {}, "the value of c cannot be used"),
        (two, [Quota("g", 2, 1)], 1, {}, "min 2 is above max 1 for g"),
        (two, [Quota("g", -1, 1)], 1, {}, "the quota of g cannot be used"),
        (two, [Quota("h", 0, 1)], 1, {}, "no candidate is in the group h"),
        (two, [Quota("g"), Quota("g")], 1, {}, "the group g has two quotas"),
        (two, [], 1, {"locked": ["z"]}, "there is no candidate z"),
        (two, [], 1, {"locked": ["a"], "vetoed": ["a"]}, "a is both locked and vetoed"),
        (two, [], 1, {"locked": ["a", "b"]}, "2 candidates are locked, 1 are to be taken"),
        ([Candidate(f"c{k}", k) for k in range(2001)], [], 1, {}, "there are 2001 candidates"),
    ):
        with pytest.raises(InputError) as caught:
            select(candidates, quotas, k, **options)
        assert words in str(caught.value)


@pytest.fixture(name="folder")
def folder_of_tables(tmp_path: Path) -> Path:
    (tmp_path / "candidates.csv").write_text(
        "id,value,groups\nriga,71.5,LV large\ncesis,70.25,LV\nkuldiga,64,LV\n"
        "halle,69,DE large\njena,58.5,DE\n"
    )
    (tmp_path / "quotas.csv").write_text("group,min,max\nLV,1,2\nDE,1,\nlarge,,1\n")
    return tmp_path


def test_cli_select_writes_what_the_function_returns(folder: Path) -> None:
    done = run(
        "select", "candidates.csv", "--quotas", "quotas.csv", "--take", 3, "-o", "out.json",
        cwd=folder,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    candidates = [
        Candidate("riga", 71_500_000, ("LV", "large")),
        Candidate("cesis", 70_250_000, ("LV",)),
        Candidate("kuldiga", 64_000_000, ("LV",)),
        Candidate("halle", 69_000_000, ("DE", "large")),
        Candidate("jena", 58_500_000, ("DE",)),
    ]
    quotas = [Quota("LV", 1, 2), Quota("DE", 1), Quota("large", 0, 1)]
    found = select(candidates, quotas, 3)
    values = {candidate.id: candidate.value for candidate in candidates}
    text = (folder / "out.json").read_text()
    assert text == dumps(selection_to_json(found, values))
    data = json.loads(text)
    jsonschema.validate(data, json.loads(SCHEMA.read_text()))
    assert [own["id"] for own in data["chosen"]] == ["cesis", "halle", "kuldiga"]
    assert data["total"] == 203.25
    assert data["reserve"] == [
        {"id": "jena", "value": 58.5, "instead_of": ["cesis", "halle", "kuldiga"]}
    ]


def test_cli_select_infeasible_exits_3(folder: Path) -> None:
    (folder / "quotas.csv").write_text("group,min,max\nDE,3,\n")
    done = run(
        "select", "candidates.csv", "--quotas", "quotas.csv", "--take", 4, "--vetoed", "riga",
        "-o", "out.json", cwd=folder,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (3, "")
    data = json.loads((folder / "out.json").read_text())
    jsonschema.validate(data, json.loads(SCHEMA.read_text()))
    assert data["conflict"] == {
        "bounds": [{"code": "group_min", "id": "DE", "value": 3}],
        "relaxation": [{"code": "group_min", "id": "DE", "from": 3, "to": 2}],
        "cost": 1,
    }


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("id,value\na,1\na,2\n", "candidates.csv, row 3, id: the id a is used twice"),
        ("id,value\na,x\n", "candidates.csv, row 2, value: 'x' is not a number"),
        ("id,value\na,\n", "candidates.csv, row 2, value: the cell value is empty"),
        ("id,points\na,1\n", "candidates.csv, row 1, points: the column 'points' is not known"),
        ("id,value\na,1e300\n", "candidates.csv, row 2, value: the value of a cannot be used"),
        ("", "candidates.csv, line 1: the file is empty; begin with id,value,groups"),
    ],
)
def test_cli_select_bad_table_exits_2(folder: Path, table: str, words: str) -> None:
    (folder / "candidates.csv").write_text(table)
    done = run("select", "candidates.csv", "--take", 1, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_cli_select_needs_a_number_to_take(folder: Path) -> None:
    done = run("select", "candidates.csv", cwd=folder)
    assert done.returncode == 2
    assert "the following arguments are required: --take" in done.stderr


def test_select_values_are_said_in_millionths() -> None:
    found = select([Candidate("a", 2 * MICRO), Candidate("b", MICRO)], [], 1)
    assert found.reasons["a"] == (Reason("chosen", {"margin": MICRO}),)
