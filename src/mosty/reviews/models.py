"""The review of a call's applications: phases, reviewers, who reads what, conflicts, scores."""

import secrets

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mosty.applications.models import Application
from mosty.calls.models import Call, Criterion
from mosty.core.texts import TextField
from mosty.places.models import Organisation


class ReviewPhase(models.Model):
    """What reviewers may do from when until when; outside of it they may do nothing."""

    class Right(models.TextChoices):
        READ = "read", _("Read the applications assigned to them")
        SCORE = "score", _("Score them")
        OTHERS = "others", _("See what others made of them, once their own review is given")
        DISCUSS = "discuss", _("Change their scores after having seen those of others")

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="review_phases")
    name = TextField(_("name"))
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    rights = models.JSONField(_("what reviewers may do"), default=list)
    # Reviewers do not learn who applies: names and answers that tell it are left out.
    is_anonymised = models.BooleanField(_("anonymised"), default=False)
    # How many reviews each application shall have.
    wanted = models.PositiveSmallIntegerField(
        _("reviews for each application"), default=3,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )  # fmt: skip
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["call", "order", "pk"]
        verbose_name = _("phase of the review")
        verbose_name_plural = _("phases of the review")
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="a_phase_closes_after_it_opens"
            )
        ]

    def __str__(self) -> str:
        return str(self.name)


class Reviewer(models.Model):
    """Somebody who reviews for a call, and for which body they act when they do."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="reviewers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviewing"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # As in a list, once the account is gone.
    name = models.CharField(max_length=200)
    most = models.PositiveSmallIntegerField(_("at most"), null=True, blank=True)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    # That they have said with whom they have a conflict, if with anybody.
    declared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["call", "name", "pk"]
        verbose_name = _("reviewer")
        verbose_name_plural = _("reviewers")
        constraints = [
            models.UniqueConstraint(fields=["call", "user"], name="a_reviewer_is_named_once")
        ]

    def __str__(self) -> str:
        return self.name


class Conflict(models.Model):
    """A conflict of interest that somebody declared; those that follow from the register (same
    body, same association, partner) are derived each time and stand nowhere."""

    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="conflicts")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(_("reason"), max_length=500)
    at = models.DateTimeField(default=timezone.now)
    by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        constraints = [
            models.UniqueConstraint(
                fields=["reviewer", "organisation"], name="a_conflict_is_declared_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reviewer} × {self.organisation_id}"


def new_mark() -> str:
    """What stands in the address of an assignment: numbers in a row would tell how many there are,
    and so that of some the reader is not told."""
    return secrets.token_hex(8)


class Assignment(models.Model):
    """That a reviewer reads an application in a phase."""

    class How(models.TextChoices):
        HAND = "hand", _("By hand")
        RULE = "rule", _("By rule")
        BALANCED = "balanced", _("Balanced")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DECLINED = "declined", pgettext_lazy("a review", "Declined")
        TAKEN_BACK = "taken_back", _("Taken back")

    phase = models.ForeignKey(ReviewPhase, on_delete=models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey(Reviewer, on_delete=models.PROTECT, related_name="assignments")
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="assignments"
    )
    mark = models.CharField(max_length=16, unique=True, default=new_mark, editable=False)
    how = models.CharField(max_length=8, choices=How.choices, default=How.HAND)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    due = models.DateField(_("until"), null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["phase", "reviewer", "application"], name="an_application_is_assigned_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reviewer_id} → {self.application_id}"


class Review(models.Model):
    """What a reviewer makes of an application. It counts once given, until it is set aside."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("a review", "Being written")
        GIVEN = "given", pgettext_lazy("a review", "Given")
        # By a conflict that came up later, with the reason; it stays readable for the secretariat.
        SET_ASIDE = "set_aside", _("Set aside")

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="review")
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    # Of the criteria by which it was scored (`Criterion.version`).
    criteria_version = models.PositiveSmallIntegerField(default=1)
    # The sum of weight × score, as `reviews.statistics` counts with it; none without scores.
    total = models.PositiveIntegerField(null=True, blank=True)
    is_abstention = models.BooleanField(_("I abstain"), default=False)
    confidence = models.PositiveSmallIntegerField(
        _("how sure you are"), null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )  # fmt: skip
    to_applicant = TextField(_("comment to the applicant"), blank=True)
    to_panel = TextField(_("comment for the panel"), blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    given_at = models.DateTimeField(null=True, blank=True)
    # When an officer has taken note that it was set aside.
    noted_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="given") | Q(given_at__isnull=False),
                name="a_given_review_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="given") | Q(is_abstention=True) | Q(total__isnull=False),
                name="a_given_review_has_scores_or_abstains",
            ),
            models.CheckConstraint(
                condition=~Q(state="set_aside") | ~Q(reason=""),
                name="what_is_set_aside_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id}: {self.get_state_display()}"


class Score(models.Model):
    """For one criterion, between the lowest and the highest score of the call."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    value = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(
                fields=["review", "criterion"], name="a_criterion_is_scored_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.value}"
