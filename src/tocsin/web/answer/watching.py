"""Whether somebody watches for a need for help, found out once for everyone who opens their link within some seconds."""

from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.ids import Id
from tocsin.flow.answer.watched import somebody_watches
from tocsin.flow.house import House
from tocsin.store.intake import Link
from tocsin.store.look import Look
from tocsin.web.answer import fill

HOLDS_S = 10  # a rota changes hands, or a number is taken off: the page says so this late at most
KEPT = 1_000  # warnings


class Watching:
    """Says it of each warning. Threads may share it: at worst two of them find out the same."""

    def __init__(self, house: House) -> None:
        """Know of no warning yet."""
        self._house = house
        self._kept: dict[tuple[Id, int, int], bool] = {}

    def told(self, look: Look, link: Link, now: datetime) -> fill.Told | None:
        """Return what a recipient was told, and whether somebody watches; None: it is nothing that can be answered."""
        known = fill.told(look, link)
        if known is None:
            return None
        key = (link.warning, link.version, int(now.timestamp()) // HOLDS_S)
        watched = self._kept.get(key)
        if watched is None:
            watched = somebody_watches(self._house, look, known.warning, now)
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[key] = watched
        return replace(known, watched=watched)
