"""Who acts for whom, for the secretariat: the list, and giving or ending a role."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mosty.core.access import permitted
from mosty.core.requests import Request
from mosty.core.states import ReasonMissing
from mosty.people import domain
from mosty.people.forms import EndForm, MembershipForm
from mosty.people.queries import memberships_found, memberships_visible_to
from mosty.people.views.back import back_or


@login_required
def people(request: Request) -> HttpResponse:
    """Who acts for whom, for the secretariat."""
    if not permitted("people.see_people", request.actor):
        raise Http404
    query = request.GET.get("q", "").strip()
    rows = memberships_found(request.actor, query, on=timezone.localdate())
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    count = page.paginator.count
    context = {
        "title": _("People"),
        "lead": _("Who acts for which body, in which role."),
        "page_obj": page,
        "query": query,
        "count_text": ngettext("%(count)s membership", "%(count)s memberships", count)
        % {"count": count},
    }
    return render(request, "people/people.html", context)


@login_required
def add_membership(request: Request) -> HttpResponse:
    """Give somebody a role for a body."""
    if not permitted("people.add_membership", request.actor):
        raise Http404
    form = MembershipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = domain.add_membership(by=request.actor, **form.values())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request,
                _("%(person)s now acts for %(body)s.")
                % {"person": made.user, "body": made.organisation},
            )
            return redirect("people:people")
    return render(request, "people/add.html", {"title": _("Add a person"), "form": form})


@login_required
@require_POST
def end_membership(request: Request, membership_id: int) -> HttpResponse:
    """End a membership today or after a last day, with a reason."""
    rows = memberships_visible_to(request.actor)
    membership = get_object_or_404(rows, pk=membership_id)
    if not permitted("people.end_membership", request.actor, membership):
        raise PermissionDenied
    form = EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was changed: that is not a date."))
        return redirect(back_or(request, "people:people", membership))
    try:
        ended = domain.end_membership(membership, by=request.actor, **form.cleaned_data)
    except ReasonMissing:
        messages.error(request, _("Nothing was changed: write the reason, please."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if ended:
            messages.success(request, _("The membership ends."))
        else:
            messages.info(request, _("The membership had ended already."))
    return redirect(back_or(request, "people:people", membership))
