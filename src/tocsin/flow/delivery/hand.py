"""Handing over: what a batch says becomes a parcel for each recipient, and the channel sends them. Then it is summed up.

An order holds all that this takes, and so does a tally, so that it can be done in a process of its own: see tocsin.hands.
It has no door to the store. What came of each place is said back, and noted by whoever gave the order.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Literal, Protocol

import msgspec
from msgspec.structs import replace

from tocsin.basis.errors import Broken, TocsinError
from tocsin.basis.ids import Id, Randomness, keyed_ids
from tocsin.channels.channel import Parcel, Result
from tocsin.flow.delivery.carrier import Carrier, Message, Pack
from tocsin.store.links import Links
from tocsin.store.opening import open_with
from tocsin.store.place import Place
from tocsin.store.sums import Sums, Tally, sum_up

Moment = Callable[[], datetime]

TOGETHER = 256
"""Places whose ids and links are made at a time: so cheap in bulk, and none waits for many others."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A batch, or a part of one, to be handed over.

    places, keys: one recipient after the other; None for a key that was destroyed. about, step: what the ids of its deliveries are made of, with person and channel. answers: the address before the
    token of an answer link; empty where there is nothing to answer. leaving: the same of a link to end warnings, and
    leavers: whose letter says it. messages: by the languages of their readers. large: who needs large letters.
    """

    batch: Id
    channel: str
    about: Id
    step: int
    answers: str
    leaving: str = ""
    not_after: datetime
    messages: dict[str, Message]
    places: list[Place]
    keys: list[bytes | None]
    leavers: frozenset[Id] = frozenset()
    large: frozenset[Id] = frozenset()

    def sends_all(self, tally: Tally) -> bool:
        """Say whether it was for everyone in the batch that is summed up."""
        return self.batch == tally.batch and len(self.places) == len(tally.persons)

    # Addresses and keys belong in no log.
    def __repr__(self) -> str:
        return f"Order(about={self.about!r})"


What = Literal["accepted", "refused", "later", "expired", "forgotten", "unfit"]
"""What became of one place: what the channel says, or that there was nothing to hand it."""


class Said(msgspec.Struct, frozen=True, array_like=True):
    """What became of some places of an order that went alike. places: their numbers there.

    wrong_address: nothing that is sent there arrives.
    """

    places: list[int]
    what: What
    detail: str
    retry_after: int = 0
    wrong_address: bool = False


class Hand(Protocol):
    """Hands orders over."""

    def send(self, order: Order, moment: Moment, *, in_flight: int) -> Iterator[list[Said]]:
        """Hand an order over, and say what became of each place, in any order, each once.

        An empty list says that nothing has come for a while, so that whoever asks can note what it has, or stop.

        moment: the present one; a moment after not_after lets nothing more leave. in_flight: how many places may have
        been handed over whose list has not been asked past.
        """
        ...

    def sum_up(self, tally: Tally) -> Sums:
        """Sum up a batch for which nothing more is tried."""
        ...

    def close(self) -> None:
        """Be done."""
        ...


class OwnHand:
    """Hands over in this process."""

    def __init__(self, carriers: Mapping[str, Carrier], key: bytes, randomness: Randomness) -> None:
        """Take the ways out. key: from which ids and answer links follow."""
        self._carriers = carriers
        self._key = key
        self._randomness = randomness
        self._links = Links(key)
        self._last: _Round | None = None

    def send(self, order: Order, moment: Moment, *, in_flight: int) -> Iterator[list[Said]]:
        """Hand an order over, as Hand says."""
        self._last = _Round(self._carriers[order.channel], order, self._key, self._links)
        return self._last.send(moment, in_flight)

    def sum_up(self, tally: Tally) -> Sums:
        """Sum up a batch, as Hand says."""
        last, self._last = self._last, None
        ids = last.ids if last is not None and last.order.sends_all(tally) else []
        return sum_up(tally, self._key, self._randomness, ids if len(ids) == len(tally.persons) else None)

    def fill(self, tally: Tally) -> Tally:
        """Put into a tally what its order said already, which came right before it.

        Raises:
            Broken: none did.
        """
        if tally.persons:
            return tally
        if self._last is None or self._last.order.batch != tally.batch:
            raise Broken(f"Batch {tally.batch} is to be summed up, and nobody said who is in it.")
        order = self._last.order
        return replace(tally, persons=[to.person for to in order.places], keys=order.keys)

    def close(self) -> None:
        """Be done; the ways out are whoever's made them."""


