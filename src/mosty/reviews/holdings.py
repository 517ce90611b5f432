"""What reviews keep of people: who reviews what, with whom they have a conflict, what they say."""

from django.utils.translation import gettext_lazy as _

from mosty.core.personal import TRACEABLE, WITH_RECORD, free, hold

free(
    {
        "reviews.ReviewPhase": "times and rights of a step",
        "reviews.Score": "numbers; whose they are stands in the review",
    }
)
hold(
    "reviews.Reviewer", "user name",
    what=_("who reviews the applications to a call, and for which body"),
    why=TRACEABLE, how_long=WITH_RECORD,
)  # fmt: skip
hold(
    "reviews.Conflict", "reason by_name",
    what=_("conflicts of interest that a reviewer declared"),
    why=_("So that nobody judges those close to them."), how_long=WITH_RECORD,
)  # fmt: skip
hold(
    "reviews.Assignment", "reviewer reason",
    what=_("who was to read which application, and why they declined"),
    why=TRACEABLE, how_long=WITH_RECORD,
)  # fmt: skip
hold(
    "reviews.Review", "to_applicant to_panel reason",
    what=_("what a reviewer says of an application"),
    why=_("To choose fairly and to tell applicants why."), how_long=WITH_RECORD,
)  # fmt: skip
