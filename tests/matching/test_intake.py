"""A round takes in the towns that were accepted in a call: planned first, once, nothing retyped."""

from typing import Any

import pytest
from django.utils import timezone

from mosty.applications import accepted as accepting
from mosty.applications.domain import sending
from mosty.applications.models import Application
from mosty.calls.models import Call, Question, Quota
from mosty.core.access import NotAllowed
from mosty.core.history import HistoryEntry
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.matching import domain, intake
from mosty.matching.models import RoundParticipant, RoundQuota
from mosty.places.models import Need, Offer, Organisation
from mosty.programmes.models import Participant
from tests.applications.making import FULL, answer, begun, small_call
from tests.dumps import all_tables
from tests.matching.making import Made, make_phase, make_plain_town
from tests.people import Bodies, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(made: Made, bodies: Bodies, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Call:
    """A call of the round's phase in which Chuhuiv (in the round already) and Izium are accepted,
    and Talsi is not; needs and offers were chosen out of the list of themes."""
    town = make_plain_town("UA63040110000099999", in_country="UA", label_en="Izium", place=9)
    found = small_call(made.phase, name=Text.of(en="Call for towns", uk="Конкурс громад"))
    for key, reuse in (("wanted", "needs"), ("given", "offers")):
        Question.objects.create(
            section=found.sections.get(order=1), key=key, kind="several", reuse=reuse,
            text=Text.of(en=key), order=9,
            options=[{"key": slug, "text": Text.of(en=slug).dump()}
                     for slug in ("water", "energy", "youth", "no-theme")],
        )  # fmt: skip
    for body in (bodies.chuhuiv, town, made.right[2]):
        application = begun(found, body)
        answer(application, **FULL, wanted=["water", "energy", "no-theme"], given=["youth"])
        Application.objects.filter(pk=application.pk).update(
            association=bodies.ukrainian_association
        )
        _send(application, cast)
    for by, key, least, most in (
        ("association", "AUC", 5, 8), ("country", "LV", 1, 2), ("size", "small", 1, None),
    ):  # fmt: skip
        Quota.objects.create(call=found, by=by, key=key, least=least, most=most)
    accept(monkeypatch, bodies.chuhuiv.code, town.code)
    return found


def _send(application: Application, cast: Cast) -> None:
    application.refresh_from_db()
    actor = cast.chuhuiv.actor
    own = type(actor)(
        user_id=actor.user_id, name=actor.name, acting_for_id=application.organisation_id,
        roles=actor.roles, organisation_ids=frozenset({application.organisation_id}),
    )  # fmt: skip
    sending.submit(application, by=own, at=timezone.now())


def accept(monkeypatch: pytest.MonkeyPatch, *codes: str) -> None:
    """What a step that decides would register."""

    def provider(call: Call) -> Any:
        return Application.objects.filter(call=call, organisation__code__in=codes)

    monkeypatch.setattr(accepting, "_providers", [])
    accepting.register_accepted(provider)
    accepting.register_accepted(provider)


def izium() -> Organisation:
    return Organisation.objects.get(label_en="Izium")


def test_plan_says_what_would_be_added_and_what_is_there(made: Made, call: Call) -> None:
    found = intake.plan(made.round, call)
    assert [(str(town.body), town.state, town.is_in_phase) for town in found.towns] == [
        ("Chuhuiv", intake.KNOWN, True), ("Izium", intake.NEW, False),
    ]  # fmt: skip
    chuhuiv, new = found.towns
    # Chuhuiv says of water and energy itself; what it offers on youth is new.
    assert (chuhuiv.new_needs, chuhuiv.new_offers) == ([], ["youth"])
    assert (new.new_needs, new.new_offers) == (["water", "energy"], ["youth"])
    # Of five only two were accepted; nobody of Latvia was; sizes are no groups of a round.
    assert [(str(row.group), row.least, row.most) for row in found.quotas] == [
        ("Association of Ukrainian Cities", 2, 8)
    ]


def test_taking_in_adds_participation_wishes_and_quotas_once(made: Made, call: Call) -> None:
    own_words = Need.objects.get(organisation__label_en="Chuhuiv", theme="water")
    taken = domain.take_in(made.round, call, by=made.officer)
    assert taken == domain.Taken(towns=1, wishes=4, quotas=1)
    row = RoundParticipant.objects.get(round=made.round, organisation=izium())
    assert (row.side, str(row.association)) == ("left", "Association of Ukrainian Cities")
    participant = Participant.objects.get(phase=made.phase, organisation=izium())
    assert str(participant.association) == "Association of Ukrainian Cities"
    needs = Need.objects.filter(organisation=izium()).order_by("theme_id")
    assert [(need.theme_id, need.level) for need in needs] == [
        ("energy", Level.PROGRAMME), ("water", Level.PROGRAMME),
    ]  # fmt: skip
    assert Offer.objects.get(organisation=izium()).theme_id == "youth"
    again = Need.objects.get(pk=own_words.pk)
    assert (again.weight, str(again.text)) == (own_words.weight, str(own_words.text))
    quota = RoundQuota.objects.get(round=made.round)
    assert (quota.key, quota.least, quota.most) == ("association:AUC", 2, 8)
    entry = HistoryEntry.objects.get(verb="matching.take_in")
    assert entry.after == {
        "call": call.slug, "added": [izium().code], "wishes": 4, "quotas": 1,
    }  # fmt: skip

    before = all_tables()
    assert domain.take_in(made.round, call, by=made.officer) == domain.Taken(0, 0, 0)
    assert all_tables() == before
    assert intake.plan(made.round, call).is_empty


def test_market_of_the_round_holds_what_was_taken_in(made: Made, call: Call) -> None:
    domain.take_in(made.round, call, by=made.officer)
    made.round.refresh_from_db()
    run = made.round.participants.get(organisation=izium())
    assert (run.least, run.most) == (0, 1)
    market = intake.market.build(made.round).market
    (town,) = [each for each in market.left if each.id == izium().code]
    assert (dict(town.needs), dict(town.offers)) == (
        {"water": 2.0, "energy": 2.0}, {"youth": 2.0},
    )  # fmt: skip
    assert "association:AUC" in town.groups


def test_town_that_was_taken_out_stays_out(made: Made, call: Call, bodies: Bodies) -> None:
    row = RoundParticipant.objects.get(round=made.round, organisation=bodies.chuhuiv)
    domain.remove_participant(row, by=made.officer, reason="Occupied")
    offers = Offer.objects.filter(organisation=bodies.chuhuiv).count()
    domain.take_in(made.round, call, by=made.officer)
    row.refresh_from_db()
    assert row.removed_at is not None
    assert Offer.objects.filter(organisation=bodies.chuhuiv).count() == offers


def test_quota_that_the_round_has_is_not_touched(made: Made, call: Call, bodies: Bodies) -> None:
    domain.set_quota(made.round, bodies.ukrainian_association, by=made.officer, least=0, most=1)
    domain.take_in(made.round, call, by=made.officer)
    assert RoundQuota.objects.get(round=made.round).most == 1


def test_only_officers_only_open_rounds_only_calls_of_the_phase(
    made: Made, call: Call, cast: Cast
) -> None:
    for person in (cast.chuhuiv, cast.ukraine, cast.expert):
        with pytest.raises(NotAllowed):
            domain.take_in(made.round, call, by=person.actor)
    other = small_call(make_phase("phase-9"), name=Text.of(en="Another"))
    with pytest.raises(domain.Refused, match="another phase"):
        domain.take_in(made.round, other, by=made.officer)
    type(made.round).objects.update(state="approved")
    before = all_tables()
    with pytest.raises(domain.Refused, match="approved"):
        domain.take_in(made.round, call, by=made.officer)
    assert all_tables() == before


@pytest.mark.web
def test_page_plans_first_and_adds_on_a_post(made: Made, call: Call, cast: Cast) -> None:
    client, path = cast.officer.client, f"/rounds/{made.round.slug}/take-in/{call.slug}/"
    client.cookies["django_language"] = "en"
    prepare = client.get(f"/rounds/{made.round.slug}/prepare/").content.decode()
    assert "Take in the 2 towns accepted in “Call for towns”" in prepare
    before = all_tables()
    html = client.get(path).content.decode()
    for said in ("To be added", "Izium", "In the round already", "Quotas to be added", "2 to 8"):
        assert said in html, said
    assert all_tables() == before
    html = client.post(path, follow=True).content.decode()
    assert "1 municipality was added. Needs and offers: 4, quotas: 1." in html
    assert "Everything is there already." in client.post(path, follow=True).content.decode()
    client.cookies["django_language"] = "uk"
    assert "Усе вже є." in client.get(path).content.decode()
    assert cast.chuhuiv.client.get(path).status_code == 404


@pytest.mark.web
def test_call_without_accepted_towns_is_not_offered(
    made: Made, call: Call, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(monkeypatch)
    page = cast.officer.client.get(f"/rounds/{made.round.slug}/prepare/").content.decode()
    assert "Take in the" not in page
