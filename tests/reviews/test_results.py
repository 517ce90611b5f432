"""What decisions are built upon: counted right, without conflicts, for officers alone."""

from fractions import Fraction

from mosty.core.texts import Text
from mosty.partnerships.models import Partnership
from mosty.places.models import Organisation
from mosty.reviews.models import Conflict, Review, Reviewer
from mosty.reviews.queries.conflicts import Ground, grounds
from mosty.reviews.queries.results import Result, results
from tests.people import Bodies, Cast
from tests.reviews.making import assigned, joins, make_panel, make_review_phase, reviewer, scored


def test_result_holds_what_the_reviews_say_together(bodies: Bodies, cast: Cast) -> None:
    panel = make_panel(bodies, cast)
    comment = Text.of(en="A clear plan")
    scored(assigned(panel.phase, panel.latvia, panel.korop), 5, 2, to_applicant=comment)
    scored(assigned(panel.phase, panel.expert, panel.korop), 3, 3)
    scored(assigned(panel.phase, panel.expert, panel.chuhuiv), 5, 5)
    abstained = assigned(panel.phase, panel.latvia, panel.chuhuiv)
    Review.objects.create(
        assignment=abstained, state="given", given_at="2026-01-01T00:00Z", is_abstention=True,
    )  # fmt: skip
    found = results(panel.call, cast.officer.actor)
    assert found[panel.korop.pk] == Result(
        panel.korop.pk, count=2, mean=Fraction(7, 2), median=Fraction(7, 2), spread=Fraction(1),
        rank=2, criteria={"need": Fraction(4), "plan": Fraction(5, 2)},
        by_reviewer={panel.latvia.pk: Fraction(4), panel.expert.pk: Fraction(3)},
        comments=(comment,),
    )  # fmt: skip
    chuhuiv = found[panel.chuhuiv.pk]
    assert (chuhuiv.count, chuhuiv.abstained, chuhuiv.rank) == (1, 1, 1)
    assert found[panel.kuldiga.pk] == Result(panel.kuldiga.pk)


def test_results_are_for_officers_alone(bodies: Bodies, cast: Cast) -> None:
    panel = make_panel(bodies, cast)
    scored(assigned(panel.phase, panel.expert, panel.korop), 3, 3)
    for person in (cast.latvia, cast.expert, cast.korop, cast.stranger):
        assert results(panel.call, person.actor) == {}


def test_later_phase_replaces_what_the_same_reviewer_said_before(
    bodies: Bodies, cast: Cast
) -> None:
    panel = make_panel(bodies, cast)
    second = make_review_phase(panel.call, order=1)
    scored(assigned(second, panel.expert, panel.korop), 5, 5)
    scored(assigned(panel.phase, panel.expert, panel.korop), 1, 1)
    found = results(panel.call, cast.officer.actor)[panel.korop.pk]
    assert (found.count, found.mean) == (1, Fraction(5))


def test_review_counts_no_more_the_moment_a_conflict_stands(bodies: Bodies, cast: Cast) -> None:
    panel = make_panel(bodies, cast)
    for application in (panel.korop, panel.kuldiga, panel.gulbene):
        scored(assigned(panel.phase, panel.latvia, application), 5, 5)

    def counts() -> list[int]:
        found = results(panel.call, cast.officer.actor)
        return [found[one.pk].count for one in (panel.korop, panel.kuldiga, panel.gulbene)]

    # Gulbene is a member from the beginning.
    assert counts() == [1, 1, 0]
    joins(bodies.kuldiga, bodies.latvian_association)
    assert counts() == [1, 0, 0]
    Conflict.objects.create(reviewer=panel.latvia, organisation=bodies.korop, reason="My brother")
    assert counts() == [0, 0, 0]


def test_conflicts_follow_from_the_register(bodies: Bodies, cast: Cast) -> None:
    panel = make_panel(bodies, cast)
    kuldiga = reviewer(panel.call, cast.kuldiga)
    pair = Partnership.objects.create(status="reported")
    pair.members.set([bodies.kuldiga, bodies.chuhuiv])
    panel.korop.association = bodies.latvian_association

    def grounds_of(who: Reviewer) -> list[Ground | None]:
        found = grounds(panel.call, [panel.latvia, panel.expert, kuldiga])[who.pk]
        return [found.of(one) for one in (panel.gulbene, panel.kuldiga, panel.korop, panel.chuhuiv)]

    through = Ground.ASSOCIATION
    assert grounds_of(panel.latvia) == [through, None, through, None]
    assert grounds_of(kuldiga) == [None, Ground.BODY, None, Ground.PARTNER]
    assert grounds_of(panel.expert) == [None] * 4


def _left(bodies: Bodies, cast: Cast, until: str) -> Ground | None:
    panel = make_panel(bodies, cast)
    Organisation.objects.get(pk=bodies.gulbene.pk).affiliations.update(until=until)
    return grounds(panel.call, [panel.latvia])[panel.latvia.pk].of(panel.gulbene)


def test_who_left_the_association_during_the_call_is_still_too_close(
    bodies: Bodies, cast: Cast
) -> None:
    # The call opened yesterday; of a year alone the whole counts.
    assert _left(bodies, cast, "2999") is Ground.ASSOCIATION


def test_who_left_the_association_before_the_call_is_not_close(bodies: Bodies, cast: Cast) -> None:
    assert _left(bodies, cast, "2020-05") is None
