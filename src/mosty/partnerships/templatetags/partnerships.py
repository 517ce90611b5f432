"""Which shore the members of a partnership stand on."""

from django import template

from mosty.partnerships.models import Partnership
from mosty.partnerships.queries import on_two_shores
from mosty.places.models import Organisation

register = template.Library()


@register.simple_tag
def shores(partnership: Partnership) -> tuple[list[Organisation], list[Organisation]]:
    """Members in Ukraine and elsewhere; where all stand on one shore, the first and the others."""
    members = list(partnership.members.all())
    left, right = on_two_shores(members)
    return (left, right) if left and right else (members[:1], members[1:])
