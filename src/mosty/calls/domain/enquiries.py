"""Questions about a call while it runs, their answers for everybody, and who watches it."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mosty.calls.models import Call, Enquiry, Stage, Watch
from mosty.core import mail
from mosty.core.access import Actor, require
from mosty.core.history import plain, record
from mosty.core.publication import Level
from mosty.core.texts import Text

# Of one person and one call that wait for an answer.
MOST_WAITING = 10


def ask(call: Call, *, by: Actor, text: Text) -> Enquiry:
    """Ask the secretariat; with the answer everybody reads it, without a name."""
    require("calls.ask", by, call)
    if call.stage_at() not in {Stage.ANNOUNCED, Stage.OPEN}:
        raise ValidationError(_("Questions are taken until the deadline. Write to us instead."))
    if not str(text).strip():
        raise ValidationError({"text": _("Write your question.")})
    with transaction.atomic():
        Call.objects.select_for_update().get(pk=call.pk)
        waiting = call.enquiries.filter(asked_by_id=by.user_id, answered_at=None)
        for known in waiting:
            if known.text == text:
                return known
        if waiting.count() >= MOST_WAITING:
            raise ValidationError(_("Ten of your questions wait already. Please wait for these."))
        return Enquiry.objects.create(
            call=call, text=text, asked_by_id=by.user_id, asked_for_id=by.acting_for_id
        )


def answer(
    enquiry: Enquiry, *, by: Actor, text: Text, question: Text, is_public: bool, at: datetime
) -> bool:
    """Answer, or correct the answer and the wording of the question; whoever asked is told once.

    False when nothing changed.
    """
    require("calls.answer", by, enquiry.call)
    if not str(text).strip():
        raise ValidationError({"answer": _("Write the answer.")})
    with transaction.atomic():
        now = (
            Enquiry.objects.select_for_update(of=("self",))
            .select_related("asked_by")
            .get(pk=enquiry.pk)
        )
        if (now.answer, now.text, now.is_public) == (text, question, is_public):
            return False
        is_first = now.answered_at is None
        before = {"answer": plain(now.answer), "text": plain(now.text)}
        now.answer, now.text, now.is_public = text, question, is_public
        now.answered_at = now.answered_at or at
        now.save()
        record("calls.answer", enquiry.call, by=by, level=Level.STAFF, before=before,
               after={"answer": plain(text), "text": plain(question)})  # fmt: skip
        person = now.asked_by
        if is_first and person is not None and person.is_active:
            mail.write(
                f"calls:answer:{now.pk}", to=person.email, language=person.language or "en",
                template="calls/mail/answered",
                context={"call": enquiry.call, "enquiry": now, "person": person,
                         "url": mail.address(enquiry.call.get_absolute_url())},
            )  # fmt: skip
            mail.send_soon()
    enquiry.refresh_from_db()
    return True


def watch(call: Call, *, by: Actor, is_on: bool) -> None:
    """Tell this person of changes from now on, or no more; doing it twice changes nothing."""
    require("calls.watch", by, call)
    if by.user_id is None:
        return
    if is_on:
        Watch.objects.get_or_create(call=call, user_id=by.user_id)
    else:
        Watch.objects.filter(call=call, user_id=by.user_id).delete()
