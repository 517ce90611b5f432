"""What if we weighed differently? Another policy tried on a round, beside its runs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mosty.matching.models.rounds import Policy, PolicyValues, Round
from mosty.matching.models.runs import Solved


class Scenario(PolicyValues, Solved):
    """Other weights on the same participants, quotas and decisions, solved like a run.

    It is no run and its pairs are never stored as pairs: nothing of it can be proposed, approved
    or published. Only its policy can be taken over (`domain.adopt_scenario`).
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="scenarios")
    number = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=120)
    # The version of the policy that was made of it.
    adopted_as = models.ForeignKey(
        Policy, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["round", "-number"]
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="one_scenario_per_number")
        ]

    def __str__(self) -> str:
        return self.name
