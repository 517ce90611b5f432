"""Which of the made-up markets a run of the tests looks at."""

import os

# Every one of them is compared when somebody has worked on the engine: dev.py test --thorough.
IS_THOROUGH = bool(os.environ.get("CITYMATCH_THOROUGH"))


def seeds(*bounds: int) -> range:
    """`range(*bounds)`, of which a run in between takes each third."""
    every = range(*bounds)
    return every if IS_THOROUGH else every[::3]
