"""An application is sent in once, taken back to be changed, withdrawn, taken up again.

What was sent in is frozen and has a receipt. Taken back while the call is open, it still counts:
until something newer is sent in, and beyond the deadline if nothing is (`let_stand`). A town whose
power fails while it improves one sentence has lost nothing. Only a withdrawal ends that.
"""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from mosty.applications import content, queries
from mosty.applications.domain.holding import holding
from mosty.applications.hindrances import Hindrance, hindrances, why_shut
from mosty.applications.models import Application
from mosty.applications.nominations.standings import sent_through
from mosty.applications.workflow import APPLICATION
from mosty.calls.decided import decided
from mosty.calls.models import GRACE, Call
from mosty.calls.words import moment
from mosty.core import mail
from mosty.core.access import SYSTEM, Actor, NotAllowed, require
from mosty.core.history import plain, record
from mosty.core.states import ReasonMissing, WrongState
from mosty.core.versions import freeze


class NotReady(Exception):
    """Something is missing; `hindrances` says what and where."""

    def __init__(self, found: list[Hindrance]) -> None:
        super().__init__(f"{len(found)} hindrances")
        self.hindrances = found


class Shut(Exception):
    """Nothing is taken in at that moment; `str()` is a sentence for people."""


def submit(application: Application, *, by: Actor, at: datetime) -> bool:
    """Send it in; `at` is when it reached the server. False when somebody was quicker: then it is
    sent in already, once, with one version and one receipt.

    Raises `Shut` when the call takes nothing, `NotReady` while something is missing, `WrongState`
    when it was withdrawn.
    """
    require("applications.submit", by, application)
    with holding(application) as now:
        if now.state == "submitted":
            _copy(now, application)
            return False
        if reason := why_shut(now, at):
            raise Shut(reason)
        if now.state != "draft":
            raise WrongState(f"{now} was withdrawn")
        if found := hindrances(now, at):
            raise NotReady(found)
        version = freeze(now, content.dump(now), by=by)
        is_late = now.call.closes_at is not None and at > now.call.closes_at
        changes = {
            "submitted_at": at, "submitted_by_id": by.user_id,
            "submitted_by_name": by.name[:200], "version": version, "is_late": is_late,
        }  # fmt: skip
        # Which version it was, history alone tells once another has taken its place.
        told = {"version": version.number}
        APPLICATION.move(now, "submitted", by=by, changes=changes, told=told)
        if is_late:
            _record_late(now, by=by, at=at)
        _confirm(now)
    _copy(now, application)
    return True


def _copy(now: Application, application: Application) -> None:
    for name in ("state", "submitted_at", "submitted_by_id", "submitted_by_name", "version",
                 "is_late"):  # fmt: skip
        setattr(application, name, getattr(now, name))


def _record_late(application: Application, *, by: Actor, at: datetime) -> None:
    """By the grace of a minute for clocks and networks, or by permission: history says which."""
    call = application.call
    assert call.closes_at is not None, "only a deadline makes it late"
    after = {
        "deadline": plain(call.closes_at.isoformat()),
        "arrived": at.isoformat(),
        "seconds": round((at - call.closes_at).total_seconds()),
    }
    if at <= call.closes_at + GRACE:
        record("applications.take_within_grace", application, by=SYSTEM, after=after)
        return
    permission = queries.permission(call, application.organisation_id, at)
    reason = permission.reason if permission else ""
    record("applications.take_by_permission", application, by=SYSTEM, after=after, reason=reason)


def _confirm(application: Application) -> None:
    """The receipt as a letter to everybody who writes for the body."""
    call, version, at = application.call, application.version, application.submitted_at
    assert version is not None, "what is sent in is frozen"
    assert at is not None, "what is sent in has its time"
    path = reverse("applications:receipt", args=[application.pk])
    for user in queries.writers(application):
        mail.write(
            f"applications:receipt:{application.pk}:{version.number}:{at.timestamp()}:{user.pk}",
            to=user.email, language=user.language or "en", template="applications/mail/receipt",
            context={
                "application": application, "call": call, "version": version, "person": user,
                "body": application.organisation.name, "url": mail.address(path),
                "when": lazy(moment, str)(at, call.zone),
            },
        )  # fmt: skip
    mail.send_soon()


