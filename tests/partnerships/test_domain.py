"""A partnership stands once; reports, agreements and withdrawals keep their history."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from mosty.core.access import SYSTEM, NotAllowed
from mosty.core.facts import Source, find_source
from mosty.core.history import history_of
from mosty.core.publication import Level
from mosty.core.states import ReasonMissing, WrongState
from mosty.core.texts import Text
from mosty.partnerships import domain
from mosty.partnerships.models import Partnership, ProgrammeTag, Report
from mosty.places.models import Theme
from tests.partnerships.world import PAGE, report
from tests.people import Bodies, Cast
from tests.programmes.world import make_programme

pytestmark = pytest.mark.django_db

Pairs = tuple[Partnership, Partnership]
OTHER = "https://decentralization.ua/en/news/19668"


def test_report_keeps_source_words_date_and_meaning(pairs: Pairs) -> None:
    told = Report.objects.get(partnership=pairs[0])

    assert (told.source.url, told.source.title) == (PAGE, "example.org")
    assert told.about.said("uk").text == "культура й туризм"
    assert (told.since, told.since_means, told.stage) == ("2022-06", "signature", "agreement")
    assert (pairs[0].status, pairs[0].level) == ("reported", Level.PUBLIC)
    assert [row.verb for row in history_of(pairs[0], SYSTEM)] == [
        "partnerships.add_report",
        "partnerships.report",
    ]


def test_second_source_of_the_same_towns_joins_the_one_that_stands(
    bodies: Bodies, pairs: Pairs
) -> None:
    tag = ProgrammeTag.objects.create(slug="bot", name=Text.of(en="Bridges of Trust"))

    again = report(bodies.kuldiga, bodies.chuhuiv, url=OTHER, since="2021-11-08", tags=[tag],
                   level=Level.STAFF)  # fmt: skip

    assert again == pairs[0]
    assert Partnership.objects.count() == 2
    again.refresh_from_db()
    # The earliest date counts; the level stays as somebody set it.
    assert (again.since, again.level) == ("2021-11-08", Level.PUBLIC)
    assert [tag.slug for tag in again.tags.all()] == ["bot", "cities4cities"]
    assert again.reports.count() == 2


def test_report_sent_twice_stands_once(bodies: Bodies, pairs: Pairs) -> None:
    report(bodies.chuhuiv, bodies.kuldiga, since="2022-06")
    report(bodies.chuhuiv, bodies.kuldiga, since="2022-06")

    assert (Partnership.objects.count(), Report.objects.count()) == (2, 2)
    assert Source.objects.filter(url=PAGE).count() == 1


def test_partnership_of_three_is_another_than_that_of_two(bodies: Bodies, pairs: Pairs) -> None:
    three = report(bodies.chuhuiv, bodies.kuldiga, bodies.gulbene)

    assert three != pairs[0]
    assert three.members.count() == 3
    assert domain.same_members([bodies.gulbene, bodies.chuhuiv, bodies.kuldiga]) == three
    assert domain.same_members([bodies.gulbene, bodies.chuhuiv]) is None


def test_partnership_needs_two_municipalities(bodies: Bodies) -> None:
    with pytest.raises(ValidationError, match="two municipalities or more"):
        report(bodies.chuhuiv)
    with pytest.raises(ValidationError, match="two municipalities or more"):
        report(bodies.chuhuiv, bodies.chuhuiv)
    with pytest.raises(ValidationError, match="is no municipality"):
        report(bodies.chuhuiv, bodies.donor)
    assert Partnership.objects.count() == 0


def test_agreeing_makes_a_new_partnership_or_raises_a_reported_one(
    bodies: Bodies, pairs: Pairs
) -> None:
    phase = make_programme(bodies).phase
    known = domain.agree_partnership(
        [bodies.chuhuiv, bodies.kuldiga], phase=phase, on=date(2023, 7, 26), by=SYSTEM
    )
    new = domain.agree_partnership(
        [bodies.chuhuiv, bodies.gulbene], phase=phase, on=date(2023, 7, 26), by=SYSTEM
    )

    assert known == pairs[0]
    known.refresh_from_db()
    assert (known.status, known.agreed_on, known.since, known.reports.count()) == (
        "agreed", date(2023, 7, 26), "2022-06", 1,
    )  # fmt: skip
    assert (new.status, new.since, new.since_means, new.reports.count()) == (
        "agreed", "2023-07-26", "agreed", 0,
    )  # fmt: skip
    assert list(new.phases.all()) == list(known.phases.all()) == [phase]
    assert (known.is_illustrative, new.is_illustrative) == (False, False)


def test_agreeing_twice_changes_nothing(bodies: Bodies, pairs: Pairs) -> None:
    towns = [bodies.chuhuiv, bodies.kuldiga]
    domain.agree_partnership(towns, phase=None, on=date(2023, 7, 26), by=SYSTEM)
    entries = history_of(pairs[0], SYSTEM).count()

    again = domain.agree_partnership(towns, phase=None, on=date(2024, 1, 1), by=SYSTEM)

    assert again.agreed_on == date(2023, 7, 26)
    assert history_of(pairs[0], SYSTEM).count() == entries


def test_agreement_in_the_demo_is_illustrative(bodies: Bodies, settings: object) -> None:
    settings.DEMO_MODE = True  # type: ignore[attr-defined]

    made = domain.agree_partnership(
        [bodies.chuhuiv, bodies.gulbene], phase=None, on=date(2023, 7, 26), by=SYSTEM
    )

    assert made.is_illustrative is True


def test_withdrawing_needs_a_reason_and_is_taken_back_to_what_it_was(
    bodies: Bodies, pairs: Pairs
) -> None:
    with pytest.raises(ReasonMissing):
        domain.withdraw_partnership(pairs[0], reason=" ", by=SYSTEM)
    domain.withdraw_partnership(pairs[0], reason="the towns say it never was", by=SYSTEM)
    assert domain.same_members([bodies.chuhuiv, bodies.kuldiga]) is None
    entry = domain.withdrawal(pairs[0])
    assert entry is not None
    assert entry.reason == "the towns say it never was"
    with pytest.raises(WrongState):
        domain.withdraw_partnership(pairs[0], reason="again", by=SYSTEM)

    domain.restore_partnership(pairs[0], by=SYSTEM)
    assert pairs[0].status == "reported"
    assert domain.withdrawal(pairs[0]) is None

    towns = [bodies.chuhuiv, bodies.kuldiga]
    domain.agree_partnership(towns, phase=None, on=date(2023, 7, 26), by=SYSTEM)
    agreed = Partnership.objects.get(pk=pairs[0].pk)
    domain.withdraw_partnership(agreed, reason="over", by=SYSTEM)
    domain.restore_partnership(agreed, by=SYSTEM)
    assert agreed.status == "agreed"


def test_withdrawn_partnership_makes_room_for_a_new_one(bodies: Bodies, pairs: Pairs) -> None:
    domain.withdraw_partnership(pairs[0], reason="over", by=SYSTEM)
    new = report(bodies.chuhuiv, bodies.kuldiga, url=OTHER)

    assert new != pairs[0]
    with pytest.raises(ValidationError, match="another partnership"):
        domain.restore_partnership(pairs[0], by=SYSTEM)


def test_editing_members_to_those_of_another_is_refused(bodies: Bodies, pairs: Pairs) -> None:
    with pytest.raises(ValidationError) as error:
        domain.edit_partnership(pairs[0], members=[bodies.korop, bodies.gulbene], by=SYSTEM)
    assert list(error.value.message_dict) == ["members"]

    changed = domain.edit_partnership(
        pairs[0], members=[bodies.chuhuiv, bodies.gulbene], level=Level.STAFF,
        level_reason="asked for", themes=[Theme.objects.get(pk="culture")], by=SYSTEM,
    )  # fmt: skip

    assert sorted(changed) == ["level", "level_reason", "members", "themes"]
    assert domain.same_members([bodies.gulbene, bodies.chuhuiv]) == pairs[0]
    entry = history_of(pairs[0], SYSTEM).filter(after__has_key="members").get()
    assert entry.after["members"] == ["Chuhuiv", "Gulbene"]


def test_only_report_cannot_be_removed_but_one_of_two_can(bodies: Bodies, pairs: Pairs) -> None:
    only = pairs[0].reports.get()
    with pytest.raises(ValidationError, match="only source"):
        domain.remove_report(only, reason="wrong", by=SYSTEM)

    second = domain.add_report(
        pairs[0], source=find_source(OTHER), since="2021-11-08", since_means="meeting", by=SYSTEM
    )
    assert pairs[0].since == "2021-11-08"
    with pytest.raises(ReasonMissing):
        domain.remove_report(second, reason="", by=SYSTEM)
    domain.remove_report(second, reason="another town of that name", by=SYSTEM)

    pairs[0].refresh_from_db()
    assert (pairs[0].since, pairs[0].since_means) == ("2022-06", "signature")


def test_editing_a_report_moves_the_date_of_the_partnership(pairs: Pairs) -> None:
    told = pairs[0].reports.get()

    assert domain.edit_report(told, since="2020", by=SYSTEM) == ["since"]

    pairs[0].refresh_from_db()
    assert pairs[0].since == "2020"


def test_only_officers_change_partnerships(bodies: Bodies, cast: Cast, pairs: Pairs) -> None:
    source, told = find_source(PAGE), pairs[0].reports.get()
    towns = [bodies.chuhuiv, bodies.gulbene]
    for who in "latvia chuhuiv kuldiga expert funder stranger".split():
        by = getattr(cast, who).actor
        for attempt in (
            lambda by=by: domain.report_partnership(towns, source=source, by=by),
            lambda by=by: domain.agree_partnership(towns, phase=None, on=date(2023, 1, 1), by=by),
            lambda by=by: domain.edit_partnership(pairs[0], level=Level.STAFF, by=by),
            lambda by=by: domain.add_report(pairs[0], source=source, by=by),
            lambda by=by: domain.edit_report(told, since="", by=by),
            lambda by=by: domain.remove_report(told, reason="no", by=by),
            lambda by=by: domain.withdraw_partnership(pairs[0], reason="no", by=by),
            lambda by=by: domain.restore_partnership(pairs[0], by=by),
        ):
            with pytest.raises(NotAllowed):
                attempt()
    assert (Partnership.objects.count(), Report.objects.count()) == (2, 2)
