"""The gallery's pages."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from mosty.core.gallery.samples import PAGES, running, samples


def show_gallery(request: HttpRequest) -> HttpResponse:
    """Every part; `?messages` shows the four messages at the top, as after a deed."""
    if "messages" in request.GET:
        messages.success(request, _("Saved. Both municipalities see it now."))
        messages.error(request, _("Not saved: the round was closed a minute ago."))
    return render(request, "gallery.html", samples(request))


def show_page(request: HttpRequest, page: str) -> HttpResponse:
    """A whole page: an error, or a card to sign in with."""
    if page not in PAGES:
        raise Http404
    template, status = PAGES[page]
    context = {"title": _("Sign in"), "progress": running()}
    return render(request, template, context, status=status)
