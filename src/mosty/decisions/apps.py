"""Decisions: one list per call, signed by two, released together, explained to every body."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mosty.core.verbs import name_verbs

VERBS = {
    "decisions.begin": _("began to draft the decisions"),
    "decisions.decide": _("set an outcome"),
    "decisions.order_reserve": _("changed the order of the reserve"),
    "decisions.suggest": _("had a list suggested"),
    "decisions.adopt": _("took the suggestion over"),
    "decisions.set_terms": _("changed the deadlines of the letters"),
    "decisions.propose": _("proposed the list of decisions"),
    "decisions.approve": _("approved the list of decisions"),
    "decisions.void": _("made the proposal void"),
    "decisions.voided": _("voided what was signed by"),
    "decisions.release": _("released the decisions"),
    "decisions.took_in": _("took in those who are accepted"),
    "decisions.promote": _("offered a place to one of the reserve"),
    "decisions.accept_offer": _("took the place that was offered"),
    "decisions.refuse_offer": _("refused the place that was offered"),
    "decisions.expire_offer": _("ended an offer that nobody answered"),
    "decisions.leave": _("gave the place back"),
    "decisions.appeal": _("appealed against the decision"),
    "decisions.answer_appeal": _("answered an appeal"),
    "decisions.propose_revision": _("proposed a new decision after an appeal"),
    "decisions.approve_revision": _("approved a new decision after an appeal"),
    "decisions.take_back_revision": _("took back a proposed new decision"),
}


class DecisionsConfig(AppConfig):
    name = "mosty.decisions"
    verbose_name = _("Decisions")

    def ready(self) -> None:
        name_verbs(VERBS)
        # They import models, which are there only now.
        for name in ("panels", "jobs"):
            import_module(f"mosty.decisions.{name}").register_all()
        queries = import_module("mosty.decisions.queries")
        import_module("mosty.applications.accepted").register_accepted(queries.accepted)
        import_module("mosty.calls.decided").register_decided(queries.decided)
