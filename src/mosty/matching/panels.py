"""What matching adds to earlier pages: the rounds of a phase, a town's pairs in rounds."""

from typing import Any

from django.urls import reverse

from mosty.core.access import Actor, permitted
from mosty.core.panels import Panel, register_panel
from mosty.core.pictures.bars import quota_meter
from mosty.matching import pages, queries, reasons
from mosty.matching.models import PAIR
from mosty.places.models import Organisation
from mosty.programmes.models import Phase

SHOWN = 12


def of_phase(phase: Phase, actor: Actor) -> Panel | None:
    """The rounds of a phase that the actor may know of; officers may open one here."""
    rounds = list(queries.visible_to(actor).filter(phase=phase)[:SHOWN])
    may_open = permitted("matching.open_round", actor, phase)
    if not rounds and not may_open:
        return None
    open_url = f"{reverse('matching:open_round')}?phase={phase.pk}"
    return Panel(
        "matching/parts/of_phase.html",
        {
            "rows": [
                {
                    "round": round_,
                    "url": pages.first_page(round_, actor),
                    "state": pages.state_words(round_, actor),
                    "tone": pages.TONES[round_.state],
                    "pairs": reasons.pairs(round_.current_run.size)
                    if round_.current_run and round_.current_run.size is not None
                    else "",
                }
                for round_ in rounds
            ],
            "open_url": open_url if may_open else "",
        },
    )


def of_town(organisation: Organisation, actor: Actor) -> Panel | None:
    """With whom a municipality was put together in rounds; nothing while it was not."""
    if not organisation.is_municipality:
        return None
    rows = list(queries.pairs_of_town(organisation, actor)[:SHOWN])
    if not rows:
        return None
    return Panel(
        "matching/parts/of_town.html",
        {
            "rows": [
                {
                    "pair": pair,
                    "round": pair.run.round,
                    "other": pair.right if pair.left_id == organisation.pk else pair.left,
                    "url": f"{pair.run.round.get_absolute_url()}"
                    f"?left={pair.left.code}&right={pair.right.code}",
                    "score": reasons.points(pair.score),
                    "state": PAIR.state(pair.state).staff,
                    "tone": pages.PAIR_TONES[pair.state],
                }
                for pair in rows
            ]
        },
    )


def of_association(association: Organisation, actor: Actor) -> Panel | None:
    """How far an association's quota is used in each round that the actor sees."""
    quotas: list[Any] = queries.quotas_of_association(association, actor)
    if not quotas:
        return None
    return Panel(
        "matching/parts/of_association.html",
        {
            "rows": [
                {
                    "round": quota.round,
                    "url": pages.first_page(quota.round, actor),
                    "meter": quota_meter(
                        str(quota.round), used=quota.used, minimum=quota.least, maximum=quota.most
                    ),
                }
                for quota in quotas[:SHOWN]
            ]
        },
    )


def register_all() -> None:
    """Called once, when the site starts."""
    register_panel("people.association", of_association, order=40)
    register_panel("programmes.phase", of_phase, order=40)
    register_panel("places.profile", of_town, order=60)
