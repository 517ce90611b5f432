"""What the register itself adds to the page of a body: what it became, what was before it."""

from mosty.core.access import Actor, permitted
from mosty.core.panels import Panel, register_panel
from mosty.places.models import Organisation
from mosty.places.queries import over_time


def what_it_became(organisation: Organisation, actor: Actor) -> Panel | None:
    """Above everything else on the page of a body that is no more: where to go on."""
    if organisation.standing != Organisation.Standing.FORMER:
        return None
    rows = over_time.over_time(organisation, actor).ended
    if not rows:
        return None
    return Panel("places/parts/became.html", {"rows": rows})


def before_and_after(organisation: Organisation, actor: Actor) -> Panel | None:
    """What was before it and what else became of it; for officers the way to say so."""
    found = over_time.over_time(organisation, actor)
    may_record = permitted("places.record_succession", actor)
    is_former = organisation.standing == Organisation.Standing.FORMER
    # What a former body became stands above already.
    became = [row for row in found.became if row.is_part or not is_former]
    if not (became or found.came_from or may_record):
        return None
    return Panel(
        "places/parts/over_time.html",
        {
            "organisation": organisation,
            "came_from": found.came_from,
            "became": became,
            "is_former": is_former,
            "mergers": over_time.mergers(organisation, actor),
            "may_record": may_record,
            "may_merge": permitted("places.merge_bodies", actor),
        },
    )


def register_all() -> None:
    """Called once, when the site starts."""
    register_panel("places.profile_top", what_it_became)
    register_panel("places.profile", before_and_after, order=90)
