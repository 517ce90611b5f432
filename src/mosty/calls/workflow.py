"""The states of a call and the moves between them."""

from django.utils.translation import gettext_lazy as _

from mosty.core.states import Move, State, Workflow

CALL = Workflow(
    name="call",
    field="state",
    states=(
        State("draft", _("Draft"), _("Being prepared"), _("Preparation")),
        State("published", _("Published"), _("Published"), _("Publication")),
        State("cancelled", _("Cancelled"), _("Cancelled"), _("Cancellation")),
    ),
    moves=(
        Move("draft", "published", "calls.publish", "calls.publish_call"),
        Move("published", "cancelled", "calls.cancel", "calls.cancel_call", needs_reason=True),
    ),
)
