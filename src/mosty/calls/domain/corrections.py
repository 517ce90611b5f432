"""What is corrected in a published call is a new version of it; those concerned are told.

Each verb that changes what a call says or asks calls `corrected` in its own transaction. The letter
waits until nobody has corrected anything for a while (`QUIET`): five commas are one letter.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from mosty.calls import content
from mosty.calls.concerned import concerned
from mosty.calls.models import Call
from mosty.calls.words import moment
from mosty.core import mail
from mosty.core.access import Actor
from mosty.core.verbs import Words
from mosty.core.versions import Version, freeze, versions_of

QUIET = timedelta(minutes=15)
# What a reader looks at, by the fields of the content.
PARTS: tuple[tuple[Words, tuple[str, ...]], ...] = (
    (_("What the call says of itself"), ("name", "about", "offer")),
    (_("Questions"), ("sections",)),
    (_("Who may apply"), ("audience", "way", "countries", "conditions")),
    (_("Criteria and scores"), ("criteria", "lowest", "highest")),
    (_("Places and quotas"), ("places", "quotas")),
    (_("Languages and time zone"), ("languages", "zone")),
)


def corrected(call: Call, *, by: Actor) -> Version | None:
    """The new version, if the call is published and says or asks something else by now."""
    # As it stands: the object in hand may hold what was read before the change.
    now = Call.objects.get(pk=call.pk)
    if now.state == "draft":
        return None
    known = versions_of(now).first()
    made = freeze(now, content.dump(now), by=by)
    return None if known is not None and made.pk == known.pk else made


def changed_parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Words]:
    """Which parts differ between two versions, in the order of the page."""
    return [
        label
        for label, names in PARTS
        if any(before.get(name) != after.get(name) for name in names)
    ]


def tell_corrections(at: datetime) -> int:
    """One letter to everybody concerned for each call that was corrected since they were told
    last, and at which nobody works just now; how many calls."""
    rows = Version.objects.filter(object_type=Call._meta.label_lower).order_by()
    newest = {
        row["object_id"]: row["number"]
        for row in rows.values("object_id").annotate(number=Max("number"), last=Max("at"))
        if row["last"] <= at - QUIET
    }
    untold = Call.objects.filter(pk__in=newest).exclude(state="draft")
    told = 0
    for pk, known in list(untold.order_by("pk").values_list("pk", "told_version")):
        if newest[pk] > known:
            told += _tell(pk, newest[pk])
    if told:
        mail.send_soon()
    return told


def _tell(pk: int, number: int) -> bool:
    """False where somebody was quicker, or where everything stands again as it was."""
    with transaction.atomic():
        call = Call.objects.select_for_update().get(pk=pk)
        if call.told_version >= number:
            return False
        after = versions_of(call).get(number=number)
        before = versions_of(call).filter(number__lte=call.told_version).first()
        Call.objects.filter(pk=pk).update(told_version=number)
        parts = changed_parts(before.content, after.content) if before else []
        if before is None or not parts or call.state != "published":
            return False
        context = {
            "call": call, "number": number, "parts": parts,
            "when": lazy(moment, str)(after.at, call.zone),
            "asks_else": before.content["sections"] != after.content["sections"],
            "url": mail.address(call.get_absolute_url()),
        }  # fmt: skip
        for user in concerned(call):
            mail.write(
                f"calls:corrected:{pk}:{number}:{user.pk}",
                to=user.email, language=user.language or "en",
                template="calls/mail/corrected", context=context | {"person": user},
            )  # fmt: skip
    return True
