"""What all pages of a round share: heading, state, tabs, the way back."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mosty.core.access import Actor
from mosty.matching import queries
from mosty.matching.models import ROUND, Round

TONES = {"draft": "quiet", "proposed": "warn", "approved": "blue", "closed": "good"}
PAIR_TONES = {"proposed": "quiet", "approved": "blue", "agreed": "good"}


def frame(round_: Round, actor: Actor, *, current: str, count: int | None = None) -> dict[str, Any]:
    """Title, state, breadcrumbs and tabs of one round's pages; `current` is the tab's code.

    `count` is the number of pairs on the board, where the page knows it.
    """
    made: dict[str, Any] = {
        "round": round_,
        "title": str(round_),
        "eyebrow": str(round_.phase),
        "state_text": state_words(round_, actor),
        "state_tone": TONES[round_.state],
        "breadcrumbs": [(_("Rounds"), reverse("matching:rounds")), (str(round_), "")],
        "tabs_label": _("Pages of this round"),
    }
    if actor.is_officer:
        made["tabs"] = [
            {"label": label, "url": reverse(f"matching:{name}", args=[round_.slug]),
             "current": name == current, "count": number}
            for name, label, number in (
                ("board", _("Board"), count),
                ("prepare", _("Preparation"), None),
                ("runs", _("Runs"), None),
                ("scenarios", _("What if?"), None),
                ("approval", _("Approval"), None),
            )
        ]  # fmt: skip
    return made


def state_words(round_: Round, actor: Actor) -> str:
    """The round's state as this reader calls it."""
    state = ROUND.state(round_.state)
    return str(state.staff if actor.is_officer else state.public)


def first_page(round_: Round, actor: Actor) -> str:
    """Where a link to the round leads: to the preparation while officers still prepare it."""
    in_work = round_.state == "draft" and actor.is_officer
    return reverse("matching:prepare" if in_work else "matching:board", args=[round_.slug])


def note_on_currency(round_: Round) -> str:
    """What to say when the newest result does not fit the round any more; empty when it does."""
    if round_.current_run is None or round_.is_settled or queries.stands(round_):
        return ""
    return _("The round has changed since run %(number)s. Run it again to see what follows.") % {
        "number": round_.current_run.number
    }
