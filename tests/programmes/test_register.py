"""The list of municipalities, narrowed to those who take part."""

import re

import pytest
from django.test import Client

from mosty.core.publication import Level
from mosty.programmes.models import Participant
from tests.people import Cast
from tests.programmes.world import ProgrammeWorld

pytestmark = [pytest.mark.django_db, pytest.mark.web]


def shown(client: Client, query: str) -> list[str]:
    html = client.get(f"/municipalities/{query}").content.decode()
    rows = re.findall(r'<th scope="row".*?</th>', html, re.DOTALL)
    return [re.search(r'href="/municipalities/([^/"]+)/"', row)[1] for row in rows]  # type: ignore[index]


def offers_choice(client: Client) -> bool:
    return 'name="phase"' in client.get("/municipalities/").content.decode()


def test_register_is_narrowed_to_participants_for_those_who_may_know_of_them(
    world: ProgrammeWorld, cast: Cast
) -> None:
    Participant.objects.update(level=Level.PROGRAMME)
    taking = sorted(
        Participant.objects.filter(phase=world.phase).values_list("organisation__code", flat=True)
    )
    assert taking
    for query in ("?phase=any", f"?phase={world.phase.pk}"):
        assert sorted(shown(cast.expert.client, query)) == taking
    assert offers_choice(cast.expert.client)


def test_register_tells_nobody_else_who_takes_part(world: ProgrammeWorld, cast: Cast) -> None:
    Participant.objects.update(level=Level.STAFF)
    for client in (Client(), cast.stranger.client, cast.expert.client):
        assert not offers_choice(client)
        # A choice that is not offered narrows nothing, so nothing can be read from it.
        assert shown(client, f"?phase={world.phase.pk}") == shown(client, "")
    assert offers_choice(cast.officer.client)
