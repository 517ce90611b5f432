"""Keep a draft, drop it, end it when the form was sent; nothing typed disappears on the way.

No row of history is written: a draft is not said yet. What is sent writes its own.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mosty.core.access import Actor, require
from mosty.core.drafts.kinds import Place
from mosty.core.drafts.merging import Merged, Typed, Value, merge, record_marks
from mosty.core.drafts.models import Draft, Sending

KEPT_FOR = timedelta(days=180)
MOST_FIELDS = 300
MOST_LETTERS = 200_000
LONGEST_NAME = 100
# Of one record and one body: as many as a form may have sections, and some.
MOST_SECTIONS = 100


class TooMuch(Exception):
    """More than a draft may hold; `str()` is a sentence for people."""

    def __str__(self) -> str:
        return str(_("This is more than a draft can hold. Send the form, or make it shorter."))


class SentBefore(Exception):
    """The same page with the same content was taken before; `result` is where that led."""

    def __init__(self, result: str) -> None:
        super().__init__(result)
        self.result = result


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did: the draft as it stands, somebody else's fields that the page has not
    touched, and the fields on which the person has to choose."""

    draft: Draft | None = None
    theirs: Mapping[str, Value] = field(default_factory=dict)
    both: frozenset[str] = frozenset()


def draft_at(place: Place, *, by: Actor) -> Draft | None:
    """The draft of this place, for whoever may write it."""
    require(place.kind.rule, by, place.record)
    return Draft.objects.filter(**place.owner).first()


def sent_before(typed: Typed, *, by: Actor) -> str | None:
    """Where the same page with the same content led before."""
    if not typed.page or by.user_id is None:
        return None
    rows = Sending.objects.filter(page=typed.page, digest=typed.digest, user_id=by.user_id)
    return rows.values_list("result", flat=True).first()


def save_draft(place: Place, typed: Typed, *, by: Actor) -> Saved:
    """Put what was typed into the draft. Where somebody else has written meanwhile, fields that
    only one of both changed are merged; where both did, the draft keeps the first text and the
    other waits beside it until somebody chooses.

    What arrives after the form was sent is passed over. Raises `NotAllowed` or `TooMuch`.
    """
    require(place.kind.rule, by, place.record)
    _check(typed)
    if not typed.content:
        return Saved(draft_at(place, by=by))
    with transaction.atomic():
        if sent_before(typed, by=by) is not None:
            return Saved()
        draft = _held(place)
        before = (draft.content, draft.seen, draft.rivals)
        merged = _merged(draft, typed)
        if draft.revision:
            _take_in(draft, merged, typed, by=by)
        else:
            merged = Merged(typed.content, frozenset(typed.content), frozenset(), frozenset())
            draft.seen = dict(typed.record_seen)
        draft.content = dict(merged.content)
        _settle(draft, before[0], typed)
        if before != (draft.content, draft.seen, draft.rivals):
            if _size([draft.content, draft.rivals]) > MOST_LETTERS:
                raise TooMuch
            _sign(draft, before[0], typed, by=by)
            draft.save()
    theirs = {name: draft.content.get(name, "") for name in merged.theirs}
    return Saved(draft, theirs, merged.both)


def drop_draft(place: Place, *, by: Actor, revision: int) -> bool:
    """Throw the draft away, unless somebody has written on since the one that was shown."""
    require(place.kind.rule, by, place.record)
    rows = Draft.objects.filter(**place.owner, revision=revision)
    return rows.delete()[0] > 0


def end_draft(place: Place, typed: Typed, *, by: Actor, result: str) -> None:
    """The form is taken: remember it, so that sending it twice does it once, and take the draft
    away. What somebody else has typed into it meanwhile stays and is offered again.

    Call it in the transaction that makes the change, before the change. Raises `SentBefore`.
    """
    require(place.kind.rule, by, place.record)
    if typed.page:
        row, is_new = Sending.objects.get_or_create(
            page=typed.page,
            digest=typed.digest,
            defaults={"user_id": by.user_id, "result": result},
        )
        if not is_new:
            raise SentBefore(row.result)
    draft = Draft.objects.select_for_update().filter(**place.owner).first()
    if draft is None:
        return
    merged = _merged(draft, typed)
    _withdraw(draft, typed)
    if not (merged.theirs or merged.both or draft.rivals):
        draft.delete()
        return
    before = draft.content
    draft.content = dict(merged.content)
    _sign(draft, before, typed, by=by)
    draft.save()


