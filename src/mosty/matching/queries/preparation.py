"""What a round is made of: who takes part, quotas, earlier contacts, decisions of officers."""

from collections.abc import Iterable

from django.db.models import QuerySet

from mosty.matching.models import (
    Override,
    Round,
    RoundContact,
    RoundParticipant,
    RoundQuota,
    Run,
    Side,
)


def participants_of(round_: Round, side: str = "") -> QuerySet[RoundParticipant]:
    """Those in the round now (not taken out), in the order of their names."""
    rows = RoundParticipant.objects.filter(round=round_, removed_at__isnull=True)
    if side:
        rows = rows.filter(side=side)
    return rows.select_related(
        "organisation__country", "organisation__region", "association"
    ).order_by("side", "organisation__sort_en", "pk")


def removed_from(round_: Round) -> QuerySet[RoundParticipant]:
    """Those that were taken out, with the reason."""
    return (
        RoundParticipant.objects.filter(round=round_, removed_at__isnull=False)
        .select_related("organisation__country")
        .order_by("-removed_at")
    )


def quotas_of(round_: Round) -> QuerySet[RoundQuota]:
    """The quotas with the bodies and places that they are for."""
    return (
        RoundQuota.objects.filter(round=round_)
        .select_related("association", "country", "region")
        .order_by("kind", "pk")
    )


def contacts_of(round_: Round) -> QuerySet[RoundContact]:
    """The earlier contacts that were stated for this round, with their sources."""
    return (
        RoundContact.objects.filter(round=round_)
        .select_related("left__country", "right__country", "source")
        .order_by("left__sort_en", "pk")
    )


def overrides_of(round_: Round) -> QuerySet[Override]:
    """All that officers decided, withdrawn or not, newest first."""
    return (
        Override.objects.filter(round=round_)
        .select_related("left__country", "right__country")
        .order_by("-at", "-pk")
    )


def overrides_in_force(round_: Round) -> QuerySet[Override]:
    """Those that the next run will use."""
    return overrides_of(round_).filter(withdrawn_at__isnull=True)


def is_in_run(override: Override, run: Run | None) -> bool:
    """Whether the run was made with the override."""
    return run is not None and any(row["id"] == override.pk for row in run.overrides)


def by_code(participants: Iterable[RoundParticipant]) -> dict[str, RoundParticipant]:
    """Participants by the official code under which they stand in the market."""
    return {row.organisation.code: row for row in participants}


def other(side: str) -> str:
    """The other side of the market."""
    return Side.RIGHT if side == Side.LEFT else Side.LEFT
