"""What a reviewer does: declares, reads, gives, changes, hands back."""

import re
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from mosty.applications import content
from mosty.applications.models import Attachment
from mosty.calls.domain import terms
from mosty.calls.models import Question
from mosty.core.access import SYSTEM
from mosty.core.history import HistoryEntry
from mosty.core.panels import tasks_for
from mosty.core.texts import Text
from mosty.core.versions import freeze
from mosty.places.models import Organisation
from mosty.reviews.domain import reviewing
from mosty.reviews.domain.recusing import note, recuse
from mosty.reviews.domain.reviewing import Opinion
from mosty.reviews.models import Assignment, Review
from mosty.reviews.queries import reading
from mosty.reviews.queries.results import results
from tests.calls.pages import send, shown
from tests.people import Bodies, Cast
from tests.reviews.making import (
    EVERYTHING,
    HOUR,
    Panel,
    assigned,
    joins,
    make_panel,
    reviewer,
    scored,
)

FULL = Opinion(version=1, scores={"need": 4, "plan": 2}, confidence=3)


@pytest.fixture
def panel(bodies: Bodies, cast: Cast) -> Panel:
    return make_panel(bodies, cast)


def _give(assignment: Assignment, opinion: Opinion, cast: Cast) -> Review:
    return reviewing.give(assignment, opinion, by=cast.latvia.actor, at=timezone.now())


def _read(assignment: Assignment) -> str:
    return reverse("reviews:read", args=[assignment.phase.call.slug, assignment.mark])


def test_review_is_given_through_the_page_and_leads_to_the_next(panel: Panel, cast: Cast) -> None:
    both = [assigned(panel.phase, panel.latvia, one) for one in (panel.korop, panel.chuhuiv)]
    client = cast.latvia.client
    first, second = reading.assignments(panel.latvia, timezone.now())
    assert {first.pk, second.pk} == {one.pk for one in both}
    data = shown(client, _read(first))
    said = {"score_need": "5", "score_plan": "1", "confidence": "4",
            "to_applicant_en": "A clear need"}  # fmt: skip
    response = send(client, _read(first), data, **said)
    assert response["Location"] == _read(second)
    review = Review.objects.get(assignment=first)
    assert (review.state, review.total, review.confidence) == ("given", 11, 4)
    assert str(review.to_applicant) == "A clear need"
    # Sent twice: once.
    assert send(client, _read(first), data, **said)["Location"] == _read(second)
    assert (Review.objects.count(), review.scores.count()) == (1, 2)


def test_page_shows_both_languages_and_what_scores_mean(panel: Panel, cast: Cast) -> None:
    one = assigned(panel.phase, panel.latvia, panel.korop)
    page = cast.latvia.client.get(_read(one)).content.decode()
    for words in ("Вода", "Water", "5: Strong", "Korop", "Give the review"):
        assert words in page, words


def test_review_without_a_score_is_refused_and_kept_as_a_draft(panel: Panel, cast: Cast) -> None:
    one = assigned(panel.phase, panel.latvia, panel.korop)
    client = cast.latvia.client
    response = send(client, _read(one), shown(client, _read(one)), score_need="5")
    assert (response.status_code, Review.objects.count()) == (200, 0)
    assert "Give a score." in response.content.decode()
    again = client.get(_read(one) + "?draft=continue").content.decode()
    assert 'name="score_need" value="5"' in again


def test_abstention_needs_a_reason_and_has_no_scores(panel: Panel, cast: Cast) -> None:
    one = assigned(panel.phase, panel.latvia, panel.korop)
    with pytest.raises(ValidationError):
        _give(one, Opinion(version=1, is_abstention=True), cast)
    review = _give(
        one, Opinion(version=1, is_abstention=True, reason="Not my field", scores={"need": 5}), cast
    )
    assert (review.state, review.total, review.scores.count()) == ("given", None, 0)


@pytest.mark.parametrize(
    "scores", [{"need": 6, "plan": 1}, {"need": 0, "plan": 1}, {"need": 1}, {"need": 1, "x": 1}]
)
def test_score_outside_of_the_call_is_refused(
    panel: Panel, cast: Cast, scores: dict[str, int]
) -> None:
    one = assigned(panel.phase, panel.latvia, panel.korop)
    with pytest.raises(ValidationError):
        _give(one, Opinion(version=1, scores=scores), cast)
    assert Review.objects.count() == 0


def test_outside_of_the_phase_nothing_can_be_done(panel: Panel, cast: Cast) -> None:
    one = assigned(panel.phase, panel.latvia, panel.korop)
    panel.phase.opens_at, panel.phase.closes_at = (timezone.now() + n * HOUR for n in (1, 2))
    panel.phase.save()
    with pytest.raises(ValidationError):
        _give(one, FULL, cast)
    assert cast.latvia.client.get(_read(one)).status_code == 404
    queue = cast.latvia.client.get(reverse("reviews:queue", args=[panel.call.slug]))
    assert "Korop" not in queue.content.decode()


