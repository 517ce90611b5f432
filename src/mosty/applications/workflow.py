"""The states of an application and the moves between them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mosty.core.states import Move, State, Workflow

APPLICATION = Workflow(
    name="application",
    field="state",
    states=(
        State(
            "draft",
            pgettext_lazy("an application", "Being written"),
            pgettext_lazy("an application", "Being written"),
            pgettext_lazy("an application", "Writing"),
        ),
        State("submitted", _("Sent in"), _("Sent in"), _("Sending in")),
        State(
            "withdrawn",
            pgettext_lazy("an application", "Withdrawn"),
            pgettext_lazy("an application", "Withdrawn"),
            _("Withdrawal"),
        ),
    ),
    moves=(
        Move("draft", "submitted", "applications.submit", "applications.submit"),
        # Taken back to be changed while the call is open: what was sent stays as a version.
        Move("submitted", "draft", "applications.reopen", "applications.submit"),
        Move("submitted", "withdrawn", "applications.withdraw", "applications.withdraw", True),
        Move("draft", "withdrawn", "applications.withdraw", "applications.withdraw", True),
        Move("withdrawn", "draft", "applications.resume", "applications.submit"),
    ),
)
