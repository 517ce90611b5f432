"""Runs: one at a time, once per run, in a process of its own, infeasible as a result."""

import os
import signal
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.db import IntegrityError, close_old_connections, connection, transaction
from django.urls import reverse
from django.utils import timezone

import citymatch
from mosty.core.history import history_of
from mosty.core.jobs import WorkState
from mosty.matching import domain, impossible, jobs, queries, reasons, solving
from mosty.matching.models import Pair, Run
from tests.matching.making import Made, run
from tests.people import Bodies, Cast

pytestmark = pytest.mark.process


def test_two_runs_started_at_the_same_moment_are_one(made: Made) -> None:
    first = domain.start_run(made.round, by=made.officer)
    second = domain.start_run(made.round, by=made.second)
    assert (second, second.author_name) == (first, made.officer.name)
    assert Run.objects.count() == 1


def test_second_run_at_work_is_refused_by_the_database(made: Made) -> None:
    first = domain.start_run(made.round, by=made.officer)
    first.pk, first.number = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_two_runs_started_in_two_connections_are_one(made: Made) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("threads share the tests' SQLite database in memory, which then locks tables")
    found: list[int] = []

    def start() -> None:
        found.append(domain.start_run(made.round, by=made.officer).pk)
        connection.close()

    threads = [threading.Thread(target=start) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    assert found == [Run.objects.get().pk] * 4


def test_approval_while_a_new_run_is_starting_is_refused(made: Made) -> None:
    run(made)
    domain.start_run(made.round, by=made.officer)
    made.round.refresh_from_db()
    with pytest.raises(domain.Refused, match="new run is under way"):
        domain.approve_round(made.round, by=made.second)
    assert (made.round.state, Pair.objects.filter(state="approved").count()) == ("draft", 0)


def test_approval_of_a_round_seen_before_the_new_run_started_is_refused(made: Made) -> None:
    run(made)
    seen = queries.visible_to(made.second).get(pk=made.round.pk)
    domain.start_run(made.round, by=made.officer)
    with pytest.raises(domain.Refused, match="new run is under way"):
        domain.approve_round(seen, by=made.second)


def test_job_that_runs_twice_stores_one_result(made: Made) -> None:
    finished = run(made)
    ended, pairs = finished.work_ended_at, list(finished.pairs.values_list("pk", flat=True))
    jobs.run_round.call(finished.pk)
    finished.refresh_from_db()
    assert finished.work_ended_at == ended
    assert list(finished.pairs.values_list("pk", flat=True)) == pairs


def test_two_workers_at_one_run_store_one_result(made: Made) -> None:
    waiting = domain.start_run(made.round, by=made.officer)
    other = Run.objects.get(pk=waiting.pk)
    assert waiting.begin_work("read")
    assert other.begin_work("read")
    assert jobs.work_on(waiting)
    assert not jobs.work_on(other)
    assert Pair.objects.filter(run=waiting).count() == 3


def test_run_whose_process_is_killed_ends_with_a_clear_message(made: Made) -> None:
    waiting = domain.start_run(made.round, by=made.officer)
    waiting.begin_work("read")
    assert not jobs.work_on(waiting, started=lambda pid: os.kill(pid, signal.SIGKILL))
    waiting.refresh_from_db()
    assert (waiting.work_state, waiting.status) == (WorkState.FAILED, "failed")
    assert reasons.work_error(waiting.work_error) == (
        "The solving process was ended from outside (signal 9), perhaps for want of memory. "
        "Nothing is lost: start the run again."
    )
    assert run(made).is_verified


def test_proposal_stands_again_when_the_next_run_is_killed(made: Made) -> None:
    first = run(made)
    waiting = domain.start_run(made.round, by=made.officer)
    waiting.begin_work("read")
    jobs.work_on(waiting, started=lambda pid: os.kill(pid, signal.SIGKILL))
    made.round.refresh_from_db()
    assert (made.round.state, made.round.current_run) == ("proposed", first)
    domain.approve_round(made.round, by=made.second)
    assert made.round.state == "approved"


def test_run_that_is_stopped_stores_nothing(made: Made) -> None:
    waiting = domain.start_run(made.round, by=made.officer)
    waiting.begin_work("read")

    def stop(_pid: int) -> None:
        assert domain.stop_run(Run.objects.get(pk=waiting.pk), by=made.second)

    assert not jobs.work_on(waiting, started=stop)
    waiting.refresh_from_db()
    assert waiting.work_error == "stopped:Second programme officer"
    assert (waiting.status, waiting.result, waiting.size) == ("stopped", None, None)
    assert Pair.objects.count() == 0
    entry = history_of(made.round, made.officer).get(verb="matching.stop_run")
    assert (entry.actor_name, entry.after["run"]) == (made.second.name, waiting.number)
    assert not domain.stop_run(waiting, by=made.second)


def test_solving_that_nobody_wants_any_more_is_killed(made: Made) -> None:
    market = domain.start_run(made.round, by=made.officer).market
    seen: list[int] = []
    with pytest.raises(solving.Stopped):
        solving.solve_apart(
            market,
            solving.Watch(
                is_wanted=lambda: False,
                started=seen.append,
                limits=solving.Limits(most=60, look_every=0.001),
            ),
        )
    with pytest.raises(ProcessLookupError):
        os.kill(seen[0], 0)


def test_solving_that_does_not_hear_is_killed_after_a_while(made: Made) -> None:
    market = domain.start_run(made.round, by=made.officer).market
    seen: list[int] = []

    def freeze(pid: int) -> None:
        seen.append(pid)
        os.kill(pid, signal.SIGSTOP)

    limits = solving.Limits(most=60, look_every=0.01, grace=0.2)
    began = time.monotonic()
    with pytest.raises(solving.Stopped):
        solving.solve_apart(
            market, solving.Watch(is_wanted=lambda: False, started=freeze, limits=limits)
        )
    assert time.monotonic() - began < 30
    with pytest.raises(ProcessLookupError):
        os.kill(seen[0], 0)


def test_solving_that_takes_too_long_is_ended(made: Made) -> None:
    market = domain.start_run(made.round, by=made.officer).market
    frozen = solving.Watch(
        started=lambda pid: os.kill(pid, signal.SIGSTOP),
        limits=solving.Limits(most=0.001, look_every=0.001, grace=0.01),
    )
    with pytest.raises(solving.SolvingFailed, match="too_long:0"):
        solving.solve_apart(market, frozen)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("code", "said", "sentence"),
    [
        (4, "citymatch: out of time; nothing was written", "took longer than 30 minutes"),
        (4, "citymatch: stopped; nothing was written", "ended from outside (signal 15)"),
        (-9, "", "ended from outside (signal 9), perhaps for want of memory"),
        (-11, "Segmentation fault", "broke off (signal 11)"),
        (1, "MemoryError", "too little memory"),
        (1, "ZeroDivisionError: division by zero", "stopped with an error (code 1)"),
        (2, "citymatch: market.json, row 1: no", "could not read the market: citymatch: market"),
    ],
)  # fmt: skip
def test_solving_that_ends_without_a_result_says_why(code: int, said: str, sentence: str) -> None:
    with pytest.raises(solving.SolvingFailed) as failure:
        solving._refuse(code, [said], solving.Limits())
    assert sentence in reasons.work_error(failure.value.code)


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT])
def test_run_whose_process_breaks_off_ends_with_a_clear_message(
    number: signal.Signals, made: Made
) -> None:
    waiting = domain.start_run(made.round, by=made.officer)
    waiting.begin_work("read")
    assert not jobs.work_on(waiting, started=lambda pid: os.kill(pid, number))
    waiting.refresh_from_db()
    assert (waiting.work_state, waiting.work_error) == (WorkState.FAILED, f"fault:{number.value}")


