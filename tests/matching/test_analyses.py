"""A second look at a result: how firm its pairs are, what it compares with, shown as it comes."""

import os
import re
import signal
from typing import Any

import pytest
from django.urls import reverse

import citymatch
from mosty.core.access import SYSTEM
from mosty.core.jobs import WorkState
from mosty.core.publication import Level
from mosty.matching import domain, exports, jobs, queries, reasons, solving
from mosty.matching.board import analysis as board
from mosty.matching.models import Analysis, Run
from tests.matching.making import Made, approve, make_many, run
from tests.people import Bodies, Cast


@pytest.fixture
def analysed(made: Made, settings: Any) -> Analysis:
    """A run whose second look is done."""
    settings.ANALYSE_RUNS = True
    return Analysis.objects.get(run=run(made))


@pytest.fixture
def waiting(made: Made) -> Analysis:
    """A run whose second look waits for a worker."""
    return domain.begin_analysis(run(made))


def page(made: Made, cast: Cast, **query: str) -> Any:
    return cast.officer.client.get(reverse("matching:board", args=[made.round.slug]), query)


def part(made: Made, client: Any, **query: str) -> Any:
    address = reverse("matching:analysis", args=[made.round.slug])
    return client.get(address, query, headers={"HX-Request": "true"})


def test_analysis_is_what_the_engine_says_about_the_frozen_market(analysed: Analysis) -> None:
    assert (analysed.work_state, analysed.problems) == (WorkState.DONE, {})
    assert set(analysed.answers) == set(solving.PARTS)
    result = queries.result_of(analysed.run)
    assert result is not None
    market = queries.market_of(analysed.run)
    found = citymatch.robust(market, result, runs=500, sigma=0.25, seed=1)
    assert analysed.answers["robust"]["pairs"] == [
        {"left": row.left, "right": row.right, "runs": row.runs, "share": row.runs / 500}
        for row in found.pairs
    ]
    shown = board.survivals(analysed)
    assert {key: survival.runs for key, survival in shown.items()} == {
        (row.left, row.right): row.runs for row in [*found.pairs, *found.rivals]
    }


def test_analysis_is_not_begun_where_it_is_switched_off(made: Made) -> None:
    run(made)
    assert Analysis.objects.count() == 0


def test_analysis_of_an_impossible_round_is_refused(made: Made, bodies: Bodies) -> None:
    domain.set_quota(made.round, bodies.latvian_association, by=made.officer, least=4, most=None)
    with pytest.raises(domain.Refused):
        domain.begin_analysis(run(made))


def test_analysis_asked_for_twice_is_one(analysed: Analysis, made: Made) -> None:
    before = analysed.work_ended_at
    again = jobs.analyse(analysed.run, by=made.officer)
    jobs.analyse_run.call(analysed.pk)
    again.refresh_from_db()
    assert (again.pk, again.work_ended_at) == (analysed.pk, before)
    assert Analysis.objects.count() == 1


def test_analysis_whose_worker_died_goes_on_where_it_was(waiting: Analysis) -> None:
    waiting.begin_work()
    kept = {"format": "citymatch.robustness/1"}
    domain.store_answer(waiting, "robust", kept)
    jobs.analyse_run.call(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.answers["robust"], waiting.work_state) == (kept, WorkState.DONE)
    assert set(waiting.answers) == set(solving.PARTS)


@pytest.mark.process
def test_analysis_whose_process_is_killed_says_so_and_can_be_tried_again(
    waiting: Analysis, made: Made, cast: Cast
) -> None:
    waiting.begin_work()
    jobs.think_over(waiting, started=lambda pid: os.kill(pid, signal.SIGKILL))
    waiting.refresh_from_db()
    assert waiting.problems == dict.fromkeys(solving.PARTS, "killed:9")
    assert (waiting.answers, waiting.work_state) == ({}, WorkState.DONE)
    made.round.refresh_from_db()
    shown = page(made, cast)
    assert "Not everything could be worked out" in shown.text
    assert shown.context["analysis"].problems == (reasons.work_error("killed:9"),)

    cast.second_officer.client.post(reverse("matching:analyse", args=[made.round.slug]))

    waiting.refresh_from_db()
    assert (waiting.problems, set(waiting.answers)) == ({}, set(solving.PARTS))


