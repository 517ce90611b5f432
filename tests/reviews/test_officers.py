"""What officers do: reviewers, phases, plans, assignments, the panel and its files."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from mosty.core.mail import Letter
from mosty.people.models import Membership
from mosty.reviews.domain import officers as domain
from mosty.reviews.models import Assignment, Review, Reviewer, ReviewPhase
from tests.people import Bodies, Cast
from tests.reviews.making import Panel, assigned, make_panel, scored


@pytest.fixture
def panel(bodies: Bodies, cast: Cast) -> Panel:
    return make_panel(bodies, cast)


def _url(name: str, panel: Panel, **more: object) -> str:
    return reverse(f"reviews:{name}", kwargs={"slug": panel.call.slug, **more})


def test_person_of_the_programme_is_found_and_added(panel: Panel, cast: Cast) -> None:
    client = cast.officer.client
    page = client.get(_url("reviewers", panel) + "?q=Kuld").content.decode()
    membership = Membership.objects.get(user=cast.kuldiga.user)
    assert f'name="membership" value="{membership.pk}"' in page
    for _twice in range(2):
        client.post(_url("reviewers", panel), {"membership": membership.pk})
    made = Reviewer.objects.get(user=cast.kuldiga.user)
    assert (made.organisation, made.declared_at) == (cast.kuldiga.organisation, None)


def test_reviewer_taken_out_gives_back_what_is_not_given(panel: Panel, cast: Cast) -> None:
    waiting = assigned(panel.phase, panel.expert, panel.korop)
    given = scored(assigned(panel.phase, panel.expert, panel.chuhuiv), 3, 3).assignment
    client = cast.officer.client
    client.post(_url("reviewer", panel, reviewer_id=panel.expert.pk), {"remove": "1"})
    waiting.refresh_from_db()
    given.refresh_from_db()
    panel.expert.refresh_from_db()
    assert (waiting.state, given.state) == ("taken_back", "open")
    assert panel.expert.until is not None


def test_phase_is_made_in_times_of_the_zone_of_the_call(panel: Panel, cast: Cast) -> None:
    data = {
        "name_en": "Second", "opens_at": "2026-12-01T09:30", "closes_at": "2026-12-10T23:59",
        "wanted": "2",
        "rights": ["read", "score"], "name_record": "en",
    }  # fmt: skip
    assert cast.officer.client.post(_url("add_phase", panel), data).status_code == 302
    made = ReviewPhase.objects.get(order=1)
    assert (str(made.name), made.rights, made.wanted) == ("Second", ["read", "score"], 2)
    assert made.opens_at.isoformat() == "2026-12-01T08:30:00+00:00"
    assert made.closes_at.isoformat() == "2026-12-10T22:59:59+00:00"
    page = cast.officer.client.get(_url("phases", panel)).content.decode()
    assert "1 December 2026, 09:30 (Brussels time) to 10 December 2026, 23:59" in page


def test_phase_saved_as_it_is_shown_keeps_its_moments(panel: Panel, cast: Cast) -> None:
    # The hour comes twice that night in Brussels: this is the second time.
    end = datetime(2030, 10, 27, 1, 30, 7, tzinfo=UTC)
    ReviewPhase.objects.update(closes_at=end)
    address = _url("phase", panel, phase_id=panel.phase.pk)
    shown = cast.officer.client.get(address).context["form"]
    data = {
        "name_en": "First", "name_record": "en", "wanted": "4", "rights": ["read"],
        "opens_at": shown["opens_at"].value(), "closes_at": shown["closes_at"].value(),
    }  # fmt: skip
    assert data["closes_at"] == "2030-10-27T02:30"
    assert cast.officer.client.post(address, data).status_code == 302
    before, phase = panel.phase, ReviewPhase.objects.get()
    assert (phase.wanted, phase.closes_at, phase.opens_at) == (4, end, before.opens_at)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rights": ["score"]},
        {"rights": ["read", "discuss"]},
        {"closes_at": "2026-11-01T23:59"},
        # Clocks are put forward over it.
        {"closes_at": "2027-03-28T02:30"},
        {"wanted": "0"},
    ],
)
def test_phase_that_cannot_be_is_refused(
    panel: Panel, cast: Cast, wrong: dict[str, object]
) -> None:
    data = {
        "name_en": "Second", "opens_at": "2026-12-01T09:30", "closes_at": "2026-12-10T23:59",
        "wanted": "2",
        "rights": ["read"],
    }  # fmt: skip
    response = cast.officer.client.post(_url("add_phase", panel), data | wrong)
    assert (response.status_code, ReviewPhase.objects.count()) == (200, 1)


def test_plan_is_shown_first_and_then_carried_out_without_conflicts(
    panel: Panel, cast: Cast
) -> None:
    client = cast.officer.client
    address = _url("assign", panel, phase_id=panel.phase.pk)
    page = client.get(address)
    assert Assignment.objects.count() == 0
    # Two reviewers, two wanted, four applications; the association's own member has one only.
    assert [str(one[0].organisation) for one in page.context["short"]] == ["Gulbene"]
    assert page.context["count"] == 7
    client.post(address, {"plan": "something else"})
    assert Assignment.objects.count() == 0
    client.post(address, {"plan": page.context["plan"]})
    assert Assignment.objects.filter(how="balanced").count() == 7
    closed = Assignment.objects.filter(reviewer=panel.latvia, application=panel.gulbene)
    assert not closed.exists()
    # One letter for each reviewer, and nothing more for a plan that is done.
    letters = Letter.objects.filter(key__startswith="reviews:assigned:")
    assert sorted(letters.values_list("to", flat=True)) == [
        "expert@example.org", "latvia@example.org",
    ]  # fmt: skip
    again = client.get(address)
    client.post(address, {"plan": again.context["plan"]})
    assert (Assignment.objects.count(), letters.count()) == (7, 2)


def test_rule_narrows_by_country_reviewer_and_keeps_compatriots_out(
    panel: Panel, cast: Cast
) -> None:
    client = cast.officer.client
    address = _url("assign", panel, phase_id=panel.phase.pk)
    rule = {"countries": ["LV"], "not_own_country": "on"}
    page = client.get(address, rule)
    # Of the two Latvian towns the Latvian association reads none.
    assert [row[2] for row in page.context["rows"]] == [0, 2]
    client.post(address, rule | {"plan": page.context["plan"]})
    made = Assignment.objects.order_by().values_list("reviewer__name", "how").distinct()
    assert list(made) == [("Expert", "rule")]


def test_assigning_a_conflict_by_hand_is_refused(panel: Panel, cast: Cast) -> None:
    pair = [(panel.gulbene.pk, panel.latvia.pk)]
    with pytest.raises(ValidationError):
        domain.assign(panel.phase, pair, by=cast.officer.actor, how="hand", at=timezone.now())
    client = cast.officer.client
    address = _url("application", panel, application_id=panel.gulbene.pk)
    page = client.get(address).content.decode()
    assert f'<option value="{panel.expert.pk}">' in page
    assert f'<option value="{panel.latvia.pk}">' not in page
    client.post(address, {"phase": panel.phase.pk, "reviewer": panel.latvia.pk})
    assert Assignment.objects.count() == 0
    client.post(address, {"phase": panel.phase.pk, "reviewer": panel.expert.pk})
    assert Assignment.objects.get().how == "hand"


def test_application_taken_back_sets_the_review_aside(panel: Panel, cast: Cast) -> None:
    review = scored(assigned(panel.phase, panel.expert, panel.korop), 3, 3)
    address = _url("take_back", panel, assignment_id=review.assignment_id)
    assert cast.officer.client.post(address, {"reason": ""}).status_code == 200
    cast.officer.client.post(address, {"reason": "Read in haste"})
    review = Review.objects.select_related("assignment").get(pk=review.pk)
    assert (review.state, review.reason) == ("set_aside", "Read in haste")
    assert review.assignment.state == "taken_back"


def test_panel_lists_by_mean_and_names_what_hangs_on_one(panel: Panel, cast: Cast) -> None:
    panel.call.places = 1
    panel.call.save()
    for who, one, score in (
        (panel.latvia, panel.korop, 5), (panel.expert, panel.korop, 2),
        (panel.latvia, panel.chuhuiv, 3), (panel.expert, panel.chuhuiv, 3),
    ):  # fmt: skip
        scored(assigned(panel.phase, who, one), score, score)
    page = cast.officer.client.get(_url("panel", panel))
    rows = [(str(row["application"].organisation), row["mean"]) for row in page.context["rows"]]
    assert rows == [("Korop", "3.50"), ("Chuhuiv", "3.00"), ("Gulbene", ""), ("Kuldīga", "")]
    assert page.context["dropped"] == [
        {"name": panel.latvia.name, "leaves": "Korop", "enters": "Chuhuiv"}
    ]
    wide = cast.officer.client.get(_url("panel", panel) + "?sort=spread")
    assert str(wide.context["rows"][0]["application"].organisation) == "Korop"


def test_export_holds_exactly_the_panel(panel: Panel, cast: Cast) -> None:
    scored(assigned(panel.phase, panel.expert, panel.korop), 5, 2)
    client = cast.officer.client
    answer: Any = client.get(_url("export", panel, suffix="csv"))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == (
        "Rank,Code,Applicant,Country,Mean,Median,Spread,Reviews,Abstentions,Need,Plan,"
        f'"{panel.latvia.name}",Expert'
    )
    assert lines[1] == "1,UA74100190000091190,Korop,Ukraine,4.00,4.00,0.00,1,0,5.00,2.00,,4.00"
    assert len(lines) == 5
    # In the order of the page from which it is taken.
    for sort in ("rank", "spread", "few"):
        page = client.get(_url("panel", panel) + f"?sort={sort}")
        address = _url("export", panel, suffix="csv") + f"?sort={sort}"
        assert f'href="{address}"' in page.content.decode()
        answer = client.get(address)
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        named = [line.split(",")[2] for line in text.splitlines()[1:]]
        assert named == [str(row["application"].organisation) for row in page.context["rows"]]
    assert client.get(_url("export", panel, suffix="xlsx")).content[:2] == b"PK"
    assert client.get(_url("export", panel, suffix="pdf")).status_code == 404
