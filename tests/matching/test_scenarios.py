"""Scenarios: other weights on the same round, compared side by side, never approved."""

import csv
import io
import os
import signal
from typing import Any

import pytest
from django.urls import reverse

import citymatch
from mosty.core.history import history_of
from mosty.core.jobs import WorkState
from mosty.core.pictures.places import BridgeState
from mosty.core.texts import Text
from mosty.matching import domain, jobs, queries
from mosty.matching.board import side_by_side as sides
from mosty.matching.models import Pair, Policy, Run, Scenario
from tests.matching.making import WEIGHTS, Made, make_many, run
from tests.people import Bodies, Cast

# What is near weighs most: other pairs than by needs.
NEAR = {"left": {"distance": 90, "size": 10}, "right": {"distance": 90, "size": 10}}
WHY = Text.of(en="Would shorter ways change much?", uk="Чи змінили б щось коротші відстані?")


def tried(made: Made, name: str = "Near", **values: Any) -> Scenario:
    given = {"weights": NEAR, "rationale": WHY, "name": name, **values}
    return jobs.add_scenario(made.round, by=made.officer, **given)


def page_of(name: str, made: Made, **more: Any) -> str:
    return reverse(f"matching:{name}", kwargs={"slug": made.round.slug, **more})


def test_scenario_is_solved_under_its_weights_and_leaves_the_round_alone(made: Made) -> None:
    before = run(made)
    made.round.refresh_from_db()
    stood = (made.round.state, made.round.revision, made.round.current_run_id)

    found = tried(made)

    assert (found.status, found.is_verified) == ("optimal", True)
    result = queries.result_of(found)
    assert result is not None
    expected = citymatch.solve(queries.market_of(found))
    assert (result.pairs, result.floor, result.score) == (
        expected.pairs, expected.floor, expected.score,
    )  # fmt: skip
    made.round.refresh_from_db()
    assert (made.round.state, made.round.revision, made.round.current_run_id) == stood
    assert set(Pair.objects.values_list("run_id", flat=True)) == {before.pk}
    assert (Run.objects.count(), Policy.objects.count()) == (1, 1)


def test_scenario_takes_over_participants_preferences_and_decisions(made: Made) -> None:
    domain.add_override(
        made.round, "veto", left=made.left[0], right=made.right[0], reason="No", by=made.officer
    )
    of_run, of_scenario = queries.market_of(run(made)), queries.market_of(tried(made))
    assert (of_scenario.left, of_scenario.right) == (of_run.left, of_run.right)
    assert (of_scenario.vetoed, of_scenario.quotas) == (of_run.vetoed, of_run.quotas)
    assert of_scenario.policy.tie_key == of_run.policy.tie_key
    assert {pair.key for pair in of_scenario.pairs} == {pair.key for pair in of_run.pairs}
    assert of_scenario.pairs != of_run.pairs


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"name": "  "}, "Give the scenario a name"),
        ({"rationale": Text()}, "Say what you want to find out"),
        ({"weights": WEIGHTS}, "Nothing differs from the policy"),
        ({"weights": {"left": {}, "right": {}}}, "at least one criterion"),
        ({"absolute_floor": 1_000_001}, "between 0 and 100"),
        ({"stages": ["score", "size"]}, "their order is fixed"),
    ],
)
def test_scenario_that_says_nothing_is_refused(
    values: dict[str, Any], why: str, made: Made
) -> None:
    with pytest.raises(domain.Refused, match=why):
        tried(made, **values)
    assert Scenario.objects.count() == 0


@pytest.mark.process
def test_scenario_is_stopped_and_tried_again(made: Made) -> None:
    waiting = domain.add_scenario(
        made.round, by=made.officer, name="Near", weights=NEAR, rationale=WHY
    )
    waiting.begin_work("read")

    def stop(_pid: int) -> None:
        assert domain.stop_scenario(Scenario.objects.get(pk=waiting.pk), by=made.second)

    assert not jobs.work_on(waiting, started=stop)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.result) == ("stopped", None)
    assert history_of(made.round, made.officer).filter(verb="matching.stop_scenario").count() == 1
    assert not domain.stop_scenario(waiting, by=made.second)

    again = jobs.rerun_scenario(waiting, by=made.second)
    assert (again.status, again.work_state, again.work_error) == ("optimal", WorkState.DONE, "")


@pytest.mark.process
def test_scenario_whose_process_is_killed_says_so(made: Made) -> None:
    waiting = domain.add_scenario(
        made.round, by=made.officer, name="Near", weights=NEAR, rationale=WHY
    )
    waiting.begin_work("read")
    assert not jobs.work_on(waiting, started=lambda pid: os.kill(pid, signal.SIGKILL))
    waiting.refresh_from_db()
    assert (waiting.status, waiting.work_error) == ("failed", "killed:9")


