"""What applications tell the steps before them, once, when the site starts."""

from mosty.applications import drafts, jobs, joining, panels, queries
from mosty.calls.concerned import register_concerned
from mosty.calls.locks import FORM, register_lock
from mosty.calls.taken_up import register_taken_up
from mosty.core import mail


def register_all() -> None:
    """Called once, when the site starts."""
    drafts.register_all()
    panels.register_all()
    jobs.register_all()
    joining.register_all()
    register_concerned(queries.concerned)
    register_taken_up(queries.taken_up)
    register_lock(FORM, queries.why_form_stands)
    # Whoever has sent something in, or may still do so, must know.
    mail.name_necessary("applications:receipt:", "applications:permission:")
