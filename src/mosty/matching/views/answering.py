"""What the views of matching share: getting a round, and answering a verb that was refused."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from mosty.core.requests import Request
from mosty.core.states import ReasonMissing, WrongState
from mosty.matching import domain, queries
from mosty.matching.models import Round


def round_or_404(request: Request, slug: str) -> Round:
    """The round, if the person who asks may know of it."""
    return get_object_or_404(queries.visible_to(request.actor), slug=slug)


def staff_round_or_404(request: Request, slug: str) -> Round:
    """The round, for pages that only the secretariat has."""
    if not request.actor.is_officer:
        raise Http404
    return round_or_404(request, slug)


def attempt[T](request: Request, verb: Callable[[], T]) -> T | None:
    """Do it; what stands in the way is said to the person and gives None."""
    try:
        return verb()
    except domain.Refused as refused:
        messages.error(request, str(refused))
    except WrongState:
        messages.error(request, _("Somebody was quicker. Look at what stands now, then go on."))
    except ReasonMissing:
        messages.error(request, _("Say why: a reason is needed here."))
    return None
