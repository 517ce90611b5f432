"""The partnerships of the tests."""

import pytest
from tests.partnerships.world import make_partnerships
from tests.people import Bodies

from mosty.partnerships.models import Partnership


@pytest.fixture
def pairs(bodies: Bodies) -> tuple[Partnership, Partnership]:
    """One for everybody, one inside the programme."""
    return make_partnerships(bodies)
