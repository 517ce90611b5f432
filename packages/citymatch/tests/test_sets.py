"""Sets of whole numbers equal those of numpy."""

import numpy as np
import pytest

from citymatch.sets import among, distinct


@pytest.mark.parametrize("count", [0, 1, 2, 50, 5000])
def test_sets_equal_those_of_numpy(count: int) -> None:
    rng = np.random.default_rng(count)
    values, others = rng.integers(-9, max(count, 1), (2, count))
    assert (distinct(values) == np.unique(values)).all()
    assert (among(values, distinct(others)) == np.isin(values, others)).all()
    assert not among(values, others[:0]).any()