def test_scenario_tried_again_follows_the_round(made: Made) -> None:
    found = tried(made)
    domain.remove_participant(
        queries.participants_of(made.round, "right").first(), by=made.officer, reason="Not now."
    )
    again = jobs.rerun_scenario(found, by=made.officer)
    made.round.refresh_from_db()
    assert (again.size, again.revision) == (2, made.round.revision)


def test_scenario_taken_over_is_a_version_with_its_rationale_and_then_a_normal_run(
    made: Made,
) -> None:
    run(made)
    found = tried(made, absolute_floor=10_000)

    policy = domain.adopt_scenario(found, by=made.second)

    made.round.refresh_from_db()
    assert (policy.number, policy.rationale, made.round.policy) == (2, WHY, policy)
    assert queries.policy_diff(policy, found) == []
    assert not queries.stands(made.round)
    following = run(made)
    assert (following.policy, following.input_sha256) == (policy, found.input_sha256)
    assert (following.size, following.score) == (found.size, found.score)
    # Four eyes hold as ever: it is the run that is approved.
    domain.approve_round(made.round, by=made.second)


def test_scenario_taken_over_twice_writes_one_version(made: Made) -> None:
    found = tried(made)
    first = domain.adopt_scenario(found, by=made.officer)
    assert domain.adopt_scenario(found, by=made.second) == first
    assert Policy.objects.count() == 2


def test_scenario_of_an_approved_round_is_tried_but_not_taken_over(made: Made) -> None:
    run(made)
    domain.approve_round(made.round, by=made.second)
    made.round.refresh_from_db()
    found = tried(made)
    assert found.status == "optimal"
    with pytest.raises(domain.Refused):
        domain.adopt_scenario(found, by=made.officer)
    assert Policy.objects.count() == 1


def test_scenario_that_no_worker_comes_back_to_is_given_up(made: Made) -> None:
    waiting = domain.add_scenario(
        made.round, by=made.officer, name="Near", weights=NEAR, rationale=WHY
    )
    Scenario.objects.filter(pk=waiting.pk).update(
        job_id="00000000-0000-0000-0000-000000000000", created_at="2026-01-01T00:00:00Z"
    )
    jobs.find_lost_runs.call()
    waiting.refresh_from_db()
    assert (waiting.status, waiting.work_error) == ("failed", "abandoned")


def plans(made: Made, found: Scenario) -> tuple[sides.Plan, sides.Plan]:
    made.round.refresh_from_db()
    current = made.round.current_run
    assert current is not None
    one, other = sides.plan_of_run(made.round, current), sides.plan_of_scenario(made.round, found)
    assert one is not None
    assert other is not None
    return one, other


def test_side_by_side_judges_each_result_by_both_policies(cast: Cast, bodies: Bodies) -> None:
    many = make_many(cast, bodies, 8)
    run(many)
    one, other = plans(many, tried(many))

    for result, market in (
        (one.result, one.market), (one.result, other.market),
        (other.result, one.market), (other.result, other.market),
    ):  # fmt: skip
        # The engine, made to take exactly these pairs, is the judge of the judge.
        held = citymatch.solve(
            citymatch.market_from_json(
                citymatch.market_to_json(market) | {
                    "pairs": [row for row in citymatch.market_to_json(market)["pairs"]
                              if (row["left"], row["right"]) in {p.key for p in result.pairs}],
                }
            )
        )  # fmt: skip
        judged = sides.judge(result, market)
        assert (judged.size, judged.floor, judged.score, judged.impossible) == (
            held.size, held.floor, held.score, 0,
        )  # fmt: skip
    own, foreign = sides.judge(one.result, one.market), sides.judge(other.result, one.market)
    assert (own.floor or 0) >= (foreign.floor or 0)


def test_side_by_side_counts_pairs_that_the_other_policy_does_not_allow(made: Made) -> None:
    run(made)
    one, other = plans(made, tried(made, absolute_floor=300_000))
    judged = sides.judge(one.result, other.market)
    by_key = {pair.key: pair for pair in other.market.pairs}
    below = [
        pair for pair in one.result.pairs
        if min(by_key[pair.key].left_view, by_key[pair.key].right_view) < 300_000
    ]  # fmt: skip
    kept = sum(by_key[p.key].score for p in one.result.pairs if p not in below)
    assert (judged.impossible, judged.score) == (len(below), kept)


def test_side_by_side_sorts_pairs_into_both_and_each_alone(made: Made) -> None:
    run(made)
    one, other = plans(made, tried(made))
    found = sides.compare(one, other, made.officer)
    keys = {
        state: {(link.left.code, link.right.code) for link in links}
        for state, links in (
            ("both", found.both), ("one", found.only_one), ("other", found.only_other),
        )
    }  # fmt: skip
    ones = {pair.key for pair in one.result.pairs}
    others = {pair.key for pair in other.result.pairs}
    assert keys == {"both": ones & others, "one": ones - others, "other": others - ones}
    assert {bridge.state for bridge in found.map.bridges} <= set(BridgeState)
    assert len(found.map.bridges) == len(ones | others)
    marked = {row.label for row in found.weights if row.left.differs}
    assert {"Distance", "Needs met"} <= marked


