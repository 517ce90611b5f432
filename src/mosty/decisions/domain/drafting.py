"""Drafts of outcomes. Every change is checked, kept in the history, and asks everybody again who
had proposed or approved the list."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mosty.applications.models import Application
from mosty.applications.queries import is_sent_in
from mosty.calls.models import GRACE, Call
from mosty.calls.words import moment
from mosty.core.access import Actor, require
from mosty.core.history import edit, record
from mosty.core.texts import Text
from mosty.decisions.models import Basis, Decision, Outcome, Selection
from mosty.decisions.queries import sent_in
from mosty.decisions.suggesting import Suggestion
from mosty.decisions.workflow import SELECTION

LANGUAGES = ("en", "uk")


def takes_still(call: Call) -> bool:
    """Whether applications still come in: until the deadline, and the grace after it, are over."""
    return (
        call.state == "published"
        and call.closes_at is not None
        and timezone.now() <= call.closes_at + GRACE
    )


def not_yet(call: Call) -> str:
    """What is said while they do."""
    until = moment(call.closes_at, call.zone) if call.closes_at else ""
    return _("Applications come in until %(until)s. Decisions begin when that is over.") % {
        "until": until
    }


def begin(call: Call, *, by: Actor) -> Selection:
    """The selection of a call; there is one, whoever comes first. Refused while applications come
    in: nobody is weighed against those who have not come yet."""
    known = Selection.objects.filter(call=call).select_related("call").first()
    if known is not None:
        require("decisions.decide", by, known)
        return known
    require("decisions.decide", by, Selection(call=call))
    if takes_still(call):
        raise ValidationError(not_yet(call), code="open")
    with transaction.atomic():
        made, is_new = Selection.objects.get_or_create(call=call)
        if is_new:
            record("decisions.begin", made, by=by)
    return made


def hold(selection: Selection, *, by: Actor) -> Selection:
    """The selection as it stands, held to the end of the transaction; refused once it is out."""
    require("decisions.decide", by, selection)
    fresh = Selection.objects.select_for_update().select_related("call").get(pk=selection.pk)
    if fresh.state == "released":
        raise ValidationError(
            _("The decisions are released and stand. What changes now is a place offered to a"
              " reserve, or an appeal."),
            code="released",
        )  # fmt: skip
    return fresh


def void(selection: Selection, *, by: Actor, reason: str) -> None:
    """Ask again: what was proposed and approved holds no more. Says whose word it was."""
    if selection.state not in {"proposed", "approved"}:
        return
    names = [selection.proposed_by_name]
    if selection.state == "approved":
        names.append(selection.approved_by_name)
    SELECTION.move(
        selection, "draft", by=by, reason=reason,
        changes={"proposed_by": None, "approved_by": None, "approved_at": None},
    )  # fmt: skip
    record("decisions.voided", selection, by=by, after={"who": names}, reason=reason)


def set_outcomes(
    selection: Selection,
    applications: Sequence[int],
    outcome: str,
    *,
    by: Actor,
    rank: int | None = None,
    reason: Text | None = None,
) -> int:
    """One outcome for one application or many; an empty one takes it back. How many changed.

    `rank` puts one of the reserve at that place, the others move up or down. A `reason` of None
    leaves what was written.
    """
    if outcome and outcome not in Outcome.values:
        raise ValidationError({"outcome": _("Choose accepted, reserve or declined.")})
    wanted = set(applications)
    with transaction.atomic():
        fresh = hold(selection, by=by)
        found = {row.pk: row for row in sent_in(fresh.call).filter(pk__in=wanted)
                 .select_related("organisation")}  # fmt: skip
        if set(found) != wanted:
            raise ValidationError(
                _("An application was withdrawn meanwhile. Look at the list again."), code="gone"
            )
        decided = {
            row.application_id: row for row in fresh.decisions.filter(application__in=wanted)
        }
        changed = 0
        last = fresh.decisions.filter(outcome=Outcome.RESERVE).count()
        for pk in dict.fromkeys(applications):
            row = decided.get(pk) or Decision(selection=fresh, application=found[pk])
            before = _said(row)
            if row.outcome != outcome:
                row.rank = None
                if outcome == Outcome.RESERVE:
                    last += 1
                    row.rank = last
            row.outcome = outcome
            if reason is not None:
                row.reason = reason
            if _said(row) == before and row.pk:
                continue
            _keep(row, found[pk], before, by=by)
            changed += 1
        changed += _order_reserve(fresh, applications, rank, by=by)
        if changed:
            void(fresh, by=by, reason=_("Outcomes were changed."))
    _follow(selection, fresh)
    return changed


def _said(row: Decision) -> dict[str, Any]:
    return {"outcome": row.outcome, "rank": row.rank, "reason": row.reason.dump()}


def _keep(row: Decision, of: Application, before: dict[str, Any], *, by: Actor) -> None:
    row.changed_at, row.changed_by_name = timezone.now(), by.name
    is_new = row.pk is None
    row.save()
    after = _said(row)
    names = [name for name in after if is_new or after[name] != before[name]]
    row.application = of
    record(
        "decisions.decide", row, by=by, before={name: before[name] for name in names},
        after={name: after[name] for name in names},
    )  # fmt: skip


def _order_reserve(
    selection: Selection, moved: Sequence[int], rank: int | None, *, by: Actor
) -> int:
    """Number the reserve from 1 on without gaps; gives how many others changed their place."""
    rows = list(selection.decisions.filter(outcome=Outcome.RESERVE).order_by("rank", "pk"))
    if rank is not None and len(moved) == 1:
        mine = [row for row in rows if row.application_id == moved[0]]
        rows = [row for row in rows if row.application_id != moved[0]]
        rows[max(rank - 1, 0) : max(rank - 1, 0)] = mine
    changed = [(row, place) for place, row in enumerate(rows, 1) if row.rank != place]
    for row, place in changed:
        Decision.objects.filter(pk=row.pk).update(rank=place)
    if changed:
        record(
            "decisions.order_reserve", selection, by=by,
            before={str(row.application_id): row.rank for row, _place in changed},
            after={str(row.application_id): place for row, place in changed},
        )  # fmt: skip
    return len(changed)


def keep_suggestion(selection: Selection, found: Suggestion, *, by: Actor) -> None:
    """Remember what was suggested for each application, and by what; outcomes stay as people left
    them."""
    said, rule = found.outcomes, found.rule
    with transaction.atomic():
        fresh = hold(selection, by=by)
        Basis.objects.update_or_create(
            selection=fresh,
            defaults={
                "take": rule.take, "reserve": rule.reserve, "locked": sorted(rule.locked),
                "vetoed": sorted(rule.vetoed), "order": list(found.order),
            },
        )  # fmt: skip
        known = {row.application_id: row for row in fresh.decisions.all()}
        changed = []
        for pk, outcome in said.items():
            row = known.get(pk)
            if row is not None and row.suggested != outcome:
                row.suggested = outcome
                changed.append(row)
        Decision.objects.bulk_update(changed, ["suggested"], batch_size=200)
        new = [
            Decision(selection=fresh, application_id=pk, suggested=outcome,
                     changed_by_name=by.name)
            for pk, outcome in said.items() if pk not in known
        ]  # fmt: skip
        Decision.objects.bulk_create(new, batch_size=200)
        if changed or new:
            count = sum(one == Outcome.ACCEPTED for one in said.values())
            record("decisions.suggest", fresh, by=by, after={"count": count})
            void(fresh, by=by, reason=_("A list was suggested anew."))
    _follow(selection, fresh)


def adopt_suggestion(selection: Selection, *, by: Actor) -> int:
    """Take the suggestion over for every application that has no outcome yet, its reserve in the
    order in which it was suggested; how many."""
    with transaction.atomic():
        fresh = hold(selection, by=by)
        basis = Basis.objects.filter(selection=fresh).first()
        place = {pk: at for at, pk in enumerate(basis.order if basis else ())}
        found = (fresh.decisions.filter(outcome="").exclude(suggested="")
                 .filter(is_sent_in("application__")).order_by("pk"))  # fmt: skip
        rows = sorted(found, key=lambda row: place.get(row.application_id, len(place)))
        last = fresh.decisions.filter(outcome=Outcome.RESERVE).count()
        for row in rows:
            row.outcome = row.suggested
            row.changed_at, row.changed_by_name = timezone.now(), by.name
            if row.outcome == Outcome.RESERVE:
                last += 1
                row.rank = last
        Decision.objects.bulk_update(
            rows, ["outcome", "rank", "changed_at", "changed_by_name"], batch_size=200
        )
        if rows:
            after = {str(row.application_id): row.outcome for row in rows}
            record("decisions.adopt", fresh, by=by, after=after)
            void(fresh, by=by, reason=_("Outcomes were changed."))
    _follow(selection, fresh)
    return len(rows)


def set_terms(selection: Selection, *, by: Actor, **values: int) -> None:
    """The days for an appeal and for a reserve to answer: the letters say them."""
    with transaction.atomic():
        fresh = hold(selection, by=by)
        if edit(fresh, values, verb="decisions.set_terms", by=by):
            void(fresh, by=by, reason=_("The deadlines of the letters were changed."))
    _follow(selection, fresh)


def _follow(selection: Selection, fresh: Selection) -> None:
    """What the caller holds says what stands now."""
    selection.state = fresh.state


def missing(selection: Selection) -> list[str]:
    """What must be done before the list can be proposed, in sentences."""
    call = selection.call
    total = sent_in(call).count()
    rows = list(
        selection.decisions.filter(is_sent_in("application__")).exclude(outcome="")
        .select_related("application__organisation")
    )  # fmt: skip
    lacks = []
    if not total:
        lacks.append(_("Nobody has applied."))
    if takes_still(call):
        lacks.append(_("The call is still open."))
    if open_ones := total - len(rows):
        lacks.append(_("Without an outcome: %(count)s") % {"count": open_ones})
    accepted = sum(row.outcome == Outcome.ACCEPTED for row in rows)
    if call.places and accepted > call.places:
        lacks.append(
            _("%(count)s are accepted, there are %(places)s places.")
            % {"count": accepted, "places": call.places}
        )
    silent = [row for row in rows if row.differs and not in_both(row.reason)]
    for row in silent[:10]:
        lacks.append(
            _("%(name)s: decided otherwise than suggested. Give the reason in English and in"
              " Ukrainian.") % {"name": row.application.organisation}
        )  # fmt: skip
    if len(silent) > 10:
        lacks.append(_("Further reasons are missing: %(count)s") % {"count": len(silent) - 10})
    return lacks


def in_both(reason: Text) -> bool:
    """Whether it is said in both languages of the site."""
    return all(language in reason.wordings for language in LANGUAGES)
