"""Where others' alerts hold, as outlines for a map, and what of it cannot be drawn. The public is told nothing of who is there.

A message never changes under its name, so what is drawn of one is worked out once.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable

import msgspec

from tocsin.cap.model import Alert
from tocsin.cap.read import parse
from tocsin.places import Ring, circle_ring
from tocsin.store.public import PublicLook, PublicOther
from tocsin.warning.audience import Within
from tocsin.warning.theirs import Left, Why, held, some_of_each
from tocsin.web.pieces import AreaView

REMEMBERED = 2_000  # messages
MOST_POINTS = 1_000  # of one message; on a map of a few hundred pixels nobody sees more
MOST_RINGS = 60


class Drawn(msgspec.Struct, frozen=True):
    """What a map shows of where a message holds, and what it does not. more: how much more there is of what is left."""

    rings: tuple[Ring, ...] = ()
    left: tuple[Left, ...] = ()
    more: int = 0


class Outlines:
    """Remembers the outlines of the messages that were asked for last. Several threads may ask."""

    def __init__(self) -> None:
        """Know none yet."""
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Drawn] = OrderedDict()

    def of(self, name: str, read: Callable[[str], bytes | None]) -> Drawn:
        """Return what is drawn of a message by its name. read: returns it as it came, or None."""
        with self._lock:
            if name in self._known:
                self._known.move_to_end(name)
                return self._known[name]
        raw = read(name)
        alert = parse(raw).alert if raw is not None else None
        found = drawn_of(alert) if alert is not None else Drawn()
        with self._lock:
            self._known[name] = found
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return found


_DRAWN = Outlines()


def areas_of_others(look: PublicLook, those: Iterable[PublicOther]) -> tuple[AreaView, ...]:
    """Return where some of others' alerts hold, each under the name of whose it is: the words of a stranger are on no map."""
    found = ((one.publisher, _DRAWN.of(one.name, look.raw_of_other).rings) for one in those)
    return tuple(AreaView(label=publisher, rings=rings, theirs=True) for publisher, rings in found if rings)


def drawn_by_name(name: str, raw: bytes) -> Drawn:
    """Return what is drawn of one message. name: under which it is kept here."""
    return _DRAWN.of(name, lambda _: raw)


def drawn_of(alert: Alert) -> Drawn:
    """Return what a map shows of where a message holds: each outline once, however many languages repeat it, and no finer than is seen."""
    rings: dict[Ring, None] = {}
    left: list[Left] = []
    for each in held(alert):
        if isinstance(each, Left):
            left.append(each)
        else:
            rings[_outline(each.place)] = None
    if len(rings) > MOST_RINGS:
        left.append(Left(Why.MANY, "alert", f"{len(rings):,} outlines, of which the first {MOST_RINGS} are drawn"))
    shown = list(rings)[:MOST_RINGS]
    points = sum(map(len, shown))
    told = some_of_each(left)
    drawn = tuple(_coarser(ring, -(-points // MOST_POINTS)) for ring in shown)
    return Drawn(drawn, told, len(left) - len(told))


def _outline(place: Within) -> Ring:
    if place.circle is None:
        return place.polygon
    lat, lon, km = place.circle
    return circle_ring((lat, lon), km)


def _coarser(ring: Ring, step: int) -> Ring:
    """Return a ring by every so many corners, the last and at least four among them."""
    return ring if step < 2 or len(ring) < 9 else (*ring[: -1 : min(step, len(ring) // 4)], ring[-1])
