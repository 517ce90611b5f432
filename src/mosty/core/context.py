"""What every page needs to know besides its own content."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from mosty.core.access import VISITOR, Actor
from mosty.core.navigation import Place, links_for
from mosty.core.theme import chosen_theme

# Small ES modules, each on its own: none imports another, so each may fail alone.
MODULES = (
    "js/menu.js",
    "js/theme.js",
    "js/filters.js",
    "js/counter.js",
    "js/errors.js",
    "js/figure.js",
    "js/formset.js",
    "js/kept.js",
    "js/print.js",
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Navigation, the person signed in, demo mode, colour scheme, script modules."""
    # A page of an error can be drawn before the middleware that knows the actor has run.
    actor: Actor = getattr(request, "actor", VISITOR)
    return {
        "actor": actor,
        "site_name": settings.SITE_NAME,
        "demo_mode": settings.DEMO_MODE,
        "theme": chosen_theme(request),
        "modules": MODULES,
        "navigation": links_for(actor, request.path),
        "account_navigation": links_for(actor, request.path, place=Place.ACCOUNT),
        "foot_navigation": links_for(actor, request.path, place=Place.FOOT),
        "actor_name": actor.name,
        "actor_body": actor.acting_for,
        "actor_initials": initials(actor.name),
    }


def initials(name: str) -> str:
    """At most two letters for the round badge of the account menu.

    >>> initials("Olena Koval"), initials("officer"), initials("")
    ('OK', 'O', '·')
    """
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return "".join(letters).upper() or "·"
