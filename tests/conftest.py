"""Fixtures that every test may use: the bodies, the cast, and a browser that must stay quiet."""

import os

import pytest

from tests.people import Bodies, Cast, make_bodies, make_cast

# Playwright's synchronous interface runs an event loop in the test's thread, in which Django would
# refuse to touch the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def bodies(db: None) -> Bodies:
    """The organisations of the cast."""
    return make_bodies()


@pytest.fixture
def cast(bodies: Bodies) -> Cast:
    """The people of the tests, each signed in through `.client`."""
    return make_cast(bodies)
