"""How often something may be tried that sends mails or could be guessed.

allauth limits its own pages; what the site adds uses the same counters, which lie in the shared
cache and so hold across all processes. `settings.RATE_LIMITS` says how often.
"""

from allauth.core.internal.ratelimit import consume, respond_429
from django.conf import settings
from django.http import HttpRequest, HttpResponse


def too_many(request: HttpRequest, action: str, *, key: str) -> HttpResponse | None:
    """The page that asks for patience once the limit of an action is reached, else None.

    `key` is what the tries have in common besides the address of the connection: an e-mail
    address, the number of an account. A GET is never counted.

    >>> if slow_down := too_many(request, "ask_account_request", key=str(user.pk)):
    ...     return slow_down  # doctest: +SKIP
    """
    fine = consume(request, app="mosty", action=action, config=settings.RATE_LIMITS, key=key)
    return None if fine else respond_429(request)
