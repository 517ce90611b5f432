"""The partnerships of the tests."""

import pytest

from mosty.partnerships.models import Partnership
from tests.partnerships.world import make_partnerships
from tests.people import Bodies


@pytest.fixture
def pairs(bodies: Bodies) -> tuple[Partnership, Partnership]:
    """One for everybody, one inside the programme."""
    return make_partnerships(bodies)
