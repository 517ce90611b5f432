"""The page of one body."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mosty.core.access import Actor, permitted
from mosty.core.facts import FactKind
from mosty.core.panels import panels_for
from mosty.core.pictures.maps import MapPicture, draw_map
from mosty.core.pictures.places import MapPlace, Side
from mosty.core.pictures.views import MapView
from mosty.core.publication import Location, Precision, is_coarse, location, precision_of
from mosty.core.requests import Request
from mosty.places.models import Country, Organisation
from mosty.places.queries import presence, profile
from mosty.places.queries.territory import status_now
from mosty.places.territory.words import why_coarse

# What stands as a number in the heading; the rest is in the table of figures.
HEADING = (FactKind.POPULATION, FactKind.AREA, FactKind.SETTLEMENTS)


def get_organisation(request: Request, code: str) -> Organisation:
    """The body at this code, or 404: whoever may not see it does not learn that it is there."""
    organisation = profile.by_code(code, request.actor)
    if organisation is None:
        raise Http404
    return organisation


def trail(organisation: Organisation, *more: str) -> list[tuple[str, str]]:
    """Breadcrumbs down to a body, or to a page below it."""
    name = "places:list" if organisation.is_municipality else "places:bodies"
    label = _("Municipalities") if organisation.is_municipality else _("Organisations")
    steps = [(label, reverse(name))]
    if not more:
        return [*steps, (organisation.name, "")]
    return [*steps, (organisation.name, organisation.get_absolute_url()), *((m, "") for m in more)]


def show_profile(request: Request, code: str) -> HttpResponse:
    """All that is known of a body; a former code leads on to the present one."""
    actor = request.actor
    organisation = profile.by_code(code, actor)
    if organisation is None:
        moved = profile.by_former_code(code, actor)
        if moved is None:
            raise Http404
        return redirect(moved, permanent=True)
    lines = profile.exchanges(organisation, actor)
    illustrative = [
        entry.is_illustrative for line in lines for entry in (line.need, line.offer) if entry
    ]
    groups = profile.fact_groups(organisation, actor)
    names, former_names = profile.split_names(organisation)
    member_count, members = profile.members(organisation, actor)
    point = location(organisation, actor)
    context = {
        "title": organisation.name,
        "eyebrow": _eyebrow(organisation),
        "breadcrumbs": trail(organisation),
        "figures": _figures(organisation, groups),
        "organisation": organisation,
        "texts": presence.texts(organisation, actor),
        "exchanges": lines,
        "has_illustrative": any(illustrative),
        "all_illustrative": all(illustrative),
        "groups": groups,
        "names": names,
        "former_names": former_names,
        "contacts": list(presence.contacts(actor).filter(organisation=organisation)),
        "pictures": list(presence.pictures(actor).filter(organisation=organisation)),
        "affiliations": profile.affiliations(organisation, actor),
        "member_count": member_count,
        "members": members,
        "top_panels": panels_for("places.profile_top", organisation, actor),
        "panels": panels_for("places.profile", organisation, actor),
        "history": profile.history(organisation, actor),
        "gaps": profile.gaps(organisation, actor, lines),
        "map": _map(organisation, point),
        "place_note": _place_note(organisation, point, actor),
        **may(organisation, actor),
    }
    return render(request, "places/profile.html", context)


def may(organisation: Organisation, actor: Actor) -> dict[str, bool]:
    """Which pages of change are open to the actor, for templates."""
    return {
        "may_edit": permitted("places.edit_profile", actor, organisation),
        "may_name": permitted("places.edit_names", actor, organisation),
        "may_say": permitted("places.edit_entries", actor, organisation),
        "may_count": permitted("places.edit_facts", actor, organisation),
        "may_add_fact": permitted("places.add_fact", actor, organisation),
    }


def _eyebrow(organisation: Organisation) -> str:
    parts = [str(organisation.country or ""), str(organisation.region or "")]
    if not organisation.is_municipality:
        parts = [organisation.get_kind_display(), parts[0]]
    return " · ".join(part for part in parts if part)


def _figures(organisation: Organisation, groups: list[profile.FactGroup]) -> list[dict[str, Any]]:
    shown = {group.kind: group for group in groups}
    figures: list[dict[str, Any]] = [
        {
            "label": shown[kind].label,
            "value": shown[kind].shown.number,
            "note": " · ".join(
                part for part in (shown[kind].shown.unit, shown[kind].shown.year) if part
            ),
        }
        for kind in HEADING
        if kind in shown
    ]
    if FactKind.POPULATION not in shown and organisation.population is not None:
        figures.insert(
            0,
            {
                "label": FactKind.POPULATION.label,
                "value": organisation.population,
                "note": organisation.population_as_of[:4],
            },
        )
    return figures


def _map(organisation: Organisation, point: Location | None) -> MapPicture | None:
    if point is None:
        return None
    place = MapPlace(
        id=organisation.code,
        name=organisation.name,
        side=Side.UKRAINE if organisation.side == Country.Side.UKRAINE else Side.EU,
        location=point,
        note=str(organisation.region or ""),
        selected=True,
    )
    return draw_map(
        "place-map",
        _("%(name)s on the map") % {"name": organisation.name},
        places=[place],
        view=MapView.for_places([place], min_extent=1500.0),
    )


def _place_note(organisation: Organisation, point: Location | None, actor: Actor) -> str:
    """How exact the place on the map is, and why it is not more exact."""
    precision = precision_of(organisation)
    status = None
    if is_coarse(organisation) and precision == Precision.REGION:
        status = status_now(organisation)
    if point is None:
        if precision == Precision.WITHHELD:
            note = _("The place is withheld.")
        elif precision == Precision.REGION and organisation.lat is not None:
            region = organisation.region
            if region is not None and region.lat is not None:
                note = _("Only the region is named: its centre would give the place away.")
            else:
                note = _("Only the region is shown, and its centre is not known.")
        else:
            return _("The place is not known yet.") if organisation.is_municipality else ""
    elif actor.is_officer or organisation.pk in actor.organisation_ids:
        note = {
            Precision.WITHHELD: _("You see the exact place; for everybody else it is withheld."),
            Precision.REGION: _(
                "You see the exact place; everybody else sees the centre of the region."
            ),
        }.get(precision, "")
        if not note:
            return ""
    elif precision == Precision.REGION:
        note = _("The map shows the centre of the region, not the place itself.")
    else:
        return ""
    sentences = [note]
    if status:
        sentences.append(why_coarse(status))
    if organisation.precision_reason:
        reason = organisation.precision_reason.rstrip(".")
        sentences.append(_("Reason: %(reason)s.") % {"reason": reason})
    if organisation.precision_review_on:
        day = date_format(organisation.precision_review_on, "j E Y")
        sentences.append(_("Looked at again on %(day)s.") % {"day": day})
    return " ".join(sentences)
