"""An appeal that is upheld leads to a better decision, by four eyes, with a letter."""

import threading
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, transaction

from mosty.core.access import NotAllowed
from mosty.core.history import HistoryEntry
from mosty.core.mail import Letter
from mosty.core.texts import Text
from mosty.decisions.domain import after, releasing, revising
from mosty.decisions.models import Appeal, Decision, Revision, Selection
from tests.decisions.making import World, make_world
from tests.decisions.test_after import accepted, decision
from tests.decisions.test_releasing import approved
from tests.people import Bodies, Cast

BOTH = Text.of(en="Annex 2 was overlooked.", uk="Додаток 2 не помітили.")


@pytest.fixture
def world(bodies: Bodies, cast: Cast) -> World:
    made = make_world(bodies, cast)
    releasing.release(approved(made, cast), by=cast.officer.actor)
    return made


def upheld(world: World, cast: Cast, name: str) -> Appeal:
    made = after.appeal(decision(world, name), "Look again.", by=getattr(cast, name).actor)
    after.answer_appeal(made, "upheld", Text.of(en="You are right."), by=cast.officer.actor)
    return made


def propose(appeal: Appeal, cast: Cast, outcome: str = "accepted") -> Revision:
    return revising.propose(appeal, outcome, BOTH, by=cast.officer.actor)


@pytest.mark.django_db
def test_upheld_appeal_leads_to_a_place_by_two_officers_on_their_pages(
    world: World, cast: Cast
) -> None:
    slug = world.call.slug
    made = after.appeal(decision(world, "korop"), "Look again.", by=cast.korop.actor)
    form = {"result": "upheld", "answer_record": "en", "answer_en": "You are right."}
    answer = f"/decisions/{slug}/after/appeals/{made.pk}/"
    page = f"{answer}anew/"
    assert cast.officer.client.post(answer, form)["Location"] == page
    mine = f"/decisions/{slug}/applications/{world.pk('korop')}/"
    assert "The secretariat decides anew." in cast.korop.client.get(mine).content.decode()
    assert "An appeal is upheld: decide anew" in cast.officer.client.get("/desk/").content.decode()

    form = {"outcome": "accepted", "reason_record": "en", "reason_en": "Annex 2."}
    said = cast.officer.client.post(page, form, follow=True).content.decode()
    assert "Give the reason in English and in Ukrainian." in said
    form |= {"reason_uk": "Додаток 2."}
    said = cast.officer.client.post(page, form, follow=True).content.decode()
    assert "Another officer must approve it." in said
    assert "Approve and write to the applicant" not in said
    seen = {"revision": str(Revision.objects.get().pk)}
    assert cast.officer.client.post(f"{page}approve/", seen).status_code == 403
    assert accepted(world) == {"Kuldīga", "Chuhuiv"}

    desk = cast.second_officer.client.get("/desk/").content.decode()
    assert "A new decision waits for a second officer" in desk
    assert "Approve and write" in cast.second_officer.client.get(page).content.decode()
    for _time in range(2):
        cast.second_officer.client.post(f"{page}approve/", seen)
    assert accepted(world) == {"Kuldīga", "Chuhuiv", "Korop"}
    (letter,) = Letter.objects.filter(key__startswith="decisions:revision:")
    assert letter.to == "korop@example.org"
    assert "your appeal was upheld" in django_mail.outbox[-1].body
    said = cast.korop.client.get(mine).content.decode()
    assert "Decided anew after your appeal" in said
    assert "Annex 2." in said
    (row,) = HistoryEntry.objects.filter(verb="decisions.approve_revision")
    assert (row.before["outcome"], row.after["outcome"]) == ("declined", "accepted")
    assert "upheld: decide anew" not in cast.officer.client.get("/desk/").content.decode()


@pytest.mark.django_db
def test_one_that_was_declined_can_come_into_the_reserve_at_its_end(
    world: World, cast: Cast
) -> None:
    made = propose(upheld(world, cast, "korop"), cast, "reserve")
    revising.approve(made, by=cast.second_officer.actor)
    row = decision(world, "korop")
    assert (row.outcome, row.rank, row.is_in) == ("reserve", 2, False)
    assert (
        "in the reserve now, at place 2"
        in Letter.objects.get(key=f"decisions:revision:{made.pk}").subject
        + django_mail.outbox[-1].body
    )