def test_nothing_is_read_before_conflicts_are_declared(panel: Panel, cast: Cast) -> None:
    one = assigned(panel.phase, panel.latvia, panel.korop)
    panel.latvia.declared_at = None
    panel.latvia.save()
    client = cast.latvia.client
    conflicts = reverse("reviews:conflicts", args=[panel.call.slug])
    for address in (_read(one), reverse("reviews:queue", args=[panel.call.slug])):
        assert client.get(address)["Location"] == conflicts
    said = [str(task.title) for task in tasks_for(cast.latvia.actor)]
    assert "Say with whom you have a conflict of interest, before you review" in said
    client.post(reverse("reviews:no_conflicts", args=[panel.call.slug]))
    assert client.get(_read(one)).status_code == 200


def test_declared_conflict_closes_the_application_and_sets_the_review_aside(
    panel: Panel, cast: Cast, bodies: Bodies
) -> None:
    review = scored(assigned(panel.phase, panel.latvia, panel.korop), 5, 5)
    reviewing.declare(
        panel.latvia, bodies.korop, by=cast.latvia.actor, reason="My brother", at=timezone.now()
    )
    review.refresh_from_db()
    assert (review.state, review.reason) == ("set_aside", "Declared a conflict of interest")
    assert Assignment.objects.get(pk=review.assignment_id).state == "taken_back"
    assert results(panel.call, cast.officer.actor)[panel.korop.pk].count == 0
    said = [str(task.title) for task in tasks_for(cast.officer.actor)]
    assert "1 review was set aside for a conflict of interest" in said
    note(review, by=cast.officer.actor)
    said = [str(task.title) for task in tasks_for(cast.officer.actor)]
    assert "1 review was set aside for a conflict of interest" not in said


def test_reviewer_who_becomes_conflicted_after_scoring_is_set_aside_by_the_job(
    panel: Panel, cast: Cast, bodies: Bodies
) -> None:
    review = scored(assigned(panel.phase, panel.latvia, panel.korop), 5, 5)
    assert recuse(panel.call) == 0
    joins(bodies.korop, bodies.latvian_association)
    assert (recuse(panel.call), recuse(panel.call)) == (1, 0)
    review.refresh_from_db()
    assert (review.state, review.reason) == ("set_aside", "The same association")
    rows = HistoryEntry.objects.filter(verb="reviews.set_aside")
    assert [row.reason for row in rows] == ["The same association"]


def test_order_is_another_for_each_reviewer_and_stays(
    panel: Panel, cast: Cast, bodies: Bodies
) -> None:
    people = [reviewer(panel.call, one) for one in (cast.funder, cast.second_officer)]
    them = [panel.expert, *people]
    for who in them:
        for one in (panel.gulbene, panel.kuldiga, panel.korop, panel.chuhuiv):
            assigned(panel.phase, who, one)
    now = timezone.now()

    def orders() -> list[list[int]]:
        return [[one.application_id for one in reading.assignments(who, now)] for who in them]

    first = orders()
    assert first == orders()
    assert len({tuple(order) for order in first}) > 1
    # What is not told moves nothing: the order of the rest stays without it.
    Assignment.objects.filter(application=panel.korop).delete()
    assert orders() == [[pk for pk in order if pk != panel.korop.pk] for order in first]


def test_declined_application_goes_back_with_its_reason(panel: Panel, cast: Cast) -> None:
    one = assigned(panel.phase, panel.latvia, panel.korop)
    client = cast.latvia.client
    address = reverse("reviews:decline", args=[panel.call.slug, one.mark])
    assert client.post(address, {"reason": " "}).status_code == 200
    assert client.post(address, {"reason": "No time"}).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.reason) == ("declined", "No time")
    assert client.get(_read(one)).status_code == 404
    progress = cast.officer.client.get(reverse("reviews:progress", args=[panel.call.slug]))
    assert "No time" in progress.content.decode()


def test_others_are_seen_only_after_ones_own_review_and_then_it_stands(
    panel: Panel, cast: Cast
) -> None:
    panel.phase.rights = ["read", "score", "others"]
    panel.phase.save()
    one = assigned(panel.phase, panel.latvia, panel.korop)
    other = assigned(panel.phase, panel.expert, panel.korop)
    scored(other, 2, 2, to_panel=Text.of(en="Thin on money"))
    client = cast.latvia.client
    assert "Thin on money" not in client.get(_read(one)).content.decode()
    _give(one, FULL, cast)
    assert "Thin on money" in client.get(_read(one)).content.decode()
    with pytest.raises(ValidationError):
        _give(one, Opinion(version=1, scores={"need": 1, "plan": 1}), cast)
    panel.phase.rights = EVERYTHING
    panel.phase.save()
    assert _give(one, Opinion(version=1, scores={"need": 1, "plan": 1}), cast).total == 3


