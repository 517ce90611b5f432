"""What applications keep of people: who wrote, who owns a part, who sent it in."""

from django.utils.translation import gettext_lazy as _

from mosty.core.personal import TRACEABLE, WHO_DID_IT, WITH_ACCOUNT, WITH_RECORD, hold

hold(
    "applications.Application", "submitted_by submitted_by_name",
    what=WHO_DID_IT, why=TRACEABLE, how_long=WITH_RECORD,
)  # fmt: skip
hold(
    "applications.Answer", "value changed_by_name",
    what=_("answers to the questions of a call; they speak of the body, some name people"),
    why=_("To judge the application."), how_long=WITH_RECORD,
)  # fmt: skip
hold(
    "applications.Attachment", "file file_name by_name",
    what=_("files of an application; some name people"),
    why=_("To judge the application."), how_long=WITH_RECORD,
)  # fmt: skip
hold(
    "applications.Ownership", "user",
    what=_("which part of an application somebody writes"),
    why=_("So that several write one application without losing each other's work."),
    how_long=WITH_ACCOUNT,
)  # fmt: skip
hold(
    "applications.Permission", "reason by_name",
    what=WHO_DID_IT, why=TRACEABLE, how_long=WITH_RECORD,
)  # fmt: skip
hold(
    "applications.Nomination", "reason comment by by_name",
    what=_("what an association said of an application, and who said it"), why=TRACEABLE,
    how_long=WITH_RECORD,
)  # fmt: skip
