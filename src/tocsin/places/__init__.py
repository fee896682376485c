"""Where things are: distances, areas, nearby towns, and the base map drawn under them. Pure but for its own files."""

from tocsin.places.basemap import Line, NearTown, Town, nearby, world
from tocsin.places.geometry import (
    Point,
    Ring,
    area_distance_m,
    away,
    circle_ring,
    distance_m,
    encloses,
    nearest_on_area,
    turn,
)

__all__ = [
    "Line",
    "NearTown",
    "Point",
    "Ring",
    "Town",
    "area_distance_m",
    "away",
    "circle_ring",
    "distance_m",
    "encloses",
    "nearby",
    "nearest_on_area",
    "turn",
    "world",
]
