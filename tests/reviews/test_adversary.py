"""What goes wrong on purpose: two windows, a phase that closes, conflicts that come late, addresses
of others, orders and counts that would tell."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from mosty.core.drafts.models import Draft
from mosty.core.texts import Text
from mosty.reviews.domain import officers, reviewing
from mosty.reviews.models import Assignment, Review
from mosty.reviews.queries import reading
from tests.calls.pages import send, shown
from tests.people import Bodies, Cast
from tests.reviews.making import EVERYTHING, HOUR, Panel, assigned, make_panel, reviewer, scored


@pytest.fixture
def panel(bodies: Bodies, cast: Cast) -> Panel:
    return make_panel(bodies, cast)


def _read(assignment: Assignment, query: str = "") -> str:
    return reverse("reviews:read", args=[assignment.phase.call.slug, assignment.mark]) + query


def _close(panel: Panel, ago: timedelta = timedelta(seconds=1)) -> None:
    panel.phase.opens_at, panel.phase.closes_at = (
        timezone.now() - timedelta(days=9),
        timezone.now() - ago,
    )
    panel.phase.save()


def _scores(review: Review) -> dict[str, int]:
    review.refresh_from_db()
    return reading.scores_of(review)


def test_given_review_is_read_again_and_changed_while_the_phase_lets(
    panel: Panel, cast: Cast
) -> None:
    one = assigned(panel.phase, panel.latvia, panel.korop)
    review = scored(one, 5, 2, to_panel=Text.of(en="Thin on money"), confidence=4)
    client = cast.latvia.client
    page = client.get(_read(one)).content.decode()
    facts = re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)", page.partition('id="own"')[2])
    assert facts == [("Need", "5"), ("Plan", "2"), ("How sure are you?", "4: sure")]
    for words in ("4.00", "Thin on money", "You may change it until", "Change the review"):
        assert words in page, words
    assert 'name="score_need"' not in page
    data = shown(client, _read(one, "?change=1"))
    assert (data["score_need"], data["score_plan"]) == (["5"], ["2"])
    assert send(client, _read(one), data, score_plan="3").status_code == 302
    assert _scores(review) == {"need": 5, "plan": 3}
    queue = client.get(reverse("reviews:queue", args=[panel.call.slug])).content.decode()
    assert "4.33" in queue
    # Others are seen by now: it stands, also by the address that changes it.
    panel.phase.rights = ["read", "score", "others"]
    panel.phase.save()
    page = client.get(_read(one, "?change=1")).content.decode()
    assert "because you see what others made" in page
    for words in ('name="score_need"', "Change the review"):
        assert words not in page


def test_own_abstention_is_read_again_with_its_reason(panel: Panel, cast: Cast) -> None:
    one = assigned(panel.phase, panel.latvia, panel.korop)
    opinion = reviewing.Opinion(version=1, is_abstention=True, reason="Not my field")
    reviewing.give(one, opinion, by=cast.latvia.actor, at=timezone.now())
    page = cast.latvia.client.get(_read(one)).content.decode()
    assert ("Abstains" in page, "Not my field" in page, "<dt>Need</dt>" in page) == (
        True, True, False,
    )  # fmt: skip


def test_own_review_is_nowhere_once_a_conflict_stands(
    panel: Panel, cast: Cast, bodies: Bodies
) -> None:
    one = assigned(panel.phase, panel.latvia, panel.korop)
    scored(one, 5, 2)
    other = cast.expert.client.get(_read(one))
    reviewing.declare(
        panel.latvia, bodies.korop, by=cast.latvia.actor, reason="My brother", at=timezone.now()
    )
    for query in ("", "?change=1"):
        assert cast.latvia.client.get(_read(one, query)).status_code == 404
    assert other.status_code == 404


def test_two_windows_change_one_review_and_neither_is_lost(panel: Panel, cast: Cast) -> None:
    one = assigned(panel.phase, panel.latvia, panel.korop)
    review = scored(one, 4, 2)
    client = cast.latvia.client
    first, second = (shown(client, _read(one, "?change=1")) for _window in range(2))
    send(client, _read(one), first, score_need="1")
    # The second still shows the old score of the first criterion, and nobody touched it there.
    assert send(client, _read(one), second, score_plan="5").status_code == 302
    assert _scores(review) == {"need": 1, "plan": 5}


def test_scores_of_one_window_are_not_swallowed_by_the_abstention_of_another(
    panel: Panel, cast: Cast
) -> None:
    one = assigned(panel.phase, panel.latvia, panel.korop)
    client = cast.latvia.client
    first, second = (shown(client, _read(one)) for _window in range(2))
    send(client, _read(one), first, is_abstention="on", reason="Not my field")
    assert Review.objects.get().is_abstention
    answer = send(client, _read(one), second, score_need="4", score_plan="3")
    assert answer.status_code == 302
    review = Review.objects.get()
    assert (review.is_abstention, review.total, _scores(review)) == (
        False, 11, {"need": 4, "plan": 3},
    )  # fmt: skip


def test_two_windows_that_score_the_same_otherwise_are_asked(panel: Panel, cast: Cast) -> None:
    one = assigned(panel.phase, panel.latvia, panel.korop)
    client = cast.latvia.client
    first, second = (shown(client, _read(one)) for _window in range(2))
    assert send(client, _read(one), first, score_need="5", score_plan="5").status_code == 302
    answer = send(client, _read(one), second, score_need="1", score_plan="5")
    assert answer.status_code == 200
    assert "Somebody has changed this meanwhile" in answer.content.decode()
    assert _scores(Review.objects.get()) == {"need": 5, "plan": 5}
    # Sent once more it stands.
    again = answer.content.decode()
    assert 'name="score_need" value="1"' in again
    seen = re.search(r'name="seen" value="([^"]*)"', again)
    assert seen is not None
    data = second | {"seen": [seen[1].replace("&quot;", '"')], "draft_page": ["third"]}
    assert send(client, _read(one), data, score_need="1", score_plan="5").status_code == 302
    assert _scores(Review.objects.get()) == {"need": 1, "plan": 5}


def test_phase_that_closes_over_an_open_form_takes_nothing_and_loses_nothing(
    panel: Panel, cast: Cast
) -> None:
    one = assigned(panel.phase, panel.latvia, panel.korop)
    client = cast.latvia.client
    data = shown(client, _read(one))
    _close(panel)
    said = {"score_need": "5", "score_plan": "1", "to_panel_en": "A long thought"}
    response = client.post(_read(one), data | said, follow=True)
    assert response.redirect_chain[0][0] == reverse("reviews:queue", args=[panel.call.slug])
    page = response.content.decode()
    assert ("Not given: this phase closed on" in page, Review.objects.count()) == (True, 0)
    assert Draft.objects.get().content["to_panel_en"] == "A long thought"
    # Nothing is read any more.
    assert client.get(_read(one)).status_code == 404
    panel.phase.closes_at = timezone.now() + HOUR
    panel.phase.save()
    again = client.get(_read(one, "?draft=continue")).content.decode()
    assert "A long thought" in again


def test_after_a_day_and_for_others_a_closed_phase_is_not_there(
    panel: Panel, cast: Cast, bodies: Bodies
) -> None:
    one = assigned(panel.phase, panel.latvia, panel.korop)
    data = shown(cast.latvia.client, _read(one))
    _close(panel)
    assert cast.expert.client.post(_read(one), data).status_code == 404
    assert cast.officer.client.post(_read(one), data).status_code == 404
    _close(panel, timedelta(days=2))
    assert cast.latvia.client.post(_read(one), data).status_code == 404
    _close(panel)
    # With a conflict it is as if it had never been theirs.
    closed = assigned(panel.phase, panel.latvia, panel.gulbene)
    assert cast.latvia.client.post(_read(closed), data).status_code == 404
    assert not Draft.objects.exists()


def test_nothing_is_assigned_in_a_phase_that_is_over(panel: Panel, cast: Cast) -> None:
    _close(panel)
    pair = [(panel.korop.pk, panel.latvia.pk)]
    with pytest.raises(ValidationError, match="This phase is over"):
        officers.assign(panel.phase, pair, by=cast.officer.actor, how="hand", at=timezone.now())
    client, slug = cast.officer.client, panel.call.slug
    address = reverse("reviews:assign", args=[slug, panel.phase.pk])
    page = client.get(address)
    answer = client.post(address, {"plan": page.context["plan"]})
    assert "This phase is over" in answer.content.decode()
    assert Assignment.objects.count() == 0
    phases = client.get(reverse("reviews:phases", args=[slug])).content.decode()
    assert address not in phases
    one = client.get(reverse("reviews:application", args=[slug, panel.korop.pk]))
    assert "No phase is open or ahead" in one.content.decode()


def test_review_counts_no_more_where_the_same_person_gave_a_later_one(
    panel: Panel, cast: Cast
) -> None:
    second = type(panel.phase).objects.create(
        call=panel.call, name=Text.of(en="Second"), opens_at=panel.phase.opens_at,
        closes_at=panel.phase.closes_at, rights=["read", "score"], order=1,
    )  # fmt: skip
    scored(assigned(panel.phase, panel.expert, panel.korop), 1, 1)
    scored(assigned(second, panel.expert, panel.korop), 5, 5)
    address = reverse("reviews:application", args=[panel.call.slug, panel.korop.pk])
    rows = cast.officer.client.get(address).context["assignments"]
    assert [(row["value"], row["is_replaced"]) for row in rows] == [("1.00", True), ("5.00", False)]


def test_reason_of_the_register_is_read_in_the_language_of_the_reader(
    panel: Panel, cast: Cast, bodies: Bodies
) -> None:
    scored(assigned(panel.phase, panel.latvia, panel.korop), 5, 5)
    reviewing.declare(
        panel.latvia, bodies.korop, by=cast.latvia.actor, reason="My brother", at=timezone.now()
    )
    assert Review.objects.get().reason == "Declared a conflict of interest"
    slug = panel.call.slug
    for address in (
        reverse("reviews:progress", args=[slug]),
        reverse("reviews:application", args=[slug, panel.korop.pk]),
    ):
        client = cast.officer.client
        page = client.get(address, headers={"accept-language": "uk"}).content.decode()
        assert "Declared a conflict of interest" not in page, address


@pytest.mark.parametrize("name", ["read", "decline"])
def test_address_of_another_reviewer_is_not_there(panel: Panel, cast: Cast, name: str) -> None:
    one = assigned(panel.phase, panel.latvia, panel.korop)
    address = reverse(f"reviews:{name}", args=[panel.call.slug, one.mark])
    for person in (cast.expert, cast.officer, cast.korop, cast.stranger):
        assert person.client.get(address).status_code == 404, person.key
        assert person.client.post(address, {"reason": "Mine"}).status_code == 404, person.key
    one.refresh_from_db()
    assert (one.state, Review.objects.count()) == ("open", 0)


def test_order_cannot_be_worked_out_from_numbers(panel: Panel, cast: Cast) -> None:
    """With a plain hash whoever tries all numbers finds the one order that fits; the order that is
    shown is none that numbers alone give."""
    them = (panel.gulbene, panel.kuldiga, panel.korop, panel.chuhuiv)
    people = [panel.expert, *(reviewer(panel.call, one) for one in (cast.funder, cast.korop))]
    differs = False
    for who in people:
        for one in them:
            assigned(panel.phase, who, one)
        found = reading.assignments(who, timezone.now())

        def guessed(one: Assignment) -> str:
            said = f"{one.reviewer_id}:{one.phase_id}:{one.application_id}"
            return hashlib.sha256(said.encode()).hexdigest()

        differs |= [one.pk for one in found] != [one.pk for one in sorted(found, key=guessed)]
    assert differs


def test_counts_of_a_reviewer_leave_out_what_is_closed_to_them(panel: Panel, cast: Cast) -> None:
    """The list, the queue, its progress, the desk: as if the closed one were not there."""
    panel.phase.rights = EVERYTHING
    panel.phase.save()
    open_one = assigned(panel.phase, panel.latvia, panel.korop)
    addresses = [
        reverse("reviews:list"), reverse("reviews:queue", args=[panel.call.slug]),
        reverse("desk:home"), _read(open_one),
    ]  # fmt: skip
    client = cast.latvia.client

    def figures() -> list[list[str]]:
        pages = [client.get(address).content.decode() for address in addresses]
        return [re.findall(r"\d+ (?:of|application)[^<]*", page) for page in pages]

    before = figures()
    assert before[1] == ["0 of 1 done · until " + before[1][0].partition("until ")[2]]
    scored(assigned(panel.phase, panel.latvia, panel.gulbene), 5, 5)
    scored(assigned(panel.phase, panel.expert, panel.gulbene), 1, 1)
    assert figures() == before
