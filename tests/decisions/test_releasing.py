"""What is released: one letter to every body in the language of its reader, and nothing of anybody
else; before it nobody but the secretariat learns anything."""

from functools import partial
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from mosty.core import mail
from mosty.core.mail import Letter
from mosty.decisions import queries
from mosty.decisions.domain import drafting, releasing, signing
from mosty.decisions.models import Release, Selection, Sending
from mosty.decisions.writing import write_letters
from mosty.people.models import User
from tests.decisions.making import World, at_once, make_world, without_tokens
from tests.people import Bodies, Cast

NAMES = {"kuldiga": "Kuldīga", "chuhuiv": "Chuhuiv", "gulbene": "Gulbene", "korop": "Korop"}


@pytest.fixture
def world(bodies: Bodies, cast: Cast) -> World:
    User.objects.filter(pk=cast.chuhuiv.user.pk).update(language="uk")
    return make_world(bodies, cast)


def approved(world: World, cast: Cast) -> Selection:
    by = cast.officer.actor
    made = drafting.begin(world.call, by=by)
    accepted = [world.pk("kuldiga"), world.pk("chuhuiv")]
    drafting.set_outcomes(made, accepted, "accepted", by=by)
    drafting.set_outcomes(made, [world.pk("gulbene")], "reserve", by=by)
    drafting.set_outcomes(made, [world.pk("korop")], "declined", by=by)
    version = signing.propose(made, by=by)
    signing.approve(made, version.pk, by=cast.second_officer.actor)
    return made


@pytest.mark.django_db
def test_every_body_gets_one_letter_about_itself_alone(world: World, cast: Cast) -> None:
    releasing.release(approved(world, cast), by=cast.officer.actor)
    mail.send_letters.call()
    said = {message.to[0].split("@")[0]: message for message in django_mail.outbox}
    assert sorted(said) == sorted(world.applications)
    for name, message in said.items():
        others = [label for key, label in NAMES.items() if key != name]
        whole = f"{message.subject}\n{message.body}"
        assert not [label for label in others if label in whole]
        assert not [key for key in world.applications if key != name and f"on {key}" in whole]
        assert "Expert" not in whole
        assert "Funder" not in whole
    assert "is accepted. Congratulations!" in said["kuldiga"].body
    assert "- Need: 5.0 of 5 (strong)\n- Plan: 5.0 of 5 (strong)" in said["kuldiga"].body
    assert "Comment of expert on kuldiga" in said["kuldiga"].body
    assert "stands in the reserve, at place 1" in said["gulbene"].body
    assert "could not be accepted" in said["korop"].body
    assert "- Потреба: 4,0" in said["chuhuiv"].body
    assert "Відгук про chuhuiv" in said["chuhuiv"].body


@pytest.mark.django_db
def test_letters_are_written_once_however_often_the_job_runs(world: World, cast: Cast) -> None:
    release = releasing.release(approved(world, cast), by=cast.officer.actor)
    Release.objects.update(work_state="running")
    write_letters.call(release.pk)
    assert (Sending.objects.count(), Letter.objects.count()) == (4, 4)
    known = set(Sending.objects.values_list("message_id", flat=True))
    assert known == set(Letter.objects.values_list("message_id", flat=True))


@pytest.mark.django_db
def test_second_letter_to_a_body_is_refused_by_the_database(world: World, cast: Cast) -> None:
    release = releasing.release(approved(world, cast), by=cast.officer.actor)
    row = release.sendings.first()
    assert row is not None
    other = release.sendings.exclude(pk=row.pk).get(organisation=world.applications["korop"]
                                                    .organisation)  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Sending.objects.filter(pk=other.pk).update(organisation=row.organisation)


@pytest.mark.django_db
def test_body_without_anybody_is_listed_for_a_person(world: World, cast: Cast) -> None:
    cast.korop.user.memberships.all().delete()
    releasing.release(approved(world, cast), by=cast.officer.actor)
    page = cast.officer.client.get(f"/decisions/{world.call.slug}/release/").content.decode()
    assert "Nobody can read these" in page
    assert "<li>Korop</li>" in page
    assert Letter.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["list", "signing", "release", "pictures"])
def test_nobody_learns_anything_before_the_release(name: str, world: World, cast: Cast) -> None:
    approved(world, cast)
    path = f"/decisions/{world.call.slug}/{'' if name == 'list' else name + '/'}"
    for who in ("expert", "funder", "latvia", "ukraine", "chuhuiv", "stranger"):
        assert getattr(cast, who).client.get(path).status_code == 404
    own = f"/decisions/{world.call.slug}/applications/{world.pk('chuhuiv')}/"
    for person in (cast.chuhuiv, cast.ukraine, cast.officer):
        assert person.client.get(own).status_code == 404
    assert not queries.accepted(world.call).exists()
    page = cast.chuhuiv.client.get(f"/calls/{world.call.slug}/").content.decode()
    assert "Who is accepted" not in page
    assert "/decisions/" not in page


@pytest.mark.django_db
def test_drafts_change_no_byte_of_what_a_reviewer_and_an_applicant_get(
    world: World, cast: Cast
) -> None:
    paths = [f"/calls/{world.call.slug}/", "/calls/", "/desk/", f"/decisions/{world.call.slug}/"]

    def seen() -> list[tuple[int, str]]:
        found = []
        for person in (cast.expert, cast.korop, cast.latvia):
            client = person.client
            for path in paths:
                answer = client.get(path)
                found.append((answer.status_code, without_tokens(answer.content.decode())))
        return found

    before = seen()
    approved(world, cast)
    assert seen() == before


@pytest.mark.django_db
def test_body_and_its_association_read_the_decision_others_do_not(world: World, cast: Cast) -> None:
    releasing.release(approved(world, cast), by=cast.officer.actor)
    path = f"/decisions/{world.call.slug}/applications/{world.pk('korop')}/"
    for person in (cast.korop, cast.ukraine, cast.officer):
        page = person.client.get(path).content.decode()
        assert "2.0 of 5" in page
        assert "Comment of expert on korop" in page
        assert "Expert<" not in page
    for person in (cast.chuhuiv, cast.latvia, cast.expert, cast.funder):
        assert person.client.get(path).status_code == 404
    page = cast.stranger.client.get(f"/calls/{world.call.slug}/").content.decode()
    listed = page[page.index("Who is accepted") :]
    assert "Chuhuiv" in listed
    assert "Korop" not in listed
    assert {row.organisation.label_en for row in queries.accepted(world.call)} == {
        "Kuldīga", "Chuhuiv",
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_two_who_release_at_once_release_once(world: World, cast: Cast) -> None:
    approved(world, cast)
    said: list[Any] = []

    def go(actor: Any) -> None:
        try:
            mine = Selection.objects.select_related("call").get()
            releasing.release(mine, by=actor)
            said.append("released")
        except ValidationError as error:
            said.append(error.messages)

    at_once(*(partial(go, one.actor) for one in (cast.officer, cast.second_officer)))
    assert len(said) == 2
    assert said.count("released") == 1
    assert (Release.objects.count(), Letter.objects.count()) == (1, 4)
