"""People are asked to sign a frozen version of an application, and say their word on it."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from mosty.applications.compare import Comparison
from mosty.applications.content import dump
from mosty.applications.domain.holding import holding, refuse_unless_written
from mosty.applications.models import Application
from mosty.applications.signing.standings import acting
from mosty.core import mail
from mosty.core.access import Actor, require
from mosty.core.history import record
from mosty.core.signoff import Signatory, Signature, ask, release, sign, signatories
from mosty.core.versions import Version, digest, freeze, versions_of
from mosty.people.models import Membership, User

# How many changed places a letter names; the page shows all, word by word.
MOST_NAMED = 8


@contextmanager
def _holding(application: Application) -> Iterator[Application]:
    """The same, of one that is being written."""
    with holding(application) as now:
        refuse_unless_written(now)
        yield now


def ask_to_sign(application: Application, people: Collection[int], *, by: Actor) -> list[Signatory]:
    """Put the application as it stands before these people of the body; those who are new.

    Raises `ValidationError` for whoever does not act for the body today.
    """
    require("applications.ask_to_sign", by, application)
    if not people:
        raise ValidationError({"people": _("Choose who shall sign.")})
    able: dict[int, Membership] = {}
    for row in acting(application, on=timezone.localdate()):
        able.setdefault(row.user_id, row)
    if not set(people) <= set(able):
        raise ValidationError({"people": _("Choose people who act for the body today.")})
    with _holding(application) as now:
        known = _newest(now)
        version = freeze(now, dump(now), by=by)
        _ask_again(now, known, version)
        new = [_asked(now, able[pk]) for pk in sorted(people)]
        added = [signatory for signatory, is_new in new if is_new]
        if added:
            names = [signatory.name for signatory in added]
            record("applications.ask_to_sign", now, by=by,
                   after={"who": names, "version": version.number})  # fmt: skip
            _write(now, version, added)
    return added


def _asked(application: Application, row: Membership) -> tuple[Signatory, bool]:
    return ask(
        application, row.user_id, name=str(row.user)[:200],
        as_what=str(row.get_mandate_display()), organisation_id=application.organisation_id,
    )  # fmt: skip


def release_signatory(
    signatory: Signatory, application: Application, *, by: Actor, reason: str
) -> None:
    """Their word is not needed any more: they have left, or fell ill. What they said stays."""
    require("applications.ask_to_sign", by, application)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why their word is not needed any more.")})
    with _holding(application) as now:
        if release(signatory):
            record("applications.release_signatory", now, by=by, reason=reason.strip()[:1000],
                   before={"who": [signatory.name]})  # fmt: skip


def say(
    application: Application, version: Version, *, by: Actor, choice: str, reason: str = "",
    until: date | None = None,
) -> Signature:  # fmt: skip
    """One's word on a version, if it is still what the application says.

    Raises `ValidationError` when anything was changed meanwhile, `NotAllowed` for whoever was not
    asked, `WrongState` when it was sent in already.
    """
    require("applications.sign", by, application)
    with _holding(application) as now:
        if digest(dump(now)) != version.sha256:
            raise ValidationError(
                _("It was changed meanwhile. Look at what changed, then sign the new version."),
                code="changed",
            )
        return sign(
            now, version, by=by, choice=choice, reason=reason, until=until,
            verb="applications.sign",
        )  # fmt: skip


def changed(application: Application, *, by: Actor) -> Version | None:
    """Something in the application was changed: if people were asked to sign it, the new content is
    frozen and all of them are asked again. None while nobody is asked, or nothing differs.

    Called in the transaction of the change, by every verb that changes content.
    """
    if not signatories(application).exists():
        return None
    known = _newest(application)
    # As it stands by now: the object in hand may have been read before the change.
    fresh = Application.objects.select_related("call", "organisation", "association")
    now = fresh.get(pk=application.pk)
    version = freeze(now, dump(now), by=by)
    if known is not None and version.pk == known.pk:
        return None
    _ask_again(now, known, version)
    return version


def ask_all_again(application: Application, *, by: Actor) -> Version | None:
    """Freeze the application as it stands now and ask everybody anew, where something changed that
    no verb of this site has told of: a new version of the call, another name of the body."""
    require("applications.ask_to_sign", by, application)
    with _holding(application) as now:
        return changed(now, by=by)


def _ask_again(application: Application, before: Version | None, version: Version) -> None:
    """Tell all of them, if anybody's word fell with the version before. As long as nobody had said
    anything of that, the request in everybody's hands still stands: ten changes in a row are one
    letter."""
    if before is None or before.pk == version.pk:
        return
    people = list(signatories(application))
    if Signature.objects.filter(signatory__in=people, version=before).exists():
        _write(application, version, people, before=before)


def _newest(application: Application) -> Version | None:
    found: Version | None = versions_of(application).first()
    return found


def _write(
    application: Application, version: Version, people: Collection[Signatory], *,
    before: Version | None = None,
) -> None:  # fmt: skip
    """A letter to each; its link only shows the page."""
    path = reverse("signing:signatures", args=[application.pk])
    comparison = Comparison.of(application.call)
    users = User.objects.in_bulk([signatory.user_id for signatory in people])
    for signatory in people:
        user = users[signatory.user_id]
        if not user.is_active:
            continue
        language = user.language or "en"
        places: list[str] = []
        if before is not None:
            with translation.override(language):
                found = comparison.between(before.content, version.content)
            places = list(dict.fromkeys(change.where for change in found))
        mail.write(
            f"applications:sign:{application.pk}:{version.number}:{user.pk}",
            to=user.email, language=language,
            template="applications/mail/sign_again" if before else "applications/mail/sign",
            context={
                "person": user, "call": application.call, "version": version,
                "body": application.organisation, "places": places[:MOST_NAMED],
                "more": max(0, len(places) - MOST_NAMED), "url": mail.address(path),
            },
        )  # fmt: skip
    mail.send_soon()
