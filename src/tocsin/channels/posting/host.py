"""One host as the engine knows it: its connections, how much it bears, and who waits for it."""

from collections import deque
from typing import TYPE_CHECKING

from tocsin.channels.channel import Parcel
from tocsin.channels.flight import Job, Round
from tocsin.channels.hosts import Origin
from tocsin.channels.posting.post import Answer
from tocsin.channels.wire import Endpoint

if TYPE_CHECKING:
    from tocsin.channels.posting.connection import Connection

_QUICK_S = 0.25  # a parcel waits no longer than this behind others on its connection, as far as one can know ahead


class Request(Job):
    """A parcel on its way to a host. target: what the host is asked for."""

    __slots__ = ("share", "target")
    share: "Share"
    target: str

    def __init__(self, parcel: Parcel, round_: Round) -> None:
        super().__init__(parcel, round_)
        self.target = ""


class Host:
    """One origin.

    most: connections it has shown to bear. proven: it has answered, and has not failed since.
    agreed: requests in a row on one connection that it agreed to. row: how many it has shown to bear, while it is quick.
    longest: answers after which it has closed a connection with requests left on it, as it announced; 0: it has not.
    known: the last answer that came in one piece and left its connection in order, and what it says.
    """

    __slots__ = (
        "address",
        "agreed",
        "connecting",
        "idle",
        "known",
        "longest",
        "looked_up",
        "most",
        "open",
        "origin",
        "proven",
        "row",
        "start",
        "waiting",
    )

    def __init__(self, origin: Origin, most: int, agreed: int) -> None:
        self.origin = origin
        self.most = most
        self.agreed = agreed
        self.row = 1
        self.longest = 0
        self.idle: list[Connection] = []
        self.open = 0
        self.connecting = 0
        self.proven = False
        self.waiting: dict[Share, None] = {}
        self.address: list[Endpoint] = []
        self.looked_up = 0.0
        self.known: tuple[bytes, Answer] = b"", Answer()
        name = f"[{origin.host}]" if ":" in origin.host else origin.host
        port = "" if origin.port == (443 if origin.secure else 80) else f":{origin.port}"
        self.start = f" HTTP/1.1\r\nHost: {name}{port}\r\nAccept-Encoding: identity\r\n"

    def has_answered(self, requests: int, seconds: float) -> None:
        """Note how long the answers to some requests in a row took, on a connection that stays."""
        if seconds > _QUICK_S:
            self.row = max(1, self.row // 2)
        elif requests >= self.row:
            self.row = min(self.agreed, 2 * self.row)

    def has_failed(self) -> None:
        """Note that it gave no answer: one request at a time, until it has answered again."""
        self.proven = False
        self.row = 1


class Share:
    """What one round has for one host.

    lost: failures in a row. shut: why the rest is given back untried. refusal: why the host must not be posted to.
    """

    __slots__ = ("handed", "host", "jobs", "lost", "refusal", "round", "shut", "wait_s")

    def __init__(self, host: Host, round_: Round) -> None:
        self.host = host
        self.round = round_
        self.jobs: deque[Request] = deque()
        self.handed = 0
        self.lost = 0
        self.shut = ""
        self.wait_s: int | None = None
        self.refusal = ""

    def pop(self) -> Request:
        """Take the next parcel out."""
        job = self.jobs.popleft()
        if not self.jobs:
            del self.host.waiting[self]
        return job
