"""Users, and the memberships through which they act for an organisation."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Role
from mosty.core.search import search_key
from mosty.people.accounts.tables import AccountRequest, Consent
from mosty.places.models import Organisation

__all__ = ["AccountRequest", "Consent", "Mandate", "Membership", "User", "UserManager"]


class UserManager(BaseUserManager["User"]):
    """Accounts are known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person; without a password they sign in by a code sent to the address."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do comes from memberships, never from the account."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=5, default="en")
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    # Entered by one click in the demo; never usable outside it (people/demo.py).
    search_key = models.TextField(blank=True, editable=False)
    is_demo = models.BooleanField(default=False)
    demo_order = models.PositiveSmallIntegerField(default=0)
    demo_name_uk = models.CharField(max_length=150, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        ordering = ["name", "email"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        if self.demo_name_uk and get_language() == "uk":
            return self.demo_name_uk
        return self.name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_key = search_key([self.name, self.email])
        fields = kwargs.get("update_fields")
        if fields is not None and {"name", "email"} & set(fields):
            kwargs["update_fields"] = {*fields, "search_key"}
        super().save(*args, **kwargs)


class Mandate(models.TextChoices):
    """In which office a person acts for the body."""

    MAYOR = "mayor", _("Mayor")
    ACTING_MAYOR = "acting_mayor", _("Acting mayor")
    SECRETARY = "secretary", _("Council secretary")
    ADMINISTRATION = "administration", _("Military administration")
    STAFF = "staff", _("Officer")


class Membership(models.Model):
    """A person acting for an organisation, with role, mandate and dates."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    mandate = models.CharField(
        _("mandate"), max_length=14, choices=Mandate.choices, default=Mandate.STAFF
    )
    since = models.DateField(_("from"))
    until = models.DateField(_("to"), null=True, blank=True)
    vouched_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["user", "organisation", "role"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(until__isnull=True),
                name="one_open_membership",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="membership_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.organisation}"
