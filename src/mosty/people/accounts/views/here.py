"""What the pages of accounts share: who asks, and where they were going."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from mosty.core.requests import Request
from mosty.people.models import User


def me(request: Request) -> User:
    return get_object_or_404(User, pk=request.user.pk)


def back(request: Request) -> str:
    """The page that somebody was on the way to, if it is one of this site."""
    to = request.POST.get("next") or request.GET.get("next") or ""
    fine = url_has_allowed_host_and_scheme(
        to, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return to if fine else reverse("desk:home")
