"""An application is begun and written: answers, language, owners of sections."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mosty.applications import queries, signing
from mosty.applications.domain.holding import holding, refuse_unless_written
from mosty.applications.hindrances import why_shut
from mosty.applications.models import Answer, Application, Ownership
from mosty.calls.models import Call, Question, Section
from mosty.core.access import Actor, NotAllowed, require
from mosty.core.history import plain, record
from mosty.core.texts import Text, Wording
from mosty.people.models import User
from mosty.places.models import Organisation

# The longest text that is kept at all; the limits of questions lie far below.
MOST_KEPT = 50_000


def begin(
    call: Call, organisation: Organisation, *, by: Actor, language: str, at: datetime
) -> tuple[Application, bool]:
    """The application of the body, and whether it is new: two people who begin at once get the
    same one. Raises `ValidationError` while the call takes none.

    Whoever may not apply by what the register says may write all the same: the register can be
    wrong or late, and people decide. It is told on the page, and again before sending.
    """
    known = Application.objects.filter(call=call, organisation=organisation).first()
    if known is not None:
        require("applications.write", by, known)
        return known, False
    new = Application(call=call, organisation=organisation, language=language)
    require("applications.begin", by, new)
    if organisation.kind != call.audience:
        raise NotAllowed(_("The call is not for bodies of this kind."))
    if reason := why_shut(new, at):
        raise ValidationError(reason)
    if call.languages and language not in call.languages:
        raise ValidationError({"language": _("Choose one of the languages of the call.")})
    with transaction.atomic():
        made, is_new = Application.objects.get_or_create(
            call=call, organisation=organisation,
            defaults={"language": language, "is_illustrative": call.is_illustrative},
        )  # fmt: skip
        if is_new:
            record("applications.begin", made, by=by, after={"language": language})
    return made, is_new


def save_answers(application: Application, values: Mapping[Question, Any], *, by: Actor) -> bool:
    """Keep these answers, whatever is wrong with them yet; False when nothing changed."""
    require("applications.write", by, application)
    with holding(application) as now:
        refuse_unless_written(now)
        known = queries.values(now)
        changed = {
            question: value for question, value in values.items() if known.get(question.pk) != value
        }
        for question, value in changed.items():
            if question.kind == Question.Kind.FILE:
                raise ValueError("files are answered by `domain.files`")
            _refuse_endless(value)
        at = timezone.now()
        Answer.objects.bulk_create(
            [
                Answer(application=now, question=question, value=value, changed_at=at,
                       changed_by_name=by.name[:200])
                for question, value in changed.items()
            ],
            update_conflicts=True, unique_fields=["application", "question"],
            update_fields=["value", "changed_at", "changed_by_name"],
        )  # fmt: skip
        if changed:
            keys = sorted(question.key for question in changed)
            record("applications.write", now, by=by, after={"questions": keys})
            signing.changed(now, by=by)
    return bool(changed)


def _refuse_endless(value: Any) -> None:
    texts = Text.load(value).wordings.values() if isinstance(value, dict) else ()
    if any(len(text) > MOST_KEPT for text, _state, _of in texts):
        raise ValidationError(_("This is longer than anything that can be kept. Send a file."))


def set_language(application: Application, *, by: Actor, language: str) -> bool:
    """The language of record from now on; answers that stand in it become the originals."""
    require("applications.write", by, application)
    with holding(application) as now:
        refuse_unless_written(now)
        if language == now.language:
            return False
        if now.call.languages and language not in now.call.languages:
            raise ValidationError({"language": _("Choose one of the languages of the call.")})
        texts = (Question.Kind.SHORT, Question.Kind.LONG)
        for row in now.answers.filter(question__kind__in=texts):
            row.value = in_language(Text.load(row.value), language).dump()
            row.save(update_fields=["value"])
        before, now.language = now.language, language
        now.save(update_fields=["language"])
        record("applications.set_language", now, by=by,
               before={"language": before}, after={"language": language})  # fmt: skip
        signing.changed(now, by=by)
    application.language = language
    return True


def in_language(text: Text, language: str) -> Text:
    """The same wordings with that language as the original, if it has one."""
    if language not in text.wordings or language == text.record:
        return text
    made = Text(record=language).write(text.wordings[language][0])
    for code, (words, state, _of) in text.wordings.items():
        if code != language:
            own = Wording.EDITED if state == Wording.OWN else Wording(state)
            made = made.translate(code, words, state=own)
    return made


def own_section(
    application: Application, section: Section, *, by: Actor, user: User | None, due: date | None
) -> bool:
    """Who writes a section and until when; others may still help. False when nothing changed."""
    require("applications.own_section", by, application)
    if section.call_id != application.call_id:
        raise ValueError("a section of another call")
    if user is not None and user not in queries.writers(application):
        raise ValidationError({"user": _("Choose somebody who acts for you today.")})
    with holding(application) as now:
        refuse_unless_written(now)
        known = now.owners.filter(section=section).select_related("user").first()
        before = (known.user, known.due) if known else (None, None)
        after = (user, due if user else None)
        if before == after:
            return False
        if user is None:
            now.owners.filter(section=section).delete()
        else:
            Ownership.objects.update_or_create(
                application=now, section=section, defaults={"user": user, "due": due}
            )
        record("applications.own_section", now, by=by,
               before={"section": str(section), "owner": plain(before[0])},
               after={"section": str(section), "owner": plain(user),
                      "due": plain(due)})  # fmt: skip
    return True
