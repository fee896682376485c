"""Reads a message that fits its schema in one pass over its elements, in the order in which they stand.

Of such a message it is known that nothing is lacking, twice or out of its place, so no element need be asked what is around
it. A message with anything to tell of is left to the walk in read.py.
"""

from collections.abc import Callable
from itertools import count
from typing import Any

import msgspec
from lxml import etree

from tocsin.cap.elements import TABLES, Group, pair


class Level(msgspec.Struct, frozen=True):
    """One group of a version's table.

    absent: what stands for an element that the model requires and that is not there. several: which of its fields hold
    several values, and the level that each of these is, if it is one.
    """

    number: int
    make: Callable[..., Any]
    absent: dict[str, Any]
    several: tuple[tuple[str, "Level | None"], ...]


# What to do with an element of one name: the number of the level on which it stands, its field there, whether it may stand
# several times, the level that it opens, whether it is a pair, and how its text is read (nothing where the text is the value).
Step = tuple[int, str, bool, Level | None, bool, Callable[[str], Any] | None]


def straight(root: etree._Element, namespace: str) -> dict[str, Any] | None:
    """Return what a message holds, by the model's names; nothing if there is a signature, or a text beyond understanding."""
    top, steps = _TABLES[namespace]
    whole = top.absent.copy()
    held = {top.number: whole}  # of each level, what was opened last
    elements = root.iter()
    next(elements)
    try:
        for element in elements:
            level, field, many, opens, is_pair, read = steps[element.tag]
            value: Any
            if is_pair:
                value = (next(elements).text or "", next(elements).text or "")
            elif opens is not None:
                value = held[opens.number] = opens.absent.copy()
            elif read is None:
                value = element.text or ""
            elif (value := read(element.text or "")) is None:
                continue
            if many:
                held[level].setdefault(field, []).append(value)
            else:
                held[level][field] = value
    except (KeyError, ValueError):
        return None  # before anything in a signature is seen: it is no part of what the message says
    return _closed(whole, top)


def _closed(held: dict[str, Any], level: Level) -> dict[str, Any]:
    for field, inner in level.several:
        found = held.get(field, ())
        held[field] = tuple([inner.make(**_closed(each, inner)) for each in found] if inner else found)
    return held


def _table(group: Group) -> tuple[Level, dict[str, Step]]:
    steps: dict[str, Step] = {}
    return _level(group, steps, count()), steps


def _level(group: Group, steps: dict[str, Step], numbers: "count[int]") -> Level:
    """Make a level, and add the steps of its elements: but for pairs, no two levels have an element of the same name."""
    number = next(numbers)
    several: list[tuple[str, Level | None]] = []
    for tag, element in group.by_tag.items():
        kind = element.kind
        is_pair = isinstance(kind, Group) and kind.make is pair
        opens = _level(kind, steps, numbers) if isinstance(kind, Group) and not is_pair else None
        read = None if isinstance(kind, Group) else kind.passed
        steps[tag] = (number, element.field, element.many, opens, is_pair, read)
        if element.many:
            several.append((element.field, opens))
    absent = {field: nothing for field, nothing in group.absent.items() if nothing is None}
    return Level(number, group.make, absent, tuple(several))


_TABLES = {namespace: _table(table) for namespace, table in TABLES.items()}
