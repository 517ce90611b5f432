"""Whether an application says something else by now than what counts."""

from mosty.applications.content import dump
from mosty.applications.models import Application
from mosty.core.versions import digest


def is_behind(application: Application) -> bool:
    """Whether it was taken back, changed, and not sent in anew before the deadline: what was sent
    counts then, and the change is read by its own people only."""
    version = application.version
    if application.state != "submitted" or version is None:
        return False
    return digest(dump(application)) != version.sha256
