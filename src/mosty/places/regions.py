"""The centre of a region: the mean of its municipalities, weighted by their people."""

from collections.abc import Iterable

from mosty.places.models import Kind, Organisation, Region


def place_regions(region_ids: Iterable[int]) -> int:
    """Set the centres of these regions anew; how many have moved.

    Where nobody is counted every municipality weighs the same. Degrees with five decimals.
    """
    wanted = set(region_ids)
    sums: dict[int, list[float]] = {}
    rows = Organisation.objects.filter(
        kind=Kind.MUNICIPALITY, region__isnull=False, lat__isnull=False, lon__isnull=False
    )
    if len(wanted) < 200:
        rows = rows.filter(region_id__in=wanted)
    for number, lat, lon, population in rows.values_list(
        "region_id", "lat", "lon", "population"
    ).iterator(chunk_size=5000):
        # A body of nobody still counts a little, so that an empty region has a centre.
        weight = (population or 0) + 0.001
        part = sums.setdefault(number, [0.0, 0.0, 0.0])
        part[0] += weight
        part[1] += weight * (lat or 0.0)
        part[2] += weight * (lon or 0.0)
    moved: list[Region] = []
    for region in Region.objects.filter(pk__in=wanted & set(sums)):
        weight, lats, lons = sums[region.pk]
        centre = round(lats / weight, 5), round(lons / weight, 5)
        if (region.lat, region.lon) != centre:
            region.lat, region.lon = centre
            moved.append(region)
    Region.objects.bulk_update(moved, ["lat", "lon"], batch_size=500)
    return len(moved)
