"""Every read of applications begins here: the body's own, and the secretariat's lists.

Nobody else knows that an application exists. Reviewers come to theirs by their assignment, in
`reviews`.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mosty.applications.models import Application, Attachment, Ownership, Permission
from mosty.applications.nominations import standings as nominations
from mosty.calls import queries as calls
from mosty.calls.models import Call, Question, Section
from mosty.core.access import Actor, Role
from mosty.core.drafts.models import Draft
from mosty.core.history import HistoryEntry
from mosty.core.versions import Version, versions_of
from mosty.people.models import Membership, User
from mosty.people.queries import able_to_act, in_force
from mosty.places import queries as places
from mosty.places.models import Organisation
from mosty.places.queries import search

SECTION_DRAFT = "applications.section"
# In these roles people write for their body.
WRITING = (Role.MUNICIPALITY, Role.COORDINATOR)


def visible_to(actor: Actor) -> QuerySet[Application]:
    """The applications that the actor may know of, with call and body."""
    rows = Application.objects.select_related(
        "call__phase__strand__programme", "organisation__country", "version"
    )
    if actor.is_officer:
        return rows
    own = Q(organisation_id__in=actor.organisation_ids)
    return rows.filter(own | nominations.seen_by(actor))


def is_sent_in(path: str = "") -> Q:
    """That an application counts, whatever the clock says: there is a version that was sent in.

    One that was taken back to be changed keeps it until something newer is sent in, also beyond
    the deadline; only a withdrawal takes it away. `path` leads to it, such as `application__`.
    """
    return Q(**{f"{path}version__isnull": False})


def sent_in(call: Call) -> QuerySet[Application]:
    """The applications of a call that count: these are assigned, judged and decided on."""
    return Application.objects.filter(is_sent_in(), call=call)


def own(actor: Actor) -> QuerySet[Application]:
    """Those of the body acted for, the newest call first."""
    rows = visible_to(actor).filter(organisation_id__in=actor.organisation_ids)
    return rows.order_by("-call__closes_at", "-pk")


def of_call(call: Call, actor: Actor) -> QuerySet[Application]:
    """All of one call, for whoever may know of them."""
    return visible_to(actor).filter(call=call)


# What lists do not read; of thousands of rows it weighs more than all the rest.
LONG = ("organisation__about", "organisation__experience", "organisation__capacity")


def listed(call: Call, actor: Actor) -> QuerySet[Application]:
    """All of one call for a list: without the call, which is known (`with_call`), and without what
    was answered."""
    rows = of_call(call, actor).select_related(None)
    return rows.select_related("organisation__country", "organisation__region", "version").defer(
        "version__content", *LONG
    )


def with_call(rows: Iterable[Application], call: Call) -> list[Application]:
    """The rows, each knowing its call without asking for it."""
    found = list(rows)
    for row in found:
        row.call = call
    return found


def bodies(call: Call, actor: Actor) -> QuerySet[Organisation]:
    """For which bodies the actor can apply: their own, of the kind that the call is for."""
    if not any(actor.has(role) for role in WRITING):
        return Organisation.objects.none()
    rows = places.visible_to(actor).filter(pk__in=actor.organisation_ids, kind=call.audience)
    return rows.filter(standing=Organisation.Standing.CURRENT).select_related("country", "region")


def sections(application: Application) -> list[Section]:
    """The parts of the form with their questions, in order."""
    call = calls.with_all(Call.objects.filter(pk=application.call_id)).get()
    return list(call.sections.all())


def questions(application: Application) -> QuerySet[Question]:
    """All that the call asks, in order."""
    return Question.objects.filter(section__call=application.call_id).select_related("section")


def values(application: Application) -> dict[int, Any]:
    """What was answered, by the id of the question."""
    return dict(application.answers.values_list("question_id", "value"))


def owners(application: Application) -> dict[int, Ownership]:
    """Who owns a section, by its id."""
    rows = application.owners.select_related("user")
    return {row.section_id: row for row in rows}


def files(application: Application) -> QuerySet[Attachment]:
    """Those that the application holds now; what only sent versions hold is not among them."""
    return application.attachments.filter(taken_out_at=None)


def unsent(application: Application) -> dict[int, Draft]:
    """Text that somebody has typed and not saved, by the id of its section."""
    rows = Draft.objects.filter(
        key=f"{SECTION_DRAFT}:{application.pk}", organisation_id=application.organisation_id
    )
    return {int(row.section): row for row in rows if row.section.isdecimal()}


def sent_versions(application: Application) -> QuerySet[Version]:
    """The versions that were sent in, newest first: the one that counts, and those before it since
    the application was last withdrawn. None while nothing counts.

    What was frozen to be signed and never sent in is not among them.
    """
    if application.version_id is None:
        return versions_of(application).none()
    numbers: set[int] = set()
    verbs = ("applications.submit", "applications.withdraw")
    moves = history(application, is_own=False).filter(verb__in=verbs)
    for verb, after in moves.order_by("pk").values_list("verb", "after"):
        if verb == "applications.withdraw":
            numbers.clear()
        elif "version" in after:
            numbers.add(after["version"])
    counts = Q(pk=application.version_id) | Q(number__in=numbers)
    return versions_of(application).filter(counts)


def permission(call: Call, organisation_id: int, at: datetime) -> Permission | None:
    """Whether the body may send in at that moment though the deadline is over."""
    rows = call.permissions.filter(organisation_id=organisation_id, until__gte=at)
    return rows.order_by("-until").first()


def people(bodies: Collection[int]) -> QuerySet[Membership]:
    """Who writes for these bodies today, each with the person."""
    rows = Membership.objects.filter(organisation_id__in=bodies, role__in=WRITING)
    rows = in_force(able_to_act(rows), on=timezone.localdate())
    return rows.select_related("user").order_by("user__name", "pk")


def writers(application: Application) -> list[User]:
    """Who writes for its body today, each person once."""
    found = {row.user_id: row.user for row in people([application.organisation_id])}
    return list(found.values())


def concerned(call: Call) -> Iterable[int]:
    """Ids of those who are told when a call changes: whoever acts for a body that applies."""
    ids = call.applications.exclude(state="withdrawn").values_list("organisation_id", flat=True)
    return people(list(ids)).values_list("user_id", flat=True).distinct()


def taken_up(actor: Actor) -> Iterable[int]:
    """Ids of the calls to which the body acted for applies, or has said that it does not."""
    return own(actor).values_list("call_id", flat=True)


# What a body does while it writes; that it has begun, and what it sends, is all that others see.
WRITTEN = tuple(
    f"applications.{verb}"
    for verb in (
        "write", "set_language", "own_section", "attach", "take_file_out", "ask_to_sign",
        "release_signatory", "sign", "name_association", "set_council",
    )
)  # fmt: skip


def history(application: Application, *, is_own: bool) -> QuerySet[HistoryEntry]:
    """What was done to it, newest first; for others without what its own people did while they
    wrote: who said which word before signing is theirs."""
    rows = HistoryEntry.objects.filter(
        object_type=Application._meta.label_lower, object_id=application.pk
    )
    rows = rows if is_own else rows.exclude(verb__in=WRITTEN)
    return rows.select_related("acting_for")


def narrowed(
    rows: QuerySet[Application], actor: Actor, *, query: str = "", state: str = "",
    country: str = "", late: bool = False,
) -> QuerySet[Application]:  # fmt: skip
    """The list of a call, narrowed."""
    if state:
        sent = is_sent_in()
        rows = rows.filter(sent) if state == "submitted" else rows.filter(~sent, state=state)
    if country:
        rows = rows.filter(organisation__country=country)
    if late:
        rows = rows.filter(is_late=True)
    if query.strip():
        found = search.found(places.visible_to(actor), query)
        rows = rows.filter(organisation__in=found.order_by().values("pk"))
    return rows


def counts(call: Call, actor: Actor) -> dict[str, int]:
    """How many of a call stand in each state; what was taken back to be changed and counts on is
    among those sent in, as in `narrowed`."""
    rows = of_call(call, actor).order_by().values("state")
    rows = rows.annotate(number=Count("pk"), sent=Count("version"))
    found = {row["state"]: row["number"] - row["sent"] for row in rows}
    found["submitted"] = sum(row["sent"] for row in rows)
    return found


def permissions(call: Call) -> QuerySet[Permission]:
    """Who may send in late, newest first."""
    return call.permissions.select_related("organisation__country")


def writing_until(before: datetime, after: datetime) -> QuerySet[Application]:
    """What is being written for calls that close between two moments."""
    return Application.objects.filter(
        Q(call__closes_at__gt=after, call__closes_at__lte=before),
        state="draft", call__state="published",
    ).select_related("call", "organisation")  # fmt: skip


def why_form_stands(call: Call) -> str | Promise:
    """Why the questions of a call cannot change any more; nothing while nobody has begun."""
    if Application.objects.filter(call=call).exists():
        return _("Somebody has begun to apply. Only words can be corrected.")
    return ""
