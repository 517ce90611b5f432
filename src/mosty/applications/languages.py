"""In which languages an application is written: that of record, and one beside it."""

from mosty.applications.models import Application
from mosty.calls.models import Call
from mosty.core.access import Actor
from mosty.places.models import Organisation


def first_choice(call: Call, body: Organisation, actor: Actor) -> str:
    """The language of record that is offered: one's own, if the call takes it."""
    theirs = body.country.languages if body.country else []
    wanted = [*theirs, actor.language, "en"]
    languages = call.languages or wanted
    return next((str(code) for code in wanted if code in languages), str(languages[0]))


def beside(application: Application) -> str:
    """The language that stands beside that of record; empty where the call takes no other one."""
    body, call = application.organisation, application.call
    theirs = body.country.languages if body.country else []
    allowed = call.languages or ["en", "uk", *theirs]
    candidates = ["en", *theirs, *allowed]
    return next(
        (code for code in candidates if code != application.language and code in allowed), ""
    )
