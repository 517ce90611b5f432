"""Users, and the memberships through which they act for an organisation."""

from dataclasses import dataclass
from datetime import date
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
from mosty.people.accounts.tables import AccountRequest, Consent, FactorLink
from mosty.places.models import Organisation

__all__ = [
    "AccountRequest", "Consent", "FactorLink", "Mandate", "Membership", "Today", "User",
    "UserManager",
]  # fmt: skip


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

    # Only of whoever is signed in, as the session was read (`accounts.standing.signed_in`).
    today: "Today | None" = None

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


class Proof(models.TextChoices):
    """How it is known that a person really acts for the body."""

    SECRETARIAT = "secretariat", _("Entered by the secretariat")
    ASSOCIATION = "association", _("Vouched for by the association")
    DOMAIN = "domain", _("Official e-mail address of the body")
    ORDER = "order", _("Order of appointment seen")
    COLLEAGUE = "colleague", _("Invited by an administrator of the body")


class Membership(models.Model):
    """A person acting for an organisation, with role, mandate, dates and proof.

    An administrator may invite others for the body and end their memberships.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    mandate = models.CharField(
        _("mandate"), max_length=14, choices=Mandate.choices, default=Mandate.STAFF
    )
    is_admin = models.BooleanField(_("administrator of the body"), default=False)
    # The first day on which it holds, and the first on which it holds no more.
    since = models.DateField(_("from"))
    until = models.DateField(_("to"), null=True, blank=True)
    proof = models.CharField(
        _("proof"), max_length=12, choices=Proof.choices, default=Proof.SECRETARIAT
    )
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


@dataclass(frozen=True, slots=True)
class Today:
    """What a person acts as on a day, and whether they have agreed to the present privacy text."""

    day: date
    memberships: tuple[Membership, ...]
    has_agreed: bool


class Invitation(models.Model):
    """A body asks somebody to act for it; whoever reads the invited mailbox may accept, once.

    The door is a secret in the mail, of which only the digest is kept; it opens for the invited
    address alone, so that a forwarded mail lets nobody in.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for an answer")
        ACCEPTED = "accepted", _("Accepted")
        EXPIRED = "expired", _("Expired")
        WITHDRAWN = "withdrawn", _("Taken back")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=5, default="en")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    mandate = models.CharField(
        _("mandate"), max_length=14, choices=Mandate.choices, default=Mandate.STAFF
    )
    is_admin = models.BooleanField(_("administrator of the body"), default=False)
    proof = models.CharField(_("proof"), max_length=12, choices=Proof.choices)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    invited_by_name = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email", "role"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_invitation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name or self.email}, {self.get_role_display()}, {self.organisation}"

    @property
    def state(self) -> State:
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        return self.State.EXPIRED if self.expires_at <= timezone.now() else self.State.OPEN


class JoinRequest(models.Model):
    """Somebody says that they work for a body and asks to act for it."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for a decision")
        ACCEPTED = "accepted", _("Invited")
        DECLINED = "declined", _("Declined")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="join_requests"
    )
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=150)
    language = models.CharField(_("language"), max_length=5, default="en")
    mandate = models.CharField(
        _("mandate"), max_length=14, choices=Mandate.choices, default=Mandate.STAFF
    )
    message = models.TextField(_("in a few words"), max_length=1000, blank=True)
    order = models.FileField(_("order of appointment"), upload_to="orders/%Y/", blank=True)
    order_name = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(state="open"),
                name="one_open_join_request",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation}"