class _Round:
    """One order, handed over once."""

    def __init__(self, carrier: Carrier, order: Order, key: bytes, links: Links) -> None:
        self._carrier, self.order, self._key, self._links = carrier, order, key, links
        self.ids: list[Id] = []  # under which each place goes out, in their order; all of them, once it was sent
        self._sent: dict[str, int] = {}
        self._untold = set(range(len(order.places)))
        self._unfit: list[Said] = []

    def send(self, moment: Moment, in_flight: int) -> Iterator[list[Said]]:
        try:
            for results in self._carrier.send(self._parcels(), moment, in_flight=in_flight):
                yield [*self._taken(), *self._said(results)]
        except Exception as error:  # noqa: BLE001  a channel's mistake counts as a failed try, or it would be tried for ever
            why = f"The {self.order.channel} channel broke down ({type(error).__name__})."
            unfit = self._taken()
            yield [*unfit, *([Said(sorted(self._untold), "later", why)] if self._untold else ())]
        if self._unfit:
            yield self._taken()

    def _parcels(self) -> Iterator[Parcel]:
        order = self.order

        @cache
        def pack(languages: str, large: bool) -> Pack:
            return self._carrier.layout(replace(order.messages[languages], large=large), order.not_after)

        step = str(order.step)
        for start in range(0, len(order.places), TOGETHER):
            some = order.places[start : start + TOGETHER]
            ids = keyed_ids(self._key, [(order.about, to.person, order.channel, step) for to in some])
            self.ids += ids
            rows = [to.row for to in some]
            tokens = self._links.tokens(rows) if order.answers else [""] * len(some)
            leaving = self._links.leaving_tokens(rows) if order.leaving else [""] * len(some)
            each = zip(some, order.keys[start:], ids, tokens, leaving, strict=False)
            for place, (to, key, parcel_id, token, leave) in enumerate(each, start):
                parcel = self._packed(pack, place, to, key, parcel_id, order.answers + token, order.leaving + leave)
                if parcel is not None:
                    self._sent[parcel_id] = place
                    yield parcel

    def _packed(
        self,
        pack: Callable[[str, bool], Pack],
        place: int,
        to: Place,
        key: bytes | None,
        parcel_id: str,
        link: str,
        leave: str,
    ) -> Parcel | None:
        """Return what goes to one recipient; what cannot be packed for one holds up nobody else."""
        if key is None or to.forgotten or not to.address:
            self._unfit.append(Said([place], "forgotten", "Forgotten since it was planned."))
            return None
        try:
            address = open_with(key, to.person, to.address, f"{to.contact}.address")
            laid_out = pack(to.languages, to.person in self.order.large)
            return laid_out(parcel_id, address, link, leave if to.person in self.order.leavers else "")
        except TocsinError as error:
            self._unfit.append(Said([place], "unfit", str(error)))
            return None

    def _taken(self) -> list[Said]:
        unfit, self._unfit = self._unfit, []
        self._untold.difference_update(said.places[0] for said in unfit)
        return unfit

    def _said(self, results: Sequence[Result]) -> list[Said]:
        alike: dict[tuple[What, str, int, bool], list[int]] = {}
        for one in results:
            what = one.state, one.detail, one.retry_after or 0, one.wrong_address
            alike.setdefault(what, []).append(self._sent.pop(one.parcel))
        self._untold.difference_update(*alike.values())
        return [Said(places, *what) for what, places in alike.items()]
