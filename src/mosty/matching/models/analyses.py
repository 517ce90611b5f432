"""What is worked out about a finished run: how it holds, and what it compares with."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mosty.core.jobs import Work
from mosty.matching.models.runs import Run


class Analysis(Work):
    """The second thoughts on one run, made by the engine after the proposal stands.

    `answers` maps a part (`solving.PARTS`) to what the engine wrote about it, stored as soon as it
    is there; `problems` maps a part that came to nothing to one of `reasons.WORK_ERRORS`.
    """

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="analysis")
    # The background job that works it out; empty until one is queued.
    job_id = models.CharField(max_length=40, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    problems = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("analysis")
        verbose_name_plural = _("analyses")

    def __str__(self) -> str:
        return str(self.run)
