"""Places offered to the reserve, bodies that leave, appeals and their deadlines."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail as django_mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from mosty.calls.models import Call
from mosty.core.access import NotAllowed
from mosty.core.mail import Letter
from mosty.core.texts import Text
from mosty.decisions import queries
from mosty.decisions.domain import after, releasing
from mosty.decisions.jobs import end_offers
from mosty.decisions.models import Appeal, Decision, Promotion, Selection
from tests.decisions.making import World, make_world
from tests.decisions.test_releasing import approved
from tests.people import Bodies, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(bodies: Bodies, cast: Cast) -> World:
    made = make_world(bodies, cast)
    releasing.release(approved(made, cast), by=cast.officer.actor)
    return made


def decision(world: World, name: str) -> Decision:
    rows = Decision.objects.select_related("selection__call", "application__organisation")
    return rows.get(application=world.pk(name))


def accepted(world: World) -> set[str]:
    return {row.organisation.label_en for row in queries.accepted(world.call)}


def test_place_that_is_given_back_goes_to_the_reserve_in_one_action(
    world: World, cast: Cast
) -> None:
    slug = world.call.slug
    mine = f"/decisions/{slug}/applications/{world.pk('kuldiga')}/leave/"
    cast.kuldiga.client.post(mine, {"reason": "The council decided otherwise."})
    assert accepted(world) == {"Chuhuiv"}
    offer = f"/decisions/{slug}/after/{world.pk('gulbene')}/offer/"
    for _time in range(2):
        cast.officer.client.post(offer)
    (made,) = Promotion.objects.all()
    letter = Letter.objects.get(key=f"decisions:offer:{made.pk}")
    assert letter.to == "gulbene@example.org"
    assert "we offer it to Gulbene" in django_mail.outbox[-1].body
    answer = f"/decisions/{slug}/applications/{world.pk('gulbene')}/answer/"
    # The association may read it, not answer.
    assert cast.latvia.client.post(answer, {"answer": "yes"}).status_code == 403
    cast.gulbene.client.post(answer, {"answer": "yes"})
    assert accepted(world) == {"Chuhuiv", "Gulbene"}


def test_no_place_is_offered_while_none_is_free(world: World, cast: Cast) -> None:
    with pytest.raises(ValidationError, match="No place is free"):
        after.offer_place(decision(world, "gulbene"), by=cast.officer.actor)


@pytest.mark.parametrize("name", ["korop", "chuhuiv"])
def test_place_is_offered_to_the_reserve_alone(name: str, world: World, cast: Cast) -> None:
    after.leave(decision(world, "kuldiga"), by=cast.kuldiga.actor, reason="No")
    with pytest.raises(ValidationError, match="Only a body of the reserve"):
        after.offer_place(decision(world, name), by=cast.officer.actor)


def test_offer_that_nobody_answers_ends_and_frees_the_place(world: World, cast: Cast) -> None:
    after.leave(decision(world, "kuldiga"), by=cast.kuldiga.actor, reason="No")
    offer = after.offer_place(decision(world, "gulbene"), by=cast.officer.actor)
    Promotion.objects.update(answer_by=timezone.now() - timedelta(seconds=1))
    with pytest.raises(ValidationError, match="deadline is over"):
        after.answer_offer(offer, accepts=True, by=cast.gulbene.actor)
    assert end_offers.call() == 1
    assert (Promotion.objects.get().state, after.free_places(Selection.objects.get())) == (
        "expired", 1,
    )  # fmt: skip
    assert accepted(world) == {"Chuhuiv"}


def test_neighbour_cannot_give_ones_place_back(world: World, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        after.leave(decision(world, "kuldiga"), by=cast.korop.actor, reason="x")
    assert accepted(world) == {"Kuldīga", "Chuhuiv"}


def test_appeal_is_taken_once_answered_once_and_told(world: World, cast: Cast) -> None:
    path = f"/decisions/{world.call.slug}/applications/{world.pk('korop')}/appeal/"
    for text in ("", "Look at annex 2.", "Once more."):
        cast.korop.client.post(path, {"text": text})
    appeal = decision(world, "korop").appeal
    assert (appeal.text, appeal.by_name) == ("Look at annex 2.", "Officer, Korop")
    page = f"/decisions/{world.call.slug}/after/appeals/{appeal.pk}/"
    form = {"result": "rejected", "answer_record": "en", "answer_en": "It was read.",
            "answer_uk": "Його прочитано."}  # fmt: skip
    assert cast.officer.client.post(page, form).status_code == 302
    with pytest.raises(ValidationError, match="already"):
        after.answer_appeal(appeal, "upheld", Text.of(en="x"), by=cast.officer.actor)
    assert Letter.objects.filter(key=f"decisions:appeal:{appeal.pk}").count() == 1
    assert "It was read." in django_mail.outbox[-1].body


def test_appeal_comes_too_late_after_its_last_day(world: World, cast: Cast) -> None:
    Selection.objects.update(released_at=timezone.now() - timedelta(days=16))
    with pytest.raises(ValidationError, match="over"):
        after.appeal(decision(world, "korop"), "Please", by=cast.korop.actor)


def test_last_second_of_the_last_day_counts_by_the_clock_of_the_call(
    world: World, cast: Cast
) -> None:
    # It is 18 March there, and fourteen days later Kyiv is three hours ahead instead of two.
    Call.objects.update(zone="Europe/Kyiv")
    by = cast.korop.actor
    Selection.objects.update(released_at=datetime(2026, 3, 18, 20, 30, tzinfo=UTC))
    with (
        time_machine.travel(datetime(2026, 4, 1, 21, tzinfo=UTC), tick=False),
        pytest.raises(ValidationError, match="over"),
    ):
        after.appeal(decision(world, "korop"), "Please", by=by)
    with time_machine.travel(datetime(2026, 4, 1, 20, 59, 59, tzinfo=UTC), tick=False):
        after.appeal(decision(world, "korop"), "Please", by=by)
    assert Appeal.objects.get().decision == decision(world, "korop")


def test_pages_say_that_the_time_for_appeals_is_over(world: World, cast: Cast) -> None:
    path = f"/decisions/{world.call.slug}/applications/{world.pk('korop')}/"
    listed = f"/decisions/{world.call.slug}/after/"
    assert "Appeals are taken until" in cast.korop.client.get(path).content.decode()
    assert "that time is over" not in cast.officer.client.get(listed).content.decode()
    Selection.objects.update(released_at=timezone.now() - timedelta(days=16))
    page = cast.korop.client.get(path).content.decode()
    assert ("Appeals are taken until" in page, "Send the appeal" in page) == (False, False)
    assert "The time for appeals is over: they were taken until" in page
    assert "that time is over" in cast.officer.client.get(listed).content.decode()
    # A page that stood open: nothing is taken, and what was written can be taken along.
    page = cast.korop.client.post(f"{path}appeal/", {"text": "Look at annex 2."}).content.decode()
    assert ("The time for appeals is over." in page, "Look at annex 2." in page) == (True, True)
    assert not Appeal.objects.exists()
