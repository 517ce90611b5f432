"""What accounts keep of people, allauth's tables included."""

from django.utils.translation import gettext_lazy as _

from mosty.core.personal import WITH_RECORD, free, hold

TO_LET_YOU_IN = _("To let you in, and to know that it is you.")

hold(
    "people.User",
    "email name language password last_login date_joined search_key demo_name_uk",
    what=_("e-mail address, name, language, a check value of the password, the last sign-in"),
    why=_("To let you in, to write to you in your language, to say who did what."),
)
hold(
    "people.Membership", "user organisation role mandate since until vouched_by",
    what=_("for which organisation somebody acts, in which role and office, and who vouched"),
    why=_("What you may see and do follows from it."),
)  # fmt: skip
hold(
    "people.Invitation",
    "organisation email name language role mandate invited_by invited_by_name accepted_at",
    what=_("whom a body asked to act for it, who asked, and what came of it"),
    why=_("So that only the person who was asked can accept, and later it is known who vouched."),
    how_long=WITH_RECORD,
)
hold(
    "people.JoinRequest",
    "organisation email name language mandate message order order_name reason",
    what=_("who asked to act for a body, what they wrote, and their order of appointment"),
    why=_("So that whoever knows them can decide."),
    how_long=WITH_RECORD,
)  # fmt: skip
hold(
    "people.Consent", "user version language sha256 how given_at withdrawn_at",
    what=_("which version of the privacy text somebody agreed to, in which language, when, how"),
    why=_("To be able to show that you were asked, and what you answered."),
)  # fmt: skip
hold(
    "people.AccountRequest", "user kind new_email state asked_at decided_at",
    what=_("a request to remove a lost second factor, or to change an officer's address"),
    why=_("So that nobody takes over an account alone: a second person decides."),
)  # fmt: skip
hold(
    "people.FactorLink", "user digest created_at used_at",
    what=_("that a link for setting up a second factor was sent, and whether it was used"),
    why=_("So that nobody sets one up who knows a password and cannot read the mail."),
)  # fmt: skip
hold(
    "account.EmailAddress", "user email verified primary",
    what=_("the e-mail address, and that a code sent to it came back"), why=TO_LET_YOU_IN,
)  # fmt: skip
hold(
    "mfa.Authenticator", "user data created_at last_used_at",
    what=_("authenticator app, passkeys, recovery codes, and when each was used"),
    why=TO_LET_YOU_IN,
)  # fmt: skip
hold(
    "usersessions.UserSession", "user ip user_agent session_key data created_at last_seen_at",
    what=_("where somebody is signed in: address of the connection, browser, time"),
    why=_("So that you can see whether somebody else is signed in as you, and end it."),
    how_long=_("until the session ends"),
)  # fmt: skip
free(
    {
        "account.EmailConfirmation": "not used: addresses are proven by a code kept in the session",
        "people.User_groups": "not used: roles come from memberships",
        "people.User_user_permissions": "not used: roles come from memberships",
    }
)
