"""Earlier contacts that are stated for one round."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor, require
from mosty.core.facts import Source
from mosty.core.history import record
from mosty.core.texts import Text
from mosty.matching import queries
from mosty.matching.domain.preparation import touch
from mosty.matching.domain.refusals import Refused
from mosty.matching.models import Round, RoundContact, Side
from mosty.places.models import Organisation


def add_contact(
    round_: Round,
    *,
    left: Organisation,
    right: Organisation,
    why: Text,
    by: Actor,
    source: Source | None = None,
) -> RoundContact:
    """Two towns of the round knew each other before; `why` says what is known of it."""
    require("matching.add_contact", by, round_)
    if not why:
        raise Refused(_("Say what is known of this contact."))
    sides = {row.organisation_id: row.side for row in queries.participants_of(round_)}
    if sides.get(left.pk) != Side.LEFT or sides.get(right.pk) != Side.RIGHT:
        raise Refused(_("Choose one municipality of each side of this round."))
    try:
        with transaction.atomic():
            touch(round_)
            made = RoundContact.objects.create(
                round=round_, left=left, right=right, why=why, source=source
            )
            after = {"left": left.code, "right": right.code, "why": why.dump()}
            record("matching.add_contact", round_, by=by, after=after)
    except IntegrityError:
        raise Refused(_("This contact is noted already.")) from None
    return made


def remove_contact(contact: RoundContact, *, by: Actor, reason: str) -> RoundContact:
    """It was noted in error; the history keeps what it said."""
    require("matching.remove_contact", by, contact.round)
    if not reason.strip():
        raise Refused(_("Say why this contact is taken away."))
    before = {
        "left": contact.left.code,
        "right": contact.right.code,
        "why": contact.why.dump(),
        "source": str(contact.source or ""),
    }
    with transaction.atomic():
        touch(contact.round)
        if not RoundContact.objects.filter(pk=contact.pk).delete()[0]:
            raise Refused(_("This contact is gone already."))
        record("matching.remove_contact", contact.round, by=by, before=before, reason=reason)
    return contact
