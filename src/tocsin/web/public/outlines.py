"""Where others' alerts hold, as outlines for a map. They are drawn and nothing more: nobody is matched with them.

A message never changes under its name, so what is drawn of one is worked out once. Codes that our lists know stand for their areas.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator

from tocsin.cap.model import Alert, Area
from tocsin.cap.read import parse
from tocsin.cap.shapes import on_earth
from tocsin.places import Ring, circle_ring
from tocsin.places.geocodes import LISTS, coded
from tocsin.store.public import PublicLook, PublicOther
from tocsin.web.pieces import AreaView

REMEMBERED = 2_000  # messages
MOST_POINTS = 1_000  # of one message; on a map of a few hundred pixels nobody sees more
MOST_RINGS = 60
MOST_KM = 5_000  # of a circle's radius


class Outlines:
    """Remembers the outlines of the messages that were asked for last. Several threads may ask."""

    def __init__(self) -> None:
        """Know none yet."""
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[Ring, ...]] = OrderedDict()

    def of(self, name: str, read: Callable[[str], bytes | None]) -> tuple[Ring, ...]:
        """Return the rings of a message by its name. read: returns it as it came, or None."""
        with self._lock:
            if name in self._known:
                self._known.move_to_end(name)
                return self._known[name]
        raw = read(name)
        alert = parse(raw).alert if raw is not None else None
        found = rings_of(alert) if alert is not None else ()
        with self._lock:
            self._known[name] = found
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return found


_DRAWN = Outlines()


def areas_of_others(look: PublicLook, those: Iterable[PublicOther]) -> tuple[AreaView, ...]:
    """Return where some of others' alerts hold, each under the name of whose it is: the words of a stranger are on no map."""
    found = ((one.publisher, _DRAWN.of(one.name, look.raw_of_other)) for one in those)
    return tuple(AreaView(label=publisher, rings=rings, theirs=True) for publisher, rings in found if rings)


def rings_of(alert: Alert) -> tuple[Ring, ...]:
    """Return what a map shows of where a message holds: each outline once, however many languages repeat it, and no finer than is seen."""
    rings = list(dict.fromkeys(ring for info in alert.infos for area in info.areas for ring in _rings(area)))[
        :MOST_RINGS
    ]
    points = sum(map(len, rings))
    return tuple(_coarser(ring, -(-points // MOST_POINTS)) for ring in rings)


def _rings(area: Area) -> Iterator[Ring]:
    yield from (ring for ring in area.polygons if len(ring) > 2 and all(map(on_earth, ring)))
    for lat, lon, radius in area.circles:
        if on_earth((lat, lon)) and 0 < radius <= MOST_KM:
            yield circle_ring((lat, lon), radius)
    if area.polygons or area.circles:
        return  # they are drawn finer than a list has the same area
    for system, code in area.geocodes:
        if system in LISTS and (found := coded(system, code or "")) is not None:
            yield from found.rings


def _coarser(ring: Ring, step: int) -> Ring:
    """Return a ring by every so many corners, the last and at least four among them."""
    return ring if step < 2 or len(ring) < 9 else (*ring[: -1 : min(step, len(ring) // 4)], ring[-1])
