"""What goes into a round: policy, participants, quotas, contacts, what officers decided."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mosty.core.publication import Level, Published
from mosty.core.states import Move, State, Workflow
from mosty.core.texts import TextField
from mosty.places.models import Country, Organisation, Region
from mosty.programmes.models import Phase, Programme

ROUND = Workflow(
    name="round",
    field="state",
    states=(
        State("draft", _("In preparation"), _("In preparation"), _("Preparation")),
        State("proposed", _("Proposed"), _("In preparation"), _("Proposal")),
        State("approved", _("Approved"), _("Approved"), _("Approval")),
        State("closed", _("Closed"), _("Closed"), _("End")),
    ),
    moves=(
        Move("draft", "proposed", "matching.propose_round", "matching.finish_run"),
        Move("proposed", "draft", "matching.reopen_round", "matching.reopen_round", True),
        Move("proposed", "approved", "matching.approve_round", "matching.approve_round"),
        Move("approved", "closed", "matching.close_round", "matching.close_round", True),
    ),
)


class Side(models.TextChoices):
    """On which side of the market a town stands."""

    LEFT = "left", _("Ukraine")
    RIGHT = "right", _("European Union")


class PolicyValues(models.Model):
    """What counts and how much: a version of a policy, or what a scenario tries instead of one.

    `weights` holds per side a weight per criterion of the engine, on any scale: the engine
    normalises each side to 1. `absolute_floor` in millionths.
    """

    weights = models.JSONField(_("weights"))
    stages = models.JSONField(_("stages"), default=list)
    absolute_floor = models.PositiveIntegerField(_("absolute floor"), default=0)
    tie_key = models.CharField(_("tie key"), max_length=80)
    # Whether towns that already are partners may be put together again.
    partners_again = models.BooleanField(_("existing partners may be paired"), default=False)
    rationale = TextField(_("rationale"))

    class Meta:
        abstract = True


class Policy(PolicyValues):
    """What counts in a round and how much: one immutable version, written by the programme.

    Nobody edits a version; `domain.write_policy` makes the next one.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="policies")
    number = models.PositiveIntegerField(_("version"))
    # Written to show how the site works (demo); nobody decided it.
    is_illustrative = models.BooleanField(default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["programme", "-number"]
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"], name="one_policy_version_per_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("a version of a policy is frozen")
        super().save(*args, **kwargs)


class Round(Published):
    """One matching of a phase: preparation, a proposal by the engine, approval by a person.

    `revision` counts every change of what goes into the market; a run carries the revision that
    it was made of, so that nobody approves a proposal that no longer fits its round.
    """

    level = models.CharField(
        _("who may see this"), max_length=12, choices=Level.choices, default=Level.PROGRAMME
    )
    phase = models.ForeignKey(
        Phase, on_delete=models.PROTECT, related_name="rounds", verbose_name=_("phase")
    )
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = TextField(_("name"))
    note = TextField(_("note"), blank=True)
    policy = models.ForeignKey(
        Policy,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rounds",
        verbose_name=_("policy"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ROUND.choices(), default="draft", editable=False
    )
    revision = models.PositiveIntegerField(default=1, editable=False)
    # The newest run that ended with pairs; the approved one once the round is approved.
    current_run = models.ForeignKey(
        "matching.Run", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Only what was known before this day: a round of the past must not know its own outcome.
    contacts_until = models.DateField(_("contacts from before"), null=True, blank=True)
    # Needs, offers or participation were written for illustration (demo).
    is_illustrative = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_by_name = models.CharField(max_length=200, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("round")
        verbose_name_plural = _("rounds")

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse("matching:board", args=[self.slug])

    @property
    def is_open(self) -> bool:
        """Whether its participants, quotas, policy and overrides may still change."""
        return self.state in {"draft", "proposed"}

    @property
    def is_settled(self) -> bool:
        """Whether it was approved (and perhaps closed since)."""
        return self.state in {"approved", "closed"}


class RoundParticipant(models.Model):
    """A municipality in a round, with its bounds; taken out with a reason, never deleted."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="participants")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(_("side"), max_length=5, choices=Side.choices)
    association = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("association"),
    )
    least = models.PositiveSmallIntegerField(_("partners, at least"), default=0)
    most = models.PositiveSmallIntegerField(_("partners, at most"), default=1)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by_name = models.CharField(max_length=200, blank=True)
    removed_reason = models.CharField(_("reason"), max_length=400, blank=True)

    class Meta:
        ordering = ["round", "side", "organisation__sort_en"]
        verbose_name = _("participant of a round")
        verbose_name_plural = _("participants of a round")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "organisation"], name="a_town_stands_once_in_a_round"
            ),
            models.CheckConstraint(
                condition=Q(most__gte=F("least")), name="round_most_not_below_least"
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class RoundQuota(models.Model):
    """How many pairs the towns of a group get together; `most` empty means no upper bound."""

    class Kind(models.TextChoices):
        ASSOCIATION = "association", _("Association")
        COUNTRY = "country", _("Country")
        REGION = "region", _("Region")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="quotas")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    association = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    country = models.ForeignKey(
        Country, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    region = models.ForeignKey(
        Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    least = models.PositiveSmallIntegerField(_("pairs, at least"), default=0)
    most = models.PositiveSmallIntegerField(_("pairs, at most"), null=True, blank=True)

    class Meta:
        ordering = ["round", "kind", "id"]
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "association"], name="one_quota_per_association"
            ),
            models.UniqueConstraint(fields=["round", "country"], name="one_quota_per_country"),
            models.UniqueConstraint(fields=["round", "region"], name="one_quota_per_region"),
            models.CheckConstraint(
                condition=(
                    Q(kind="association", association__isnull=False, country=None, region=None)
                    | Q(kind="country", country__isnull=False, association=None, region=None)
                    | Q(kind="region", region__isnull=False, association=None, country=None)
                ),
                name="a_quota_has_the_object_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(most__isnull=True) | Q(most__gte=F("least")),
                name="quota_most_not_below_least",
            ),
        ]

    def __str__(self) -> str:
        return str(self.group)

    @property
    def group(self) -> Organisation | Country | Region:
        """The body or place that the quota is for."""
        found = {
            self.Kind.ASSOCIATION: self.association,
            self.Kind.COUNTRY: self.country,
            self.Kind.REGION: self.region,
        }[self.Kind(self.kind)]
        assert found is not None  # held by a_quota_has_the_object_of_its_kind
        return found

    @property
    def key(self) -> str:
        """The group as the engine calls it: `association:LPS`, `country:LV`, `region:UA05`."""
        return f"{self.kind}:{getattr(self.group, 'code')}"  # noqa: B009


class RoundContact(models.Model):
    """That two towns of the round knew each other before, told by a source or by themselves.

    Partnerships known to the site count as contacts anyway; this is for the rest.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="contacts")
    left = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    why = TextField(_("what is known"))
    source = models.ForeignKey(
        "core.Source", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["round", "left__sort_en", "id"]
        verbose_name = _("earlier contact")
        verbose_name_plural = _("earlier contacts")
        constraints = [
            models.UniqueConstraint(fields=["round", "left", "right"], name="a_contact_stands_once")
        ]

    def __str__(self) -> str:
        return f"{self.left} – {self.right}"


class Override(models.Model):
    """What an officer decided about one pair against or beside the engine, with the reason.

    `cost` is what was shown before saving (`domain.weigh_override`). Undone by `withdrawn_*`.
    """

    class Kind(models.TextChoices):
        LOCK = "lock", _("Together")
        VETO = "veto", _("Not together")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="overrides")
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices)
    left = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)
    cost = models.JSONField(default=dict)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn_by_name = models.CharField(max_length=200, blank=True)
    withdrawn_reason = models.TextField(_("reason"), blank=True)

    class Meta:
        ordering = ["round", "-at", "-id"]
        verbose_name = _("override")
        verbose_name_plural = _("overrides")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "left", "right"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_override_per_pair_in_force",
            )
        ]

    def __str__(self) -> str:
        return f"{self.left} – {self.right}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("an override is withdrawn, not deleted")