def clear_old() -> int:
    """Remove drafts that nobody has touched for half a year, and what was sent then."""
    since = timezone.now() - KEPT_FOR
    Sending.objects.filter(at__lt=since).delete()
    return Draft.objects.filter(saved_at__lt=since).delete()[0]


def _check(typed: Typed) -> None:
    names = [*typed.content, *typed.record_seen]
    if len(names) > MOST_FIELDS or any(len(name) > LONGEST_NAME for name in names):
        raise TooMuch
    if _size([typed.content, typed.record_seen]) > MOST_LETTERS:
        raise TooMuch


def _size(content: Any) -> int:
    return len(json.dumps(content, ensure_ascii=False))


def _held(place: Place) -> Draft:
    """The draft, locked; a new one where there is none. Two first saves at once make one."""
    owner = place.owner
    draft = Draft.objects.select_for_update().filter(**owner).first()
    if draft is not None:
        return draft
    same_form = {name: said for name, said in owner.items() if name != "section"}
    if Draft.objects.filter(**same_form).count() >= MOST_SECTIONS:
        raise TooMuch
    return Draft.objects.select_for_update().get_or_create(**owner)[0]


def _merged(draft: Draft, typed: Typed) -> Merged:
    own = {name for name, said in draft.said_by.items() if said.get("page") in typed.pages}
    return merge(draft.content, typed.content, seen=typed.seen, own=own)


def _take_in(draft: Draft, merged: Merged, typed: Typed, *, by: Actor) -> None:
    """The page's marks of the record, and its version of the fields that both have changed."""
    kept = merged.theirs | merged.both
    draft.seen = record_marks(draft.seen, typed.record_seen, kept=kept)
    _withdraw(draft, typed)
    for name in merged.both:
        said = {"text": typed.content.get(name, ""), **_signature(by)}
        draft.rivals = {
            **draft.rivals,
            name: {**draft.rivals.get(name, {}), typed.page: said},
        }


def _withdraw(draft: Draft, typed: Typed) -> None:
    """Versions of this page are said anew with each save; those that were chosen on are done."""
    draft.rivals = {
        name: left
        for name, versions in draft.rivals.items()
        if (
            left := {
                page: said
                for page, said in versions.items()
                if page not in typed.pages and f"{page}:{name}" not in typed.done
            }
        )
    }


def _settle(draft: Draft, before: Mapping[str, Value], typed: Typed) -> None:
    """A choice made by a button, where there is no script: `keep`, `take` or `both`."""
    choice, _colon, rest = typed.choice.partition(":")
    page, _colon, name = rest.partition(":")
    own = page in typed.pages
    versions = dict(draft.rivals.get(name, {}))
    said = versions.pop(page, None)
    if choice not in {"keep", "take", "both"} or (said is None and not own):
        return
    mine = typed.content.get(name, "")
    theirs = before.get(name, "") if own or said is None else said["text"]
    draft.content[name] = {"keep": mine, "take": theirs, "both": together(mine, theirs)}[choice]
    draft.rivals = {one: each for one, each in draft.rivals.items() if one != name} | (
        {name: versions} if versions else {}
    )


def together(mine: Value, theirs: Value) -> Value:
    """Both texts, one below the other, to be made into one."""
    if isinstance(mine, list) or isinstance(theirs, list):
        return mine
    return f"{mine}\n\n{theirs}"


def _signature(by: Actor) -> dict[str, str]:
    return {"by": by.name, "at": timezone.now().isoformat()}


def _sign(draft: Draft, before: Mapping[str, Value], typed: Typed, *, by: Actor) -> None:
    """One revision more, by this person; the fields that changed are theirs."""
    changed = {name for name, said in draft.content.items() if before.get(name) != said}
    signature = {**_signature(by), "page": typed.page}
    draft.said_by = {**draft.said_by, **dict.fromkeys(changed, signature)}
    draft.revision += 1
    draft.saved_by_id = by.user_id
    draft.saved_by_name = by.name[:200]
    draft.saved_at = timezone.now()
