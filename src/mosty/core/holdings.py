"""What the mechanisms of core, and Django's own tables, keep of people."""

from django.utils.translation import gettext_lazy as _

from mosty.core.personal import FOR_GOOD, TRACEABLE, WHO_DID_IT, WITH_RECORD, free, hold

hold(
    "core.HistoryEntry", "user actor_name acting_for object_label before after reason",
    what=_("what somebody did: the name, the organisation, the time, before and after, the reason"),
    why=TRACEABLE, how_long=FOR_GOOD,
)  # fmt: skip
hold(
    "core.Signatory",
    "user name as_what",
    what=_("who is asked to sign something off, and with which mandate"),
    why=TRACEABLE,
    how_long=FOR_GOOD,
)
hold(
    "core.Signature",
    "reason",
    what=_("what somebody said when asked to sign something off"),
    why=TRACEABLE,
    how_long=FOR_GOOD,
)
hold("core.Version", "by by_name content", what=WHO_DID_IT, why=TRACEABLE, how_long=FOR_GOOD)
hold(
    "core.Fact", "entered_by note withdrawn_reason",
    what=_("who entered a fact, and what they noted about it"), why=TRACEABLE,
    how_long=WITH_RECORD,
)  # fmt: skip
hold(
    "core.Letter", "key to reply_to subject body message_id error",
    what=_("letters to you: address, subject, when they went out; the text only until then"),
    why=_("So that each letter goes out once, and it can be seen whether it did."),
    how_long=_("two years"),
)  # fmt: skip
hold(
    "core.Draft", "user content seen said_by rivals saved_by saved_by_name",
    what=_("what somebody has typed into a form and not sent yet"),
    why=_("So that nothing is lost when the power or the network goes."),
    how_long=_("until it is sent or dropped, at most half a year"),
)  # fmt: skip
hold(
    "core.Sending", "user digest",
    what=_("that a form was sent, without what was in it"),
    why=_("So that sending twice does it once."), how_long=_("half a year"),
)  # fmt: skip
hold(
    "sessions.Session", "session_data",
    what=_("that somebody is signed in, how they showed who they are, for whom they act"),
    why=_("So that you need not sign in on every page."),
    how_long=_("two weeks after the last sign-in, or until the session ends"),
)  # fmt: skip
free(
    {
        "auth.Permission": "names of rights, made by the software",
        "auth.Group": "not used: roles come from memberships",
        "auth.Group_permissions": "not used: roles come from memberships",
        "contenttypes.ContentType": "names of tables",
        "core.Source": "titles and publishers of published sources",
        "core.WorkerBeat": "names of processes",
        "core.Timetable": "names of jobs that come round",
        "django_tasks_database.DBTaskResult": "jobs take numbers of records, never what is in them",
    }
)
