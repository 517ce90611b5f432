"""How often something may be tried that sends mails or could be guessed.

allauth limits its own pages; what the site adds uses the same counters, which lie in the shared
cache and so hold across all processes. `settings.RATE_LIMITS` says how often.
"""

import math
import time

from allauth.core.internal.ratelimit import consume, get_cache_key, get_rates
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# allauth counts tries on its pages within a minute.
A_MINUTE = 60


def too_many(request: HttpRequest, action: str, *, key: str) -> HttpResponse | None:
    """The page that asks for patience once the limit of an action is reached, else None.

    `key` is what the tries have in common besides the address of the connection: an e-mail
    address, the number of an account. A GET is never counted.

    >>> if slow_down := too_many(request, "ask_account_request", key=str(user.pk)):
    ...     return slow_down  # doctest: +SKIP
    """
    limits = settings.RATE_LIMITS
    if consume(request, app="mosty", action=action, config=limits, key=key):
        return None
    return ask_for_patience(request, _seconds_left(request, action, key=key))


def ask_for_patience(request: HttpRequest, seconds: float = A_MINUTE) -> HttpResponse:
    """The page of 429: when to try again, in words and for programs (`Retry-After`).

    `mosty.urls.handler429` names it, so that allauth shows it too.
    """
    minutes = max(1, math.ceil(seconds / 60))
    hours = math.ceil(minutes / 60) if minutes > 90 else 0
    answer = render(request, "429.html", {"minutes": minutes, "hours": hours}, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer


def _seconds_left(request: HttpRequest, action: str, *, key: str) -> float:
    """Until the first try that is in the way counts no more: the longest of the limits reached."""
    now, left = time.time(), 1.0
    for rate in get_rates(app="mosty", action=action, config=settings.RATE_LIMITS):
        name = get_cache_key(request, app="mosty", action=action, rate=rate, key=key)
        tries = [at for at in cache.get(name, []) if at > now - rate.duration]
        if len(tries) >= rate.amount:
            left = max(left, min(tries) + rate.duration - now)
    return left
