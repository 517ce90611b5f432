"""A review that is being written has a draft of the reviewer's own."""

from django.utils import timezone

from mosty.core.access import Actor
from mosty.core.drafts.kinds import register
from mosty.reviews.models import Assignment
from mosty.reviews.queries.reading import assignment_of, ended_of, may_score

REVIEW = "reviews.review"


def find(actor: Actor, reference: str) -> Assignment | None:
    """The assignment of a draft, as long as it may be scored, and for a while after the phase has
    closed: what was being written is kept in case it opens again."""
    now = timezone.now()
    found = assignment_of(actor, reference[:16], now)
    if found is None:
        return ended_of(actor, reference[:16], now)
    return found if may_score(found, now) else None


def register_all() -> None:
    """Called once, when the site starts."""
    register(REVIEW, rule="reviews.score", find=find, is_personal=True)
