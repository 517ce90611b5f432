"""Who may apply, by what it is judged, how many are accepted, and the files of a call."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from mosty.calls import content
from mosty.calls.domain.corrections import corrected
from mosty.calls.domain.form import refuse_fixed
from mosty.calls.locks import CRITERIA, why_locked
from mosty.calls.models import Call, Condition, Criterion, Document, Quota
from mosty.core.access import Actor, require
from mosty.core.files import DOCX, PDF, XLSX, check_upload, sha256_of
from mosty.core.history import plain, record
from mosty.core.texts import Text
from mosty.places.models import Kind
from mosty.places.territory.tables import TerritoryClass

MOST_CONDITIONS, MOST_CRITERIA, MOST_QUOTAS, MOST_DOCUMENTS = 30, 20, 60, 20
DOCUMENT_KINDS = (PDF, DOCX, XLSX)


def set_conditions(call: Call, rows: Sequence[Mapping[str, Any]], *, by: Actor) -> bool:
    """Write the conditions of eligibility anew; each row has kind, params and note.

    False when nothing changed. Raises `ValidationError` for one that cannot be evaluated.
    """
    require("calls.edit_call", by, call)
    if len(rows) > MOST_CONDITIONS:
        raise ValidationError(_("These are too many conditions."))
    made = [Condition(call=call, order=order, **row) for order, row in enumerate(rows)]
    for condition in made:
        clean_condition(condition)
    return _replace(call, Condition, call.conditions.all(), made, by=by, is_form=True)


def put_condition(
    call: Call, kind: str, params: Mapping[str, Any], *, by: Actor, pk: int | None = None,
    note: Text | None = None,
) -> bool:  # fmt: skip
    """One condition more, or that one anew; the others stay as they are.

    One that somebody has taken out meanwhile is put back. False when nothing changed: the same
    condition does not stand twice. Its note is words, which may be corrected always; without one
    it stays as it is. Raises `ValidationError`.
    """
    require("calls.edit_call", by, call)
    with transaction.atomic():
        now = Call.objects.select_for_update().get(pk=call.pk)
        known = list(now.conditions.all())
        before = [_said(one) for one in known]
        condition = next((one for one in known if one.pk == pk and one.kind == kind), None)
        same = [one for one in known if one.kind == kind and one.params == params]
        if condition is None and same and note:
            # Added twice, the second time with a note: it belongs to the one that stands.
            condition = same[0]
        is_note = condition is not None and note is not None and condition.note != note
        if same and not (is_note and condition in same):
            return False
        if condition is None:
            if len(known) >= MOST_CONDITIONS:
                raise ValidationError(_("These are too many conditions."))
            order = max((one.order for one in known), default=-1) + 1
            condition = Condition(call=now, kind=kind, order=order)
            known.append(condition)
        asks_else = condition.pk is None or condition.params != params
        condition.params = dict(params)
        condition.note = condition.note if note is None else note
        clean_condition(condition)
        if asks_else:
            refuse_fixed(now)
        condition.save()
        record("calls.set_conditions", call, by=by,
               before={"rows": before}, after={"rows": [_said(one) for one in known]})  # fmt: skip
        corrected(call, by=by)
    return True


def remove_condition(condition: Condition, *, by: Actor) -> None:
    """Take one condition out."""
    call = condition.call
    require("calls.edit_call", by, call)
    with transaction.atomic():
        now = Call.objects.select_for_update().get(pk=call.pk)
        refuse_fixed(now)
        rows = list(now.conditions.all())
        left = [one for one in rows if one.pk != condition.pk]
        now.conditions.filter(pk=condition.pk).delete()
        record("calls.set_conditions", call, by=by,
               before={"rows": [_said(one) for one in rows]},
               after={"rows": [_said(one) for one in left]})  # fmt: skip
        corrected(call, by=by)


def clean_condition(condition: Condition) -> None:
    """Whether the data of a condition say something; raises `ValidationError`."""
    params, kind = condition.params, condition.kind
    if kind == Condition.Kind.SIZE:
        least, most = params.get("least"), params.get("most")
        if least is None and most is None:
            raise ValidationError(_("Give the least or the most number of inhabitants."))
        if any(not isinstance(each, int) or each < 0 for each in (least, most) if each is not None):
            raise ValidationError(_("Numbers of inhabitants are whole numbers from 0 on."))
        if least is not None and most is not None and most < least:
            raise ValidationError(_("The most is less than the least. Look at both again."))
    elif kind == Condition.Kind.KIND:
        kinds = params.get("kinds", ())
        if not kinds or not set(kinds) <= set(Kind.values):
            raise ValidationError(_("Choose at least one kind of organisation."))
    elif kind == Condition.Kind.REGION and not params.get("codes"):
        raise ValidationError(_("Choose at least one region."))
    elif kind == Condition.Kind.TERRITORY:
        classes = params.get("without", ())
        if not classes or not set(classes) <= set(TerritoryClass.values):
            raise ValidationError(_("Choose at least one class of territory."))
    elif kind == Condition.Kind.PARTNERS and (
        not isinstance(params.get("most"), int) or params["most"] < 0
    ):
        raise ValidationError(_("Say how many partnerships it may have at most."))


def set_criteria(
    call: Call, rows: Sequence[Mapping[str, Any]], *, by: Actor, as_new_version: bool = False,
    reason: str = "",
) -> bool:  # fmt: skip
    """Write the criteria anew: in place, or as a new version where somebody has scored already.

    Each row has key (or none), name, about, weight, anchors. False when nothing changed. Raises
    `ValidationError`; with code `locked` when a new version is needed.
    """
    require("calls.edit_call", by, call)
    if len(rows) > MOST_CRITERIA:
        raise ValidationError(_("These are too many criteria."))
    with transaction.atomic():
        now = Call.objects.select_for_update().get(pk=call.pk)
        locked = why_locked(CRITERIA, now)
        if locked and not as_new_version:
            raise ValidationError(locked, code="locked")
        if as_new_version and not reason.strip():
            raise ValidationError(_("Say why the criteria change."), code="reason")
        known = content.criteria_of(now)
        version = now.criteria_version + (1 if as_new_version else 0)
        keys: set[str] = set()
        made = []
        for order, row in enumerate(rows):
            values = dict(row)
            values["key"] = _key(values.get("key") or str(values["name"]), keys)
            criterion = Criterion(call=now, version=version, order=order, **values)
            _clean_anchors(now, criterion)
            criterion.full_clean(exclude=["call"], validate_constraints=False)
            made.append(criterion)
        if [_said(one) for one in known] == [_said(one) for one in made]:
            return False
        before = {"rows": [_said(one) for one in known]}
        if as_new_version:
            Call.objects.filter(pk=call.pk).update(criteria_version=version)
            call.criteria_version = version
        else:
            now.criteria.filter(version=version).delete()
        Criterion.objects.bulk_create(made)
        record("calls.set_criteria", call, by=by, before=before, reason=reason,
               after={"rows": [_said(one) for one in made], "version": version})  # fmt: skip
        corrected(call, by=by)
    return True


def _clean_anchors(call: Call, criterion: Criterion) -> None:
    scores = {str(score) for score in range(call.lowest, call.highest + 1)}
    if not set(criterion.anchors) <= scores:
        raise ValidationError(_("A label belongs to a score of the call, from lowest to highest."))
    criterion.anchors = {
        score: Text.load(said).dump() for score, said in sorted(criterion.anchors.items())
    }


def _key(wanted: str, taken: set[str]) -> str:
    base = "-".join(content.words(wanted))[:36].strip("-") or "criterion"
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    taken.add(key)
    return key


def set_quotas(call: Call, rows: Sequence[Mapping[str, Any]], *, by: Actor) -> bool:
    """Write the quotas anew; each row has by, key, least, most. False when nothing changed."""
    require("calls.edit_call", by, call)
    if len(rows) > MOST_QUOTAS:
        raise ValidationError(_("These are too many quotas."))
    made = [Quota(call=call, order=order, **row) for order, row in enumerate(rows)]
    seen: set[tuple[str, str]] = set()
    for quota in made:
        if (quota.by, quota.key) in seen:
            raise ValidationError(_("“%(quota)s” stands twice.") % {"quota": quota})
        seen.add((quota.by, quota.key))
        if quota.least is None and quota.most is None:
            raise ValidationError(_("“%(quota)s” has neither a least nor a most.") % {
                "quota": quota})  # fmt: skip
        if quota.least is not None and quota.most is not None and quota.most < quota.least:
            raise ValidationError(_("The most is less than the least. Look at both again."))
    return _replace(call, Quota, call.quotas.all(), made, by=by)


def _replace(
    call: Call, model: Any, known: Iterable[Any], made: Sequence[Any], *, by: Actor,
    is_form: bool = False,
) -> bool:  # fmt: skip
    with transaction.atomic():
        now = Call.objects.select_for_update().get(pk=call.pk)
        before = [_said(one) for one in known]
        after = [_said(one) for one in made]
        if before == after:
            return False
        if is_form:
            refuse_fixed(now)
        model.objects.filter(call=now).delete()
        model.objects.bulk_create(made)
        record(f"calls.set_{model._meta.model_name}s", call, by=by,
               before={"rows": before}, after={"rows": after})  # fmt: skip
        corrected(call, by=by)
    return True


def _said(row: Any) -> list[Any]:
    return [plain(value) if not isinstance(value, dict) else value
            for value in (getattr(row, name) for name in content.FIELDS[type(row)])]  # fmt: skip


def add_document(
    call: Call, file: UploadedFile[bytes], *, by: Actor, title: Text, language: str
) -> Document:
    """A file of the call: PDF, DOCX or XLSX; sent twice, one. Raises `ValidationError`."""
    require("calls.edit_call", by, call)
    kind = check_upload(file, allowed=DOCUMENT_KINDS)
    with transaction.atomic():
        Call.objects.select_for_update().get(pk=call.pk)
        sha256 = sha256_of(file)
        for known in call.documents.filter(sha256=sha256, language=language):
            if known.title == title:
                return known
        last = call.documents.aggregate(last=Max("order"))["last"]
        if call.documents.count() >= MOST_DOCUMENTS:
            raise ValidationError(_("These are too many files. Take one out first."))
        name = f"{'-'.join(content.words(str(title)))[:60] or 'document'}{kind.suffix}"
        document = Document(
            call=call, title=title, language=language, file_name=name, size=file.size or 0,
            sha256=sha256, order=0 if last is None else last + 1,
        )  # fmt: skip
        document.full_clean(exclude=["file"])
        document.file.save(name, file, save=False)
        document.save()
        record("calls.add_document", call, by=by, after={"title": plain(title)})
    return document


def remove_document(document: Document, *, by: Actor) -> None:
    """Take a file out; it stays in the history by its title."""
    require("calls.edit_call", by, document.call)
    with transaction.atomic():
        record("calls.remove_document", document.call, by=by,
               before={"title": plain(document.title), "sha256": document.sha256})  # fmt: skip
        document.delete()
        storage: Any = document.file.storage
        name = document.file.name
        transaction.on_commit(lambda: storage.delete(name))
