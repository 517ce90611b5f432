"""The two doors into a body: an invitation from it, and asking to join it."""

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from mosty.core.access import permitted
from mosty.core.requests import Request
from mosty.people import domain
from mosty.people.accounts.first_factor import open_door
from mosty.people.accounts.limits import too_many
from mosty.people.domain.requests import ROLE_OF_KIND
from mosty.people.forms import JoinForm
from mosty.people.middleware import ACTING_FOR
from mosty.people.models import Invitation
from mosty.places.queries import profile


@never_cache
@sensitive_variables("secret")
def invitation(request: Request, secret: str) -> HttpResponse:
    """What I am invited to. Looking changes nothing; the button answers, once."""
    rows = Invitation.objects.select_related("organisation__country")
    found = rows.filter(digest=domain.invitations.digest(secret)).first()
    if found is None:
        raise Http404
    own = _confirmed_address(request)
    is_mine = own.lower() == found.email.lower()
    if request.method == "POST":
        if not request.user.is_authenticated:
            # The account must be there before a code can be sent to its address.
            if found.state == Invitation.State.OPEN:
                domain.account_for(found.email, name=found.name, language=found.language)
            here = urlencode({"next": request.path})
            return redirect(f"{reverse('account_request_login_code')}?{here}")
        try:
            made = domain.accept(found, by=request.actor, email=own)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(request.path)
        request.session[ACTING_FOR] = made.organisation_id
        # The secret came by mail: whoever holds it reads the mail of the account.
        open_door(request, made.user)
        messages.success(
            request,
            _("You now act for %(body)s as %(role)s.")
            % {"body": made.organisation, "role": made.get_role_display()},
        )
        return redirect("desk:home")
    context = {
        "title": _("Act for %(body)s") % {"body": found.organisation},
        "eyebrow": _("Invitation"),
        "invitation": found,
        "is_mine": is_mine,
        "masked": masked(found.email),
        "own": own,
    }
    is_gone = found.state != Invitation.State.OPEN and not (
        is_mine and found.state == Invitation.State.ACCEPTED
    )
    return render(request, "people/invitation.html", context, status=410 if is_gone else 200)


def _confirmed_address(request: Request) -> str:
    """The address of the account that asks, once it has proven that it reads its mail."""
    if not request.user.is_authenticated:
        return ""
    email: str = request.user.email
    confirmed = EmailAddress.objects.filter(
        user_id=request.user.pk, email__iexact=email, verified=True
    )
    return email if confirmed.exists() else ""


def masked(email: str) -> str:
    """An address that its owner recognises and nobody else learns: o•••@cemr.eu."""
    name, _at, domain_part = email.partition("@")
    return f"{name[:1]}•••@{domain_part}"


def join(request: Request, code: str) -> HttpResponse:
    """I work for this body and ask to act for it."""
    body = profile.by_code(code, request.actor)
    if body is None or body.kind not in ROLE_OF_KIND:
        raise Http404
    user = request.user
    initial = {"language": request.actor.language}
    if user.is_authenticated:
        initial |= {"email": user.email, "name": user.name}
    form = JoinForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        if slow_down := too_many(request, "ask_to_join", key=email):
            return slow_down
        try:
            domain.ask_to_join(body, by=request.actor, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request,
                _("Thank you. Whoever answers for %(body)s gets your request and decides; you "
                  "then get a mail.") % {"body": body},
            )  # fmt: skip
            return redirect(body)
    context = {
        "title": _("Act for %(body)s") % {"body": body},
        "eyebrow": _("Ask to join"),
        "breadcrumbs": [(body.name, body.get_absolute_url()), (_("Ask to join"), "")],
        "form": form,
        "body": body,
        "may_invite": permitted("people.invite", request.actor, body),
    }
    return render(request, "people/join.html", context)