def take_back(application: Application, *, by: Actor, at: datetime) -> None:
    """Back to be changed while the call takes it; what was sent in counts on until something newer
    is. Raises `Shut` or `WrongState`."""
    with holding(application) as now:
        if reason := why_shut(now, at):
            raise Shut(reason)
        APPLICATION.move(now, "draft", by=by)
    application.state = now.state


def withdraw(application: Application, *, by: Actor, reason: str) -> None:
    """It does not count any more; what was sent in stays as a version in the history.

    Raises `ReasonMissing`, `WrongState` when it was withdrawn already, `Shut` once it is decided:
    a place is given back then, or an offer refused.
    """
    if not reason.strip():
        raise ReasonMissing("applications.withdraw")
    with holding(application) as now:
        if now.version_id is not None and decided([now.call_id]):
            raise Shut(_("It is decided and stays what was decided on. A place that you were given "
                         "can be given back, with the decision."))  # fmt: skip
        changes = {"version": None, "submitted_at": None, "is_late": False}
        APPLICATION.move(now, "withdrawn", by=by, reason=reason[:1000], changes=changes)
    _copy(now, application)


def resume(application: Application, *, by: Actor, at: datetime) -> None:
    """Take a withdrawn application up again, while the call takes it."""
    with holding(application) as now:
        if reason := why_shut(now, at):
            raise Shut(reason)
        APPLICATION.move(now, "draft", by=by)
    application.state = now.state


def let_stand(at: datetime) -> int:
    """What was taken back and not sent anew before the deadline counts as it was sent; how many.

    By the site, after the grace; not while the body may still send in by permission.
    """
    done = 0
    rows = Application.objects.filter(
        state="draft", version__isnull=False, call__state="published",
        call__closes_at__lt=at - GRACE,
    )  # fmt: skip
    for pk in list(rows.values_list("pk", flat=True)):
        with transaction.atomic():
            now = (
                Application.objects.select_for_update(of=("self",))
                .select_related("call", "version")
                .get(pk=pk)
            )
            if now.state != "draft" or now.version_id is None or not why_shut(now, at):
                continue
            now.state = "submitted"
            _put_back(now)
            now.save(update_fields=["state", "association", "council_on"])
            record("applications.let_stand", now, by=SYSTEM,
                   before={"state": "draft"}, after={"state": "submitted"})  # fmt: skip
            done += 1
    return done


def _put_back(application: Application) -> None:
    """What later steps go by is again what was sent: through which association it comes, when the
    council decided. What was written beside that stays its own people's."""
    assert application.version is not None, "only what was sent in stands"
    application.association = sent_through(application)
    day = application.version.content.get("council_on", "")
    application.council_on = date.fromisoformat(day) if day else None


def permit_late(
    call: Call, organisation_id: int, *, by: Actor, until: datetime, reason: str, at: datetime
) -> None:
    """Let a body send in after the deadline until a moment, for a reason; its people are told."""
    require("applications.permit_late", by, call)
    if call.state != "published":
        raise NotAllowed(_("The call takes no applications."))
    with transaction.atomic():
        made = call.permissions.create(
            organisation_id=organisation_id, until=until, reason=reason, at=at,
            by_name=by.name[:200],
        )  # fmt: skip
        record("applications.permit_late", call, by=by, reason=reason,
               after={"who": [made.organisation.name], "until": plain(until)})  # fmt: skip
        path = reverse("applications:apply", args=[call.slug])
        for row in queries.people([organisation_id]):
            user = row.user
            mail.write(
                f"applications:permission:{made.pk}:{user.pk}",
                to=user.email, language=user.language or "en",
                template="applications/mail/permission",
                context={
                    "call": call, "person": user, "reason": reason,
                    "body": made.organisation.name, "url": mail.address(path),
                    "when": lazy(moment, str)(until, call.zone),
                },
            )  # fmt: skip
        mail.send_soon()
