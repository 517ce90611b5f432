"""robots.txt, sitemap, health: public records only, nothing secret."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from mosty.core.jobs import WorkerBeat
from mosty.core.publication import Level
from mosty.places.models import Organisation
from mosty.public import queries
from tests.partnerships.world import make_partnerships
from tests.people import Bodies, Cast
from tests.programmes.world import make_phase, make_programme

pytestmark = [pytest.mark.django_db, pytest.mark.web]


def locations(client: Client, section: str) -> list[str]:
    content = client.get(f"/sitemap-{section}.xml").content.decode()
    return re.findall(r"<loc>http://testserver([^<]+)</loc>", content)


def test_robots_names_the_sitemap_and_closes_what_is_not_for_search() -> None:
    answer = Client().get("/robots.txt")

    lines = answer.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /accounts/" in lines
    assert "Disallow: /" not in lines
    assert lines[-1] == "Sitemap: http://testserver/sitemap.xml"
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


def test_robots_of_a_demo_closes_everything(settings: Any) -> None:
    settings.DEMO_MODE = True

    assert Client().get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"


def test_sitemap_lists_its_sections() -> None:
    content = Client().get("/sitemap.xml").content.decode()

    assert re.findall(r"<loc>http://testserver/sitemap-(\w+)\.xml</loc>", content) == [
        "pages",
        "programmes",
        "calls",
        "partnerships",
        "municipalities",
    ]
    assert Client().get("/sitemap-secrets.xml").status_code == 404


def test_sitemap_holds_public_records_whoever_asks(bodies: Bodies, cast: Cast) -> None:
    public, _inner = make_partnerships(bodies)
    world = make_programme(bodies)
    make_phase(world.strand, "Secret", level=Level.STAFF)
    Organisation.objects.filter(pk=bodies.korop.pk).update(level=Level.STAFF)
    Organisation.objects.filter(pk=bodies.gulbene.pk).update(standing="former")

    for client in (Client(), cast.officer.client):
        assert locations(client, "partnerships") == [public.get_absolute_url()]
        assert locations(client, "programmes") == [
            world.programme.get_absolute_url(),
            world.phase.get_absolute_url(),
        ]
        assert locations(client, "municipalities") == [
            bodies.chuhuiv.get_absolute_url(),
            bodies.kuldiga.get_absolute_url(),
        ]
        assert locations(client, "pages")[:2] == ["/", "/about/"]


def test_every_page_of_the_sitemap_is_there(bodies: Bodies) -> None:
    make_partnerships(bodies)
    make_programme(bodies)
    client = Client()

    wrong = {
        path: client.get(path).status_code
        for section in ("pages", "programmes", "calls", "partnerships", "municipalities")
        for path in locations(client, section)
        if client.get(path).status_code != 200
    }

    assert wrong == {}


def test_health_says_database_and_jobs_in_plain_text() -> None:
    silent = Client().get("/healthz")
    assert (silent.status_code, silent.content) == (
        200,
        b"database: ok\njobs: no worker in the last minute\n",
    )

    WorkerBeat.objects.create(worker_id="w1", at=timezone.now() - timedelta(minutes=5))
    assert b"no worker" in Client().get("/healthz").content
    WorkerBeat.objects.create(worker_id="w2", at=timezone.now())
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"database: ok\njobs: ok\n")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]


def test_health_without_a_database_is_503_and_says_nothing_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail() -> bool:
        raise DatabaseError("password=secret host=db.internal")

    monkeypatch.setattr(queries, "has_live_worker", fail)

    answer = Client().get("/healthz")

    assert (answer.status_code, answer.content) == (503, b"database: not reachable\n")


def test_machines_refuse_what_is_not_reading() -> None:
    for path in ("/robots.txt", "/sitemap.xml", "/healthz"):
        assert Client().post(path).status_code == 405
