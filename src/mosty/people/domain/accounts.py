"""Making an account for somebody who has none yet."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from mosty.people.models import User


def account_for(email: str, *, name: str, language: str, password: str | None = None) -> User:
    """The account of an address, made when there is none.

    A new one has no role, and without a password its owner gets in by a code sent to that very
    address; that code also confirms the address, which is why allauth must know it beforehand.
    """
    found = User.objects.filter(email__iexact=email).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, name=name, language=language)
            EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    except IntegrityError:
        # Somebody else has made it meanwhile.
        return User.objects.get(email__iexact=email)
    return user