def _open(panel: Panel, how: str, *, is_open: bool) -> None:
    """Reviewers learn who applies, or do not: by the phase, or because the body is withheld."""
    if how == "phase":
        panel.phase.is_anonymised = not is_open
        panel.phase.save()
    else:
        level = "public" if is_open else how
        Organisation.objects.filter(pk=panel.korop.organisation_id).update(level=level)


@pytest.mark.parametrize("how", ["phase", "staff", "partners"])
def test_reviewer_of_a_nameless_application_is_not_told_who_applies(
    panel: Panel, cast: Cast, how: str
) -> None:
    rows = {}
    for key, name in (("letter", "Letter of Korop.pdf"), ("mayor", "Mayor of Korop.pdf")):
        rows[key] = Attachment.objects.create(
            application=panel.korop, size=8, file_name=name, sha256="0" * 64,
            question=Question.objects.get(section__call=panel.call, key=key),
            media_type="application/pdf", file=ContentFile(b"%PDF-1.7", name=name),
        )  # fmt: skip
    panel.korop.version = freeze(panel.korop, content.dump(panel.korop), by=SYSTEM)
    panel.korop.save()
    _open(panel, how, is_open=False)
    one = assigned(panel.phase, panel.latvia, panel.korop)
    client, slug = cast.latvia.client, panel.call.slug
    assert "You do not learn who applies" in client.get(_read(one)).content.decode()
    pages = [_read(one), reverse("reviews:queue", args=[slug])]
    pages.append(reverse("reviews:decline", args=[slug, one.mark]))
    for address in pages:
        page = client.get(address).content.decode()
        assert reading.label(panel.korop) in page
        for secret in ("Korop", "Короп", panel.korop.organisation.code, "Голова"):
            assert secret not in page, (address, secret)
    answers: list[Any] = [
        client.get(reverse("reviews:file", args=[slug, one.mark, n])) for n in (1, 2, 3)
    ]
    assert [each.status_code for each in answers] == [200, 404, 404]
    assert answers[0]["Content-Disposition"] == 'attachment; filename="File 1.pdf"'
    b"".join(answers[0].streaming_content)
    _open(panel, how, is_open=True)
    answer: Any = client.get(reverse("reviews:file", args=[slug, one.mark, 2]))
    assert "Mayor of Korop.pdf" in answer["Content-Disposition"]
    b"".join(answer.streaming_content)


def test_criteria_stand_still_after_the_first_score(panel: Panel, cast: Cast) -> None:
    one = assigned(panel.phase, panel.latvia, panel.korop)
    actor = cast.officer.actor
    row = {"key": "need", "name": Text.of(en="Need"), "about": Text(), "weight": 5, "anchors": {}}
    _give(one, FULL, cast)
    with pytest.raises(ValidationError):
        terms.set_criteria(panel.call, [row], by=actor)
    terms.set_criteria(panel.call, [row], by=actor, as_new_version=True, reason="Weights")
    # The review stays as it was given, and counts no more until it is looked at again.
    assert results(panel.call, actor)[panel.korop.pk].count == 0
    page = cast.latvia.client.get(_read(one)).content.decode()
    assert "The criteria have changed since your review" in page
    # What was said by the first version is read by whoever said it and by who decides.
    officer = reverse("reviews:application", args=[panel.call.slug, panel.korop.pk])
    for said in (page, cast.officer.client.get(officer).content.decode()):
        table = said.partition("Scores by version 1 of the criteria</caption>")[2]
        cells = re.findall(r"<t[hd][^>]*>([^<]+)</t[hd]>", table.partition("</table>")[0])
        assert cells == ["Criterion", "Weight", "Score", "Need", "2", "4", "Plan", "1", "2"]
        assert "Mean then: 3.33." in table
    with pytest.raises(ValidationError) as refused:
        _give(one, FULL, cast)
    assert refused.value.code == "criteria"
    review = _give(one, Opinion(version=2, scores={"need": 4}), cast)
    assert (review.total, review.criteria_version, review.scores.count()) == (20, 2, 3)
    found = results(panel.call, actor)[panel.korop.pk]
    assert (found.count, found.mean, dict(found.criteria)) == (
        1,
        Fraction(4),
        {"need": Fraction(4)},
    )


def test_reviewer_who_was_taken_out_reads_nothing(panel: Panel, cast: Cast) -> None:
    one = assigned(panel.phase, panel.latvia, panel.korop)
    panel.latvia.until = timezone.now() - timedelta(days=1)
    panel.latvia.save()
    assert cast.latvia.client.get(_read(one)).status_code == 404
