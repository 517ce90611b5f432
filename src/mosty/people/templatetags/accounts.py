"""What the pages of accounts say in words."""

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django import template

from mosty.people.accounts.encryption import Unreadable
from mosty.people.accounts.factors import CANNOT_READ
from mosty.people.accounts.sessions import browser_in_words

register = template.Library()
register.filter("browser", browser_in_words)


@register.filter
def codes_left(codes: RecoveryCodes) -> int | None:
    """How many recovery codes still count; None when the server lacks the key to them."""
    try:
        return len(codes.get_unused_codes())
    except Unreadable:
        return None


@register.simple_tag
def cannot_read() -> str:
    """What is said then."""
    return str(CANNOT_READ)
