"""The town's ways out: they hand over at once, and can be told to fail. What reached whom is kept."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import msgspec

from tocsin.channels.channel import Parcel, Result, accepted, expired, later, refused
from tocsin.flow.house import Message


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One message that arrived. id: as it went out; about: the person it was about, where it is a call to one of us."""

    id: str
    to: str
    at: datetime
    message: Message
    about: str = ""


class Lines:
    """The town's way out: it hands over at once, and can be told to fail."""

    name = "mail"

    def __init__(self) -> None:
        """Hand over whatever comes."""
        self.calls: list[Call] = []
        self._waiting: dict[str, Message] = {}
        self._refused: set[str] = set()
        self._down = 0

    def goes_down(self, times: int) -> None:
        """Fail the next so many messages in a way that may pass."""
        self._down = times

    def refuses(self, person: str) -> None:
        """Refuse a person's messages for good."""
        self._refused.add(person)

    def pack(self, parcel_id: str, address: str, message: Message, not_after: datetime) -> Parcel:
        """Make a parcel; in this town a message travels as it is."""
        self._waiting[parcel_id] = message
        return Parcel(
            id=parcel_id,
            address=address,
            content=message.subject.encode(),
            not_after=not_after,
            exercise=message.exercise,
        )

    def send(
        self,
        parcels: Iterable[Parcel],
        now: Callable[[], datetime],
        *,
        in_flight: int = 1,  # noqa: ARG002
    ) -> Iterator[list[Result]]:
        """Hand each over, or fail as told."""
        for parcel in parcels:
            if parcel.address in self._refused:
                yield [refused(parcel, "Nobody of that name.")]
            elif self._down:
                self._down -= 1
                yield [later(parcel, "The line is down.")]
            elif now() > parcel.not_after:
                yield [expired(parcel)]
            else:
                message = self._waiting[parcel.id]
                self.calls.append(Call(id=parcel.id, to=parcel.address, at=now(), message=message))
                yield [accepted(parcel, "Handed over.")]


class Phone:
    """What reached one person."""

    def __init__(self, calls: list[Call]) -> None:
        """Hold these."""
        self.calls = calls

    @property
    def last_call(self) -> Call:
        """Return the latest that came in."""
        return self.calls[-1]
