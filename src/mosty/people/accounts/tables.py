"""What is kept about accounts beside the person: consents, and requests that need four eyes."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mosty.core.states import Move, State, Workflow

# How long a request may wait for the second person.
VALID_FOR = timedelta(days=7)


def a_week_from_now() -> datetime:
    """When a request that is made now runs out."""
    return timezone.now() + VALID_FOR


class How(models.TextChoices):
    """On which way somebody agreed."""

    SIGN_IN = "sign_in", _("asked after signing in")
    PAGE = "page", _("on the page about one's own data")


class Consent(models.Model):
    """Somebody agreed to one version of the privacy text, in the language they read it in."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="consents"
    )
    version = models.CharField(max_length=20)
    language = models.CharField(max_length=5)
    # Of the very text that was shown: proves later which words were agreed to.
    sha256 = models.CharField(max_length=64)
    how = models.CharField(max_length=8, choices=How.choices)
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-given_at", "-id"]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "version"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_consent_in_force",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.version}"


class FactorLink(models.Model):
    """A link sent to somebody's address, with which a session may set up the first factor.

    Of the secret in it only the digest is kept; it works once.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="factor_links"
    )
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("link for the first factor")
        verbose_name_plural = _("links for the first factor")

    def __str__(self) -> str:
        return f"{self.user}, {self.created_at:%Y-%m-%d %H:%M}"


WORKFLOW = Workflow(
    "people.account_request",
    "state",
    (
        State("asked", _("waits for a second officer"), _("waits"), _("asked")),
        State("confirmed", _("confirmed"), _("confirmed"), _("confirmed by a second officer")),
        State("refused", _("refused"), _("refused"), _("refused")),
        State("withdrawn", _("withdrawn"), _("withdrawn"), _("withdrawn")),
        State("lapsed", _("ran out unanswered"), _("ran out"), _("ran out unanswered")),
    ),
    (
        Move("asked", "confirmed", "people.confirm_account_request",
             "people.decide_account_request", needs_reason=True),
        Move("asked", "refused", "people.refuse_account_request",
             "people.decide_account_request", needs_reason=True),
        Move("asked", "withdrawn", "people.withdraw_account_request",
             "people.withdraw_account_request"),
        Move("asked", "lapsed", "people.lapse_account_request", "people.lapse_account_request"),
    ),
)  # fmt: skip


class AccountRequest(models.Model):
    """Something about an account that only a second person may make true."""

    class Kind(models.TextChoices):
        """What is asked for."""

        FACTOR = "factor", _("remove a lost second factor")
        EMAIL = "email", _("change the e-mail address")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="account_requests"
    )
    kind = models.CharField(max_length=6, choices=Kind.choices)
    # Proven by a code sent to it before the request is made.
    new_email = models.EmailField(blank=True)
    state = models.CharField(max_length=9, choices=WORKFLOW.choices(), default="asked")
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=a_week_from_now)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = _("request about an account")
        verbose_name_plural = _("requests about accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"],
                condition=Q(state="asked"),
                name="one_open_account_request",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}"

    @property
    def is_open(self) -> bool:
        """Still to be decided, and still in time."""
        return self.state == "asked" and self.expires_at > timezone.now()

    @property
    def said_state(self) -> Any:
        """The state in words; what ran out says so before anybody has written it down."""
        code = "lapsed" if self.state == "asked" and not self.is_open else self.state
        return WORKFLOW.state(code).staff
