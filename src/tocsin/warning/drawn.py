"""Where an audience's places lie on the ellipsoid: as shapes, in the very geometry that was written, never simplified."""

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.places.borders import countries_of, country, has_outline
from tocsin.places.shapes import Shape, circle, polygon
from tocsin.warning.audience import Part, Within, placed


class Drawn(msgspec.Struct, frozen=True):
    """Places together: their shapes, and the codes of all countries that they touch."""

    shapes: tuple[Shape, ...]
    countries: frozenset[str]


@lru_cache(maxsize=64)
def drawn(places: tuple[Within, ...]) -> Drawn:
    """Return places as shapes. A country without an outline here has no shape; whoever is tied to it is found all the same.

    Raises:
        Refused: one cannot be drawn, or is no country.
    """
    codes = frozenset(place.country for place in places if place.country)
    areas = tuple(_area(place) for place in places if not place.country)
    lands = tuple(country(code) for code in sorted(codes) if has_outline(code))
    return Drawn((*areas, *lands), codes | countries_of(areas))


def _area(place: Within) -> Shape:
    if place.circle is not None:
        lat, lon, km = place.circle
        return circle((lat, lon), km * 1_000)
    return polygon(place.polygon)


def refuse_undrawable(warning: Id, parts: Sequence[Part], own: tuple[Within, ...]) -> None:
    """Stop a warning whose audience is somewhere that cannot be drawn.

    Raises:
        Refused: a ring crosses itself, a point is not on Earth, a country is no two letters.
    """
    for number, part in enumerate(parts, 1):
        for place in part.within:
            code = place.country
            if code and not (len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()):
                raise Refused(
                    f"Part {number} of the audience of {warning} names a country that is not two capitals, such as FR"
                    " (ISO 3166-1 alpha-2)."
                )
        if part.within and not placed(part, own):
            raise Refused(
                f"Part {number} of the audience of {warning} is whoever is in its own areas, and none of them is drawn."
                " Give it a polygon or a circle."
            )
        try:
            drawn(placed(part, own))
        except Refused as error:
            raise Refused(f"Part {number} of the audience of {warning} cannot be drawn. {error}") from error
