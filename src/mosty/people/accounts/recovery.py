"""The way back to an account, with four eyes: one person asks, a second officer decides.

Until then nothing changes. The rules are the same for everybody who has lost a second factor; a
changed address needs a second person only for programme officers, because whoever holds their
address could become them.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mosty.core.access import SYSTEM, Actor
from mosty.core.history import record
from mosty.core.states import ReasonMissing, WrongState
from mosty.people.accounts.mails import tell
from mosty.people.accounts.sessions import end_all_sessions
from mosty.people.accounts.tables import WORKFLOW, AccountRequest
from mosty.people.models import User


def requests_visible_to(actor: Actor) -> QuerySet[AccountRequest]:
    """Officers see all, others their own."""
    rows = AccountRequest.objects.select_related("user")
    return rows if actor.is_officer else rows.filter(user_id=actor.user_id or 0)


def open_requests(rows: QuerySet[AccountRequest]) -> QuerySet[AccountRequest]:
    """Those that still wait, the oldest first."""
    return rows.filter(state="asked", expires_at__gt=timezone.now()).order_by("asked_at", "pk")


def ask_to_remove_factor(user: User) -> AccountRequest:
    """The person says that the second factor is lost. Asking again while one waits is once.

    There is no word to the second officer in it, and no number to call: whoever asks in
    somebody's name would give their own.
    """
    return _ask(user, AccountRequest.Kind.FACTOR)


def ask_to_change_email(user: User, new_email: str) -> AccountRequest:
    """An officer has proven a new address; it counts once a second officer has confirmed it."""
    return _ask(user, AccountRequest.Kind.EMAIL, new_email=new_email.lower())


def _ask(user: User, kind: AccountRequest.Kind, *, new_email: str = "") -> AccountRequest:
    with transaction.atomic():
        # The person's row is the lock: two clicks make one request.
        User.objects.select_for_update().get(pk=user.pk)
        waiting = AccountRequest.objects.filter(user=user, kind=kind, state="asked").first()
        if waiting and waiting.is_open and waiting.new_email == new_email:
            return waiting
        by = Actor(user_id=user.pk, name=str(user), language=user.language)
        if waiting and waiting.is_open:
            WORKFLOW.move(waiting, "withdrawn", by=by)
        elif waiting:
            WORKFLOW.move(waiting, "lapsed", by=SYSTEM)
        made = AccountRequest.objects.create(user=user, kind=kind, new_email=new_email)
        record("people.ask_account_request", made, by=by, after={"kind": kind})
        tell(user, f"{kind}_asked", request=made)
    return made


def withdraw_request(request: AccountRequest, *, by: Actor) -> None:
    """The person has found it, or never asked."""
    WORKFLOW.move(request, "withdrawn", by=by, changes={"decided_at": timezone.now()})


def refuse_request(request: AccountRequest, *, by: Actor, reason: str) -> None:
    """A second officer does not believe it; the person is told, nothing changes."""
    _still_open(request)
    with transaction.atomic():
        WORKFLOW.move(
            request, "refused", by=by, reason=reason, changes={"decided_at": timezone.now()}
        )
        tell(request.user, "refused", request=request, reason=reason)


def confirm_request(request: AccountRequest, *, by: Actor, reason: str) -> None:
    """A second officer has made sure that it is the person, and says how.

    Raises `NotAllowed` for oneself, `WrongState` for what ran out or was decided, and
    `ValidationError` when the address belongs to somebody else by now.
    """
    _still_open(request)
    with transaction.atomic():
        WORKFLOW.move(
            request, "confirmed", by=by, reason=reason, changes={"decided_at": timezone.now()}
        )
        _carry_out(request)


def _still_open(request: AccountRequest) -> None:
    if request.state == "asked" and not request.is_open:
        raise WrongState(f"{request} has run out")


def _carry_out(request: AccountRequest) -> None:
    if request.kind == AccountRequest.Kind.FACTOR:
        _remove_factors(request.user)
        tell(request.user, "factor_removed")
    else:
        old = request.user.email
        _change_email(request.user, request.new_email)
        tell(
            request.user, "email_changed",
            to=[old, request.new_email], old=old, new=request.new_email,
        )  # fmt: skip
    end_all_sessions(request.user)


def _remove_factors(user: User) -> None:
    Authenticator.objects.filter(user=user).delete()


def _change_email(user: User, new: str) -> None:
    taken = (
        User.objects.filter(email__iexact=new).exclude(pk=user.pk).exists()
        or EmailAddress.objects.filter(email__iexact=new, verified=True).exclude(user=user).exists()
    )
    if taken:
        raise ValidationError(_("Another account has this address by now. Refuse the request."))
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=new, verified=True, primary=True)
    user.email = new
    user.save(update_fields=["email"])


# --- where there is no second officer: the command line -------------------------------------------
def reset_second_factor(user: User, *, reason: str) -> int:
    """Remove every factor of the person and end their sessions; returns how many there were.

    For whoever administers the server (`manage.py reset_second_factor`); recorded like the rest.
    """
    if not reason.strip():
        raise ReasonMissing("people.reset_second_factor")
    with transaction.atomic():
        waiting = AccountRequest.objects.filter(user=user, kind="factor", state="asked").first()
        if waiting:
            WORKFLOW.move(waiting, "lapsed", by=SYSTEM)
        count = int(Authenticator.objects.filter(user=user).count())
        _remove_factors(user)
        end_all_sessions(user)
        record("people.reset_second_factor", user, by=SYSTEM, reason=reason)
        tell(user, "factor_removed")
    return count


def confirm_on_the_server(request: AccountRequest, *, reason: str) -> None:
    """Carry out a request that no second officer can confirm (`manage.py confirm_email_change`)."""
    if not reason.strip():
        raise ReasonMissing("people.confirm_account_request")
    _still_open(request)
    with transaction.atomic():
        rows = AccountRequest.objects.filter(pk=request.pk, state="asked")
        if not rows.update(state="confirmed", decided_at=timezone.now()):
            raise WrongState(f"{request} is decided already")
        record("people.confirm_account_request", request, by=SYSTEM, reason=reason)
        _carry_out(request)