@pytest.mark.web
def test_scenario_is_made_seen_compared_taken_over_and_taken_away(cast: Cast, made: Made) -> None:
    run(made)
    client = cast.officer.client
    empty = client.get(page_of("scenarios", made))
    assert "No scenario yet" in empty.text

    form = client.get(page_of("add_scenario", made)).context["form"]
    given = {name: field.initial for name, field in form.fields.items() if field.initial}
    given |= {"left_distance": "80", "name": "Near", "rationale_en": "To see."}
    given["absolute_floor"] = "0"
    answer = client.post(page_of("add_scenario", made), given)
    assert answer.url == page_of("scenario", made, number=1)
    page = client.get(answer.url)
    assert (page.context["state_text"], page.context["title"]) == ("Verified", "Near")
    beside = client.get(page.context["compare_url"])
    assert [group.title for group in beside.context["found"].groups] == [
        "Each by its own weights",
        "Both by the weights of “Run 1, policy version 1”",
        "Both by the weights of “Near”",
    ]
    rows = client.get(page_of("scenarios", made)).context["rows"]
    assert [row["scenario"].name for row in rows] == ["Near"]
    taken = client.post(page_of("adopt_scenario", made, number=1), follow=True)
    assert "The round now uses version 2 of the policy." in taken.text
    assert Policy.objects.get(number=2).weights["left"]["distance"] == 80.0
    client.post(page_of("remove_scenario", made, number=1))
    assert Scenario.objects.count() == 0


@pytest.mark.web
def test_side_by_side_file_holds_the_rows_of_the_page(cast: Cast, made: Made) -> None:
    run(made)
    tried(made)
    client = cast.officer.client
    page = client.get(page_of("side_by_side", made), {"one": "run", "other": "1"})
    answer = client.get(page.context["exports"][0][1])
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    assert head[6:] == [
        "Score by the weights of “Run 1, policy version 1”", "Score by the weights of “Near”",
    ]  # fmt: skip
    links = page.context["found"].links
    assert [(row[1], row[3]) for row in rows] == [(x.left.code, x.right.code) for x in links]


@pytest.mark.web
@pytest.mark.parametrize("query", [{"one": "9"}, {"one": "run", "other": "x"}, {"other": "-1"}])
def test_side_by_side_of_what_is_not_there_is_not_found(
    query: dict[str, str], cast: Cast, made: Made
) -> None:
    run(made)
    tried(made)
    assert cast.officer.client.get(page_of("side_by_side", made), query).status_code == 404


@pytest.mark.web
def test_side_by_side_without_two_results_says_what_is_needed(cast: Cast, made: Made) -> None:
    page = cast.officer.client.get(page_of("side_by_side", made))
    assert (page.context["found"], "Two results are needed" in page.text) == (None, True)
    answer = cast.officer.client.get(page_of("side_by_side_file", made, suffix="csv"))
    assert answer.status_code == 404


@pytest.mark.web
def test_scenario_at_work_shows_its_progress_and_can_be_stopped(cast: Cast, made: Made) -> None:
    waiting = domain.add_scenario(
        made.round, by=made.officer, name="Near", weights=NEAR, rationale=WHY
    )
    waiting.begin_work("floor")
    waiting.advance_work("floor", 0.4)
    client = cast.second_officer.client
    page = client.get(page_of("scenario", made, number=1))
    assert "40&nbsp;%" in page.text
    part = client.get(page_of("scenario", made, number=1), headers={"HX-Request": "true"})
    assert (part.templates[0].name, "HX-Refresh" in part) == ("parts/progress.html", False)
    client.post(page_of("stop_scenario", made, number=1))
    page = client.get(page_of("scenario", made, number=1))
    assert page.context["state_text"] == "Stopped"


@pytest.mark.web
@pytest.mark.parametrize("count", [6, 30])
def test_pages_of_scenarios_ask_a_bounded_number_of_queries(
    count: int, cast: Cast, bodies: Bodies, django_assert_max_num_queries: Any
) -> None:
    many = make_many(cast, bodies, count)
    run(many)
    for number in range(3):
        tried(many, f"Near {number}", absolute_floor=number)
    client = cast.officer.client
    for address in (
        page_of("scenarios", many), page_of("scenario", many, number=2),
        page_of("side_by_side", many), page_of("add_scenario", many),
        page_of("side_by_side_file", many, suffix="xlsx"),
    ):  # fmt: skip
        with django_assert_max_num_queries(25):
            assert client.get(address).status_code == 200
