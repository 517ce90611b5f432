"""Which quotas of a call an application counts for, and how far each is used."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from math import inf

from django.db.models import Count, Q

from mosty.calls.models import Call, Quota
from mosty.calls.words import quota_subjects
from mosty.core.access import Actor
from mosty.core.pictures.bars import QuotaMeter, quota_meter
from mosty.decisions.models import Outcome
from mosty.decisions.queries import sent_in
from mosty.partnerships import queries as partnerships
from mosty.places.models import Organisation
from mosty.places.queries.register import SIZES

By = Quota.By


def group_of(quota: Quota) -> str:
    """The name of the group of a quota: `country:UA`."""
    return f"{quota.by}:{quota.key}"


def size_of(population: int | None) -> str:
    """The key of the class of size."""
    for size in SIZES:
        if population is None:
            if size.least is None:
                return size.key
        elif size.least is not None and size.least <= population < (size.below or inf):
            return size.key
    raise ValueError(population)


def groups(call: Call, actor: Actor) -> dict[int, tuple[str, ...]]:
    """Application → the groups it is in, of those that have a quota."""
    quotas = list(call.quotas.all())
    named = {group_of(one) for one in quotas}
    kinds = {one.by for one in quotas}
    if not kinds:
        return {}
    rows = sent_in(call).values_list(
        "pk", "organisation_id", "organisation__country_id", "organisation__region__code",
        "organisation__population", "association__code",
    )  # fmt: skip
    having = _with_partners(call, actor) if By.PARTNERS in kinds else frozenset()
    found = {}
    for pk, body, country, region, population, association in rows:
        own = {f"{By.COUNTRY}:{country}", f"{By.REGION}:{region}"}
        own |= {f"{By.SIZE}:{size_of(population)}", f"{By.ASSOCIATION}:{association}"}
        if body not in having:
            own.add(f"{By.PARTNERS}:")
        found[pk] = tuple(sorted(own & named))
    return found


def _with_partners(call: Call, actor: Actor) -> frozenset[int]:
    """The bodies that have a partnership in force."""
    rows = partnerships.standing(actor).order_by().values("pk")
    bodies = Organisation.objects.filter(pk__in=sent_in(call).values("organisation")).order_by()
    counted = bodies.annotate(
        number=Count("partnerships", filter=Q(partnerships__in=rows), distinct=True)
    )
    return frozenset(counted.filter(number__gt=0).values_list("pk", flat=True))


def meters(
    call: Call, outcomes: Mapping[int, str], within: Mapping[int, Collection[str]], actor: Actor
) -> list[QuotaMeter]:
    """How far the places and each quota are used by what is drafted."""
    taken = [pk for pk, outcome in outcomes.items() if outcome == Outcome.ACCEPTED]
    used = Counter(group for pk in taken for group in within.get(pk, ()))
    subjects = quota_subjects(call.quotas.all(), actor)
    return [
        quota_meter(
            subjects[quota.pk], used=used[group_of(quota)], minimum=quota.least or 0,
            maximum=quota.most,
        )
        for quota in call.quotas.all()
    ]  # fmt: skip


def broken(meters_shown: Iterable[QuotaMeter]) -> list[QuotaMeter]:
    """Those that are not met."""
    return [one for one in meters_shown if one.state in {"short", "over"}]
