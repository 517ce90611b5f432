"""Several people sign off one frozen version; any edit asks all of them again, with a diff.

`ask` names who must sign for an object. Each then approves a version (`core.versions`), declines it
with a reason, or puts it off until a day. What somebody said stands for the version it was said of:
a newer version has no approvals, and `standing` tells whose earlier one it has voided and what
changed since. The same for applications, agreements, proposals, papers and reports.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor, NotAllowed
from mosty.core.diffs import Change, changes
from mosty.core.history import record
from mosty.core.publication import Level
from mosty.core.versions import Version, versions_of


class Signatory(models.Model):
    """Somebody whose word an object needs; `as_what` is the mandate as it stood then."""

    object_type = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signatures_asked"
    )
    organisation = models.ForeignKey(
        "places.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=200)
    as_what = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    # Their word is not needed any more (they left, fell ill): what they said stays.
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")
        constraints = [
            models.UniqueConstraint(
                fields=["object_type", "object_id", "user"], name="a_signatory_is_asked_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Signature(models.Model):
    """What a signatory said of one version; said anew, the newest counts."""

    class Choice(models.TextChoices):
        APPROVE = "approve", _("Approves")
        DECLINE = "decline", _("Declines")
        ABSTAIN = "abstain", _("Puts it off")

    signatory = models.ForeignKey(Signatory, on_delete=models.PROTECT, related_name="signatures")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="signatures")
    choice = models.CharField(max_length=8, choices=Choice.choices)
    reason = models.CharField(max_length=1000, blank=True)
    until = models.DateField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(choice="decline") | ~models.Q(reason=""),
                name="who_declines_says_why",
            ),
            models.CheckConstraint(
                condition=~models.Q(choice="abstain") | models.Q(until__isnull=False),
                name="who_puts_off_says_until_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signatory}: {self.get_choice_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("a signature is append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("a signature is append-only")


class Word(StrEnum):
    """Where one signatory stands on the newest version."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    PUT_OFF = "put_off"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Place:
    """One signatory, what they said last, and of an older version what has changed since."""

    signatory: Signatory
    word: Word
    signature: Signature | None = None
    changed: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Everybody's word on one version."""

    version: Version
    places: tuple[Place, ...]

    @property
    def is_complete(self) -> bool:
        """All have approved this very version; nobody asked is not everybody."""
        return bool(self.places) and all(place.word is Word.APPROVED for place in self.places)

    @property
    def waiting(self) -> list[Place]:
        """Those whose word is still needed."""
        return [place for place in self.places if place.word is not Word.APPROVED]


def ask(
    thing: models.Model, user_id: int, *, name: str, as_what: str = "",
    organisation_id: int | None = None,
) -> tuple[Signatory, bool]:  # fmt: skip
    """Name somebody whose word is needed, and whether that is new; twice is once."""
    row, is_new = Signatory.objects.get_or_create(
        object_type=thing._meta.label_lower,
        object_id=thing.pk,
        user_id=user_id,
        defaults={"name": name, "as_what": as_what, "organisation_id": organisation_id},
    )
    if row.released_at is not None:
        row.released_at, row.asked_at, row.name, row.as_what = None, timezone.now(), name, as_what
        row.save()
        return row, True
    return row, is_new


def release(signatory: Signatory) -> bool:
    """Their word is needed no more, whatever they said; False when it was not needed already."""
    rows = Signatory.objects.filter(pk=signatory.pk, released_at=None)
    return bool(rows.update(released_at=timezone.now()))


def signatories(thing: models.Model) -> models.QuerySet[Signatory]:
    """Whose word the object needs."""
    return Signatory.objects.filter(
        object_type=thing._meta.label_lower, object_id=thing.pk, released_at=None
    )


def sign(
    thing: models.Model,
    version: Version,
    *,
    by: Actor,
    choice: str,
    reason: str = "",
    until: date | None = None,
    verb: str,
) -> Signature:
    """Say one's word on the newest version.

    Raises `NotAllowed` for whoever was not asked, `ValidationError` when the version is no longer
    the newest (it says so: nobody signs what they have not seen) or something is missing.
    """
    with transaction.atomic():
        asked = signatories(thing).select_for_update()
        signatory = asked.filter(user_id=by.user_id).first() if by.user_id is not None else None
        if signatory is None:
            raise NotAllowed(_("Nobody asked you to sign this."))
        newest = versions_of(thing).first()
        if newest is None or newest.pk != version.pk:
            raise ValidationError(
                _("It was changed meanwhile. Look at what changed, then sign the new version."),
                code="changed",
            )
        _check(choice, reason, until)
        signature = Signature.objects.create(
            signatory=signatory, version=version, choice=choice, reason=reason.strip(),
            until=until if choice == Signature.Choice.ABSTAIN else None,
        )  # fmt: skip
        after = {"choice": choice, "version": version.number, "sha256": version.sha256}
        record(verb, thing, by=by, after=after, reason=reason, level=Level.STAFF)
    return signature


def _check(choice: str, reason: str, until: date | None) -> None:
    if choice not in Signature.Choice.values:
        raise ValidationError(_("Approve, decline, or put it off."), code="choice")
    if choice == Signature.Choice.DECLINE and not reason.strip():
        raise ValidationError({"reason": _("Say why you decline: the others must know.")})
    if choice == Signature.Choice.ABSTAIN and (until is None or until <= timezone.localdate()):
        raise ValidationError({"until": _("Say until which day you put it off.")})


# Frozen content → the same as people read it, for the diff.
Read = Callable[[Any], Any]


def standing(
    thing: models.Model, version: Version | None = None, *, read: Read = lambda content: content
) -> Standing | None:
    """Everybody's word on the newest version (or on `version`); None while none is frozen.

    `read` puts both contents into the shape that is compared and shown.
    """
    rows = list(versions_of(thing))
    shown = version or (rows[0] if rows else None)
    if shown is None:
        return None
    contents = {row.pk: row.content for row in rows}
    places = [
        _place(signatory, shown, contents, read)
        for signatory in signatories(thing).prefetch_related("signatures__version")
    ]
    return Standing(shown, tuple(places))


_WORDS = {
    Signature.Choice.APPROVE: Word.APPROVED,
    Signature.Choice.DECLINE: Word.DECLINED,
    Signature.Choice.ABSTAIN: Word.PUT_OFF,
}


def _place(signatory: Signatory, shown: Version, contents: dict[int, object], read: Read) -> Place:
    said: Sequence[Signature] = list(signatory.signatures.all())
    of_this = [row for row in said if row.version_id == shown.pk]
    if of_this:
        return Place(signatory, _WORDS[Signature.Choice(of_this[-1].choice)], of_this[-1])
    if not said:
        return Place(signatory, Word.WAITING)
    last = said[-1]
    changed = changes(read(contents.get(last.version_id)), read(shown.content))
    return Place(signatory, Word.VOIDED, last, tuple(changed))
