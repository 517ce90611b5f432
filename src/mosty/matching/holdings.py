"""What rounds keep of people: who decided what, and why."""

from django.utils.translation import gettext_lazy as _

from mosty.core.personal import TRACEABLE, WHO_DID_IT, WITH_RECORD, free, hold

DECIDED = _("who decided it, the name as it was then, and the reason they wrote")

hold("matching.Policy", "author author_name rationale", what=DECIDED, why=TRACEABLE,
     how_long=WITH_RECORD)  # fmt: skip
hold("matching.Scenario", "author author_name rationale name", what=DECIDED, why=TRACEABLE,
     how_long=WITH_RECORD)  # fmt: skip
hold("matching.Round", "created_by approved_by approved_by_name note", what=WHO_DID_IT,
     why=TRACEABLE, how_long=WITH_RECORD)  # fmt: skip
hold("matching.RoundParticipant", "removed_by_name removed_reason", what=DECIDED, why=TRACEABLE,
     how_long=WITH_RECORD)  # fmt: skip
hold("matching.RoundContact", "why", what=_("what is known of an earlier contact of two towns"),
     why=TRACEABLE, how_long=WITH_RECORD)  # fmt: skip
hold("matching.Override", "author author_name reason withdrawn_by withdrawn_by_name "
     "withdrawn_reason", what=DECIDED, why=TRACEABLE, how_long=WITH_RECORD)  # fmt: skip
hold("matching.Run", "author author_name", what=WHO_DID_IT, why=TRACEABLE,
     how_long=WITH_RECORD)  # fmt: skip
hold("matching.Pair", "agreed_by agreed_source", what=_("who recorded that two councils agreed"),
     why=TRACEABLE, how_long=WITH_RECORD)  # fmt: skip
hold("matching.Notice", "user by_name reason", what=_("that somebody was told of a decision"),
     why=_("So that a mail is sent once."))  # fmt: skip
free({"matching.Analysis": "figures about a run"})
