"""What a round would take over from a call: accepted towns, their wishes, quotas. Plan, no deed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mosty.applications.accepted import accepted
from mosty.applications.models import Application
from mosty.calls import queries as calls
from mosty.calls.models import Audience, Call, Question, Quota
from mosty.core.access import Actor
from mosty.matching import market, queries
from mosty.matching.models import Round, RoundParticipant, RoundQuota
from mosty.places.models import Country, Need, Offer, Organisation, Region, Theme
from mosty.programmes.models import Participant

WISHES = ((Question.Reuse.NEEDS, Need), (Question.Reuse.OFFERS, Offer))
NEW, KNOWN, TAKEN_OUT, NO_SIDE = "new", "known", "taken_out", "no_side"


@dataclass(frozen=True, slots=True)
class Town:
    """One accepted town: what becomes of it, and which themes its answers add to its page."""

    application: Application
    state: str
    is_in_phase: bool
    needs: int
    offers: int
    new_needs: Sequence[str] = ()
    new_offers: Sequence[str] = ()

    @property
    def body(self) -> Organisation:
        return self.application.organisation

    @property
    def is_taken(self) -> bool:
        """Whether it is in the round afterwards."""
        return self.state in {NEW, KNOWN}

    @property
    def adds(self) -> bool:
        """Whether anything at all would be written for it."""
        return self.state == NEW or (
            self.state == KNOWN and bool(self.new_needs or self.new_offers or not self.is_in_phase)
        )


@dataclass(frozen=True, slots=True)
class GroupQuota:
    """A quota of the call for a group that the round has no quota for yet."""

    group: Organisation | Country | Region
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """All that taking over would add; empty when everything is there."""

    towns: Sequence[Town]
    quotas: Sequence[GroupQuota]

    @property
    def is_empty(self) -> bool:
        return not self.quotas and not any(town.adds for town in self.towns)

    @property
    def new(self) -> list[Town]:
        """Those that the round does not know yet."""
        return [town for town in self.towns if town.state == NEW]


def sources(round_: Round, actor: Actor) -> list[tuple[Call, int]]:
    """The calls for towns of the round's phase that have accepted somebody, and how many."""
    rows = calls.visible_to(actor).filter(phase=round_.phase_id, audience=Audience.MUNICIPALITY)
    found = ((call, len(accepted(call))) for call in rows)
    return [(call, number) for call, number in found if number]


def plan(round_: Round, call: Call) -> Plan:
    """What taking over those accepted in the call would add to the round as it stands."""
    applications = accepted(call)
    ids = [one.organisation_id for one in applications]
    removed = dict(
        RoundParticipant.objects.filter(round=round_, organisation__in=ids).values_list(
            "organisation_id", "removed_at"
        )
    )
    in_phase = set(
        Participant.objects.filter(phase=round_.phase_id, organisation__in=ids).values_list(
            "organisation_id", flat=True
        )
    )
    wishes = {reuse: _wishes(model, ids) for reuse, model in WISHES}
    asked = _theme_questions(call)
    themes = set(Theme.objects.values_list("slug", flat=True))
    towns = []
    for one in applications:
        body = one.organisation
        said = {
            reuse: [
                slug for slug in _chosen(one, asked[reuse])
                if slug in themes and slug not in wishes[reuse].get(body.pk, set())
            ]
            for reuse, _model in WISHES
        }  # fmt: skip
        towns.append(
            Town(
                one, _state(body, removed), body.pk in in_phase,
                needs=len(wishes[Question.Reuse.NEEDS].get(body.pk, ())),
                offers=len(wishes[Question.Reuse.OFFERS].get(body.pk, ())),
                new_needs=said[Question.Reuse.NEEDS], new_offers=said[Question.Reuse.OFFERS],
            )
        )  # fmt: skip
    return Plan(towns, _quotas(round_, call, towns))


def _state(body: Organisation, removed: dict[int, Any]) -> str:
    if body.pk in removed:
        return TAKEN_OUT if removed[body.pk] else KNOWN
    return NEW if body.side in {Country.Side.UKRAINE, Country.Side.EU} else NO_SIDE


def _wishes(model: type[Need | Offer], ids: Sequence[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    rows: Any = model._default_manager.filter(organisation__in=ids).order_by()
    for body, theme in rows.values_list("organisation_id", "theme_id"):
        found.setdefault(body, set()).add(theme)
    return found


def _theme_questions(call: Call) -> dict[str, list[str]]:
    """Keys of the questions whose chosen answers are themes that a body needs, or offers."""
    rows = Question.objects.filter(section__call=call, kind=Question.Kind.SEVERAL)
    found: dict[str, list[str]] = {reuse: [] for reuse, _model in WISHES}
    for question in rows:
        if question.reuse in found:
            found[question.reuse].append(question.key)
    return found


def _chosen(application: Application, keys: Sequence[str]) -> list[str]:
    """What was chosen in the version that was accepted."""
    if application.version is None:
        return []
    given = {row["key"]: row["value"] for row in application.version.content["answers"]}
    return [slug for key in keys for slug in given.get(key) or ()]


def _quotas(round_: Round, call: Call, towns: Sequence[Town]) -> list[GroupQuota]:
    """Quotas of the call by association, country or region that fit towns of the plan. At least
    is never more than there are towns: the call may have been content with fewer."""
    known = {quota.key for quota in queries.quotas_of(round_)}
    found = []
    for quota in call.quotas.all():
        kinds = {kind.value for kind in RoundQuota.Kind}
        key = f"{quota.by}:{quota.key}"
        if quota.by not in kinds or key in known:
            continue
        number = sum(town.is_taken and key in _groups(town) for town in towns)
        group = _group(quota)
        if number and group is not None:
            found.append(GroupQuota(group, min(quota.least or 0, number), quota.most))
    return found


def _groups(town: Town) -> set[str]:
    """The groups in which it would stand in the round."""
    row = RoundParticipant(organisation=town.body, association=town.application.association)
    return set(market.groups(row))


def _group(quota: Quota) -> Organisation | Country | Region | None:
    if quota.by == Quota.By.ASSOCIATION:
        return Organisation.objects.filter(code=quota.key).first()
    if quota.by == Quota.By.COUNTRY:
        return Country.objects.filter(pk=quota.key).first()
    return Region.objects.filter(code=quota.key).first()
