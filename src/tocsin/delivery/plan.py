"""Planning: who is reached how, in ranges of about a thousand; whoever cannot be reached is named, not dropped."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from tocsin.basis.ids import Id

RANGE = 1_000


class Address(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """One usable contact point of one person, by id: the address itself is read when it is sent."""

    person: Id
    contact: Id
    channel: str


class Range(msgspec.Struct, frozen=True, kw_only=True):
    """Recipients who are reached over one channel. more: each has another contact point to fall back to."""

    channel: str
    more: bool
    addresses: tuple[Address, ...]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Ranges of recipients, and the people who have no contact point we can use, or none that was not tried."""

    ranges: tuple[Range, ...]
    unreachable: tuple[Id, ...]


def plan_deliveries(
    persons: Iterable[Id],
    contacts: Iterable[tuple[int, Address]],
    channels: Sequence[str],
    size: int = RANGE,
    tried: Mapping[Id, Collection[Id]] | None = None,
    avoid: Collection[str] = (),
) -> Plan:
    """Choose for each person the first contact point whose channel is there, and cut the list into ranges.

    persons: who should hear; someone named twice hears once.
    contacts: (order, address) of these people.
    tried: which of a person's contact points have been tried for this warning before; the next one is taken.
    avoid: channels that are taken only where a person has no other left.
    """
    best: dict[Id, tuple[bool, int, Id, Address]] = {}
    others: set[Id] = set()
    for order, address in contacts:
        if address.channel in channels and not (tried and address.contact in tried.get(address.person, ())):
            one = (address.channel in avoid, order, address.contact, address)
            known = best.get(address.person)
            if known is not None:
                others.add(address.person)
            if known is None or one[:3] < known[:3]:
                best[address.person] = one
    wanted = dict.fromkeys(persons)
    reached = [(best[person][3], person in others) for person in wanted if person in best]
    return Plan(
        ranges=tuple(_ranges(reached, channels, size)),
        unreachable=tuple(person for person in wanted if person not in best),
    )


def plan_retraction(
    told: Sequence[Address], contacts: Iterable[tuple[int, Address]], channels: Sequence[str], size: int = RANGE
) -> tuple[Range, ...]:
    """Cut the contact points at which a warning may have arrived into ranges, each to be told there that it was false.

    told: of one channel, each person once. contacts: (order, address) of these people, to see who has another one.
    """
    at = {address.person: address.contact for address in told}
    usable = [address for _, address in contacts if address.channel in channels and address.person in at]
    others = {address.person for address in usable if address.contact != at[address.person]}
    reached = [(address, address.person in others) for address in told]
    return tuple(_ranges(reached, tuple(dict.fromkeys(address.channel for address in told)), size))


def _ranges(reached: Sequence[tuple[Address, bool]], channels: Sequence[str], size: int) -> Iterator[Range]:
    alike: dict[tuple[str, bool], list[Address]] = {
        (channel, more): [] for channel in channels for more in (False, True)
    }
    for address, more in reached:
        alike[address.channel, more].append(address)
    for (channel, more), own in alike.items():
        for start in range(0, len(own), size):
            yield Range(channel=channel, more=more, addresses=tuple(own[start : start + size]))
