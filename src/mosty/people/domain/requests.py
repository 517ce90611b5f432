"""Requests to join: somebody says that they work for a body; who knows them decides."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mosty.core import mail
from mosty.core.access import SYSTEM, Actor, Role, require
from mosty.core.history import record
from mosty.core.states import ReasonMissing
from mosty.people.domain.invitations import invite, is_official
from mosty.people.domain.succession import successors_seekers
from mosty.people.models import Invitation, JoinRequest, Mandate, Proof, User
from mosty.people.queries import administrators_of
from mosty.places.models import Kind, Organisation

# A body that has so many requests waiting takes no more until some are decided.
MOST_OPEN = 100

ROLE_OF_KIND: dict[str, Role] = {
    Kind.MUNICIPALITY: Role.MUNICIPALITY,
    Kind.ASSOCIATION: Role.COORDINATOR,
}


def ask_to_join(
    organisation: Organisation, *, email: str, name: str, by: Actor,
    mandate: Mandate = Mandate.STAFF, message: str = "", language: str = "en",
    order: File[Any] | None = None,
) -> JoinRequest:  # fmt: skip
    """Keep the request and tell those who decide. Asked again while one waits, it is renewed."""
    require("people.ask_to_join", by, organisation)
    if organisation.kind not in ROLE_OF_KIND:
        raise ValidationError(_("People of this body are entered by the secretariat."))
    email = email.strip().lower()
    waiting = JoinRequest.objects.filter(organisation=organisation, state=JoinRequest.State.OPEN)
    if waiting.exclude(email=email).count() >= MOST_OPEN:
        raise ValidationError(_("Too many requests wait for this body. Write to us, please."))
    values: dict[str, Any] = {
        "name": name.strip(), "mandate": mandate, "message": message.strip(), "language": language,
    }  # fmt: skip
    if order is not None:
        values |= {"order": order, "order_name": (order.name or "")[-120:]}
    with transaction.atomic():
        try:
            with transaction.atomic():
                made, is_new = JoinRequest.objects.update_or_create(
                    organisation=organisation,
                    email=email,
                    state=JoinRequest.State.OPEN,
                    defaults=values,
                )
        except IntegrityError:
            # Sent twice at the same moment.
            return waiting.get(email=email)
        if is_new:
            record("people.ask_to_join", organisation, by=by if by.is_known else SYSTEM)
            for user in deciders(organisation):
                mail.write(
                    f"people.request:{made.pk}:{user.pk}",
                    to=user.email,
                    language=user.language,
                    template="people/mail/request",
                    context={
                        "user": user,
                        "request": made,
                        "url": mail.address(reverse("people:body", args=[organisation.code])),
                    },
                )
    mail.send_soon()
    return made


def deciders(organisation: Organisation) -> list[User]:
    """Who decides on requests: the body's administrators, else those who find a successor."""
    today = timezone.localdate()
    rows = administrators_of(organisation, on=today).select_related("user")
    return [row.user for row in rows] or successors_seekers(organisation)


def decide(request: JoinRequest, *, by: Actor, accept: bool, reason: str = "") -> Invitation | None:
    """Invite the person, or decline with a reason that they get to read.

    Raises `ValidationError` when somebody else has decided meanwhile.
    """
    require("people.decide_request", by, request.organisation)
    if not accept and not reason.strip():
        raise ReasonMissing("people.decline_request")
    state = JoinRequest.State.ACCEPTED if accept else JoinRequest.State.DECLINED
    made = None
    with transaction.atomic():
        rows = JoinRequest.objects.filter(pk=request.pk, state=JoinRequest.State.OPEN)
        if not rows.update(state=state, decided_at=timezone.now(), reason=reason):
            raise ValidationError(_("Somebody else has decided on this request meanwhile."))
        if accept:
            made = invite(
                email=request.email,
                name=request.name,
                organisation=request.organisation,
                role=ROLE_OF_KIND[request.organisation.kind],
                mandate=Mandate(request.mandate),
                language=request.language,
                by=by,
            )
            if request.order and not is_official(request.email, request.organisation):
                Invitation.objects.filter(pk=made.pk).update(proof=Proof.ORDER)
        else:
            mail.write(
                f"people.declined:{request.pk}",
                to=request.email,
                language=request.language,
                template="people/mail/declined",
                context={"request": request, "reason": reason},
            )
        verb = "people.accept_request" if accept else "people.decline_request"
        record(verb, request.organisation, by=by, reason=reason)
    mail.send_soon()
    return made
