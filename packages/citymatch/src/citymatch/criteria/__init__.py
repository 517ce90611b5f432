"""The criteria: a file each, with values for both sides and the facts behind them.

``criteria/1`` in a policy means exactly these definitions; a change of any of them is a new number.
"""

from citymatch.criteria.capacity import CAPACITY
from citymatch.criteria.combine import Scored, Scorer, normalise, score_all
from citymatch.criteria.contact import CONTACT
from citymatch.criteria.distance import DISTANCE
from citymatch.criteria.languages import LANGUAGES
from citymatch.criteria.needs import NEEDS
from citymatch.criteria.offers import OFFERS
from citymatch.criteria.profile import PROFILE
from citymatch.criteria.rating import PRIOR, Context, Criterion, Rating
from citymatch.criteria.size import SIZE
from citymatch.criteria.wishes import WISHES

CRITERIA = {
    criterion.name: criterion
    for criterion in (
        NEEDS,
        OFFERS,
        LANGUAGES,
        SIZE,
        DISTANCE,
        PROFILE,
        CONTACT,
        WISHES,
        CAPACITY,
    )
}

DEFAULT_WEIGHTS = {
    "left": {"needs": 3.0, "languages": 1.0, "size": 1.0, "distance": 1.0, "contact": 1.0},
    "right": {"offers": 2.0, "needs": 1.0, "languages": 1.0, "size": 1.0, "contact": 1.0},
}
"""What the command line weighs by when a market of tables comes without a policy."""

SUGGEST_WEIGHTS = {
    side: {
        "capacity": 3.0,
        "needs": 3.0,
        "size": 1.0,
        "distance": 1.0,
        "contact": 0.5,
        "languages": 0.25,
    }
    for side in ("left", "right")
}
"""What suggestions for one town weigh by, on either side; docs/suggestions.md says why."""

__all__ = [
    "CRITERIA",
    "DEFAULT_WEIGHTS",
    "PRIOR",
    "SUGGEST_WEIGHTS",
    "Context",
    "Criterion",
    "Rating",
    "Scored",
    "Scorer",
    "normalise",
    "score_all",
]
