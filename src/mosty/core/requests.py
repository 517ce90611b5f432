"""A request as the views get it: with the actor and what htmx says of it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from mosty.core.access import Actor


class Request(HttpRequest):
    """For annotations only: `people.middleware.ActorMiddleware` and django-htmx put these on."""

    actor: Actor
    htmx: HtmxDetails
