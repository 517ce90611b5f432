"""Pages that say what this site is, what it keeps, where its data come from."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from mosty.public import queries


def about(request: HttpRequest) -> HttpResponse:
    """What Mosty is, how matching works in plain words, what is never done."""
    return _page(request, "about", _("About Mosty"), lead=_(
        "Free software for running a programme in which towns become partners and stay partners."
    ))  # fmt: skip


def accessibility(request: HttpRequest) -> HttpResponse:
    """How far everybody can use the site, and whom to tell where not."""
    return _page(request, "accessibility", _("Accessibility"), lead=_(
        "Everybody should be able to use this site: with a keyboard, a screen reader, a phone, "
        "on paper, over a slow line."
    ))  # fmt: skip


def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about people, why, and for how long."""
    return _page(request, "privacy", _("Privacy"), lead=_(
        "What this site keeps about people, why, and what you can ask for. Nothing is sent to "
        "anybody else."
    ))  # fmt: skip


def sources(request: HttpRequest) -> HttpResponse:
    """Where codes, names, figures, outlines and fonts come from, with their licences."""
    return _page(request, "sources", _("Data sources"), lead=_(
        "Every figure here carries its source and its year. These are the registers and "
        "collections that they come from."
    ), licensed=queries.licensed_sources())  # fmt: skip


def licence(request: HttpRequest) -> HttpResponse:
    """Under what terms software and content may be used."""
    return _page(request, "licence", _("Licence"), lead=_(
        "You may use, study, share and change the software, and build on the data with their "
        "sources."
    ))  # fmt: skip


def _page(request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
    return render(
        request,
        f"public/{name}.html",
        {"title": title, "contact": settings.CONTACT_EMAIL, **context},
    )
