"""What calls keep of people: who asked, who moved a deadline, who wants to be told."""

from django.utils.translation import gettext_lazy as _

from mosty.core.personal import TRACEABLE, WHO_DID_IT, WITH_RECORD, free, hold

PUBLISHED = "what a call says and asks"

free(
    {
        "calls.Section": PUBLISHED,
        "calls.Question": PUBLISHED,
        "calls.Condition": PUBLISHED,
        "calls.Criterion": PUBLISHED,
        "calls.Quota": PUBLISHED,
        "calls.Document": PUBLISHED,
    }
)
hold(
    "calls.Call",
    "email",
    what=_("the address to which questions about a call go"),
    why=_("So that applicants reach somebody; an office's address does as well."),
    how_long=_("as long as the call"),
)
hold(
    "calls.Enquiry",
    "asked_by text answer",
    what=_("questions about calls that somebody asked"),
    why=_("So that the answer comes to whoever asked; others read it without a name."),
    how_long=_("as long as the call; the name goes with the account"),
)
hold(
    "calls.Extension",
    "by by_name reason",
    what=WHO_DID_IT,
    why=TRACEABLE,
    how_long=WITH_RECORD,
)
hold(
    "calls.Watch",
    "user",
    what=_("calls about which somebody wants to be told"),
    why=_("To write when a deadline moves."),
)
