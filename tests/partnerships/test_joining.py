"""Partnerships of two records of one town that become one."""

from datetime import date

import pytest

from mosty.core.access import SYSTEM
from mosty.core.publication import Level
from mosty.partnerships import domain
from mosty.partnerships.models import Partnership
from mosty.places.domain import merging
from mosty.places.models import Merger, Organisation
from tests.dumps import all_tables, differences
from tests.partnerships.world import report
from tests.people import Bodies, make_town

pytestmark = pytest.mark.django_db
WRITTEN = ("places.merger", "core.historyentry")


@pytest.fixture
def twin(bodies: Bodies) -> Organisation:
    return make_town("LV_9999999", "Kuldiga", "", "", in_country="LV", lat=56.9, lon=21.9,
                     population=None)  # fmt: skip


def merge(kept: Organisation, gone: Organisation) -> Merger:
    seen = merging.plan_merge(kept, gone, by=SYSTEM).mark
    return merging.merge(kept, gone, by=SYSTEM, reason="One town.", seen=seen)


def test_what_was_agreed_stays_and_takes_the_reports_of_both(
    bodies: Bodies, twin: Organisation
) -> None:
    reported = report(bodies.chuhuiv, bodies.kuldiga, since="2020", level=Level.PROGRAMME)
    agreed = domain.agree_partnership(
        [bodies.chuhuiv, twin], phase=None, on=date(2023, 5, 1), by=SYSTEM
    )
    before = all_tables(but=WRITTEN)
    merger = merge(bodies.kuldiga, twin)
    assert not Partnership.objects.filter(pk=reported.pk).exists()
    agreed.refresh_from_db()
    assert {*agreed.members.all()} == {bodies.chuhuiv, bodies.kuldiga}
    assert domain.same_members([bodies.chuhuiv, bodies.kuldiga]) == agreed
    assert (agreed.status, agreed.level, agreed.since) == ("agreed", "programme", "2020")
    assert agreed.reports.count() == 1
    merging.undo_merge(merger, by=SYSTEM, reason="Two.")
    assert differences(before, all_tables(but=WRITTEN)) == []


def test_both_records_as_partners_of_each_other_are_no_partnership(
    bodies: Bodies, twin: Organisation
) -> None:
    both = report(bodies.kuldiga, twin)
    three = report(bodies.chuhuiv, bodies.kuldiga, twin, url="https://example.org/three")
    before = all_tables(but=WRITTEN)
    merger = merge(bodies.kuldiga, twin)
    both.refresh_from_db()
    three.refresh_from_db()
    assert (both.status, three.status) == ("withdrawn", "reported")
    assert {*three.members.all()} == {bodies.chuhuiv, bodies.kuldiga}
    assert three.members_key == f"{bodies.chuhuiv.pk}-{bodies.kuldiga.pk}"
    merging.undo_merge(merger, by=SYSTEM, reason="Two.")
    assert differences(before, all_tables(but=WRITTEN)) == []


def test_two_partnerships_of_the_second_record_become_one(
    bodies: Bodies, twin: Organisation
) -> None:
    report(bodies.chuhuiv, twin)
    report(bodies.chuhuiv, twin, bodies.kuldiga, url="https://example.org/three")
    before = all_tables(but=WRITTEN)
    merger = merge(bodies.kuldiga, twin)
    assert Partnership.objects.get().reports.count() == 2
    merging.undo_merge(merger, by=SYSTEM, reason="Two.")
    assert differences(before, all_tables(but=WRITTEN)) == []
