"""What is withheld comes back on its day, and one action answers: keep it or open it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from mosty.core import looking_again
from mosty.core.access import VISITOR, NotAllowed
from mosty.core.facts import Fact, Source
from mosty.core.history import HistoryEntry
from mosty.core.panels import tasks_for
from mosty.core.publication import Level, Published
from mosty.core.texts import Text
from mosty.partnerships.models import Partnership
from mosty.places.models import Contact, Need, Offer, Organisation, Picture, TextLevel
from mosty.programmes.models import Phase, Programme
from tests.matching.making import make_phase
from tests.partnerships.world import report
from tests.people import Bodies, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.web]

LIST = "/desk/withheld/"
# Their level is asked for without a date: what a round or a participation is, its phase says.
NEVER_DATED = {"matching.Round", "programmes.Participant"}


def today() -> date:
    return timezone.localdate()


def kept(model: Any, body: Organisation, *, in_days: int = 0, level: Level = Level.STAFF,
         **values: Any) -> Any:  # fmt: skip
    """Something that is withheld until so many days from now."""
    return model.objects.create(
        organisation=body, level=level, level_reason="Near the front",
        level_review_on=today() + timedelta(days=in_days), **values,
    )  # fmt: skip


def keys(actor: Any) -> list[str]:
    return [each.kind.key for each in looking_again.withheld(actor)]


def page_of(key: str, thing: Any) -> str:
    return f"{LIST}{key}/{thing.pk}/"


def posted(client: Client, address: str, **data: Any) -> Any:
    page = client.get(address)
    seen = page.context["keep"]["seen"].value()
    return client.post(address, {"seen": seen} | data)


def everything(bodies: Bodies) -> dict[str, Any]:
    """One of each kind that can be withheld, all of Chuhuiv or of nobody."""
    town = bodies.chuhuiv
    source = Source.objects.create(key="book", title="Book")
    phase = make_phase()
    partnership = report(town, bodies.kuldiga)
    made = {
        "need": kept(Need, town, theme_id="water"),
        "offer": kept(Offer, town, theme_id="waste"),
        "contact": kept(Contact, town, office="Shelters"),
        "picture": kept(Picture, town, width=1, height=1, digest="1", credit="Town hall"),
        "text": kept(TextLevel, town, text="capacity"),
        "figure": kept(Fact, town, kind="population", value=Decimal(30001), as_of="2024",
                       source=source, is_chosen=True),
        "body": town, "place": town, "partnership": partnership,
        "programme": phase.strand.programme, "phase": phase,
    }  # fmt: skip
    level = {"level": Level.STAFF, "level_reason": "Why", "level_review_on": today()}
    Organisation.objects.filter(pk=town.pk).update(
        precision="withheld", precision_reason="Near the front", precision_review_on=today(),
        capacity=Text.of(en="Two people"), **level,
    )  # fmt: skip
    Partnership.objects.filter(pk=partnership.pk).update(**level)
    Programme.objects.filter(pk=phase.strand.programme_id).update(**level)
    Phase.objects.filter(pk=phase.pk).update(**level)
    return made


def test_everything_that_can_be_withheld_until_a_day_is_registered() -> None:
    models = {kind.rows().model._meta.label for kind in looking_again.kinds()}
    published = {model._meta.label for model in apps.get_models() if issubclass(model, Published)}
    assert models == published - NEVER_DATED


def test_each_kind_is_shown_kept_and_opened(cast: Cast, bodies: Bodies) -> None:
    made = everything(bodies)
    client = cast.officer.client
    assert sorted(keys(cast.officer.actor)) == sorted(made)
    later = today() + timedelta(days=90)
    for key, thing in made.items():
        fields = next(kind for kind in looking_again.kinds() if kind.key == key).fields
        address = page_of(key, thing)
        answer = posted(client, address, decision="keep", until=later.isoformat(), reason="Still")
        assert answer["Location"] == LIST, key
        thing.refresh_from_db()
        now = (getattr(thing, fields.reason), getattr(thing, fields.review_on))
        assert now == ("Still", later), key
        assert getattr(thing, fields.value) != fields.when_open, key

        assert posted(client, address, decision="open", why="Over")["Location"] == LIST, key
        thing.refresh_from_db()
        now = tuple(
            getattr(thing, name) for name in (fields.value, fields.reason, fields.review_on)
        )
        assert now == (fields.when_open, "", None), key
        assert client.get(address).status_code == 404, key
        entries = HistoryEntry.objects.filter(verb__startswith="core.").order_by("-pk")[:2]
        assert [(entry.verb, entry.reason, entry.after["kind"]) for entry in entries] == [
            ("core.opened", "Over", key), ("core.kept_withheld", "Still", key),
        ]  # fmt: skip
    assert keys(cast.officer.actor) == []
    bodies.chuhuiv.refresh_from_db()
    # The figure that everybody may know now is the one that lists show.
    assert bodies.chuhuiv.population == 30001


def test_desk_names_what_comes_due_and_what_is_late(cast: Cast, bodies: Bodies) -> None:
    kept(Need, bodies.chuhuiv, theme_id="water", in_days=-3)
    kept(Offer, bodies.chuhuiv, theme_id="waste", in_days=10)
    kept(Contact, bodies.korop, office="Shelters", in_days=40)
    tasks = [task for task in tasks_for(cast.officer.actor) if task.url.startswith(LIST)]
    assert [(task.title, task.about, task.due) for task in tasks] == [
        ("Look again whether this must be withheld: Need: Water and wastewater, Chuhuiv",
         "Secretariat only · Near the front", today() - timedelta(days=3)),
        ("Look again whether this must be withheld: Offer: Waste, Chuhuiv",
         "Secretariat only · Near the front", today() + timedelta(days=10)),
    ]  # fmt: skip
    page = cast.officer.client.get("/desk/").content.decode()
    assert tasks[0].url in page
    rows = cast.officer.client.get(LIST).content.decode()
    assert "3 things have a date" in rows
    assert "Shelters" in rows


def test_many_things_stand_behind_one_line(cast: Cast, bodies: Bodies) -> None:
    for slug in ("water", "waste", "energy", "youth", "sport", "culture", "health"):
        kept(Need, bodies.chuhuiv, theme_id=slug)
    tasks = [task for task in tasks_for(cast.officer.actor) if task.url.startswith(LIST)]
    assert len(tasks) == 6
    last = next(task for task in tasks if task.url == LIST)
    assert last.title == "2 more things are to be looked at again"


def test_body_is_reminded_of_what_it_withholds_itself_and_of_nothing_else(
    cast: Cast, bodies: Bodies
) -> None:
    made = everything(bodies)
    kept(Need, bodies.korop, theme_id="water")
    own = {"need", "offer", "contact", "picture", "text"}
    assert set(keys(cast.chuhuiv.actor)) == own
    for person in (cast.kuldiga, cast.latvia, cast.ukraine, cast.funder, cast.expert):
        assert keys(person.actor) == [], person.key
    assert keys(VISITOR) == keys(cast.stranger.actor) == []
    for key, thing in made.items():
        address = page_of(key, thing)
        expected = 200 if key in own else 404
        assert cast.chuhuiv.client.get(address).status_code == expected, key
        assert cast.kuldiga.client.post(address, {"decision": "open"}).status_code == 404, key
        assert Client().get(address).status_code == 302, key
    each = looking_again.find(cast.officer.actor, "need", made["need"].pk)
    assert each
    with pytest.raises(NotAllowed):
        looking_again.open_up(each, reason="", by=cast.kuldiga.actor, seen=each.mark)


@pytest.mark.parametrize("decision", ["keep", "open"])
def test_second_of_two_who_look_at_once_is_told(cast: Cast, bodies: Bodies, decision: str) -> None:
    need = kept(Need, bodies.chuhuiv, theme_id="water")
    client = cast.second_officer.client
    address = page_of("need", need)
    seen = client.get(address).context["keep"]["seen"].value()
    later = (today() + timedelta(days=9)).isoformat()
    posted(cast.officer.client, address, decision="keep", until=later, reason="Still")
    data = {"seen": seen, "decision": decision, "until": "2040-01-01", "reason": "No", "why": "No"}
    answer = client.post(address, data, follow=True)
    assert "Somebody else has looked at it meanwhile." in answer.content.decode()
    need.refresh_from_db()
    assert (need.level, need.level_reason) == ("staff", "Still")
    assert need.level_review_on.isoformat() == later


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ({"until": "", "reason": "Still"}, "until"),
        ({"until": "2020-01-01", "reason": "Still"}, "until"),
        ({"until": "soon", "reason": "Still"}, "until"),
        ({"until": "2040-01-01", "reason": " "}, "reason"),
    ],
)
def test_keeping_needs_a_day_ahead_and_a_reason(
    cast: Cast, bodies: Bodies, data: dict[str, str], wrong: str
) -> None:
    need = kept(Need, bodies.chuhuiv, theme_id="water")
    page = posted(cast.officer.client, page_of("need", need), decision="keep", **data)
    assert page.context["keep"].errors.keys() == {wrong}
    assert not HistoryEntry.objects.exists()
    need.refresh_from_db()
    assert need.level_reason == "Near the front"


def test_why_something_was_withheld_is_told_to_the_circle_that_knew(
    cast: Cast, bodies: Bodies
) -> None:
    for level, told in (("programme", "programme"), ("partners", "staff"), ("staff", "staff")):
        need = kept(Need, bodies.chuhuiv, theme_id="water", level=Level(level))
        posted(cast.officer.client, page_of("need", need), decision="open", why="Over")
        assert HistoryEntry.objects.latest("pk").level == told, level
        need.delete()


def test_looking_again_leaves_what_is_illustrative_so(cast: Cast, bodies: Bodies) -> None:
    need = kept(Need, bodies.chuhuiv, theme_id="water", is_illustrative=True)
    posted(cast.officer.client, page_of("need", need), decision="open", why="")
    need.refresh_from_db()
    assert (need.level, need.is_illustrative) == ("public", True)


def test_what_is_public_or_has_no_date_or_is_gone_is_not_asked_about(
    cast: Cast, bodies: Bodies
) -> None:
    kept(Need, bodies.chuhuiv, theme_id="water", level=Level.PUBLIC)
    Offer.objects.create(organisation=bodies.chuhuiv, theme_id="waste", level=Level.STAFF)
    source = Source.objects.create(key="book", title="Book")
    kept(Fact, bodies.chuhuiv, kind="population", value=1, as_of="2024", source=source,
         withdrawn_reason="Wrong")  # fmt: skip
    partnership = report(bodies.chuhuiv, bodies.kuldiga)
    Partnership.objects.filter(pk=partnership.pk).update(
        status="withdrawn", level=Level.STAFF, level_review_on=today()
    )
    assert keys(cast.officer.actor) == []
    assert "Nothing is to be looked at again" in cast.officer.client.get(LIST).content.decode()


@pytest.mark.parametrize("count", [3, 60])
def test_pages_take_a_bounded_number_of_queries(
    cast: Cast, bodies: Bodies, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        kept(Contact, bodies.chuhuiv, office=f"Office {number}")
    client = cast.officer.client
    with django_assert_max_num_queries(25):
        assert client.get(LIST).status_code == 200
