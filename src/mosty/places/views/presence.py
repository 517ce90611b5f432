"""Contacts and pictures of one body: the lists, a form for each, and the picture files."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mosty.core.access import require
from mosty.core.publication import Level
from mosty.core.requests import Request
from mosty.places.domain import presence
from mosty.places.domain.changes import Refused
from mosty.places.forms.presence import AddPictureForm, ContactForm, PictureForm
from mosty.places.models import Contact, Organisation, Picture
from mosty.places.queries import presence as queries
from mosty.places.views.profile import get_organisation, trail

Form = ContactForm | PictureForm


def _open(request: Request, code: str) -> Organisation:
    organisation = get_organisation(request, code)
    require("places.edit_profile", request.actor, organisation)
    return organisation


def _page(
    request: Request, organisation: Organisation, form: Form, *, title: str, above: tuple[str, str]
) -> HttpResponse:
    label, back = above
    crumbs = trail(organisation, title)
    crumbs.insert(-1, (label, back))
    context = {
        "title": title,
        "eyebrow": organisation.name,
        "breadcrumbs": crumbs,
        "form": form,
        "back": back,
        "has_file": "file" in form.fields,
    }
    return render(request, "places/edit.html", context)


@login_required
def list_contacts(request: Request, code: str) -> HttpResponse:
    """All contacts of a body, each to be changed or taken out."""
    organisation = _open(request, code)
    rows = queries.contacts(request.actor).filter(organisation=organisation)
    context = {
        "title": _("Contacts"),
        "eyebrow": organisation.name,
        "lead": _("Whom partners write to. An office lasts longer than a person."),
        "breadcrumbs": trail(organisation, _("Contacts")),
        "organisation": organisation,
        "contacts": list(rows),
    }
    return render(request, "places/contacts.html", context)


@login_required
def edit_contact(request: Request, code: str, contact_id: int | None = None) -> HttpResponse:
    """Say whom to write to, or say it anew."""
    organisation = _open(request, code)
    rows = queries.contacts(request.actor).filter(organisation=organisation)
    contact: Contact | None = get_object_or_404(rows, pk=contact_id) if contact_id else None
    form = ContactForm(request.POST or None, thing=contact)
    back = reverse("places:contacts", args=[code])
    if request.method == "POST" and form.is_valid():
        try:
            presence.set_contact(
                organisation, by=request.actor, values=form.values(), contact=contact
            )
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(back)
    title = str(contact) if contact else _("Add a contact")
    return _page(request, organisation, form, title=title, above=(_("Contacts"), back))


@login_required
@require_POST
def remove_contact(request: Request, code: str, contact_id: int) -> HttpResponse:
    """Take a contact out; sending it twice does it once."""
    organisation = _open(request, code)
    rows = queries.contacts(request.actor).filter(organisation=organisation, pk=contact_id)
    for contact in rows:
        presence.remove_contact(contact, by=request.actor)
    messages.success(request, _("Taken out."))
    return redirect("places:contacts", code=code)


@login_required
def list_pictures(request: Request, code: str) -> HttpResponse:
    """All pictures of a body, each to be changed or taken out."""
    organisation = _open(request, code)
    rows = queries.pictures(request.actor).filter(organisation=organisation)
    context = {
        "title": _("Pictures"),
        "eyebrow": organisation.name,
        "lead": _("One good picture says where your partners will arrive."),
        "breadcrumbs": trail(organisation, _("Pictures")),
        "organisation": organisation,
        "pictures": list(rows),
    }
    return render(request, "places/pictures.html", context)


@login_required
def add_picture(request: Request, code: str) -> HttpResponse:
    """Show a picture; what the camera wrote beside it is not kept."""
    organisation = _open(request, code)
    form = AddPictureForm(request.POST or None, files=request.FILES or None)
    back = reverse("places:pictures", args=[code])
    if request.method == "POST" and form.is_valid():
        try:
            presence.add_picture(
                organisation, form.cleaned_data["file"], by=request.actor, values=form.values()
            )
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(back)
    title = _("Add a picture")
    return _page(request, organisation, form, title=title, above=(_("Pictures"), back))


@login_required
def edit_picture(request: Request, code: str, picture_id: int) -> HttpResponse:
    """Say anew what a picture shows and who may see it."""
    organisation = _open(request, code)
    picture = _picture(request, organisation, picture_id)
    form = PictureForm(request.POST or None, thing=picture)
    back = reverse("places:pictures", args=[code])
    if request.method == "POST" and form.is_valid():
        try:
            presence.edit_picture(picture, by=request.actor, values=form.values())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(back)
    return _page(request, organisation, form, title=str(picture), above=(_("Pictures"), back))


@login_required
@require_POST
def remove_picture(request: Request, code: str, picture_id: int) -> HttpResponse:
    """Take a picture out, file and all."""
    organisation = _open(request, code)
    rows = queries.pictures(request.actor).filter(organisation=organisation, pk=picture_id)
    for picture in rows:
        presence.remove_picture(picture, by=request.actor)
    messages.success(request, _("Taken out."))
    return redirect("places:pictures", code=code)


def picture_file(request: Request, code: str, picture_id: int, size: str) -> FileResponse:
    """The picture itself, for whoever may see it."""
    organisation = get_organisation(request, code)
    picture = _picture(request, organisation, picture_id)
    file: Any = {"large": picture.large, "small": picture.small}.get(size)
    if file is None:
        raise Http404
    answer = FileResponse(file.open("rb"), content_type="image/jpeg")
    # It never changes under this address; whether one may see it can, so no proxy keeps it, and of
    # what is not for everybody no browser either: a circle that closes is closed at once.
    is_public = {picture.level, organisation.level} == {Level.PUBLIC.value}
    answer["Cache-Control"] = "private, max-age=3600" if is_public else "private, no-store"
    return answer


def _picture(request: Request, organisation: Organisation, picture_id: int) -> Picture:
    rows = queries.pictures(request.actor).filter(organisation=organisation)
    found: Picture = get_object_or_404(rows, pk=picture_id)
    return found
