"""Who is signed in: the person, fetched together with what every request asks about them."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.utils import timezone

from mosty.people.accounts.standing import signed_in
from mosty.people.models import User


class Backend(AuthenticationBackend):
    """Signs in as allauth does; the one place where a session becomes a person."""

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, while they may sign in."""
        user = signed_in(user_id, on=timezone.localdate())
        return user if user is not None and self.user_can_authenticate(user) else None