def test_analysis_that_no_worker_comes_back_to_is_given_up(waiting: Analysis) -> None:
    Analysis.objects.update(job_id="00000000-0000-0000-0000-000000000000")
    jobs.find_lost_runs.call()
    waiting.refresh_from_db()
    assert (waiting.work_state, waiting.work_error) == (WorkState.FAILED, "abandoned")
    again = jobs.analyse(waiting.run, by=SYSTEM)
    assert (again.work_state, again.work_error) == (WorkState.DONE, "")


def test_analysis_of_a_round_that_is_gone_is_no_fault(waiting: Analysis) -> None:
    Analysis.objects.all().delete()
    jobs.analyse_run.call(waiting.pk)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("runs", "percent"),
    [(0, "0"), (1, "1"), (2, "1"), (3, "1"), (244, "49"), (498, "99"), (499, "99"), (500, "100")],
)
def test_survival_is_all_or_nothing_only_when_it_is(runs: int, percent: str) -> None:
    assert board.Survival(runs, 500).percent == percent


@pytest.mark.web
def test_board_shows_how_often_each_pair_stands(analysed: Analysis, made: Made, cast: Cast) -> None:
    shown = page(made, cast)
    known = {
        (row["left"], row["right"]): row["runs"] for row in analysed.answers["robust"]["pairs"]
    }
    rows = shown.context["rows"]
    assert {(row.left.code, row.right.code): row.survival.runs for row in rows} == known
    panel = shown.context["panel"]
    runs = known[panel.left.code, panel.right.code]
    said = f"It stands in {runs} of 500 runs with weights varied by chance."
    assert (shown.context["holds"], said in shown.text) == (said, True)
    firm = sum(runs >= 450 for runs in known.values())
    figures = dict(shown.context["analysis"].firmness.figures)
    assert figures["Firm pairs"] == f"{firm} of {len(known)}"


@pytest.mark.web
def test_board_compares_with_what_the_engine_gives_otherwise(
    cast: Cast, bodies: Bodies, settings: Any
) -> None:
    settings.ANALYSE_RUNS = True
    many = make_many(cast, bodies, 8)
    finished = run(many)
    market, result = queries.market_of(finished), queries.result_of(finished)
    assert result is not None
    found, less = citymatch.stability(market, result), citymatch.fewer(market, result)
    reference = found.deferred_acceptance

    shown = {line.title: line for line in page(many, cast).context["analysis"].comparisons}

    assert list(shown) == [
        "Deferred acceptance", "Who would rather have each other", "1 pair fewer",
    ]  # fmt: skip
    deferred = dict(shown["Deferred acceptance"].figures)
    assert deferred["Floor"].split(" (")[0] == reasons.points(reference.floor or 0)
    assert deferred["Sum of scores"].split(" (")[0] == reasons.points(reference.score)
    worst = min(
        (pair for pair in market.pairs if pair.key in set(reference.pairs)),
        key=lambda pair: (min(pair.left_view, pair.right_view), pair.key),
    )
    names = reasons.names_for(finished, many.officer)
    assert names.pair(worst.key) in shown["Deferred acceptance"].notes[0]
    rather = dict(shown["Who would rather have each other"].figures)
    assert rather["Such pairs"] == str(len(found.blocking))
    fewer = dict(shown["1 pair fewer"].figures)
    assert fewer["Pairs"] == f"{less.size} (\N{MINUS SIGN}1)"
    assert fewer["Floor"].split(" (")[0] == reasons.points(less.floor or 0)


@pytest.mark.web
def test_board_panel_counts_equal_alternatives(made: Made, cast: Cast) -> None:
    finished = run(made)
    market, result = queries.market_of(finished), queries.result_of(finished)
    assert result is not None
    for pair in result.pairs:
        shown = page(made, cast, left=pair.left, right=pair.right)
        counts = [
            reason.params["count"]
            for reason in citymatch.explain(market, result, pair.left, pair.right).reasons
            if reason.code == "equal_alternative"
        ]
        said = [f"Equal alternatives: {count}." in shown.text for count in counts if count]
        assert said == [True] * len(said)


