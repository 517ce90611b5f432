"""What papers add to other pages: versions and files of an application, the form of a call."""

from typing import Any

from django.urls import reverse

from mosty.applications.models import Application
from mosty.applications.paper import pdf
from mosty.applications.queries import sent_versions
from mosty.calls.models import Call
from mosty.core.access import Actor, permitted
from mosty.core.panels import Panel, register_panel
from mosty.core.versions import versions_of


def may_compare(actor: Actor, application: Application) -> bool:
    """Whether somebody may look through its versions: its own people; the secretariat, those that
    were sent in, while one of them counts."""
    if permitted("applications.write", actor, application):
        return True
    return application.version_id is not None and permitted("applications.read_all", actor)


def of_application(application: Application, actor: Actor) -> Panel | None:
    """The ways to its versions, and to files of it."""
    is_own = permitted("applications.write", actor, application)
    context: dict[str, Any] = {
        "application": application,
        "count": (versions_of(application) if is_own else sent_versions(application)).count(),
        "is_own": is_own,
        "may_compare": may_compare(actor, application),
        "may_write": is_own and application.state == "draft",
        "is_read": is_own or application.version_id is not None,
        # What is written now is its own people's; others read what was sent in and counts.
        "is_live": application.state == "submitted" or is_own,
        "has_pdf": pdf.is_possible(),
        "council_file": _council_file(application, is_own=is_own),
        "number": application.version.number
        if application.version and (application.state == "submitted" or not is_own)
        else None,
    }
    if not context["is_read"]:
        return None
    return Panel("applications/parts/papers.html", context)


def _council_file(application: Application, *, is_own: bool) -> int | None:
    """The file that shows the decision of the council: for others, if it was sent in."""
    found = application.council_file_id
    sent = application.version.content["files"] if application.version else ()
    is_sent = any(row["key"] == str(found) for row in sent)
    return found if is_own or is_sent else None


def of_call(call: Call, actor: Actor) -> Panel | None:
    """The blank form as files, while there is something to fill in."""
    if not any(section.questions.all() for section in call.sections.all()):
        return None
    names = ["docx", "pdf"] if pdf.is_possible() else ["docx"]
    links = [(name.upper(), reverse("papers:blank", args=[call.slug, name])) for name in names]
    return Panel("applications/parts/blank_form.html", {"call": call, "links": links})


def register_all() -> None:
    """Called once, when the site starts."""
    register_panel("applications.application", of_application, order=40)
    register_panel("calls.call", of_call, order=60)
