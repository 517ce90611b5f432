"""A recused reviewer learns nothing of their own member's application: not by any address.

The site is walked as the reviewer, every address of the matrix and every export, over two databases
that differ only in that application and its scores; what comes back must be the same, byte by byte.
Only the tokens and nonces that differ from answer to answer anyway are taken out.
"""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mosty.applications import content
from mosty.core.access import SYSTEM
from mosty.core.texts import Text
from mosty.core.versions import freeze
from mosty.reviews.models import Assignment, Review, Score
from mosty.reviews.queries import conflicts, reading
from tests.applications.making import answer
from tests.matrix import World
from tests.people import Bodies, Cast
from tests.reviews.making import EVERYTHING, Panel, assigned, scored
from tests.test_matrix import MODULES, ROWS

TOKENS = re.compile(
    rb'(name="csrfmiddlewaretoken" value="|nonce="|name="draft_page" value="|X-CSRFToken": "'
    rb"|csrftoken=|&quot;X-CSRFToken&quot;: &quot;)[\w+/=-]+"
)
MADE_AT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture
def world(bodies: Bodies, cast: Cast) -> World:
    """The world of the matrix, in which the reviewer's own member has been scored, by others and,
    before the conflict, by the reviewer."""
    made = World(bodies, cast)
    for module in MODULES:
        if hasattr(module, "build"):
            module.build(made)
    panel = made.things["panel"]
    panel.phase.rights = EVERYTHING
    panel.phase.save()
    # Given, so that the reviewer sees what the others made of this one.
    scored(made.things["review.mine"], 3, 4)
    assigned(panel.phase, panel.latvia, panel.chuhuiv)
    return made


def _addresses(world: World) -> Iterator[str]:
    for name, row in ROWS.items():
        if not row.post:
            yield reverse(name, kwargs=row.args(world)) + row.query
    panel = world.things["panel"]
    for suffix in ("csv", "xlsx"):
        yield reverse("reviews:export", args=[panel.call.slug, suffix])
    for one in Assignment.objects.order_by("pk"):
        for name in ("read", "decline"):
            yield reverse(f"reviews:{name}", args=[panel.call.slug, one.mark])
        yield reverse("reviews:file", args=[panel.call.slug, one.mark, 1])
    for one in (panel.gulbene, panel.korop):
        yield reverse("reviews:application", args=[panel.call.slug, one.pk])
        yield one.organisation.get_absolute_url()


def walk(client: Client, addresses: list[str]) -> dict[str, tuple[int, str, bytes]]:
    """Address → status, where it leads, and the bytes."""
    found = {}
    for address in addresses:
        response = client.get(address)
        streamed = getattr(response, "streaming_content", None)
        body = b"".join(streamed) if streamed is not None else response.content
        where = response.headers.get("Location", "")
        found[address] = response.status_code, where, _without_tokens(body)
    return found


def _without_tokens(body: bytes) -> bytes:
    """An XLSX is read as what it holds: its archive says to the second when it was made."""
    if not body.startswith(b"PK"):
        return TOKENS.sub(rb"\1-", body)
    with ZipFile(BytesIO(body)) as archive:
        parts = [name.encode() + b"\n" + archive.read(name) for name in archive.namelist()]
    return MADE_AT.sub(b"", b"\n".join(parts))


def _other_scores(panel: Panel) -> None:
    """Each score the other way round, comments and totals too."""
    for score in Score.objects.filter(review__assignment__application=panel.gulbene):
        Score.objects.filter(pk=score.pk).update(value=6 - score.value)
    Review.objects.filter(assignment__application=panel.gulbene).update(
        total=9, confidence=1, to_panel=Text.of(en="No"), to_applicant=Text.of(en="No")
    )


def _other_answers(panel: Panel) -> None:
    answer(panel.gulbene, title=Text.of(en="Something else").dump(), people="7")
    panel.gulbene.version = freeze(panel.gulbene, content.dump(panel.gulbene), by=SYSTEM)
    panel.gulbene.save()


def _gone(panel: Panel) -> None:
    """As if it had never been there."""
    rows = Assignment.objects.filter(application=panel.gulbene)
    Review.objects.filter(assignment__in=rows).delete()
    rows.delete()
    panel.gulbene.delete()


def _other(panel: Panel) -> None:
    _other_answers(panel)
    _other_scores(panel)


# The walk takes a while: what differs is put together.
CHANGES: list[Callable[[Panel], None]] = [_other, _gone]


@pytest.mark.web
def test_recused_reviewer_gets_the_same_bytes_whatever_their_member_sent_in(world: World) -> None:
    panel = world.things["panel"]
    addresses = list(_addresses(world))
    client = world.cast.latvia.client
    # Once unseen: what the first visit itself leaves behind is no difference.
    walk(client, addresses)
    before = walk(client, addresses)
    for change in CHANGES:
        change(panel)
        after = walk(client, addresses)
        different = [address for address in addresses if before[address] != after[address]]
        assert different == [], change.__name__
    # They were really let in where they review.
    queue = before[reverse("reviews:queue", args=[panel.call.slug])]
    assert (queue[0], "Korop" in queue[2].decode(), "Gulbene" in queue[2].decode()) == (
        200, True, False,
    )  # fmt: skip


@pytest.mark.web
def test_walk_sees_a_leak_of_scores_of_names_and_of_counts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above has teeth: without what closes, the bytes differ."""
    panel = world.things["panel"]
    addresses = [one for one in _addresses(world) if one.startswith(("/reviews/", "/desk/"))]
    client = world.cast.latvia.client
    nothing = conflicts.Grounds()

    def leaky(_call: object, those: object) -> dict[int, conflicts.Grounds]:
        return dict.fromkeys((panel.latvia.pk, panel.expert.pk), nothing)

    monkeypatch.setattr(reading, "grounds", leaky)
    before = walk(client, addresses)
    _other_answers(panel)
    after = walk(client, addresses)
    assert [one for one in addresses if before[one] != after[one]]
    _gone(panel)
    later = walk(client, addresses)
    queue = reverse("reviews:queue", args=[panel.call.slug])
    assert after[queue] != later[queue]


def test_recused_reviewer_cannot_be_assigned_nor_score(world: World) -> None:
    panel = world.things["panel"]
    now = timezone.now()
    marks = [one.mark for one in reading.assignments(panel.latvia, now)]
    closed = Assignment.objects.get(reviewer=panel.latvia, application=panel.gulbene)
    assert closed.mark not in marks
    assert reading.assignment_of(world.cast.latvia.actor, closed.mark, now) is None
    address = reverse("reviews:read", args=[panel.call.slug, closed.mark])
    before = Score.objects.count()
    response = world.cast.latvia.client.post(address, {"score_need": "5", "score_plan": "5"})
    assert (response.status_code, Score.objects.count()) == (404, before)
    saving = reverse("drafts:save", args=[f"reviews.review:{closed.mark}", "form"])
    assert world.cast.latvia.client.post(saving, {}).status_code == 404
