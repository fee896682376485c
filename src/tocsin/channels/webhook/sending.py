"""Posts parcels, many at once, and judges each answer by its status alone."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec

from tocsin.basis.errors import Refused
from tocsin.channels.channel import Now, Parcel, Result, accepted, later, refused
from tocsin.channels.flight import Flights
from tocsin.channels.hosts import Line, Origin, split
from tocsin.channels.posting import MOST_IN_A_ROW, Answer, Limits, Posting, head_lines, seconds_to_wait
from tocsin.channels.webhook.payloads import check, plain_head
from tocsin.channels.webhook.signature import Signer
from tocsin.channels.wire import Reach, tls

_MOST_CONNECTIONS = 4_096
_TRY_LATER = frozenset({408, 425, 429})


class WebhookSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How far webhooks may go, how long one may take, and who signs them.

    timeout_s: for connecting, and again for the whole exchange.
    allow_private: let them reach private and loopback networks; otherwise whoever names an address could make
        Tocsin speak to the machines beside it.
    ca_file: whom to trust besides the machine's own list.
    per_host, in_all: connections at a time, to one host and together.
    pipelined: hosts that agreed to take several requests in a row on one connection, before they have answered the first,
        as "https://hooks.example.org:8443", and how many; to others one.
    signing_keys, masters: as signature.Signer takes them; none: webhooks are not signed.
    """

    timeout_s: float = 10.0
    allow_private: bool = False
    ca_file: str | None = None
    per_host: int = 32
    in_all: int = 256
    pipelined: Mapping[str, int] = {}
    signing_keys: tuple[str, ...] = ()
    masters: tuple[bytes, ...] = ()

    def __repr__(self) -> str:
        return f"WebhookSettings(timeout_s={self.timeout_s}, allow_private={self.allow_private})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("timeout_s", self.timeout_s), ("allow_private", self.allow_private)]


class Webhook:
    """The webhook channel. A parcel's address is an http or https URL, its content a payload()."""

    name = "webhook"

    def __init__(self, settings: WebhookSettings, *, loopback_only: bool) -> None:
        """Make the channel; nothing is connected before there is something to send.

        loopback_only: refuse any host but this machine. A replay or sandbox says True.

        Raises:
            Refused: a setting cannot be right.
        """
        if settings.timeout_s <= 0:
            raise Refused(f"A webhook's timeout is {settings.timeout_s} s. It must be more than 0.")
        if not 1 <= settings.per_host <= settings.in_all <= _MOST_CONNECTIONS:
            raise Refused(
                f"The webhook channel has {settings.per_host} connections to a host and {settings.in_all} in all. "
                f"It must have at least 1, no more to one host than in all, and in all no more than {_MOST_CONNECTIONS}."
            )
        far = Reach.ANYWHERE if settings.allow_private else Reach.PUBLIC
        line = Line(Reach.LOOPBACK if loopback_only else far, settings.timeout_s, tls(settings.ca_file))
        is_signed = settings.signing_keys or settings.masters
        post = _Post(Signer(settings.signing_keys, settings.masters) if is_signed else None)
        in_a_row = dict(_agreed(*one) for one in settings.pipelined.items())
        limits = Limits(per_host=settings.per_host, in_all=settings.in_all, in_a_row=in_a_row)
        self._flights = Flights(lambda: Posting(post, line, limits))

    def send(self, parcels: Iterable[Parcel], now: Now, *, in_flight: int = 1) -> Iterator[list[Result]]:
        """Post them and yield what each host said."""
        return self._flights.send(parcels, now, in_flight)

    def close(self) -> None:
        """Hang up."""
        self._flights.close()


def _agreed(host: str, requests: int) -> tuple[Origin, int]:
    """Return whom the settings name, and how many requests in a row they agreed to.

    Raises:
        Refused: it is no host, or no such number.
    """
    origin, target = split(host)
    if target != "/":
        raise Refused("What takes several webhooks in a row is a host, like https://hooks.example.org, without a path.")
    if not 1 <= requests <= MOST_IN_A_ROW:
        raise Refused(f"A host takes {requests} webhooks in a row. It must be 1 to {MOST_IN_A_ROW}.")
    return origin, requests


class _Post:
    """What a webhook is, as a request."""

    method = "POST"
    reads_bodies = False

    def __init__(self, signer: Signer | None) -> None:
        self._signer = signer

    def check(self, parcel: Parcel) -> str:
        check(parcel)
        return parcel.address

    def head(self, parcel: Parcel, at: datetime) -> str:
        head = plain_head(parcel)
        if self._signer is None:
            return head
        return head + head_lines(self._signer.headers(parcel.id, parcel.content, at, address=parcel.address))

    def body(self, parcel: Parcel) -> bytes:
        return parcel.content

    def judge(self, parcel: Parcel, answer: Answer, now: Now) -> Result:
        return _judged(parcel, answer, now)


def _judged(parcel: Parcel, answer: Answer, now: Now) -> Result:
    """Say what a status means for the next try.

    Source: RFC 9110, 15; RFC 8470, 5.2 (425); RFC 6585, 4 (429).
    """
    status = answer.status
    if 200 <= status < 300:
        return accepted(parcel, f"The host took it ({status}).")
    if 300 <= status < 400:
        # Following would let any host send our warning, and us, to a third place that nobody approved.
        return refused(parcel, f"The host points elsewhere ({status}); redirects are not followed.")
    if 400 <= status < 500 and status not in _TRY_LATER:
        return refused(parcel, f"The host refused it for good ({status}).", wrong_address=status == HTTPStatus.GONE)
    return later(
        parcel, f"The host does not take it now ({status}).", retry_after=seconds_to_wait(answer.retry_after, now)
    )
