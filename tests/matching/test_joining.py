"""Two records of one town, of which one stands in a round."""

import pytest

from mosty.matching import domain
from mosty.matching.models import RoundParticipant
from mosty.places.domain import merging
from mosty.places.domain.changes import Refused
from tests.dumps import all_tables, differences
from tests.matching.making import Made, make_plain_town, run

pytestmark = pytest.mark.django_db
WRITTEN = ("places.merger", "core.historyentry")


def test_record_that_stands_in_results_stays(made: Made) -> None:
    run(made)
    twin = make_plain_town("UA99999999999999999", in_country="UA", label_en="Chuhuiv")
    plan = merging.plan_merge(twin, made.left[0], by=made.officer)
    assert [str(said) for said in plan.obstacles] == [
        "UA63140110000017413 stands in results of “Round one”, which stay as they were proven. "
        "Merge the other record into this one."
    ]
    with pytest.raises(Refused, match="stay as they were proven"):
        merging.merge(twin, made.left[0], by=made.officer, reason="One.", seen=plan.mark)
    assert merging.plan_merge(made.left[0], twin, by=made.officer).obstacles == []


def test_participant_of_a_round_in_preparation_goes_over_until_the_round_is_run(
    made: Made,
) -> None:
    twin = make_plain_town("UA99999999999999999", in_country="UA", label_en="Lozova")
    domain.add_override(
        made.round, "veto", left=made.left[2], right=made.right[0], reason="No.", by=made.officer
    )
    before = all_tables(but=WRITTEN)
    mark = merging.plan_merge(twin, made.left[2], by=made.officer).mark
    merger = merging.merge(twin, made.left[2], by=made.officer, reason="One.", seen=mark)
    assert RoundParticipant.objects.filter(round=made.round, organisation=twin).count() == 1
    back = merging.undo_merge(merger, by=made.officer, reason="Two.")
    assert differences(before, all_tables(but=WRITTEN)) == []
    mark = merging.plan_merge(twin, back, by=made.officer).mark
    merger = merging.merge(twin, back, by=made.officer, reason="One.", seen=mark)
    run(made)
    with pytest.raises(Refused, match="participants of a round: Lozova"):
        merging.undo_merge(merger, by=made.officer, reason="Two.")
