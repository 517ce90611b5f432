"""Fixtures of matching."""

import pytest

from tests.matching.making import Made, make_round
from tests.people import Bodies, Cast


@pytest.fixture
def made(cast: Cast, bodies: Bodies) -> Made:
    """A round of three and three towns, in preparation."""
    return make_round(cast, bodies)
