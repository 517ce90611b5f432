"""From an opened round to agreed pairs: states, who may, what stays."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from mosty.core.access import NotAllowed
from mosty.core.history import HistoryEntry
from mosty.core.panels import tasks_for
from mosty.core.states import WrongState, table
from mosty.core.versions import versions_of
from mosty.matching import domain, jobs, queries, rules
from mosty.matching.models import PAIR, ROUND, Notice, Override, Pair, Run
from mosty.partnerships.models import Partnership
from tests.matching.making import Made, approve, run
from tests.people import Bodies, Cast


def test_round_workflow_is_the_written_table() -> None:
    assert list(table(ROUND)) == [
        ("draft", "matching.propose_round", "proposed", "matching.finish_run", False),
        ("proposed", "matching.reopen_round", "draft", "matching.reopen_round", True),
        ("proposed", "matching.approve_round", "approved", "matching.approve_round", False),
        ("approved", "matching.close_round", "closed", "matching.close_round", True),
    ]


def test_pair_workflow_is_the_written_table() -> None:
    assert list(table(PAIR)) == [
        ("proposed", "matching.approve_pair", "approved", "matching.approve_round", False),
        ("approved", "matching.agree_pair", "agreed", "matching.agree_pair", True),
        ("agreed", "matching.retract_pair", "approved", "matching.agree_pair", True),
    ]


def test_run_of_a_prepared_round_is_verified_and_proposed(made: Made) -> None:
    finished = run(made)
    assert (finished.status, finished.verify_problems, finished.size) == ("optimal", [], 3)
    assert made.round.state == "proposed"
    assert made.round.current_run == finished
    pairs = set(finished.pairs.values_list("left__label_en", "right__label_en"))
    assert pairs == {("Chuhuiv", "Kuldīga"), ("Korop", "Gulbene"), ("Lozova", "Talsi")}
    assert set(finished.pairs.values_list("state", flat=True)) == {"proposed"}


def test_parts_of_each_stored_pair_add_up_to_its_views(made: Made) -> None:
    for pair in run(made).pairs.all():
        assert sum(part["left"] for part in pair.parts.values()) == pair.left_view
        assert sum(part["right"] for part in pair.parts.values()) == pair.right_view


def test_themes_of_a_pair_are_what_one_needs_and_the_other_offers(made: Made) -> None:
    pair = run(made).pairs.get(left__label_en="Chuhuiv")
    assert pair.themes == {"left": ["water", "energy"], "right": ["culture"]}


@pytest.mark.parametrize("who", ["latvia", "chuhuiv", "expert", "funder", "stranger"])
def test_running_a_round_is_refused_to_everybody_but_officers(
    made: Made, cast: Cast, who: str
) -> None:
    with pytest.raises(NotAllowed):
        jobs.start_run(made.round, by=getattr(cast, who).actor)
    assert Run.objects.count() == 0


def test_approval_by_the_author_of_the_run_is_refused(made: Made) -> None:
    run(made)
    with pytest.raises(NotAllowed):
        domain.approve_round(made.round, by=made.officer)
    made.round.refresh_from_db()
    assert made.round.state == "proposed"
    assert rules.obstacles(made.round, made.officer) == ["own_run"]


def test_approval_by_the_author_of_an_override_is_refused(made: Made, bodies: Bodies) -> None:
    domain.add_override(
        made.round, "veto", left=bodies.chuhuiv, right=bodies.kuldiga, reason="Asked for another.",
        by=made.second,
    )  # fmt: skip
    run(made)
    assert rules.obstacles(made.round, made.second) == ["own_override"]
    with pytest.raises(NotAllowed):
        domain.approve_round(made.round, by=made.second)


def test_approval_by_the_author_of_a_used_and_then_withdrawn_override_is_refused(
    made: Made, bodies: Bodies
) -> None:
    override = domain.add_override(
        made.round, "veto", left=bodies.chuhuiv, right=bodies.kuldiga, reason="Asked for another.",
        by=made.second,
    )  # fmt: skip
    run(made)
    domain.withdraw_override(override, by=made.officer, reason="They changed their mind.")
    made.round.refresh_from_db()
    assert rules.obstacles(made.round, made.second) == ["own_override", "changed_since"]
    with pytest.raises(NotAllowed):
        domain.approve_round(made.round, by=made.second)


def test_approval_after_a_run_without_the_withdrawn_override_is_open_to_its_author(
    made: Made, bodies: Bodies
) -> None:
    override = domain.add_override(
        made.round, "veto", left=bodies.chuhuiv, right=bodies.kuldiga, reason="Asked for another.",
        by=made.second,
    )  # fmt: skip
    domain.withdraw_override(override, by=made.second, reason="They changed their mind.")
    run(made)
    domain.approve_round(made.round, by=made.second)
    assert made.round.state == "approved"


@pytest.mark.parametrize("who", ["latvia", "chuhuiv", "kuldiga", "expert", "funder", "stranger"])
def test_approval_by_anybody_but_an_officer_is_refused(made: Made, cast: Cast, who: str) -> None:
    run(made)
    with pytest.raises(NotAllowed):
        domain.approve_round(made.round, by=getattr(cast, who).actor)


def test_approval_is_a_persons_and_never_the_sites(made: Made) -> None:
    run(made)
    with pytest.raises(NotAllowed):
        domain.approve_round(made.round, by=domain.running.SYSTEM)


def test_approval_by_the_second_officer_freezes_and_tells(made: Made, cast: Cast) -> None:
    finished = approve(made)
    assert made.round.state == "approved"
    assert made.round.approved_by == cast.second_officer.user
    assert set(finished.pairs.values_list("state", flat=True)) == {"approved"}
    version = versions_of(made.round).get()
    assert version.is_intact()
    assert version.content["result"] == finished.result
    assert version.content["market"] == finished.market
    told = Notice.objects.get()
    assert (told.user, told.kind, told.sent_at) == (cast.officer.user, "approved", None)


def test_notices_are_mailed_once_in_the_readers_language(made: Made, cast: Cast) -> None:
    cast.officer.user.language = "uk"
    cast.officer.user.save()
    approve(made)
    jobs.send_notices.call()
    jobs.send_notices.call()
    (letter,) = mail.outbox
    assert letter.to == [cast.officer.user.email]
    assert letter.subject == "Схвалено: Перший раунд"
    assert "Second programme officer" in letter.body
    assert Notice.objects.get().sent_at is not None


def test_notice_of_an_approval_is_a_task_on_my_desk_for_two_weeks(made: Made) -> None:
    approve(made)
    (task,) = tasks_for(made.officer)
    assert (str(task.title), task.about) == ("The round was approved", "Round one")
    Notice.objects.update(at=timezone.now() - timedelta(days=15))
    assert tasks_for(made.officer) == []


def test_proposal_waits_on_the_desk_of_whoever_may_approve_it(made: Made) -> None:
    run(made)
    assert tasks_for(made.officer) == []
    (task,) = tasks_for(made.second)
    assert task.url == "/rounds/round-1/approval/"


def test_approval_of_a_changed_round_is_refused(made: Made, bodies: Bodies) -> None:
    run(made)
    domain.set_quota(made.round, bodies.latvian_association, by=made.officer, least=0, most=2)
    assert rules.obstacles(made.round, made.second) == ["changed_since"]
    with pytest.raises(domain.Refused, match="changed since"):
        domain.approve_round(made.round, by=made.second)
    assert Pair.objects.filter(state="approved").count() == 0


def test_approval_of_a_spoiled_result_is_refused(made: Made) -> None:
    finished = run(made)
    pair = finished.pairs.first()
    assert pair is not None
    Pair.objects.filter(pk=pair.pk).update(score=pair.score + 1)
    with pytest.raises(domain.Refused, match="stored pairs are not those of the result"):
        domain.approve_round(made.round, by=made.second)
    made.round.refresh_from_db()
    assert made.round.state == "proposed"


def test_approval_of_a_market_that_was_changed_afterwards_is_refused(made: Made) -> None:
    finished = run(made)
    queries.market_of(finished)
    market = dict(finished.market)
    market["quotas"] = [{"group": "country:LV", "min": 0, "max": 9}]
    Run.objects.filter(pk=finished.pk).update(market=market)
    with pytest.raises(domain.Refused, match="stored market is not the one that was solved"):
        domain.approve_round(made.round, by=made.second)


def test_approval_of_a_result_with_a_false_certificate_is_refused(made: Made) -> None:
    finished = run(made)
    result = dict(finished.result)
    result["certificate"] = {**result["certificate"], "score": None}
    Run.objects.filter(pk=finished.pk).update(result=result)
    with pytest.raises(domain.Refused, match="check failed"):
        domain.approve_round(made.round, by=made.second)


def test_sending_back_needs_a_reason_and_tells_the_author(made: Made, cast: Cast) -> None:
    run(made)
    with pytest.raises(domain.Refused):
        domain.send_back(made.round, by=made.second, reason="  ")
    domain.send_back(made.round, by=made.second, reason="Lozova asked to wait.")
    assert made.round.state == "draft"
    told = Notice.objects.get()
    assert (told.user, told.kind, told.reason) == (
        cast.officer.user, "sent_back", "Lozova asked to wait.",
    )  # fmt: skip
    assert rules.obstacles(made.round, made.second) == ["sent_back"]


def test_running_again_takes_a_proposal_back_with_the_reason(made: Made) -> None:
    run(made)
    jobs.start_run(made.round, by=made.officer, reason="Gulbene has new offers.")
    made.round.refresh_from_db()
    assert (made.round.state, made.round.current_run.number) == ("proposed", 2)
    entry = HistoryEntry.objects.get(verb="matching.reopen_round")
    assert entry.reason == "Gulbene has new offers."


def test_agreement_makes_a_public_partnership(made: Made) -> None:
    finished = approve(made)
    pair = finished.pairs.get(left__label_en="Korop")
    pair.run.round = made.round
    domain.agree_pair(pair, by=made.officer, on=date(2023, 3, 14), source="Decisions 12 and 7.")
    pair.refresh_from_db()
    partnership = Partnership.objects.get()
    assert (pair.state, pair.partnership) == ("agreed", partnership)
    assert partnership.status == "agreed"
    assert {str(member) for member in partnership.members.all()} == {"Korop", "Gulbene"}
    assert set(partnership.themes.values_list("slug", flat=True)) == {"youth", "environment"}


def test_agreement_taken_back_withdraws_the_partnership(made: Made) -> None:
    finished = approve(made)
    pair = finished.pairs.get(left__label_en="Korop")
    domain.agree_pair(pair, by=made.officer, on=date(2023, 3, 14), source="Decisions 12 and 7.")
    domain.retract_pair(pair, by=made.officer, reason="It was another Korop.")
    pair.refresh_from_db()
    assert (pair.state, pair.agreed_on, pair.partnership) == ("approved", None, None)
    assert Partnership.objects.get().status == "withdrawn"


@pytest.mark.parametrize(
    ("on", "source"), [(date(2023, 3, 14), " "), (date(2999, 1, 1), "Decision 12.")]
)
def test_agreement_without_a_source_or_ahead_of_time_is_refused(
    made: Made, on: date, source: str
) -> None:
    pair = approve(made).pairs.first()
    assert pair is not None
    with pytest.raises(domain.Refused):
        domain.agree_pair(pair, by=made.officer, on=on, source=source)
    assert Partnership.objects.count() == 0


def test_agreement_of_a_pair_that_is_only_proposed_is_refused(made: Made) -> None:
    pair = run(made).pairs.first()
    assert pair is not None
    with pytest.raises(domain.Refused):
        domain.agree_pair(pair, by=made.officer, on=date(2023, 3, 14), source="Decision 12.")


def test_approved_round_takes_no_change_any_more(made: Made, bodies: Bodies) -> None:
    approve(made)
    before = made.round.revision
    row = queries.participants_of(made.round).first()
    assert row is not None
    verbs = [
        lambda: domain.set_quota(
            made.round, bodies.latvian_association, by=made.officer, least=0, most=1
        ),
        lambda: domain.remove_participant(row, by=made.officer, reason="No."),
        lambda: domain.add_override(
            made.round, "veto", left=bodies.chuhuiv, right=bodies.kuldiga, reason="No.",
            by=made.officer,
        ),
        lambda: domain.start_run(made.round, by=made.officer),
    ]  # fmt: skip
    for verb in verbs:
        with pytest.raises(domain.Refused):
            verb()
    made.round.refresh_from_db()
    assert (made.round.revision, Override.objects.count()) == (before, 0)


def test_closing_needs_an_approved_round_and_a_reason(made: Made) -> None:
    run(made)
    with pytest.raises(WrongState):
        domain.close_round(made.round, by=made.officer, reason="Done.")
    domain.approve_round(made.round, by=made.second)
    with pytest.raises(domain.Refused):
        domain.close_round(made.round, by=made.officer, reason="")
    domain.close_round(made.round, by=made.officer, reason="All have answered.")
    made.round.refresh_from_db()
    assert made.round.state == "closed"
