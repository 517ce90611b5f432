"""The replayed calls: told by the verbs of the site, marked, and nobody real is refused."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail as outbox
from django.db import transaction
from django.db.models import Count, Q
from django.test import override_settings
from django.utils import timezone

from mosty.applications import demo as applications
from mosty.applications.models import Application, Nomination
from mosty.calls import demo as calls
from mosty.core.access import SYSTEM, VISITOR
from mosty.core.history import HistoryEntry
from mosty.core.mail import Letter
from mosty.core.replay import clock_at
from mosty.core.texts import Text
from mosty.core.versions import Version
from mosty.decisions import content, demo
from mosty.decisions.groups import groups, meters
from mosty.decisions.listing import outcomes_of
from mosty.decisions.models import Appeal, Decision, Selection, Sending
from mosty.decisions.suggesting import suggest
from mosty.partnerships import demo as partnerships
from mosty.people import demo as people
from mosty.people.queries import demo_people
from mosty.places import demo as places
from mosty.places.models import Organisation
from mosty.places.queries import visible_to
from mosty.programmes import demo as programmes
from mosty.reviews import demo as reviews
from mosty.reviews.models import Assignment, Conflict, Review
from mosty.reviews.queries import reading

pytestmark = pytest.mark.django_db
FOLDER = Path(settings.ROOT_DIR) / "demo"
STEPS = (places, people, programmes, partnerships, calls, applications, reviews, demo)
PILOT, ASSOCIATIONS, PHASE_2, OPEN = (
    "municipalities-of-the-pilot",
    "associations-of-phase-2",
    "municipalities-of-phase-2",
    "try-a-call",
)


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[dict[str, int]]:
    """What a second run makes, after a first one has made everything; once for all tests here."""
    media = tmp_path_factory.mktemp("media")
    storages = settings.STORAGES | {
        "default": settings.STORAGES["default"] | {"OPTIONS": {"location": str(media)}}
    }
    with (
        django_db_blocker.unblock(),
        override_settings(DEMO_MODE=True, STORAGES=storages),
        transaction.atomic(),
    ):
        made: dict[str, int] = {}
        for step in STEPS:
            made |= step.load(FOLDER, by=SYSTEM)
        yield made
        transaction.set_rollback(True)


def _fictional() -> set[str]:
    return set(Organisation.objects.filter(code__startswith="X-").values_list("code", flat=True))


def test_clock_is_moved_in_demo_mode_alone() -> None:
    with (
        override_settings(DEMO_MODE=False),
        pytest.raises(RuntimeError),
        clock_at(timezone.now()),
    ):
        pass


def test_clock_moves_fields_and_comes_back(loaded: dict[str, int]) -> None:
    before = timezone.now()
    then = before.replace(year=2021)
    with clock_at(then):
        assert timezone.now() == then
        assert Letter().created_at == then
        assert timezone.template_localtime(before).tzinfo == timezone.get_current_timezone()
    assert timezone.now() >= before


def test_applications_and_decisions_are_as_many_as_told(loaded: dict[str, int]) -> None:
    assert (loaded["fictional bodies"], loaded["applications"]) == (15, 98)
    rows = Application.objects.values_list("call__slug", "state")
    assert Counter(rows) == {
        (PILOT, "submitted"): 10,
        (ASSOCIATIONS, "submitted"): 14,
        (ASSOCIATIONS, "withdrawn"): 1,
        (PHASE_2, "submitted"): 67,
        (PHASE_2, "withdrawn"): 1,
        (OPEN, "draft"): 3,
        (OPEN, "submitted"): 2,
    }
    decided = Decision.objects.values_list("selection__call__slug", "outcome")
    assert Counter(decided) == {
        (PILOT, "accepted"): 7,
        (PILOT, "reserve"): 1,
        (PILOT, "declined"): 2,
        (ASSOCIATIONS, "accepted"): 10,
        (ASSOCIATIONS, "reserve"): 2,
        (ASSOCIATIONS, "declined"): 2,
        (PHASE_2, "accepted"): 45,
        (PHASE_2, "reserve"): 2,
        (PHASE_2, "declined"): 2,
    }


def test_second_run_makes_nothing(loaded: dict[str, int]) -> None:
    versions, history = Version.objects.count(), HistoryEntry.objects.count()
    again = [step.load(FOLDER, by=SYSTEM) for step in (people, calls, applications, reviews, demo)]
    assert [sum(made.values()) for made in again] == [0] * 5
    assert (Version.objects.count(), HistoryEntry.objects.count()) == (versions, history)


def test_call_that_takes_nothing_any_more_is_passed_over(
    loaded: dict[str, int], tmp_path: Path
) -> None:
    given = json.loads((FOLDER / "applications.json").read_text(encoding="utf-8"))
    rows = {one["call"]: one["applications"] for one in given["calls"]}[OPEN]
    rows.append({"body": "X-ZORELIS", "begun_days": -400, "sent_days": -390})
    (tmp_path / "applications.json").write_text(json.dumps(given), encoding="utf-8")
    (tmp_path / "decision.pdf").write_bytes((FOLDER / "decision.pdf").read_bytes())
    assert applications.load(tmp_path, by=SYSTEM) == {"applications": 0}
    rows[-1]["begun_days"] = -3
    rows[-1]["sent_days"] = -2
    (tmp_path / "applications.json").write_text(json.dumps(given), encoding="utf-8")
    with transaction.atomic():
        assert applications.load(tmp_path, by=SYSTEM) == {"applications": 1}
        transaction.set_rollback(True)


def test_everything_invented_is_marked(loaded: dict[str, int]) -> None:
    assert not Application.objects.filter(is_illustrative=False).exists()
    assert not Application.objects.filter(call__is_illustrative=False).exists()
    for body in Organisation.objects.filter(code__startswith="X-"):
        assert body.is_illustrative
        assert "(fictional)" in body.label_en
        assert "(вигадан" in body.label_uk
        assert (body.lat, body.lon) == (None, None)
    assert not visible_to(VISITOR).filter(code__startswith="X-").exists()


def test_only_fictional_bodies_are_refused_late_or_withdrawn(loaded: dict[str, int]) -> None:
    codes = set(
        Decision.objects.filter(outcome__in=["reserve", "declined"]).values_list(
            "application__organisation__code", flat=True
        )
    )
    codes |= set(
        Application.objects.filter(Q(state="withdrawn") | Q(is_late=True)).values_list(
            "organisation__code", flat=True
        )
    )
    codes |= set(
        Nomination.objects.filter(word="refuse").values_list(
            "application__organisation__code", flat=True
        )
    )
    # These two wait for a decision.
    assert codes == _fictional() - {"X-LIPOGORA", "X-KALYNOPIL"}
    accepted = Decision.objects.filter(outcome="accepted")
    assert not accepted.filter(application__organisation__code__startswith="X-").exists()


def test_released_selections_were_signed_by_two_and_hold(loaded: dict[str, int]) -> None:
    released = Selection.objects.filter(state="released").order_by("released_at")
    assert [one.call.slug for one in released] == [PILOT, ASSOCIATIONS]
    for one in released:
        assert one.proposed_by_id != one.approved_by_id
        assert one.proposed_at < one.approved_at < one.released_at
        assert one.version.content == content.dump(one)
        assert one.version.is_intact()
    assert Selection.objects.get(call__slug=PHASE_2).state == "draft"


def test_letters_stand_as_sent_then_and_none_left_the_site(loaded: dict[str, int]) -> None:
    assert (
        Sending.objects.filter(letter=None).values_list("organisation__code", flat=True).get()
        == "X-TYKHOBRID"
    )
    assert Sending.objects.count() == 24
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}
    assert not Letter.objects.exclude(to__endswith="@example.org").exists()
    assert not Letter.objects.exclude(body="").exists()
    of_pilot = Letter.objects.filter(decision_sending__release__selection__call__slug=PILOT)
    assert {letter.sent_at.year for letter in of_pilot} == {2021}
    assert outbox.outbox == []


def test_history_tells_at_the_times_of_then(loaded: dict[str, int]) -> None:
    pilot = Application.objects.get(call__slug=PILOT, organisation__label_en="Chuhuiv")
    rows = HistoryEntry.objects.filter(
        object_type="applications.application", object_id=pilot.pk
    ).order_by("at", "pk")
    assert [row.verb for row in rows] == [
        "applications.begin", "applications.write", "applications.attach", "applications.submit",
    ]  # fmt: skip
    assert {row.at.year for row in rows} == {2021}
    assert pilot.version.at == pilot.submitted_at


def test_reviews_have_a_recusal_a_refusal_a_conflict_and_a_running_phase(
    loaded: dict[str, int],
) -> None:
    assert Conflict.objects.count() == 3
    assert Assignment.objects.filter(state="declined").count() == 1
    assert Review.objects.filter(state="given", is_abstention=True).count() == 1
    aside = Review.objects.filter(state="set_aside", noted_at=None)
    assert set(aside.values_list("assignment__application__organisation__code", flat=True)) == {
        "X-KALYNOPIL"
    }
    # Latvia's association reads no Latvian town.
    of_lps = Assignment.objects.filter(reviewer__organisation__code="LPS")
    assert of_lps.count() > 10
    assert not of_lps.filter(application__organisation__country="LV").exists()
    now = timezone.now()
    for key, given, waiting in (("expert", 2, 4), ("coordinator-lps", 1, 3)):
        actor = people.actor(key, at=now)
        (reviewer,) = reading.reviewers(actor).filter(call__slug=PHASE_2)
        mine = reading.assignments(reviewer, now)
        assert len(mine) - len(reading.waiting(mine, now)) == given
        assert len(reading.waiting(mine, now)) == waiting


def test_every_application_of_a_released_call_was_read_three_times(
    loaded: dict[str, int],
) -> None:
    rows = Application.objects.filter(call__slug__in=[PILOT, ASSOCIATIONS], state="submitted")
    counted = rows.annotate(
        number=Count("assignments", filter=Q(assignments__review__state="given"))
    )
    assert set(counted.values_list("number", flat=True)) == {3}


def test_quotas_of_the_draft_are_live(loaded: dict[str, int]) -> None:
    selection = Selection.objects.get(call__slug=PHASE_2)
    call = selection.call
    shown = meters(call, outcomes_of(selection), groups(call, SYSTEM), SYSTEM)
    assert shown[0].used == 23
    assert shown[0].state == "short"


def test_suggestion_for_the_draft_meets_its_quotas_and_takes_nobody_fictional(
    loaded: dict[str, int],
) -> None:
    call = Selection.objects.get(call__slug=PHASE_2).call
    found = suggest(call, 60, 2, actor=SYSTEM)
    assert found.conflict == []
    taken = [pk for pk, outcome in found.outcomes.items() if outcome == "accepted"]
    bodies = Application.objects.filter(pk__in=taken)
    assert bodies.count() == 60
    assert not bodies.filter(organisation__code__startswith="X-").exists()


def test_some_answers_are_in_ukrainian_alone_and_others_in_each_state(
    loaded: dict[str, int],
) -> None:
    found: Counter[str] = Counter()
    for application in Application.objects.filter(call__slug=PHASE_2, language="uk"):
        answer = application.answers.get(question__key="project")
        other = Text.load(answer.value).wordings.get("en")
        found[other[1] if other else "none"] += 1
    assert set(found) == {"none", "machine", "edited", "approved", "outdated"}


def test_open_call_has_a_draft_with_owners_and_one_that_came_back_from_signing(
    loaded: dict[str, int],
) -> None:
    chuhuiv = Application.objects.get(call__slug=OPEN, organisation__label_en="Chuhuiv")
    assert chuhuiv.owners.count() == 3
    signed = HistoryEntry.objects.filter(verb="applications.sign", object_id=chuhuiv.pk).order_by(
        "pk"
    )
    assert [row.after["choice"] for row in signed] == ["approve", "decline"]
    back = Application.objects.get(call__slug=OPEN, organisation__label_en="Nový Jičín")
    assert (back.state, back.version is not None) == ("draft", True)


def test_one_appeal_waits_for_its_answer(loaded: dict[str, int]) -> None:
    appeal = Appeal.objects.get()
    assert appeal.decision.application.organisation.code == "X-LAKES"
    assert (appeal.result, appeal.at.year) == ("", 2023)


def test_doors_of_the_demonstration_are_those_who_enter(loaded: dict[str, int]) -> None:
    given = json.loads((FOLDER / "people.json").read_text(encoding="utf-8"))["people"]
    doors = [row["email"] for row in given if row.get("enters", True)]
    assert list(demo_people().values_list("email", flat=True)) == doors
    assert len(doors) == 16
