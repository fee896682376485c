"""Which warnings something that happened is about. What follows from that is for others to say."""

from collections.abc import Collection, Iterable
from typing import Any

from tocsin.basis.ids import Id
from tocsin.store.look import Look


def warnings_about(look: Look, ids: Collection[Id], kinds: Iterable[type[Any]]) -> list[Id]:
    """Return these ids, among which are warnings, and with them the warnings of the others. kinds: what the others are."""
    some = sorted(set(ids))
    return sorted({*some, *(one.warning for kind in kinds for one in look.some(kind, some).values())})
