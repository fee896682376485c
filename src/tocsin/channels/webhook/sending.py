"""Posts parcels, one after the other, and judges each answer by its status alone."""

import http.client
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC
from email.utils import parsedate_to_datetime

import msgspec

from tocsin.basis.errors import Refused, Unreachable
from tocsin.channels.channel import Now, Parcel, Result, accepted, expired, is_expired, later, refused
from tocsin.channels.hosts import LOST, Connection, Line, Origin, split
from tocsin.channels.webhook.payloads import check, headers
from tocsin.channels.wire import Reach, allow, tls

_PATIENCE = 2  # failures in a row before the rest of a batch for that host is given back untried
_BODY_S = 2.0  # a body that dribbles in must not keep the others waiting
_BODY_OCTETS = 65_536
_ANSWER_OCTETS = _BODY_OCTETS + 131_072  # with the head, and what the buffer reads ahead
_LONGEST_WAIT_S = 3_600
_TRY_LATER = frozenset({408, 425, 429})


class WebhookSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How far webhooks may go, and how long one may take.

    timeout_s: for connecting, and again for the whole exchange.
    allow_private: let them reach private and loopback networks; otherwise whoever names an address could make
        Tocsin speak to the machines beside it.
    ca_file: whom to trust besides the machine's own list.
    """

    timeout_s: float = 10.0
    allow_private: bool = False
    ca_file: str | None = None


class Webhook:
    """The webhook channel. A parcel's address is an http or https URL, its content a payload()."""

    name = "webhook"

    def __init__(self, settings: WebhookSettings, *, loopback_only: bool) -> None:
        """Make the channel; nothing is connected before there is something to send.

        loopback_only: refuse any host but this machine. A replay or sandbox says True.

        Raises:
            Refused: a setting cannot be right.
        """
        far = Reach.ANYWHERE if settings.allow_private else Reach.PUBLIC
        reach = Reach.LOOPBACK if loopback_only else far
        self._line = Line(reach, settings.timeout_s, tls(settings.ca_file))

    def send(self, parcels: Iterable[Parcel], now: Now, *, in_flight: int = 1) -> Iterator[list[Result]]:  # noqa: ARG002
        """Post one after the other and yield what each host said."""
        round_ = _Round(self._line)
        try:
            for parcel in parcels:
                yield [round_.deliver(parcel, now)]
        finally:
            round_.hang_up()

    def close(self) -> None:
        """Let go of what is kept open: nothing yet."""


class _Round:
    """One batch: the last connection, kept for the next parcel to the same host, and who stopped answering."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._open: tuple[Origin, Connection] | None = None
        self._lost: dict[Origin, int] = {}

    def deliver(self, parcel: Parcel, now: Now) -> Result:
        try:
            origin, target = split(parcel.address)
            check(parcel)
        except Refused as error:
            return refused(parcel, str(error))
        if is_expired(parcel, now):
            return expired(parcel)
        if self._lost.get(origin, 0) >= _PATIENCE:
            return later(parcel, "Not tried: the host had stopped answering.")
        return self._try(parcel, origin, target, now)

    def _try(self, parcel: Parcel, origin: Origin, target: str, now: Now) -> Result:
        try:
            connection = self._connection(origin)
        except Refused as error:
            return refused(parcel, str(error))
        except Unreachable as error:
            self._lost[origin] = self._lost.get(origin, 0) + 1
            return later(parcel, str(error))
        if is_expired(parcel, now):  # connecting may have taken its time
            return expired(parcel)
        return self._post(origin, connection, target, parcel, now)

    def _connection(self, origin: Origin) -> Connection:
        if self._open is not None and self._open[0] == origin and self._open[1].is_idle():
            return self._open[1]
        self.hang_up()
        connection = self._line.connect(origin)
        self._open = (origin, connection)
        return connection

    def _post(self, origin: Origin, connection: Connection, target: str, parcel: Parcel, now: Now) -> Result:
        allow(connection.sock, connection.patience_s, _ANSWER_OCTETS)
        try:
            connection.request("POST", target, parcel.content, headers(parcel))
            response = connection.getresponse()
        except LOST:
            self.hang_up()
            self._lost[origin] = self._lost.get(origin, 0) + 1
            return later(parcel, "The host gave no answer, or none that is HTTP.", maybe_arrived=True)
        self._lost[origin] = 0
        self._finish(connection, response)
        return _judged(parcel, response.status, response.getheader("Retry-After"), now)

    def _finish(self, connection: Connection, response: http.client.HTTPResponse) -> None:
        """Read the body away so that the connection can be used again. Nothing in it changes the result."""
        allow(connection.sock, min(connection.patience_s, _BODY_S), _ANSWER_OCTETS)
        with suppress(*LOST):
            response.read(_BODY_OCTETS)
            if response.status >= 200 and response.isclosed() and not response.will_close:
                return
        response.close()
        self.hang_up()

    def hang_up(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None


def _judged(parcel: Parcel, status: int, retry_after: str | None, now: Now) -> Result:
    """Say what a status means for the next try.

    Source: RFC 9110, 15; RFC 8470, 5.2 (425); RFC 6585, 4 (429).
    """
    if 200 <= status < 300:
        return accepted(parcel, f"The host took it ({status}).")
    if 300 <= status < 400:
        # Following would let any host send our warning, and us, to a third place that nobody approved.
        return refused(parcel, f"The host points elsewhere ({status}); redirects are not followed.")
    if 400 <= status < 500 and status not in _TRY_LATER:
        return refused(parcel, f"The host refused it for good ({status}).")
    return later(parcel, f"The host does not take it now ({status}).", retry_after=_wait(retry_after, now))


def _wait(text: str | None, now: Now) -> int | None:
    """Read a Retry-After: seconds, or the moment to wait for.

    Source: RFC 9110, 10.2.3.
    """
    if text is None:
        return None
    if text.strip().isascii() and text.strip().isdigit():
        return min(int(text.strip()[:9]), _LONGEST_WAIT_S)
    try:
        moment = parsedate_to_datetime(text)
        left = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now()
    except (ValueError, OverflowError):
        return None
    return max(0, min(int(left.total_seconds()), _LONGEST_WAIT_S))
