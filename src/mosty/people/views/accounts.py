"""My own account, and the doors of the demo; signing in itself is allauth's."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mosty.core.requests import Request
from mosty.people import demo, domain
from mosty.people.forms import AccountForm
from mosty.people.middleware import ACTING_FOR
from mosty.people.models import User
from mosty.people.queries import demo_people, memberships_of


def demo_entrance(request: Request) -> HttpResponse:
    """Everybody one may enter as; exists in demo mode only."""
    if not settings.DEMO_MODE:
        raise Http404
    people = demo_people().prefetch_related("memberships__organisation")
    return render(request, "people/demo.html", {"title": _("Enter as any role"), "people": people})


@require_POST
def demo_enter(request: Request, user_id: int) -> HttpResponse:
    """Sign in as one of the cast, in the language of that person."""
    user = demo.enter(request, user_id)
    response = redirect("desk:home")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
    return response


@login_required
def account(request: Request) -> HttpResponse:
    """My own name, language and memberships, and the ways to allauth's pages."""
    user = get_object_or_404(User, pk=request.user.pk)
    form = AccountForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        domain.edit_account(user, by=request.actor, **form.cleaned_data)
        with translation.override(user.language):
            messages.success(request, _("Saved."))
        response = redirect("people:account")
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        return response
    context = {
        "title": _("My account"),
        "form": form,
        "memberships": memberships_of(user, on=timezone.localdate()),
    }
    return render(request, "people/account.html", context)


@login_required
@require_POST
def act_for(request: Request, organisation_id: int) -> HttpResponse:
    """Choose the body that I act for until I choose another."""
    rows = memberships_of(get_object_or_404(User, pk=request.user.pk), on=timezone.localdate())
    chosen = next((row for row in rows if row.organisation_id == organisation_id), None)
    if chosen is None:
        raise Http404
    request.session[ACTING_FOR] = organisation_id
    messages.info(request, _("You now act for %(body)s.") % {"body": chosen.organisation})
    return redirect("desk:home")
