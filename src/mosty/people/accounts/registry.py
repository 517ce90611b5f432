"""What accounts register: words of their verbs, menu entries, tasks on My desk."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mosty.core.access import Actor
from mosty.core.mail import ask_readers, name_necessary
from mosty.core.navigation import Item, Place, register
from mosty.core.panels import Task, register_tasks
from mosty.core.verbs import name_verbs
from mosty.people.accounts.officers import lacking
from mosty.people.accounts.recovery import open_requests, requests_visible_to
from mosty.people.queries import wants_no_letters

VERBS = {
    "people.ask_account_request": gettext_lazy("asked for help with the own account"),
    "people.confirm_account_request": gettext_lazy("confirmed a request about an account"),
    "people.refuse_account_request": gettext_lazy("refused a request about an account"),
    "people.withdraw_account_request": gettext_lazy("withdrew a request about the own account"),
    "people.lapse_account_request": gettext_lazy("let a request about an account run out"),
    "people.reset_second_factor": gettext_lazy("removed a second factor on the server"),
    "people.use_factor_link": gettext_lazy("confirmed the own address before the second factor"),
    "people.make_factor_link": gettext_lazy("made a link for a second factor on the server"),
    "people.remind_of_factor": gettext_lazy("reminded of the second factor"),
    "people.withdraw_consent": gettext_lazy("withdrew the consent to the privacy text"),
}
ACCOUNT_ITEMS = (
    Item(gettext_lazy("Sessions"), "usersessions_list", order=50, place=Place.ACCOUNT),
    Item(gettext_lazy("My data and consent"), "people:own_data", order=60, place=Place.ACCOUNT),
)


# Letters that reach whoever has taken the consent back: they answer what the person asked, say
# what happened to their own account and roles, or keep others from entering as them.
NECESSARY_LETTERS = (
    "people.consent_withdrawn:",
    "people.declined:",
    "people.ended:",
    "people.factor_link:",
    "people.invitation:",
    "people.remind_of_factor:",
)


def lacking_factor(actor: Actor) -> Iterable[Task]:
    """Officers without a second factor."""
    if not actor.is_officer:
        return []
    rows = lacking(on=timezone.localdate())
    if not rows:
        return []
    title = ngettext(
        "%(count)s officer has no second factor",
        "%(count)s officers have no second factor",
        len(rows),
    )
    return [
        Task(
            title=title % {"count": len(rows)},
            url=reverse("people:officers_lacking"),
            about=_("Until then they cannot work here. Remind them."),
            icon="lock",
        )
    ]


def tasks(actor: Actor) -> Iterable[Task]:
    """Requests of others that wait for a second officer."""
    if not actor.is_officer or actor.user_id is None:
        return []
    rows = open_requests(requests_visible_to(actor)).exclude(user_id=actor.user_id)
    return [
        Task(
            title=_("Make sure that it is %(person)s, then confirm or refuse")
            % {"person": row.user},
            url=reverse("people:account_request", kwargs={"request_id": row.pk}),
            about=row.get_kind_display(),
            due=timezone.localdate(row.expires_at),
            icon="person",
        )
        for row in rows[:20]
    ]


def register_all() -> None:
    """Called once, from `ready`."""
    name_verbs(VERBS)
    register_tasks(tasks)
    register_tasks(lacking_factor)
    name_necessary(*NECESSARY_LETTERS)
    ask_readers(wants_no_letters)
    for item in ACCOUNT_ITEMS:
        register(item)
