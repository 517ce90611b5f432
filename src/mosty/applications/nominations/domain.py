"""A town names its association; the association says its word on what was sent in."""

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from mosty.applications import queries, signing
from mosty.applications.domain.holding import holding, refuse_unless_written
from mosty.applications.hindrances import why_shut
from mosty.applications.models import Application
from mosty.applications.nominations import standings
from mosty.applications.nominations.tables import Nomination
from mosty.calls.words import moment
from mosty.core import mail
from mosty.core.access import Actor, NotAllowed, require
from mosty.core.history import record
from mosty.places.models import Organisation

Word = Nomination.Word
VERBS = {
    Word.NOMINATE: "applications.nominate",
    Word.REFUSE: "applications.refuse_nomination",
    Word.CONFIRM: "applications.confirm_membership",
    Word.COMMENT: "applications.comment",
}


def name_association(
    application: Application, association: Organisation | None, *, by: Actor
) -> bool:
    """Through which association it comes, or none; False when nothing changed."""
    require("applications.write", by, application)
    if not standings.has_way(application.call):
        raise NotAllowed(_("This call is not applied to through an association."))
    if association is not None and not standings.choices(application).contains(association):
        raise ValidationError({"association": _("Choose an association that you belong to today.")})
    with holding(application) as now:
        refuse_unless_written(now)
        if now.association == association:
            return False
        before, now.association = now.association, association
        now.save(update_fields=["association"])
        record("applications.name_association", now, by=by,
               before={"who": [str(before)] if before else []},
               after={"who": [str(association)] if association else []})  # fmt: skip
        signing.changed(now, by=by)
    application.association = association
    return True


def say(
    application: Application, *, by: Actor, word: str, reason: str = "", comment: str = ""
) -> Nomination | None:
    """The word of the association through which the application came; None when it has said just
    that already. Raises `ValidationError` where something is missing, it was withdrawn, or the call
    is decided or over."""
    require("applications.nominate", by, application)
    reason, comment = reason.strip(), comment.strip()
    if word not in Word.values:
        raise ValidationError(_("Nominate it, or say why not."))
    if word == Word.REFUSE and not reason:
        raise ValidationError({"reason": _("Say why not: the town reads it.")})
    if word == Word.COMMENT and not comment:
        raise ValidationError({"comment": _("Write the comment.")})
    with holding(application) as now:
        rows = standings.through([now.association_id or 0]).filter(pk=now.pk)
        association = now.association
        if association is None or now.state == "withdrawn" or not rows.exists():
            raise ValidationError(_("It was withdrawn or comes through somebody else now."))
        if standings.over([now.call], timezone.now()):
            raise ValidationError(_("The call is decided or over: no word is needed any more."))
        (stand,) = standings.stands([now])
        newest = stand.confirmed if word == Word.CONFIRM else stand.word
        said = (word, reason if word == Word.REFUSE else "")
        is_known = newest is not None and (newest.word, newest.reason) == said
        if is_known and word != Word.COMMENT and not comment:
            return None
        made = Nomination.objects.create(
            application=now, association=association, word=word,
            reason=reason if word == Word.REFUSE else "", comment=comment,
            by_id=by.user_id, by_name=by.name[:200],
        )  # fmt: skip
        record(VERBS[Word(word)], now, by=by, reason=made.reason)
        if word == Word.REFUSE:
            _tell(made, now)
    return made


def _tell(made: Nomination, application: Application) -> None:
    """A letter to the people of a town that its association does not nominate."""
    call, now = application.call, timezone.now()
    path = reverse("applications:show", args=[application.pk])
    may_change = not why_shut(application, now)
    for user in queries.writers(application):
        mail.write(
            f"applications:not_nominated:{made.pk}:{user.pk}",
            to=user.email, language=user.language or "en",
            template="applications/mail/not_nominated",
            context={
                "person": user, "call": call, "body": application.organisation,
                "association": made.association, "reason": made.reason,
                "when": lazy(moment, str)(call.closes_at, call.zone)
                if may_change and call.closes_at and now <= call.closes_at else "",
                "url": mail.address(path),
            },
        )  # fmt: skip
    mail.send_soon()
