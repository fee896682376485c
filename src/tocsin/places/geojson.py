"""Areas as GeoJSON has them: longitude first, outlines anticlockwise, cut where they cross the antimeridian.

Source: RFC 7946, sections 3.1.1 (position), 3.1.6 (right-hand rule) and 3.1.9 (antimeridian cutting).
"""

from collections.abc import Sequence
from typing import Any, Final

import shapely
from shapely.affinity import translate
from shapely.geometry.polygon import orient

from tocsin.basis.errors import Refused
from tocsin.places.drawing import polygon
from tocsin.places.geometry import Ring

DECIMALS: Final = 7  # a centimetre
_WORLD: Final = shapely.box(-180.0, -90.0, 180.0, 90.0)


def multi_polygon(rings: Sequence[Ring]) -> dict[str, Any] | None:
    """Return some outlines as one MultiPolygon, or None where none of them can be drawn.

    rings: each as geometry.py says. Outlines may overlap; nothing is united or simplified.
    """
    parts = [part for ring in rings for part in _cut(ring)]
    if not parts:
        return None
    return {"type": "MultiPolygon", "coordinates": [_coordinates(part) for part in parts]}


def _cut(ring: Ring) -> list[Any]:
    """Return a ring as polygons within the world from -180 to 180 degrees."""
    try:
        flat = polygon(ring)
    except Refused:
        return []  # it stands in the properties, in words and points
    west, _, east, _ = flat.outer.bounds
    if west >= -180.0 and east <= 180.0:
        return [flat.outer]
    # Round a pole it is drawn further than once round; else it reaches over one side.
    shifts = (0.0,) if any(flat.poles) else (-360.0, 0.0, 360.0)
    cut = [shapely.intersection(translate(flat.outer, xoff=shift), _WORLD) for shift in shifts]
    return [part for one in cut for part in shapely.get_parts(one) if part.geom_type == "Polygon" and not part.is_empty]


def _coordinates(part: Any) -> list[list[list[float]]]:
    turned = orient(part)
    rings = (turned.exterior, *turned.interiors)
    return [[[round(lon, DECIMALS), round(lat, DECIMALS)] for lon, lat in ring.coords] for ring in rings]
