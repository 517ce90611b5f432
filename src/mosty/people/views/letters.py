"""Letters that got stuck, for the secretariat."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mosty.core.access import permitted
from mosty.core.mail import Letter, open_letters
from mosty.core.requests import Request
from mosty.people import domain


@login_required
def letters(request: Request) -> HttpResponse:
    """Letters of which a person must say whether they arrived, and the last that went out."""
    if not permitted("people.see_letters", request.actor):
        raise Http404
    stuck = open_letters()
    page = Paginator(stuck, 50).get_page(request.GET.get("page"))
    count = page.paginator.count
    context = {
        "title": _("Letters"),
        "lead": _("Mail that the site could not send, or of which it does not know whether it "
                  "went out. Nothing is sent twice by itself."),
        "page_obj": page,
        "count_text": ngettext("%(count)s letter waits for you", "%(count)s letters wait for you",
                               count) % {"count": count},
        "latest": Letter.objects.filter(state=Letter.State.SENT).order_by("-sent_at")[:20],
    }  # fmt: skip
    return render(request, "people/letters.html", context)


@login_required
@require_POST
def settle(request: Request, letter_id: int) -> HttpResponse:
    """Say that it arrived, or have it sent once more."""
    if not permitted("people.see_letters", request.actor):
        raise Http404
    letter = get_object_or_404(Letter, pk=letter_id)
    arrived = request.POST.get("arrived") == "yes"
    if domain.settle(letter, arrived=arrived, by=request.actor):
        messages.success(
            request, _("Noted: it arrived.") if arrived else _("It is sent once more.")
        )
    else:
        messages.info(request, _("Somebody else has settled it already."))
    return redirect("people:letters")
