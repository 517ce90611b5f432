"""The states of the selection of a call and the moves between them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mosty.core.states import Move, State, Workflow

SELECTION = Workflow(
    name="selection",
    field="state",
    states=(
        State("draft", _("Being drafted"), _("Being drafted"), _("Drafting")),
        State(
            "proposed",
            _("Waits for a second officer"),
            _("Being decided"),
            pgettext_lazy("of a list", "Proposal"),
        ),
        State("approved", _("Approved"), _("Being decided"), _("Approval")),
        State("released", _("Released"), _("Released"), pgettext_lazy("of decisions", "Release")),
    ),
    moves=(
        Move("draft", "proposed", "decisions.propose", "decisions.propose"),
        Move("proposed", "approved", "decisions.approve", "decisions.approve"),
        Move("approved", "released", "decisions.release", "decisions.release"),
        # Whatever changes asks everybody again.
        Move("proposed", "draft", "decisions.void", "decisions.decide"),
        Move("approved", "draft", "decisions.void", "decisions.decide"),
    ),
)