def test_solving_that_cannot_start_ends_with_a_clear_message(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = domain.start_run(made.round, by=made.officer)
    waiting.begin_work("read")
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert not jobs.work_on(waiting)
    waiting.refresh_from_db()
    assert waiting.work_error == "not_started"


def test_solving_of_a_broken_market_names_row_field_and_remedy(made: Made) -> None:
    market = dict(domain.start_run(made.round, by=made.officer).market)
    market["locked"] = [["nobody", "LV_0620200"]]
    with pytest.raises(solving.SolvingFailed) as failure:
        solving.solve_apart(market, solving.Watch())
    assert failure.value.code == (
        "input:citymatch: market.json, row 1, locked.left: there is no left town nobody; "
        "add it under left or take the line out"
    )


def test_progress_of_the_process_reaches_the_run(made: Made) -> None:
    waiting = domain.start_run(made.round, by=made.officer)
    told: list[tuple[str, float]] = []
    watch = solving.Watch(
        progress=lambda step, share: told.append((step, share)),
        limits=solving.Limits(tell_every=0),
    )
    result = solving.solve_apart(waiting.market, watch)
    assert result.status == "optimal"
    steps = [step for step, _share in told]
    assert steps == sorted(set(steps), key=steps.index)
    assert {"size", "floor", "score"} <= set(steps) <= set(reasons.WORK_STEPS)
    assert all(0 <= share <= 1 for _step, share in told)


def test_progress_is_told_at_most_every_so_often_and_the_newest_of_it(made: Made) -> None:
    market = domain.start_run(made.round, by=made.officer).market
    told: list[tuple[float, str]] = []
    watch = solving.Watch(
        progress=lambda step, share: told.append((time.monotonic(), step)),
        limits=solving.Limits(tell_every=3600),
    )
    solving.solve_apart(market, watch)
    assert len(told) == 1


def test_progress_of_a_run_that_was_stopped_changes_nothing(made: Made) -> None:
    waiting = domain.start_run(made.round, by=made.officer)
    waiting.begin_work("read")
    other = Run.objects.get(pk=waiting.pk)
    domain.stop_run(other, by=made.second)
    waiting.advance_work("floor", 0.4)
    waiting.refresh_from_db()
    assert (waiting.work_step, waiting.work_share) == ("read", 0.0)


def test_run_of_a_dead_worker_is_given_up(made: Made) -> None:
    waiting = domain.start_run(made.round, by=made.officer)
    Run.objects.filter(pk=waiting.pk).update(
        job_id="00000000-0000-0000-0000-000000000000",
        created_at=timezone.now() - timedelta(minutes=5),
    )
    jobs.find_lost_runs.call()
    waiting.refresh_from_db()
    assert (waiting.work_state, waiting.work_error) == (WorkState.FAILED, "abandoned")
    assert run(made).number == 2


def test_run_without_a_policy_or_participants_is_refused_with_the_remedy(
    made: Made,
) -> None:
    for row in queries.participants_of(made.round, "right"):
        domain.remove_participant(row, by=made.officer, reason="Not now.")
    with pytest.raises(domain.Refused, match="at least one municipality"):
        domain.start_run(made.round, by=made.officer)
    made.round.policy = None
    made.round.save()
    with pytest.raises(domain.Refused, match="Choose a policy first"):
        domain.start_run(made.round, by=made.officer)
    assert Run.objects.count() == 0


@pytest.mark.web
def test_stopped_run_is_called_stopped_on_its_page_and_in_the_list(cast: Cast, made: Made) -> None:
    waiting = domain.start_run(made.round, by=made.officer)
    client = cast.second_officer.client
    address = reverse("matching:run", args=[made.round.slug, waiting.number])
    assert "Stop this run" in client.get(address).text

    client.post(reverse("matching:stop_run", args=[made.round.slug, waiting.number]))

    page = client.get(address)
    assert page.context["state_text"] == "Stopped"
    assert "Second programme officer stopped this run." in page.text
    rows = client.get(reverse("matching:runs", args=[made.round.slug])).context["rows"]
    assert [row["state"] for row in rows] == ["Stopped"]


@pytest.fixture
def impossible_run(made: Made, bodies: Bodies) -> Run:
    """The Latvian association must get four pairs with three towns."""
    domain.set_quota(made.round, bodies.latvian_association, by=made.officer, least=4, most=None)
    return run(made)


def test_infeasible_market_is_a_result_with_conflict_and_way_out(
    made: Made, impossible_run: Run
) -> None:
    assert (impossible_run.work_state, impossible_run.status) == (WorkState.DONE, "infeasible")
    assert impossible_run.verify_problems == []
    assert (made.round.state, made.round.current_run) == ("draft", None)
    found = impossible.way_out(impossible_run, made.round, made.officer)
    assert found is not None
    association = "Latvian Association of Local and Regional Governments"
    said = [bound.sentence for bound in found.bounds]
    assert f"{association} must get at least 4 pairs" in said
    quota = made.round.quotas.get()
    assert [(step.sentence, step.url) for step in found.advice] == [
        (
            f"Lower the quota of {association}: at least 3 instead of 4.",
            f"/rounds/round-1/quotas/{quota.pk}/",
        )
    ]
    assert found.cost == 1


def test_infeasible_market_is_shown_in_sentences_that_lead_to_the_quota(
    impossible_run: Run, cast: Cast, made: Made
) -> None:
    page = cast.officer.client.get("/rounds/round-1/runs/1/").content.decode()
    assert "No match meets all bounds" in page
    assert "at least 3 instead of 4." in page
    assert f'href="/rounds/round-1/quotas/{made.round.quotas.get().pk}/"' in page


def test_infeasible_market_can_be_met_after_the_advice(
    made: Made, impossible_run: Run, bodies: Bodies
) -> None:
    domain.set_quota(made.round, bodies.latvian_association, by=made.officer, least=3, most=None)
    again = run(made)
    assert (again.status, again.size, made.round.state) == ("optimal", 3, "proposed")


def test_regrets_of_a_run_are_those_of_solving_again(made: Made) -> None:
    finished = run(made)
    market, result = queries.market_of(finished), queries.result_of(finished)
    assert result is not None
    stored = {(left, right) for left, row in (finished.regrets or {}).items() for right in row}
    assert stored == {pair.key for pair in market.pairs}
    for left, right in stored:
        found = citymatch.regret(market, result, left, right)
        row = queries.regret_of(finished, left, right)
        assert row is not None
        assert (row["status"], row["d_size"], row["d_floor"], row["d_score"]) == (
            found.status, found.d_size, found.d_floor, found.d_score,
        )  # fmt: skip
