"""A sign-off for the gallery: one who approves, one asked again after a comma, one who declines."""

from datetime import UTC, datetime

from django.utils.translation import gettext as _

from mosty.core.diffs import changes
from mosty.core.signing import ChangeShown, Shown, changes_shown, shown
from mosty.core.signoff import Place, Signatory, Signature, Standing, Word
from mosty.core.versions import Version

FROZEN = datetime(2026, 5, 14, 10, 30, tzinfo=UTC)


def signing_sample() -> Shown:
    """Rows that lie in no table."""
    before, after = Version(number=1, at=FROZEN), Version(number=2, at=FROZEN)
    said = {
        Word.APPROVED: Signature(version=after, choice="approve", at=FROZEN),
        Word.VOIDED: Signature(version=before, choice="approve", at=FROZEN),
        Word.DECLINED: Signature(
            version=after, choice="decline", reason=_("Too expensive."), at=FROZEN
        ),
        Word.WAITING: None,
    }
    people = (_("Mayor"), _("Council secretary"), _("Deputy"), _("Officer"))
    differs = tuple(changes({"needs": _("Water heat and light")}, {"needs": _(
        "Water, heat and light")}))  # fmt: skip
    places = tuple(
        Place(
            Signatory(name=name, user_id=number), word, signature,
            differs if word is Word.VOIDED else (),
        )
        for number, (name, (word, signature)) in enumerate(zip(people, said.items(), strict=True))
    )  # fmt: skip
    return shown(Standing(after, places), user_id=1, describe=lambda _path: _("What you look for"))


def changes_sample() -> list[ChangeShown]:
    """A text with something taken out and something put in."""
    before = {"needs": _("Pumps for the old water works")}
    after = {"needs": _("Pumps for the hospital")}
    return changes_shown(changes(before, after), lambda _path: _("What you look for"))
