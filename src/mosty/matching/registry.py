"""What matching adds to the rest of the site: navigation, tasks, timetable, words of its verbs."""

from collections.abc import Iterable
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor
from mosty.core.jobs import schedule
from mosty.core.navigation import Item, register
from mosty.core.panels import Task, register_tasks
from mosty.core.verbs import name_verbs
from mosty.matching import jobs, joining, panels, queries, rules
from mosty.matching.models import Notice

NOTICE_STAYS = timedelta(days=14)

VERBS = {
    "matching.open_round": _("opened the round"),
    "matching.edit_round": _("changed what the round is called or who may see it"),
    "matching.fill_participants": _("took over the participants of the phase"),
    "matching.take_in": _("took in those who were accepted in a call"),
    "matching.set_participant": _("changed a participant of the round"),
    "matching.remove_participant": _("took a municipality out of the round"),
    "matching.set_quota": _("set a quota"),
    "matching.remove_quota": _("took a quota away"),
    "matching.add_contact": _("noted an earlier contact"),
    "matching.remove_contact": _("took a noted contact away"),
    "matching.write_policy": _("wrote a version of the policy"),
    "matching.choose_policy": _("chose a version of the policy"),
    "matching.add_override": _("decided about a pair"),
    "matching.withdraw_override": _("took a decision about a pair back"),
    "matching.start_run": _("started a run"),
    "matching.finish_run": _("finished a run"),
    "matching.fail_run": _("ended a run without a result"),
    "matching.stop_run": _("stopped a run"),
    "matching.analyse_run": _("had a result tested once more"),
    "matching.add_scenario": _("tried a scenario"),
    "matching.rerun_scenario": _("tried a scenario again"),
    "matching.stop_scenario": _("stopped a scenario"),
    "matching.remove_scenario": _("took a scenario away"),
    "matching.propose_round": _("proposed the pairs of the round"),
    "matching.reopen_round": _("took the round back into preparation"),
    "matching.send_back": _("sent the proposal back"),
    "matching.approve_round": _("approved the round"),
    "matching.close_round": _("closed the round"),
    "matching.approve_pair": _("approved the pair"),
    "matching.agree_pair": _("recorded that both councils agreed"),
    "matching.retract_pair": _("took a recorded agreement back"),
}


def sees_rounds(actor: Actor) -> bool:
    """Those inside the programme have rounds in their navigation."""
    return actor.is_in_programme


def tasks(actor: Actor) -> Iterable[Task]:
    """Proposals that the actor may approve, and what the actor was told in the last two weeks."""
    if actor.is_officer and actor.user_id is not None:
        for round_ in queries.waiting_for_approval():
            if not rules.obstacles(round_, actor):
                yield Task(
                    _("Approve the proposal or send it back"),
                    reverse("matching:approval", args=[round_.slug]),
                    about=str(round_),
                )
    since = timezone.now() - NOTICE_STAYS
    for notice in queries.notices_for(actor).filter(at__gte=since):
        yield Task(notice.get_kind_display(), _page_of(notice), about=str(notice.round))


def _page_of(notice: Notice) -> str:
    name = "approval" if notice.kind == Notice.Kind.SENT_BACK else "board"
    return reverse(f"matching:{name}", args=[notice.round.slug])


def register_all() -> None:
    """Called once, when the site starts."""
    register(Item(_("Rounds"), "matching:rounds", order=40, predicate=sees_rounds))
    register_tasks(tasks)
    panels.register_all()
    joining.register_all()
    schedule("matching.find_lost_runs", timedelta(minutes=1), jobs.find_lost_runs.enqueue)
    schedule("matching.send_notices", timedelta(minutes=1), jobs.send_notices.enqueue)
    name_verbs(VERBS)
