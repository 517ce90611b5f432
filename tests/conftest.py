"""Fixtures that every test may use: the bodies, the cast, and a browser that must stay quiet."""

import os
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from _pytest import runner
from django.db import connection
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker, blocking_manager_key

from mosty.core.garbage import settle
from mosty.matching import solving
from mosty.places.countries import load_countries
from mosty.places.themes import load_themes
from tests.people import Bodies, Cast, make_bodies, make_cast

# Playwright's synchronous interface runs an event loop in the test's thread, in which Django would
# refuse to touch the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def pytest_collection_finish() -> None:
    """As on a server: what is loaded by now stays."""
    settle()


def _wide(function: Callable[..., Any], *args: Any) -> Any:
    return function(*args)


# CPython 3.13 keeps the variables of calls in pieces of 16 kB and gives a piece back as soon as it
# is empty. Templates call each other deeply, now and then just at the end of a piece: then each
# call asks the system for memory and returns it, some hundred times a page. One wide call at the
# bottom makes the first piece so large that no second one is needed: a tenth of the time of tests.
_wide.__code__ = _wide.__code__.replace(co_stacksize=70_000)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    return bool(_wide(runner.pytest_runtest_protocol, item, nextitem))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test begins in English: a page in Ukrainian leaves its language in the thread."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Tables are made from the models (tests/deploy/test_migrations.py holds that the migrations
    make the same), with what migrations add besides. And the database can be dropped at the end:
    PostgreSQL refuses while a thread of the live server, which a browser's open connection keeps
    alive, still holds a session."""
    words = import_module("mosty.places.migrations.0012_words_of_names")
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            words.install(None, editor)
        load_countries()
        load_themes()
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


Answer = tuple[int, list[str], bytes]
_ANSWERS: dict[tuple[object, ...], Answer] = {}


@pytest.fixture(autouse=True)
def engine_remembers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine gives the same bytes for the same files, so a question asked before, in whichever
    test, is answered from memory; a process takes half a second to start. Tests about the process
    itself are marked `process` and always get one."""
    if request.node.get_closest_marker("process"):
        return
    call = solving._call

    def remembered(command: list[str], folder: str, watch: solving.Watch) -> tuple[int, list[str]]:
        # What comes before the verb is the interpreter and the parent's number.
        asked = command[command.index("--parent") + 2 :]
        files = sorted((each.name, each.read_bytes()) for each in Path(folder).iterdir())
        key = (*asked, *files)
        taken = Path(folder, "answer.json")
        if key in _ANSWERS:
            code, said, answer = _ANSWERS[key]
            taken.write_bytes(answer)
            return code, said
        code, said = call(command, folder, watch)
        if taken.exists():
            _ANSWERS[key] = (code, said, taken.read_bytes())
        return code, said

    monkeypatch.setattr(solving, "_call", remembered)


@pytest.fixture
def bodies(db: None) -> Bodies:
    """The organisations of the cast."""
    return make_bodies()


@pytest.fixture
def cast(bodies: Bodies) -> Cast:
    """The people of the tests, each signed in through `.client`."""
    return make_cast(bodies)


# What these apps hold is tested through their pages alone.
PAGES_ON_BOTH = {"people", "desk", "core"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What shows nothing of a database runs once, not once more on the other: tests that touch
    none, and pages of apps whose queries and rules have tests of their own. That each page answers
    on both, the matrix sees; `both` marks what runs twice all the same."""
    for item in items:
        touches = {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
        is_page = item.get_closest_marker("web") is not None
        is_on_both = (
            item.get_closest_marker("both") is not None or item.path.parent.name in PAGES_ON_BOTH
        )
        is_bare = not touches and item.get_closest_marker("django_db") is None
        if is_bare or (is_page and not is_on_both):
            item.add_marker("once")


def _is_transactional(item: pytest.Function) -> bool:
    marker = item.get_closest_marker("django_db")
    marked = marker is not None and marker.kwargs.get("transaction", False)
    return marked or bool({"transactional_db", "live_server"} & set(item.fixturenames))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Tests that really commit end by emptying every table, what migrations loaded included: the
    next one gets themes and countries back, whichever it is. Workers take tests from each other,
    so a test that rolls back may well follow one that commits."""
    yield
    # After the very last test the database is gone too.
    if nextitem and isinstance(item, pytest.Function) and _is_transactional(item):
        with item.config.stash[blocking_manager_key].unblock():
            load_countries()
            load_themes()
