"""How often Python looks for garbage in a process that serves.

A request makes some ten thousand objects, nearly all of which go by themselves. Python's collector
starts after every two thousand and, ever so often, walks through everything that was ever imported:
about a seventh of the time of a page. So what stays for the life of the process is taken out of its
sight, and it looks for cycles less often.
"""

import gc

# New objects between two looks (Python's own figure is 2,000); they weigh a few megabytes.
BETWEEN = 50_000
# Looks at the young until the older are looked at, and so again for the oldest.
OLDER, OLDEST = 20, 50


def settle() -> None:
    """Call once in a process, when all that stays is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(BETWEEN, OLDER, OLDEST)
