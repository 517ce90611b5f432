"""Four eyes: one officer proposes a frozen list, another one approves that very list."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mosty.core.access import Actor, NotAllowed, permitted, require
from mosty.core.diffs import Change, changes
from mosty.core.versions import Version, digest, freeze
from mosty.decisions import content
from mosty.decisions.domain.drafting import hold, missing, void
from mosty.decisions.models import Selection
from mosty.decisions.workflow import SELECTION


def propose(selection: Selection, *, by: Actor) -> Version:
    """Freeze the list as it stands and ask a second officer."""
    with transaction.atomic():
        fresh = hold(selection, by=by)
        if lacks := missing(fresh):
            raise ValidationError(lacks, code="missing")
        version = freeze(fresh, content.dump(fresh), by=by)
        SELECTION.move(
            fresh, "proposed", by=by,
            changes={
                "version": version, "proposed_by_id": by.user_id, "proposed_by_name": by.name,
                "proposed_at": timezone.now(), "approved_by": None, "approved_by_name": "",
                "approved_at": None,
            },
        )  # fmt: skip
    selection.refresh_from_db()
    return version


def approve(selection: Selection, version_id: int, *, by: Actor) -> None:
    """Approve the version that one has seen. What has changed since makes it void: then the
    proposal is taken back and nothing is approved."""
    with transaction.atomic():
        fresh = hold(selection, by=by)
        if not permitted("decisions.approve", by, fresh):
            raise NotAllowed(_("Whoever proposed the list does not approve it."))
        if fresh.version_id != version_id:
            raise ValidationError(
                _("It was changed meanwhile. Look at what changed, then approve."), code="changed"
            )
        is_same = still_holds(fresh, by=by)
        if is_same:
            SELECTION.move(
                fresh, "approved", by=by,
                changes={"approved_by_id": by.user_id, "approved_by_name": by.name,
                         "approved_at": timezone.now()},
            )  # fmt: skip
    selection.refresh_from_db()
    if not is_same:
        raise drifted()


def still_holds(selection: Selection, *, by: Actor) -> bool:
    """Whether everything is as it was proposed; if not, the signatures are void."""
    if selection.version is None:
        return False
    if digest(content.dump(selection)) == selection.version.sha256:
        return True
    void(selection, by=by, reason=_("Applications or reviews have changed since."))
    return False


def drifted() -> ValidationError:
    """What is said when they were."""
    return ValidationError(
        _("Applications or reviews have changed since the list was proposed. It must be proposed"
          " and approved anew; what changed is shown below."),
        code="drifted",
    )  # fmt: skip


def take_back(selection: Selection, *, by: Actor, reason: str) -> None:
    """Take the proposal or approval back without a change."""
    require("decisions.decide", by, selection)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: the others must know.")})
    with transaction.atomic():
        fresh = hold(selection, by=by)
        void(fresh, by=by, reason=reason.strip())
    selection.refresh_from_db()


def changed_since(selection: Selection) -> list[Change]:
    """What differs now from the list that was proposed last."""
    if selection.version is None:
        return []
    return changes(selection.version.content, content.dump(selection))
