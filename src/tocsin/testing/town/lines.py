"""The town's ways out: they hand over at once, and can be told to fail. What reached whom is kept."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import msgspec

from tocsin.channels.channel import Limit, Parcel, Result, accepted, expired, later, refused
from tocsin.flow.delivery.carrier import Message, Pack


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One message that arrived. id: as it went out; about: the person it was about, where it is a call to one of us.

    answer_url: where the one who was told answers. leave_url: where they end such warnings, if they may.
    """

    id: str
    to: str
    at: datetime
    message: Message
    answer_url: str
    leave_url: str = ""
    about: str = ""


class Lines:
    """A way out of the town: it hands over at once, and can be told to fail.

    limit: how fast it may send; limits: with whatever else keeps it. before: is called before each parcel is handed over.
    """

    def __init__(self, name: str = "mail") -> None:
        """Hand over whatever comes."""
        self.name = name
        self.limit: Limit | None = None
        self.before: Callable[[], None] = lambda: None
        self.calls: list[Call] = []
        self._waiting: dict[str, tuple[Message, str, str]] = {}
        self._refused: dict[str, bool] = {}
        self._asked: dict[str, int] = {}
        self._busy: dict[str, int] = {}
        self._down = 0

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Return what its account may send."""
        return (self.limit,) if self.limit is not None else ()

    def check(self) -> str:
        """Say that all is well."""
        return "The line is well; nothing was sent."

    def goes_down(self, times: int) -> None:
        """Fail the next so many messages in a way that may pass."""
        self._down = times

    def is_busy(self, person: str, times: int) -> None:
        """Fail a person's next so many messages in a way that may pass."""
        self._busy[person] = times

    def asks_to_wait(self, person: str, seconds: int) -> None:
        """Ask to come back with a person's next message after so many seconds."""
        self._asked[person] = seconds

    def refuses(self, person: str, *, wrong_address: bool = False) -> None:
        """Refuse a person's messages for good. wrong_address: because there is nobody there."""
        self._refused[person] = wrong_address

    def layout(self, message: Message, not_after: datetime) -> Pack:
        """Make parcels; in this town a message travels as it is."""

        def pack(parcel_id: str, address: str, answer_url: str, leave_url: str) -> Parcel:
            self._waiting[parcel_id] = message, answer_url, leave_url
            return Parcel(
                id=parcel_id,
                address=address,
                content=message.subject.encode(),
                not_after=not_after,
                exercise=message.exercise,
            )

        return pack

    def send(
        self,
        parcels: Iterable[Parcel],
        now: Callable[[], datetime],
        *,
        in_flight: int = 1,  # noqa: ARG002
    ) -> Iterator[list[Result]]:
        """Hand each over, or fail as told."""
        for parcel in parcels:
            self.before()
            if parcel.address in self._refused:
                yield [refused(parcel, "Nobody of that name.", wrong_address=self._refused[parcel.address])]
            elif parcel.address in self._asked:
                yield [later(parcel, "Too many at once.", retry_after=self._asked.pop(parcel.address))]
            elif self._busy.get(parcel.address):
                self._busy[parcel.address] -= 1
                yield [later(parcel, "Busy.")]
            elif self._down:
                self._down -= 1
                yield [later(parcel, "The line is down.")]
            elif now() > parcel.not_after:
                yield [expired(parcel)]
            else:
                message, url, leave = self._waiting[parcel.id]
                self.calls.append(
                    Call(id=parcel.id, to=parcel.address, at=now(), message=message, answer_url=url, leave_url=leave)
                )
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