@pytest.mark.django_db
def test_place_that_is_free_is_taken_and_one_above_the_number_is_not_offered_again(
    world: World, cast: Cast
) -> None:
    selection = Selection.objects.get()
    revising.approve(propose(upheld(world, cast, "korop"), cast), by=cast.second_officer.actor)
    assert after.free_places(selection) == 0
    # Three take part where two places were given out: the first that leaves frees none.
    after.leave(decision(world, "kuldiga"), by=cast.kuldiga.actor, reason="No")
    assert after.free_places(selection) == 0
    after.leave(decision(world, "chuhuiv"), by=cast.chuhuiv.actor, reason="No")
    assert after.free_places(selection) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "outcome"), [("korop", "declined"), ("gulbene", "reserve"), ("gulbene", "declined")]
)
def test_new_decision_is_better_than_what_stood(
    name: str, outcome: str, world: World, cast: Cast
) -> None:
    with pytest.raises(ValidationError, match="not better"):
        propose(upheld(world, cast, name), cast, outcome)
    assert not Revision.objects.exists()


@pytest.mark.django_db
def test_appeal_that_is_not_upheld_changes_nothing(world: World, cast: Cast) -> None:
    made = after.appeal(decision(world, "korop"), "Look again.", by=cast.korop.actor)
    page = f"/decisions/{world.call.slug}/after/appeals/{made.pk}/anew/"
    with pytest.raises(ValidationError, match="upheld"):
        propose(made, cast)
    assert cast.officer.client.get(page).status_code == 404
    after.answer_appeal(made, "rejected", BOTH, by=cast.officer.actor)
    with pytest.raises(ValidationError, match="upheld"):
        propose(made, cast)


@pytest.mark.django_db
def test_proposal_that_is_taken_back_makes_room_for_another(world: World, cast: Cast) -> None:
    appeal = upheld(world, cast, "korop")
    first = propose(appeal, cast)
    with pytest.raises(ValidationError, match="already"):
        propose(appeal, cast, "reserve")
    with pytest.raises(ValidationError, match="Say why"):
        revising.take_back(first, by=cast.officer.actor, reason=" ")
    revising.take_back(first, by=cast.officer.actor, reason="Too much.")
    second = propose(appeal, cast, "reserve")
    with pytest.raises(ValidationError, match="quicker"):
        revising.approve(first, by=cast.second_officer.actor)
    revising.approve(second, by=cast.second_officer.actor)
    assert accepted(world) == {"Kuldīga", "Chuhuiv"}


@pytest.mark.django_db
def test_place_on_offer_is_answered_first(world: World, cast: Cast) -> None:
    appeal = upheld(world, cast, "gulbene")
    after.leave(decision(world, "kuldiga"), by=cast.kuldiga.actor, reason="No")
    after.offer_place(decision(world, "gulbene"), by=cast.officer.actor)
    with pytest.raises(ValidationError, match="wait for the answer"):
        propose(appeal, cast)


@pytest.mark.django_db
def test_body_that_left_meanwhile_gets_no_place(world: World, cast: Cast) -> None:
    made = propose(upheld(world, cast, "gulbene"), cast)
    after.leave(decision(world, "gulbene"), by=cast.gulbene.actor, reason="No")
    with pytest.raises(ValidationError, match="not possible any more"):
        revising.approve(made, by=cast.second_officer.actor)
    assert Revision.objects.get().state == "proposed"
    assert accepted(world) == {"Kuldīga", "Chuhuiv"}


@pytest.mark.django_db
def test_four_eyes_are_held_by_the_database_too(world: World, cast: Cast) -> None:
    made = propose(upheld(world, cast, "korop"), cast)
    with pytest.raises(NotAllowed):
        revising.approve(made, by=cast.officer.actor)
    with pytest.raises(NotAllowed):
        revising.approve(made, by=cast.korop.actor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.update(approved_by=cast.officer.user)


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_at_once_decide_once(world: World, cast: Cast, bodies: Bodies) -> None:
    made = propose(upheld(world, cast, "korop"), cast)
    start = threading.Barrier(2)
    said: list[Any] = []

    def go() -> None:
        try:
            start.wait(timeout=20)
            mine = Revision.objects.select_related("appeal__decision__selection__call").get()
            revising.approve(mine, by=cast.second_officer.actor)
            said.append("approved")
        except ValidationError:
            said.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go) for _time in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(said) == ["approved", "told"]
    assert Decision.objects.get(application=world.pk("korop")).is_in
    assert Letter.objects.filter(key=f"decisions:revision:{made.pk}").count() == 1
