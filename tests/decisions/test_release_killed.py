"""A release of 300 letters whose worker is killed ten times: every body gets one letter record and
one Message-ID, and what was in flight at a kill is for a person to look at.

Real workers (`manage.py work`), a real database file, a real mail server, SIGKILL.
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import pytest
from django.db import connection

from tests.mail_server import Sink, listening

ROOT = Path(__file__).resolve().parents[2]
LETTERS, KILLS = 300, 10
RELEASE = """
import django; django.setup()
from mosty.core.access import Actor
from mosty.decisions.domain.releasing import release
from mosty.decisions.models import Selection
two = Actor(user_id={1}, name="two", roles=frozenset(["officer"]))
release(Selection.objects.get(pk={0}), by=two)
"""
# Further than any of the clocks of the workers looks back.
AN_AGE = "-20 minutes"


class Site:
    """The site's processes on one database and one mail server."""

    def __init__(self, database: Path, port: int) -> None:
        self.database = database
        self.environment = {
            **os.environ,
            "DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "mosty.settings",
            "DATABASE_URL": f"sqlite:///{self.database}",
            "MAIL_HOST": "127.0.0.1",
            "MAIL_PORT": str(port),
            "MAIL_STARTTLS": "0",
            "MOSTY_VAR": str(database.parent),
        }

    def run(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command], env=self.environment, cwd=ROOT, text=True,
            capture_output=True, timeout=600, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def __enter__(self) -> Self:
        self.nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.decisions.nursery"], env=self.environment, cwd=ROOT,
            text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        return self

    def __exit__(self, *_error: object) -> None:
        self.nursery.communicate(timeout=60)

    def worker(self) -> int:
        """The process id of a new one."""
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write("one more\n")
        self.nursery.stdin.flush()
        return int(self.nursery.stdout.readline())

    def ask(self, query: str) -> list[Any]:
        own = sqlite3.connect(self.database, timeout=20)
        try:
            return own.execute(query).fetchall()
        finally:
            own.close()

    def count(self, query: str) -> int:
        return int(self.ask(f"SELECT count(*) FROM {query}")[0][0])

    def let_time_pass(self) -> None:
        """As if twenty minutes had gone by since the last worker died."""
        own = sqlite3.connect(self.database, timeout=20)
        for rows, columns in {
            "django_tasks_database_dbtaskresult": ["started_at"],
            "core_workerbeat": ["at"],
            # Of the timetable what this is about: the other jobs would only keep workers busy.
            "core_timetable WHERE name IN ('core.send_letters', 'decisions.resume_releases')": [
                "next_at"
            ],
            "core_letter": ["claimed_at"],
            "decisions_release": ["seen_at"],
        }.items():
            table, _where, which = rows.partition(" WHERE ")
            for column in columns:
                own.execute(
                    f"UPDATE {table} SET {column} = datetime({column}, '{AN_AGE}')"
                    f" WHERE {column} IS NOT NULL AND ({which or 'TRUE'})"
                )
        own.commit()
        own.close()


def kill(worker: int) -> None:
    os.kill(worker, signal.SIGKILL)
    assert wait_for(lambda: is_gone(worker), 20)


def is_gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def wait_for(condition: object, seconds: float) -> bool:
    assert callable(condition)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False


def release_and_kill(site: Site, sink: Sink) -> int:
    """Ten kills at random moments of the writing and sending; how many had begun to work."""
    dice = random.Random(20261126)
    disturbed = 0
    for turn in range(KILLS):
        before = site.count("decisions_sending") + sum(sink.message_ids.values())

        def moved(before: int = before) -> bool:
            return site.count("decisions_sending") + sum(sink.message_ids.values()) > before

        worker = site.worker()
        try:
            disturbed += wait_for(moved, 120)
            time.sleep(dice.uniform(0.0, 0.25 if turn < KILLS // 2 else 0.8))
        finally:
            kill(worker)
        site.let_time_pass()
    return disturbed


@pytest.fixture
def site_database(tmp_path: Path, transactional_db: None) -> Path:
    """A database with all tables, copied from that of the tests: to migrate takes half a minute."""
    copy = tmp_path / "site.sqlite3"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
    return copy


@pytest.mark.once
def test_release_killed_ten_times_gives_every_body_one_letter(site_database: Path) -> None:
    with listening(delay=0.01) as (sink, port), Site(site_database, port) as site:
        laid = site.run("-m", "tests.decisions.release_site", str(LETTERS))
        _slug, selection, user = laid.split()[-3:]
        site.run("-c", RELEASE.format(selection, user))

        disturbed = release_and_kill(site, sink)
        assert disturbed == KILLS
        assert 0 < sum(sink.message_ids.values()) < LETTERS

        worker = site.worker()
        try:
            waiting = "core_letter WHERE state IN ('waiting', 'sending')"
            assert wait_for(
                lambda: site.count("decisions_sending") == LETTERS and not site.count(waiting), 240
            )
        finally:
            kill(worker)

    # One record and one letter for every body.
    assert site.count("decisions_sending") == LETTERS
    assert site.count("(SELECT DISTINCT organisation_id FROM decisions_sending)") == LETTERS
    assert site.count("core_letter") == LETTERS
    known = {row[0] for row in site.ask("SELECT message_id FROM decisions_sending")}
    assert known == {row[0] for row in site.ask("SELECT message_id FROM core_letter")}
    assert len(known) == LETTERS

    # The server saw no Message-ID and no address twice, and nothing that is not recorded.
    assert set(sink.message_ids.values()) == {1}
    assert set(sink.addresses.values()) == {1}
    assert set(sink.message_ids) <= known

    # What was in flight is unclear, not sent again, and nothing else is missing.
    states: dict[str, str] = dict(site.ask("SELECT message_id, state FROM core_letter"))
    unclear = {key for key, state in states.items() if state == "unclear"}
    assert set(states.values()) <= {"sent", "unclear"}
    assert known - unclear <= set(sink.message_ids)
    assert len(unclear) <= KILLS
