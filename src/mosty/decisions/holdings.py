"""What decisions keep of people: who proposed, approved, answered; who was written to."""

from django.utils.translation import gettext_lazy as _

from mosty.core.personal import TRACEABLE, WHO_DID_IT, WITH_RECORD, free, hold

hold(
    "decisions.Selection", "proposed_by proposed_by_name approved_by approved_by_name",
    what=WHO_DID_IT, why=TRACEABLE, how_long=WITH_RECORD,
)  # fmt: skip
hold(
    "decisions.Decision", "reason changed_by_name left_reason",
    what=WHO_DID_IT, why=TRACEABLE, how_long=WITH_RECORD,
)  # fmt: skip
hold("decisions.Suggesting", "by by_name", what=WHO_DID_IT, why=TRACEABLE, how_long=WITH_RECORD)
hold(
    "decisions.LeavingOut", "by by_name result",
    what=_("which outcomes hang on one reviewer, and who asked for it"),
    why=_("So that no outcome hangs on one person unseen. Officers who decide in the call read"
          " it."),
    how_long=WITH_RECORD,
)  # fmt: skip
hold(
    "decisions.Revision",
    "reason proposed_by proposed_by_name approved_by approved_by_name",
    what=WHO_DID_IT, why=TRACEABLE, how_long=WITH_RECORD,
)  # fmt: skip
hold("decisions.Release", "by by_name", what=WHO_DID_IT, why=TRACEABLE, how_long=WITH_RECORD)
hold(
    "decisions.Sending", "to",
    what=_("to which address the letter with a decision went"),
    why=_("So that each body gets one letter, and it can be shown that it did."),
    how_long=WITH_RECORD,
)  # fmt: skip
hold(
    "decisions.Promotion", "reason by_name answered_by_name",
    what=WHO_DID_IT, why=TRACEABLE, how_long=WITH_RECORD,
)  # fmt: skip
hold(
    "decisions.Appeal", "text by by_name answer answered_by_name",
    what=_("appeals of bodies, who wrote and who answered them"),
    why=_("To answer them, and to show that they were answered."), how_long=WITH_RECORD,
)  # fmt: skip
free({"decisions.Basis": "numbers of places and of applications"})
