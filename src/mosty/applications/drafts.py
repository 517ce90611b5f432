"""The forms of applications that have drafts: each section, shared by those who act for the
body."""

from mosty.applications import queries
from mosty.applications.models import Application
from mosty.core.access import Actor
from mosty.core.drafts.kinds import register

SECTION = queries.SECTION_DRAFT


def find_application(actor: Actor, reference: str) -> Application | None:
    """The application of a draft, while the actor's body may write it."""
    if not reference.isdecimal() or len(reference) > 18:
        return None
    rows = queries.visible_to(actor).filter(pk=reference, state="draft")
    return rows.exclude(call__state="cancelled").first()


def register_all() -> None:
    """Called once, when the site starts."""
    register(SECTION, rule="applications.write", find=find_application)
