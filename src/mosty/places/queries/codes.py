"""Bodies by the codes that files name them by, former codes included."""

from collections.abc import Iterable

from mosty.places.models import Name, Organisation


def by_code(codes: Iterable[str] | None = None) -> dict[str, Organisation]:
    """The bodies that bear these codes, or bore them before; of all codes where none are given.

    For loaders, which act for the site: a file goes on naming a body by its old code when the code
    was changed or the record merged into another.
    """
    bodies = Organisation.objects.select_related("country")
    names = Name.objects.filter(use=Name.Use.CODE).select_related("organisation__country")
    if codes is not None:
        wanted = list(codes)
        bodies, names = bodies.filter(code__in=wanted), names.filter(text__in=wanted)
    former = {name.text: name.organisation for name in names}
    return former | {body.code: body for body in bodies}
