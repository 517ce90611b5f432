"""The forms of applications that have drafts: each section, shared by those who act for the
body."""

from mosty.applications import queries
from mosty.applications.models import Application
from mosty.core.access import Actor
from mosty.core.drafts.kinds import register

SECTION = queries.SECTION_DRAFT


def find_application(actor: Actor, reference: str) -> Application | None:
    """The application of a draft, whatever its state: what somebody types while a colleague sends
    it in is kept too, and waits until it is taken back."""
    if not reference.isdecimal() or len(reference) > 18:
        return None
    return queries.visible_to(actor).filter(pk=reference).first()


def register_all() -> None:
    """Called once, when the site starts."""
    register(SECTION, rule="applications.write", find=find_application)
