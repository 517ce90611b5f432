"""The selection of a call: one decision per application, one release, one letter per body."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mosty.applications.models import Application
from mosty.calls.models import Call
from mosty.core.jobs import Work
from mosty.core.mail import Letter
from mosty.core.texts import TextField
from mosty.core.versions import Version
from mosty.decisions.workflow import SELECTION
from mosty.places.models import Organisation

_DAYS = [MinValueValidator(1), MaxValueValidator(90)]


class Selection(models.Model):
    """The one list of a call. What was proposed is frozen; who approves is not who proposed."""

    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="selection")
    state = models.CharField(
        _("state"), max_length=10, choices=SELECTION.choices(), default="draft", editable=False
    )
    # The frozen list that was proposed last; letters are written from it.
    version = models.ForeignKey(
        Version, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    proposed_by_name = models.CharField(max_length=200, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_by_name = models.CharField(max_length=200, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    appeal_days = models.PositiveSmallIntegerField(
        _("days for an appeal"), default=14, validators=_DAYS
    )
    answer_days = models.PositiveSmallIntegerField(
        _("days for a reserve to answer"), default=7, validators=_DAYS
    )

    class Meta:
        verbose_name = _("selection")
        verbose_name_plural = _("selections")
        constraints = [
            models.CheckConstraint(
                condition=Q(proposed_by=None)
                | Q(approved_by=None)
                | ~Q(approved_by=F("proposed_by")),
                name="who_proposes_does_not_approve",
            ),
            models.CheckConstraint(
                condition=~Q(state="released")
                | Q(version__isnull=False, approved_at__isnull=False, released_at__isnull=False),
                name="a_released_selection_was_approved",
            ),
        ]

    def __str__(self) -> str:
        return str(self.call)

    def get_absolute_url(self) -> str:
        return reverse("decisions:list", args=[self.call.slug])


class Asked(Work):
    """Long work that officers have done about a selection: who asked for it last, and its job."""

    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=200)
    job_id = models.CharField(max_length=64, blank=True)
    # Why there is no list, line by line as texts: what cannot hold together.
    conflict = models.JSONField(default=list)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.by_name


class Suggesting(Asked):
    """The balanced list that was asked for last: one of each selection, whoever asks. Its job
    leaves what it finds in the draft, or here what cannot hold together."""

    selection = models.OneToOneField(Selection, on_delete=models.CASCADE, related_name="suggesting")
    take = models.PositiveSmallIntegerField()
    reserve = models.PositiveSmallIntegerField()
    # Whether what is accepted or declined in the draft stays so.
    keeps = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")


class Basis(models.Model):
    """By what the list was chosen that stands in the draft as suggested, beside means and quotas:
    how many, which applications stood as they were, and in which order the reserve came out."""

    selection = models.OneToOneField(Selection, on_delete=models.CASCADE, related_name="basis")
    take = models.PositiveSmallIntegerField()
    reserve = models.PositiveSmallIntegerField()
    locked = models.JSONField(default=list)
    vetoed = models.JSONField(default=list)
    order = models.JSONField(default=list)

    class Meta:
        verbose_name = _("basis of a suggestion")
        verbose_name_plural = _("bases of suggestions")

    def __str__(self) -> str:
        return f"{self.take} + {self.reserve}"


class LeavingOut(Asked):
    """The lists without one reviewer, as they were worked out last: `result` says what would be
    other, and `digest` out of what it was worked out."""

    selection = models.OneToOneField(
        Selection, on_delete=models.CASCADE, related_name="leaving_out"
    )
    digest = models.CharField(max_length=64, blank=True)
    result = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("lists without one reviewer")
        verbose_name_plural = _("lists without one reviewer")


class Outcome(models.TextChoices):
    """What a body is told."""

    ACCEPTED = "accepted", pgettext_lazy("outcome", "Accepted")
    RESERVE = "reserve", pgettext_lazy("outcome", "Reserve")
    DECLINED = "declined", pgettext_lazy("outcome", "Declined")


class Decision(models.Model):
    """On one application. `suggested` is what the engine would have said, empty if not asked."""

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="decisions")
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="decision"
    )
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, blank=True)
    rank = models.PositiveSmallIntegerField(_("rank in the reserve"), null=True, blank=True)
    reason = TextField(_("reason"), blank=True)
    suggested = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by_name = models.CharField(max_length=200, blank=True)
    # Whether the body takes part now: accepted, or come in from the reserve, and not withdrawn.
    is_in = models.BooleanField(default=False, editable=False)
    left_at = models.DateTimeField(null=True, blank=True, editable=False)
    left_reason = models.CharField(_("reason"), max_length=1000, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="reserve", rank__isnull=False)
                | (~Q(outcome="reserve") & Q(rank=None)),
                name="the_reserve_alone_has_ranks",
            ),
            models.CheckConstraint(
                condition=~Q(is_in=True) | Q(outcome__in=["accepted", "reserve"]),
                name="who_is_declined_is_not_in",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_outcome_display()}"

    @property
    def differs(self) -> bool:
        """Whether people decided otherwise than was suggested."""
        return bool(self.suggested and self.outcome and self.suggested != self.outcome)


class Release(Work):
    """That a selection is given out: once. Its job writes the letters and may begin anew."""

    selection = models.OneToOneField(Selection, on_delete=models.PROTECT, related_name="release")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=200)
    # Of the job's last sign of life.
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")

    def __str__(self) -> str:
        return str(self.selection)


class Sending(models.Model):
    """The one letter of a release to one body; without a letter nobody could be found to read it.

    Its Message-ID stays when letters that went out long ago are forgotten.
    """

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="sendings")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="sending")
    letter = models.OneToOneField(
        Letter, null=True, on_delete=models.SET_NULL, related_name="decision_sending"
    )
    message_id = models.CharField(max_length=200, blank=True)
    to = models.EmailField(pgettext_lazy("of a letter", "to"), blank=True)
    language = models.CharField(max_length=5, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("letter of a release")
        verbose_name_plural = _("letters of a release")
        constraints = [
            models.UniqueConstraint(
                fields=["release", "organisation"], name="a_body_gets_one_letter"
            ),
            models.UniqueConstraint(
                fields=["message_id"], condition=~Q(message_id=""), name="a_message_id_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.message_id}"


class Promotion(models.Model):
    """A place offered to a body of the reserve, to be answered by a deadline."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("a place", "Asked")
        ACCEPTED = "accepted", _("Said yes")
        REFUSED = "refused", _("Said no")
        EXPIRED = "expired", _("Did not answer in time")

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="promotions")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by_name = models.CharField(max_length=200)
    answer_by = models.DateTimeField(_("answer by"))
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("place offered to a reserve")
        verbose_name_plural = _("places offered to reserves")
        constraints = [
            models.UniqueConstraint(
                fields=["decision"], condition=Q(state="asked"), name="one_open_offer_of_a_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.get_state_display()}"


class Appeal(models.Model):
    """Against a decision, by the body; answered by the secretariat."""

    class Result(models.TextChoices):
        UPHELD = "upheld", pgettext_lazy("appeal", "Upheld")
        REJECTED = "rejected", pgettext_lazy("appeal", "Rejected")

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    text = models.TextField(_("what you appeal against, and why"), max_length=8000)
    language = models.CharField(max_length=5, default="en")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=200)
    result = models.CharField(_("result"), max_length=8, choices=Result.choices, blank=True)
    answer = TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.CheckConstraint(
                condition=Q(result="", answered_at=None)
                | (~Q(result="") & Q(answered_at__isnull=False)),
                name="an_answered_appeal_has_its_result",
            )
        ]

    def __str__(self) -> str:
        return f"{self.decision_id}"


class Revision(models.Model):
    """A better outcome after an appeal that was upheld: proposed by one, approved by another."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for a second officer")
        APPROVED = "approved", pgettext_lazy("revision", "Approved")
        TAKEN_BACK = "taken_back", _("Taken back")

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="revisions")
    before = models.CharField(max_length=8, choices=Outcome.choices)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    reason = TextField(_("reason"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    at = models.DateTimeField(default=timezone.now)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    proposed_by_name = models.CharField(max_length=200)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_by_name = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("new decision after an appeal")
        verbose_name_plural = _("new decisions after appeals")
        constraints = [
            models.UniqueConstraint(
                fields=["appeal"], condition=~Q(state="taken_back"),
                name="one_new_decision_for_an_appeal",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by=None)
                | Q(approved_by=None)
                | ~Q(approved_by=F("proposed_by")),
                name="who_decides_anew_does_not_approve",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.appeal_id}: {self.get_outcome_display()}"