@pytest.mark.web
def test_board_without_a_second_look_offers_it_to_officers_only(made: Made, cast: Cast) -> None:
    approve(made)
    address = reverse("matching:board", args=[made.round.slug])
    offered = {
        person.key: reverse("matching:analyse", args=[made.round.slug])
        in person.client.get(address).text
        for person in (cast.officer, cast.funder)
    }
    assert offered == {"officer": True, "funder": False}


@pytest.mark.web
def test_board_asks_again_while_it_is_worked_out_and_then_fills_the_table(
    waiting: Analysis, made: Made, cast: Cast
) -> None:
    made.round.refresh_from_db()
    waiting.begin_work()
    waiting.advance_work("robust", 0.3)
    client = cast.officer.client
    shown = page(made, cast)
    asked = f"{reverse('matching:analysis', args=[made.round.slug])}?run={waiting.run.number}"
    assert shown.text.count(f'hx-get="{asked}"') == 1
    assert "Solving again under weights that vary, 30 %" in " ".join(shown.text.split())
    still = part(made, client, run=str(waiting.run.number))
    assert ('hx-trigger="every 2s"' in still.text, "hx-swap-oob" in still.text) == (True, False)

    jobs.think_over(waiting)

    done = part(made, client, run=str(waiting.run.number))
    assert "hx-trigger" not in done.text
    swapped = set(re.findall(r'id="holds-(\d+)" hx-swap-oob="true"', done.text))
    assert swapped == {str(pk) for pk in waiting.run.pairs.values_list("pk", flat=True)}


@pytest.mark.web
def test_board_part_of_an_older_run_makes_the_page_new(
    analysed: Analysis, made: Made, cast: Cast
) -> None:
    run(made)
    answer = part(made, cast.officer.client, run=str(analysed.run.number))
    assert answer.headers["HX-Refresh"] == "true"


@pytest.mark.web
def test_board_sentence_about_two_towns_tells_nothing_of_one_that_is_withheld(
    analysed: Analysis, made: Made, cast: Cast
) -> None:
    approve(made)
    pair = made.round.current_run.pairs.first()
    ends = {"left": pair.left.code, "right": pair.right.code}
    assert "of 500 runs" in part(made, cast.funder.client, **ends).text
    pair.right.level = Level.STAFF
    pair.right.save(update_fields=["level"])
    assert "of 500 runs" not in part(made, cast.funder.client, **ends).text
    whole = part(made, cast.funder.client).text
    assert pair.right.label_en not in whole
    assert f'id="holds-{pair.pk}"' not in whole


@pytest.mark.web
def test_board_part_without_htmx_leads_to_the_board(
    analysed: Analysis, made: Made, cast: Cast
) -> None:
    answer = cast.officer.client.get(reverse("matching:analysis", args=[made.round.slug]))
    assert answer.url == reverse("matching:board", args=[made.round.slug]) + "#analysis"


def test_file_of_pairs_holds_the_share_of_the_table(analysed: Analysis, made: Made) -> None:
    column = exports.head(analysed.run).index("Firm, % of 500 runs")
    lines = list(exports.lines(analysed.run, made.officer))
    shown = board.survivals(analysed)
    assert [line[column] for line in lines] == [
        round(shown[line[1], line[3]].runs / 5, 1) for line in lines
    ]


@pytest.mark.web
@pytest.mark.parametrize("count", [6, 30])
def test_board_with_a_second_look_asks_a_bounded_number_of_queries(
    count: int,
    cast: Cast,
    bodies: Bodies,
    settings: Any,
    django_assert_max_num_queries: Any,
) -> None:
    settings.ANALYSE_RUNS = True
    many = make_many(cast, bodies, count)
    run(many)
    client = cast.officer.client
    with django_assert_max_num_queries(25):
        shown = client.get(reverse("matching:board", args=[many.round.slug]))
    assert len(shown.context["analysis"].cells) == count
    with django_assert_max_num_queries(25):
        part(many, client)
    assert Run.objects.count() == 1
