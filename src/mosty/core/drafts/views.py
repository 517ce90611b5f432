"""Where forms are saved while somebody types, by the script or by the button *Save draft*.

Whoever may not edit the record gets 404: that there is a draft is nobody else's business.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from mosty.core.drafts import domain
from mosty.core.drafts.kinds import Place, place_for
from mosty.core.drafts.merging import OWN, Typed
from mosty.core.drafts.pages import CONTINUE, clock
from mosty.core.requests import Request

# A script saves once in two seconds at most, a person has few windows open.
MOST_A_MINUTE = 120


@sensitive_post_parameters()
@login_required
@require_POST
def save(request: Request, key: str, section: str) -> HttpResponse:
    """Keep what was typed; the answer says what somebody else has written meanwhile."""
    place = _place(request, key, section)
    if _too_often(request):
        return render(request, "429.html", status=429)
    by_script = request.accepts("text/html") is False
    try:
        saved = domain.save_draft(place, Typed.of(request.POST), by=request.actor)
    except domain.TooMuch as refusal:
        if by_script:
            return JsonResponse({"refusal": str(refusal)}, status=413)
        messages.error(request, str(refusal))
        return redirect(_page(request))
    if by_script:
        return JsonResponse(_answer(saved))
    if saved.both:
        messages.warning(request, _("Somebody else changed this section. Choose below."))
    elif saved.draft is not None:
        messages.success(request, _("The draft is saved. It is not sent yet."))
    return redirect(f"{_page(request)}?{CONTINUE}" if saved.draft else _page(request))


@login_required
@require_POST
def drop(request: Request, key: str, section: str) -> HttpResponse:
    """Throw a draft away, unless somebody has written on meanwhile."""
    place = _place(request, key, section)
    revision = request.POST.get(OWN + "revision", "")
    number = int(revision) if revision.isdecimal() and len(revision) < 10 else 0
    if domain.drop_draft(place, by=request.actor, revision=number):
        messages.success(request, _("The draft was dropped."))
    elif domain.draft_at(place, by=request.actor) is not None:
        messages.warning(request, _("Somebody has written on meanwhile: nothing was dropped."))
    return redirect(_page(request))


def _place(request: Request, key: str, section: str) -> Place:
    place = place_for(request.actor, key, section)
    if place is None:
        raise Http404
    return place


def _too_often(request: Request) -> bool:
    counter = f"drafts-{request.actor.user_id}-{timezone.now():%H%M}"
    if cache.add(counter, 1, timeout=120):
        return False
    try:
        return cache.incr(counter) > MOST_A_MINUTE
    except ValueError:
        # It ran out between the two.
        return False


def _page(request: Request) -> str:
    back = request.POST.get(OWN + "back", "")
    is_own = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return back.partition("?")[0] if back and is_own else "/"


def _answer(saved: domain.Saved) -> dict[str, object]:
    draft = saved.draft
    if draft is None:
        return {"revision": 0, "theirs": {}, "both": []}
    both = [
        {
            "name": name,
            "theirs": draft.content.get(name, ""),
            "by": draft.said_by.get(name, {}).get("by", ""),
            "at": clock(draft.said_by.get(name, {}).get("at", "")),
        }
        for name in sorted(saved.both)
    ]
    return {
        "revision": draft.revision,
        "at": clock(timezone.now()),
        "by": draft.saved_by_name,
        "seen": draft.seen,
        "theirs": saved.theirs,
        "both": both,
    }
