"""The shapes that an area is made of: polygons with holes, circles, and (in borders.py) countries. Several make a union."""

from tocsin.places.disc import Round, circle
from tocsin.places.drawing import polygon, polygons
from tocsin.places.flat import Flat
from tocsin.places.shape import EDGE, IN, OUT, Shape, outside_m

__all__ = ["EDGE", "IN", "OUT", "Flat", "Round", "Shape", "circle", "outside_m", "polygon", "polygons"]
