"""What every page gets."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """The actor and whether this is the demonstration."""
    return {"actor": getattr(request, "actor", None), "demo_mode": settings.DEMO_MODE}
