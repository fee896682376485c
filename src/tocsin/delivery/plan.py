"""Planning: who is reached how, in ranges of about a thousand; whoever cannot be reached is named, not dropped."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from tocsin.basis.ids import Id

RANGE = 1_000


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """One person's first usable contact point, by id: the address itself is read when it is sent."""

    person: Id
    contact: Id
    channel: str


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Ranges of recipients by channel, and the people who have no contact point we can use."""

    ranges: tuple[tuple[str, tuple[Address, ...]], ...]
    unreachable: tuple[Id, ...]


def plan_deliveries(
    persons: Iterable[Id], contacts: Iterable[tuple[int, Address]], channels: Sequence[str], size: int = RANGE
) -> Plan:
    """Choose for each person the first contact point whose channel is there, and cut the list into ranges.

    persons: who should hear; someone named twice hears once.
    contacts: (order, address) of these people.
    """
    first: dict[Id, tuple[int, Address]] = {}
    for order, address in contacts:
        if address.channel in channels and (address.person not in first or order < first[address.person][0]):
            first[address.person] = (order, address)
    wanted = tuple(dict.fromkeys(persons))
    reached = [first[person][1] for person in wanted if person in first]
    return Plan(
        ranges=tuple(_ranges(reached, channels, size)),
        unreachable=tuple(person for person in wanted if person not in first),
    )


def _ranges(
    addresses: Sequence[Address], channels: Sequence[str], size: int
) -> Iterator[tuple[str, tuple[Address, ...]]]:
    for channel in channels:
        own = [address for address in addresses if address.channel == channel]
        for start in range(0, len(own), size):
            yield channel, tuple(own[start : start + size])
