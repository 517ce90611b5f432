"""Every code of the engine has a sentence, in both languages; a new one without a sentence fails.

The codes are read from the engine's own page, packages/citymatch/docs/codes.md, which its tests
keep complete.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

import citymatch
from mosty.matching import market, queries, reasons
from mosty.matching.models import Run
from mosty.matching.reasons import engine, faults, why
from mosty.matching.reasons.names import Names
from tests.layers import ROOT
from tests.matching.making import Made, run
from tests.people import Bodies

CODES = (ROOT / "packages/citymatch/docs/codes.md").read_text(encoding="utf-8")
NAMES = Names(
    towns={"u1": "Chuhuiv", "e1": "Kuldīga", "u2": "Korop", "e2": "Gulbene"},
    groups={"association:LPS": "LPS"},
    themes={"water": "Water", "energy": "Energy"},
)
PAIR = ["u1", "e1"]
# A value for every parameter that the page names.
SAMPLE: dict[str, Any] = {
    "rank": 2, "of": 30, "rule": "existing_partners", "params": {}, "pair_floor": 310_000,
    "floor": 400_000, "side": "left", "town": "u1", "max": 1, "pairs": [PAIR, ["u2", "e2"]],
    "group": "association:LPS", "d_size": -1, "d_floor": -20_000, "d_score": -50_000, "count": 2,
    "bounds": [{"code": "group_min", "id": "association:LPS", "value": 2}],
    "left_themes": ["water"], "right_themes": ["energy"], "languages": ["en"], "left": 36_789,
    "right": 23_100, "km": 1_234, "tags": ["urban"], "through": ["e2"], "listed": 4, "excluded": 1,
    "vetoed": 1, "below_absolute_floor": 2, "best": 300_000, "partners": 3, "pair": PAIR,
    "from": 1, "to": 2, "id": "u1", "criterion": "needs", "rating": 210_000, "left_from": 1,
    "left_to": 500_000, "right_from": 1, "right_to": 600_000, "min": 3, "groups": ["a:b", "c:d"],
    "countries": ["UA", "LV"], "d_kept": -2, "d_level": -30_000, "left_rank": 1, "right_rank": 3,
    "left_population": 36_789, "right_population": 23_100,
}  # fmt: skip
LANGUAGES = ("en", "uk")


def section(title: str) -> Iterator[str]:
    """The codes in the table under one heading."""
    (body,) = re.findall(rf"^## {re.escape(title)}[^\n]*\n(.*?)(?=^## |\Z)", CODES, re.M | re.S)
    for row in re.findall(r"^\| (`[^|]*) \|", body, re.M):
        yield from re.findall(r"`(\w+)`", row)


def check(sentences: dict[tuple[str, str], str]) -> None:
    """Each is a whole sentence, without a code or a hole; the two languages differ."""
    bad = [
        key
        for key, text in sentences.items()
        if not text.strip() or re.search(r"%\(|%s|None", text)
    ]
    assert bad == []
    same = [code for code, language in sentences if language == "uk"
            and sentences[code, "en"] == sentences[code, "uk"]]  # fmt: skip
    assert same == []


def said(codes: list[str], say: Any) -> dict[tuple[str, str], str]:
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            for code in codes:
                found[code, language] = say(code)
    return found


def test_reasons_of_a_pair_are_all_said() -> None:
    codes = list(section("Why this pair, why not"))
    assert sorted(codes) == sorted(why.REASONS)
    check(said(codes, lambda code: reasons.reason(citymatch.Reason(code, SAMPLE), NAMES)))


def test_facts_behind_parts_are_all_said() -> None:
    codes = list(section("Facts behind a part"))
    assert sorted(codes) == sorted(engine.FACTS_BEHIND)

    def say(code: str) -> str:
        part = citymatch.PartDetail("needs", 1, 1, 2, 2, facts=citymatch.Reason(code, SAMPLE))
        return reasons.facts(part, NAMES)

    check(said(codes, say))


@pytest.mark.parametrize(
    ("code", "params", "expected"),
    [
        ("needs_met", {"left_themes": [], "right_themes": []},
         "No need of one side is on offer on the other."),
        ("needs_met", {"left_themes": ["water", "energy"], "right_themes": []},
         "Needed and offered, for Ukraine: Water and Energy."),
        ("offers_wanted", {"left_themes": ["water"], "right_themes": ["energy"]},
         "Offered and needed, by Ukraine: Water; by the EU side: Energy."),
        ("populations", {"left": None, "right": 23_100},
         "23,100 inhabitants on one side; the other is not known."),
        ("populations", {"left": None, "right": None}, "Neither population is known."),
        ("distance", {"km": None}, "One of the two places is not known."),
        ("distance", {"km": 1_234}, "1,234 km apart as the crow flies."),
        ("common_languages", {"languages": []}, "No common language is known."),
        ("common_languages", {"languages": ["en", "pl"]}, "In common: English and Polish."),
        ("common_profile", {"tags": []}, "No trait in common is known."),
    ],
)  # fmt: skip
def test_facts_that_are_missing_or_several_are_said_plainly(
    code: str, params: dict[str, Any], expected: str
) -> None:
    part = citymatch.PartDetail("needs", 1, 1, 2, 2, facts=citymatch.Reason(code, params))
    assert reasons.facts(part, NAMES) == expected


def test_reasons_for_staying_without_a_partner_are_all_said() -> None:
    codes = list(section("Why a town has room left"))
    assert sorted(codes) == sorted(engine.UNMATCHED)
    check(
        said(
            codes,
            lambda code: reasons.unmatched(
                citymatch.Unmatched("u1", "left", 0, 1, code, SAMPLE), NAMES
            ),
        )
    )


def test_changes_are_all_said() -> None:
    codes = list(section("What would change it"))
    assert sorted(codes) == sorted(why.WAYS)
    sample = {code: {**SAMPLE, "id": "association:LPS"} if "group" in code else SAMPLE
              for code in codes}  # fmt: skip
    check(
        said(
            codes, lambda code: reasons.way(citymatch.Change(code, sample[code], "u2", "e2"), NAMES)
        )
    )


def test_bounds_of_a_conflict_are_all_said() -> None:
    codes = list(section("Bounds of a conflict"))
    ids = {"lock": ("u1", "e1"), "veto": ("u1", "e1"), "absolute_floor": None,
           "group_min": "association:LPS", "group_max": "association:LPS"}  # fmt: skip
    bounds = {code: citymatch.Bound(code, ids.get(code, "u1"), 2) for code in codes}
    check(said(codes, lambda code: reasons.bound(bounds[code], NAMES)))
    assert len(codes) == 7


def test_ways_out_of_a_conflict_are_all_said() -> None:
    movable = ["town_min", "group_min", "group_max"]
    assert all(f"`{code}`" in CODES.split("`relaxation` moves", 1)[1][:200] for code in movable)
    ids = {"town_min": "u1"}
    check(
        said(
            movable,
            lambda code: reasons.relaxation(
                citymatch.Relaxation(code, ids.get(code, "association:LPS"), 3, 2), NAMES
            ),
        )
    )


@pytest.mark.django_db
def test_input_problems_are_all_said_or_known_to_be_faults_of_files() -> None:
    codes = set(section("Input problems"))
    assert codes == set(faults.PROBLEMS) | faults.FILE_FAULTS
    found = {
        code: citymatch.Problem("market", None, None, "this is wrong", "do that", code, SAMPLE)
        for code in codes
    }
    check(said(sorted(codes), lambda code: reasons.problem(found[code])))


def test_findings_of_the_checker_are_all_said() -> None:
    codes = list(section("What `verify` finds"))
    own = {"no_result", "market_changed", "pairs_changed", "not_proven"}
    assert {*codes, *own} == set(faults.CHECKS)
    check(said([*codes, *own], reasons.objection))


def test_codes_of_the_site_itself_are_all_said() -> None:
    for table, say in (
        (reasons.OBSTACLES, lambda code: str(reasons.OBSTACLES[code])),
        (reasons.NOT_READY, lambda code: str(reasons.NOT_READY[code])),
        (reasons.NOT_ELIGIBLE, reasons.not_eligible),
        (reasons.WORK_ERRORS, lambda code: reasons.work_error(f"{code}:9")),
        (reasons.WORK_STEPS, reasons.work_step),
        (reasons.CRITERIA, lambda code: str(reasons.CRITERIA[code])),
        (reasons.ABOUT_CRITERIA, lambda code: str(reasons.ABOUT_CRITERIA[code])),
        (reasons.FACTS, lambda code: str(reasons.FACTS[code])),
        (reasons.STAGES, lambda code: str(reasons.STAGES[code])),
        (reasons.TAGS, lambda code: str(reasons.TAGS[code])),
    ):
        check(said(list(table), say))


def test_criteria_have_the_names_of_the_engine() -> None:
    assert list(reasons.CRITERIA) == list(citymatch.criteria.CRITERIA)
    assert set(reasons.ABOUT_CRITERIA) == set(reasons.CRITERIA)


def test_steps_of_the_engine_have_words() -> None:
    source = "\n".join(
        path.read_text(encoding="utf-8") for path in Path(citymatch.__file__).parent.glob("*.py")
    )
    steps = set(re.findall(r'(?:tell|progress)\("(\w+)", [\d.]+\)', source))
    assert {"read", "size", "floor", "score"} <= steps <= set(reasons.WORK_STEPS)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"d_size": 0, "d_floor": 0, "d_score": 0},
         "It costs nothing: an equally good match exists."),
        ({"d_size": -1, "d_floor": 0, "d_score": -600_000},
         "The whole round: 1 pair fewer and sum of scores −60.0. The floor stays as it is."),
        ({"d_size": 0, "d_floor": -14_000, "d_score": 3_000},
         "The whole round: floor −1.4 and sum of scores +0.3. The number of pairs stays as it is."),
        ({"d_size": 0, "d_floor": None, "d_score": -1_000},
         "The whole round: sum of scores −0.1. The number of pairs stays as it is."),
        ({"d_size": 0, "d_floor": 0, "d_score": -1_000},
         "The whole round: sum of scores −0.1. "
         "The number of pairs and the floor stay as they are."),
    ],
)  # fmt: skip
def test_cost_is_told_in_pairs_floor_and_score(found: dict[str, Any], expected: str) -> None:
    assert reasons.cost({"status": "ok", **found}) == expected


def test_cost_of_the_impossible_is_told() -> None:
    nothing = {"d_size": None, "d_floor": None, "d_score": None}
    assert reasons.cost({"status": "infeasible", **nothing}) == (
        "No match would be left that meets all bounds."
    )
    assert reasons.cost_in_short({"status": "infeasible", **nothing}) == "not possible"


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, "1 пара"),
        (3, "3 пари"),
        (5, "5 пар"),
        (11, "11 пар"),
        (22, "22 пари"),
        (101, "101 пара"),
    ],
)
def test_numbers_of_pairs_are_declined(count: int, expected: str) -> None:
    with translation.override("uk"):
        assert reasons.pairs(count) == expected


def test_sentences_of_a_run_name_bodies_and_no_codes(made: Made, bodies: Bodies) -> None:
    finished = run(made)
    frozen, result = queries.market_of(finished), queries.result_of(finished)
    assert result is not None
    names = reasons.names_for(finished, made.officer)
    told = [
        reasons.reason(one, names)
        for left in frozen.left
        for right in frozen.right
        for one in citymatch.explain(frozen, result, left.id, right.id).reasons
    ]
    assert told
    codes = [town.id for town in (*frozen.left, *frozen.right)]
    assert [text for text in told if any(code in text for code in codes)] == []
    assert any("Kuldīga" in text for text in told)


def test_sentences_do_not_name_a_body_that_the_reader_may_not_know_of(
    made: Made, bodies: Bodies
) -> None:
    bodies.gulbene.level = "staff"
    bodies.gulbene.save()
    finished = Run.objects.get(pk=run(made).pk)
    names = reasons.names_for(finished, made.officer)
    assert names.town(bodies.gulbene.code) == "Gulbene"
    outside = reasons.names_for(
        finished, type(made.officer)(user_id=1, roles=frozenset({"expert"}))
    )
    assert outside.town(bodies.gulbene.code) == "a municipality that is not shown"
    assert outside.town(bodies.korop.code) == "Korop"
    assert market.EXISTING_PARTNERS in reasons.NOT_ELIGIBLE
