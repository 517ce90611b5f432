"""What was sent in, taken back and not sent anew counts: no job has to run for it."""

from typing import Any

import pytest
from django.db.utils import IntegrityError
from django.urls import reverse
from django.utils import timezone

from mosty.applications import queries as applications
from mosty.applications.domain import sending, writing
from mosty.applications.domain.sending import let_stand
from mosty.applications.models import Application
from mosty.calls.models import GRACE
from mosty.decisions.queries import sent_in as decided_on
from mosty.reviews.domain import officers
from mosty.reviews.queries import reading
from mosty.reviews.queries.officers import Rule, propose
from mosty.reviews.queries.results import results
from tests.people import Bodies, Cast
from tests.reviews.making import Panel, assigned, make_panel, scored


@pytest.fixture
def panel(bodies: Bodies, cast: Cast) -> Panel:
    """Chuhuiv took its application back, changed a number, and the deadline passed."""
    made = make_panel(bodies, cast)
    by, now = cast.chuhuiv.actor, timezone.now()
    sending.take_back(made.chuhuiv, by=by, at=now)
    question = made.chuhuiv.answers.get(question__key="people").question
    writing.save_answers(made.chuhuiv, {question: "499"}, by=by)
    made.call.closes_at = now - 2 * GRACE
    made.call.save()
    made.chuhuiv.refresh_from_db()
    assert (made.chuhuiv.state, made.chuhuiv.version_id is None) == ("draft", False)
    return made


def _whole(panel: Panel, cast: Cast) -> dict[str, Any]:
    """What officers, reviewers and those who decide are told of it."""
    now, actor = timezone.now(), cast.officer.actor
    found = reading.assignments(panel.expert, now)
    call = panel.call
    return {
        "queue": [one.application_id for one in found],
        "results": {pk: (one.count, one.rank) for pk, one in results(call, actor).items()},
        "proposed": sorted(propose(panel.phase, Rule(), actor).applications),
        "decided": sorted(decided_on(call).values_list("pk", flat=True)),
        "counts": applications.counts(call, actor),
        "listed": sorted(
            applications.narrowed(applications.of_call(call, actor), actor, state=state).count()
            for state in ("draft", "submitted", "withdrawn")
        ),
    }


def test_nothing_changes_when_the_job_has_run(panel: Panel, cast: Cast) -> None:
    scored(assigned(panel.phase, panel.expert, panel.chuhuiv), 4, 4)
    before = _whole(panel, cast)
    assert before["results"][panel.chuhuiv.pk] == (1, 1)
    assert panel.chuhuiv.pk in before["decided"]
    assert before["counts"] == {"draft": 0, "submitted": 4}
    assert let_stand(timezone.now()) == 1
    after = _whole(panel, cast)
    assert after.pop("counts") == {"submitted": 4}
    before.pop("counts")
    assert after == before


def test_reviewer_and_officer_read_what_was_sent_in_and_not_what_is_written(
    panel: Panel, cast: Cast
) -> None:
    now = timezone.now()
    officers.assign(
        panel.phase, [(panel.chuhuiv.pk, panel.expert.pk)], by=cast.officer.actor, how="hand",
        at=now,
    )  # fmt: skip
    mark = reading.assignments(panel.expert, now)[0].mark
    url = reverse("reviews:read", args=[panel.call.slug, mark])
    reviewer = cast.expert.client.get(url).content.decode()
    url = panel.chuhuiv.get_absolute_url()
    officer = cast.officer.client.get(url).content.decode()
    for page in (reviewer, officer):
        assert ("Нам потрібна вода." in page, ">12<" in page, "499" in page) == (
            True, True, False,
        )  # fmt: skip
    assert cast.officer.client.get(f"{url}print/").status_code == 403


def test_withdrawn_application_cannot_keep_a_version(panel: Panel) -> None:
    with pytest.raises(IntegrityError):
        Application.objects.filter(pk=panel.chuhuiv.pk).update(state="withdrawn")
