"""How accounts behave beyond allauth's own settings."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation (first administrator: `manage.py create_officer`)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
