"""What comes out of a round: runs, their pairs, and who is told."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mosty.core.jobs import Work, WorkState
from mosty.core.publication import Level
from mosty.core.states import Move, State, Workflow
from mosty.matching.models.rounds import ROUND, Policy, Round
from mosty.partnerships.models import Partnership
from mosty.places.models import Organisation

PAIR = Workflow(
    name="pair",
    field="state",
    states=(
        State("proposed", _("Proposed"), _("Proposed"), _("Proposal")),
        State("approved", _("Approved, not agreed yet"), _("Not agreed yet"), _("Approval")),
        State("agreed", _("Agreed by both councils"), _("Agreed"), _("Agreement")),
    ),
    moves=(
        Move("proposed", "approved", "matching.approve_pair", "matching.approve_round"),
        Move("approved", "agreed", "matching.agree_pair", "matching.agree_pair", True),
        Move("agreed", "approved", "matching.retract_pair", "matching.agree_pair", True),
    ),
)


class Solved(Work):
    """A market that was frozen and given to the engine: what came out, and the check of it.

    `market` and `result` are the engine's file formats. `score` is the sum of the pairs' scores.
    """

    class Status(models.TextChoices):
        OPTIMAL = "optimal", _("Best match found")
        INFEASIBLE = "infeasible", _("No match meets all bounds")
        FAILED = "failed", _("Not finished")
        STOPPED = "stopped", _("Stopped")

    # How often the round had changed when the market was frozen.
    revision = models.PositiveIntegerField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)
    # The background job that solves it; empty until one is queued.
    job_id = models.CharField(max_length=40, blank=True)
    market = models.JSONField()
    # The widest circle that may read every fact in the market.
    facts_level = models.CharField(max_length=12, choices=Level.choices, default=Level.PROGRAMME)
    input_sha256 = models.CharField(max_length=64)

    status = models.CharField(max_length=10, choices=Status.choices, blank=True)
    result = models.JSONField(null=True, blank=True)
    versions = models.JSONField(default=dict, blank=True)
    size = models.PositiveIntegerField(null=True, blank=True)
    floor = models.PositiveIntegerField(null=True, blank=True)
    score = models.PositiveBigIntegerField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verify_problems = models.JSONField(default=list, blank=True)

    class Meta:
        abstract = True

    @property
    def is_verified(self) -> bool:
        """Whether the independent checker proved it and found nothing wrong."""
        return self.verified_at is not None and not self.verify_problems


class Run(Solved):
    """One solve of a round: the frozen market, what came out, and the check of it.

    `regrets` maps left code → right code → what forcing or forbidding that pair costs.
    `overrides` is the list of those in force when the run was started: id, kind, left, right
    (codes), reason, author.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="runs")
    number = models.PositiveIntegerField()
    # Where the round goes back to when this run comes to nothing.
    returns_to = models.CharField(max_length=10, choices=ROUND.choices(), default="draft")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="runs")
    overrides = models.JSONField(default=list)
    regrets = models.JSONField(null=True, blank=True)
    # Class of territory by official code when the run was started; null where no list was kept.
    territory = models.JSONField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["round", "-number"]
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="one_run_per_number"),
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(work_state__in=[WorkState.WAITING, WorkState.RUNNING]),
                name="one_run_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}, {self.number}"


class Pair(models.Model):
    """Two municipalities put together in a run.

    `parts`: criterion → {"left", "right": what it adds for each side, "unknown": sides whose fact
    was missing}. `themes`: {"left": themes of the left town's needs that the right one offers,
    "right": the other way round}.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="pairs")
    left = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    left_view = models.PositiveIntegerField()
    right_view = models.PositiveIntegerField()
    score = models.PositiveIntegerField()
    is_locked = models.BooleanField(default=False)
    parts = models.JSONField(default=dict, blank=True)
    themes = models.JSONField(default=dict, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=PAIR.choices(), default="proposed", editable=False
    )
    agreed_on = models.DateField(_("agreed on"), null=True, blank=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    agreed_source = models.CharField(_("how we know"), max_length=400, blank=True)
    partnership = models.ForeignKey(
        Partnership, null=True, blank=True, on_delete=models.PROTECT, related_name="pairs"
    )

    class Meta:
        ordering = ["run", "-score", "left__sort_en", "id"]
        verbose_name = _("pair")
        verbose_name_plural = _("pairs")
        constraints = [
            models.UniqueConstraint(fields=["run", "left", "right"], name="a_pair_stands_once")
        ]

    def __str__(self) -> str:
        return f"{self.left} – {self.right}"

    @property
    def floor(self) -> int:
        """The smaller of both views."""
        return min(self.left_view, self.right_view)


class Notice(models.Model):
    """That a person is told of a decision on a round: by mail, once, and on My desk."""

    class Kind(models.TextChoices):
        APPROVED = "approved", _("The round was approved")
        SENT_BACK = "sent_back", _("The round was sent back")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="notices")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.TextField(blank=True)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.round}"
