"""The programme of the tests."""

import pytest

from tests.people import Bodies
from tests.programmes.world import ProgrammeWorld, make_programme


@pytest.fixture
def world(bodies: Bodies) -> ProgrammeWorld:
    """Bridges of Trust with one phase."""
    return make_programme(bodies)
