"""The versions of an application: who froze which when, what differs between two of them."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from mosty.applications.compare import Comparison
from mosty.applications.models import Application
from mosty.applications.paper.forms import CompareForm
from mosty.applications.reading import of_version
from mosty.applications.views.common import application_or_404, crumbs, no_store
from mosty.core.requests import Request
from mosty.core.versions import Version, versions_of


@login_required
def versions(request: Request, pk: int) -> HttpResponse:
    """All frozen versions, newest first, and what differs between two of them."""
    application = application_or_404(request, pk)
    rows: list[Any] = list(
        versions_of(application).annotate(
            approvals=Count("signatures__signatory", Q(signatures__choice="approve"), distinct=True)
        )
    )
    form, pair = _pair(request, rows)
    differences = None
    if pair is not None:
        before, after = pair
        compared = Comparison.of(application.call)
        differences = compared.between(before.content, after.content)
    context = {
        "title": _("Versions"),
        "eyebrow": str(application),
        "eyebrow_url": application.get_absolute_url(),
        "lead": _("Each is frozen: nobody can change it, its hash shows that nobody has."),
        "breadcrumbs": crumbs(application, _("Versions")),
        "application": application,
        "rows": rows,
        "form": form,
        "pair": pair,
        "changes": differences,
    }
    return no_store(render(request, "applications/versions.html", context))


def _pair(
    request: Request, rows: list[Version]
) -> tuple[CompareForm | None, tuple[Version, Version] | None]:
    """The two versions to compare: those asked for, else the newest and the one before."""
    if len(rows) < 2:
        return None, None
    numbers = [row.number for row in rows]
    data = request.GET if request.GET else {"from": str(numbers[1]), "to": str(numbers[0])}
    form = CompareForm(data, numbers=numbers)
    if not form.is_valid():
        return form, None
    found = {row.number: row for row in rows}
    return form, (found[form.cleaned_data["from"]], found[form.cleaned_data["to"]])


def _below_versions(application: Application, name: str) -> list[tuple[str, str]]:
    *steps, (label, _url) = crumbs(application, _("Versions"))
    return [*steps, (label, reverse("papers:versions", args=[application.pk])), (name, "")]


@login_required
def version(request: Request, pk: int, number: int) -> HttpResponse:
    """One frozen version, as it was."""
    application = application_or_404(request, pk)
    row = get_object_or_404(versions_of(application), number=number)
    name = _("Version %(number)s") % {"number": number}
    context = {
        "title": name,
        "eyebrow": str(application),
        "eyebrow_url": application.get_absolute_url(),
        "breadcrumbs": _below_versions(application, name),
        "version": row,
        "is_intact": row.is_intact(),
        "reading": of_version(row.content, application.call),
    }
    return no_store(render(request, "applications/version.html", context))
