"""What accounts register: words of their verbs, menu entries, tasks on My desk."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mosty.core.access import Actor
from mosty.core.navigation import Item, Place, register
from mosty.core.panels import Task, register_tasks
from mosty.core.verbs import name_verbs
from mosty.people.accounts.recovery import open_requests, requests_visible_to

VERBS = {
    "people.ask_account_request": gettext_lazy("asked for help with the own account"),
    "people.confirm_account_request": gettext_lazy("confirmed a request about an account"),
    "people.refuse_account_request": gettext_lazy("refused a request about an account"),
    "people.withdraw_account_request": gettext_lazy("withdrew a request about the own account"),
    "people.lapse_account_request": gettext_lazy("let a request about an account run out"),
    "people.reset_second_factor": gettext_lazy("removed a second factor on the server"),
    "people.withdraw_consent": gettext_lazy("withdrew the consent to the privacy text"),
}
ACCOUNT_ITEMS = (
    Item(gettext_lazy("Sessions"), "usersessions_list", order=50, place=Place.ACCOUNT),
    Item(gettext_lazy("My data and consent"), "people:own_data", order=60, place=Place.ACCOUNT),
)


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
    for item in ACCOUNT_ITEMS:
        register(item)
