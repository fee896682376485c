"""Gets what stands at an address: only where it may go, at each hop; so much and no more; and not again what has not changed.

What it means is left to whoever asked.

Source: RFC 9110, 8.8 (validators), 10.2.3 (Retry-After), 13.1 (conditional requests), 15.4 (redirects).
"""

import http.client
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import msgspec

from tocsin.basis.errors import Refused, Unreachable
from tocsin.channels.hosts import LOST, Connection, Line, Origin, split
from tocsin.channels.wire import Reach, allow, tls

MOST_HOPS = 3
MOST_OPEN = 8
"""Connections that are kept for later; a feed may name a thousand hosts, and a process has some thousand files."""

HEADS = 131_072  # octets of a head, and what the buffer reads ahead
_MOVED = frozenset({301, 302, 303, 307, 308})
_CHUNK = 65_536
_TYPES = (
    "application/cap+xml, application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
)


class FetchSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How far fetching may go, and how long one exchange may take.

    timeout_s: for connecting, and again for each whole exchange. allow_private: let it lead to private and loopback
    networks. ca_file: whom to trust besides the machine's own list. agent: who we say we are.
    """

    timeout_s: float = 20.0
    allow_private: bool = False
    ca_file: str | None = None
    agent: str = "Tocsin"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a host answered, not to be trusted.

    address: where it was found, after redirects. tag, modified: what the host calls this state of it. wait: for how long
    it asks not to be asked again.
    """

    status: int
    address: str
    body: bytes = b""
    tag: str = ""
    modified: str = ""
    wait: timedelta | None = None


class Fetcher:
    """Makes sessions. It keeps nothing itself, so threads may share it."""

    def __init__(self, settings: FetchSettings, *, loopback_only: bool = False) -> None:
        """Make it ready; nothing is connected before something is asked for.

        Raises:
            Refused: a setting cannot be right.
        """
        far = Reach.ANYWHERE if settings.allow_private else Reach.PUBLIC
        trust = tls(settings.ca_file)
        self._line = Line(Reach.LOOPBACK if loopback_only else far, settings.timeout_s, trust)
        self._public = Line(Reach.LOOPBACK if loopback_only else Reach.PUBLIC, settings.timeout_s, trust)
        self._agent = settings.agent

    def session(self, *, private: bool = True) -> "Session":
        """Return something to ask with, for one thread; it keeps connections open until it is closed.

        private: it may reach private and loopback networks, if the settings let any.
        """
        return Session(self._line if private else self._public, self._agent)


class Session:
    """Asks, over connections that are used again."""

    def __init__(self, line: Line, agent: str) -> None:
        """Connect by this line."""
        self._line = line
        self._agent = agent
        self._open: dict[Origin, Connection] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in self._open.values():
            connection.close()
        self._open.clear()

    def get(self, address: str, now: datetime, *, most: int, tag: str = "", modified: str = "") -> Answer:
        """Return what stands at an address, whatever its status.

        most: octets of a body, also after it is unpacked. tag, modified: of the state that is known already.

        Raises:
            Refused: the address, or one that it leads to, is none or lies beyond reach; or the answer is too long.
            Unreachable: no answer came in time, or none that is HTTP.
        """
        known = {"If-None-Match": tag} if tag else {}
        known |= {"If-Modified-Since": modified} if modified else {}
        for _ in range(MOST_HOPS + 1):
            origin, target = split(address)
            response, body = self._exchange(origin, target, known, most)
            moved = response.getheader("Location", "") if response.status in _MOVED else ""
            if not moved:
                return _answer(response, address, body, now)
            address = _hop(address, moved)
        raise Refused(f"It leads on more than {MOST_HOPS} times.")

    def _exchange(
        self, origin: Origin, target: str, known: dict[str, str], most: int
    ) -> tuple[http.client.HTTPResponse, bytes]:
        kept = self._open.pop(origin, None)
        if kept is not None and kept.is_idle():
            try:
                return self._ask(kept, origin, target, known, most)
            except Unreachable:  # the host may have closed it at that very moment
                pass
        elif kept is not None:
            kept.close()
        return self._ask(self._line.connect(origin), origin, target, known, most)

    def _ask(
        self, connection: Connection, origin: Origin, target: str, known: dict[str, str], most: int
    ) -> tuple[http.client.HTTPResponse, bytes]:
        done = False
        try:
            allow(connection.sock, connection.patience_s, most + HEADS)
            heads = {"User-Agent": self._agent, "Accept": _TYPES, "Accept-Encoding": "gzip"}
            connection.request("GET", target, headers=heads | known)
            response = connection.getresponse()
            body = _unpacked(response, most)
            done = not response.will_close
        except LOST as error:
            raise Unreachable("The host gave no answer in time, or none that is HTTP and short enough.") from error
        finally:
            if done:
                self._keep(origin, connection)
            else:
                connection.close()
        return response, body

    def _keep(self, origin: Origin, connection: Connection) -> None:
        self._open[origin] = connection
        while len(self._open) > MOST_OPEN:  # the one that was not used for longest
            self._open.pop(next(iter(self._open))).close()


def _hop(here: str, moved: str) -> str:
    """Return where an answer leads.

    Raises:
        Refused: it leads away from https.
    """
    if not moved.isascii() or not moved.isprintable():
        raise Refused("It leads to an address that is none.")
    there = urljoin(here, moved)
    if here.startswith("https:") and not there.startswith("https:"):
        raise Refused("It leads from https to an address without.")
    return there


def _unpacked(response: http.client.HTTPResponse, most: int) -> bytes:
    """Return a body, unpacked, of so many octets at most.

    Raises:
        Refused: it is longer, or packed in a way that was not asked for.
    """
    packed = response.getheader("Content-Encoding", "identity").strip().lower()
    if packed not in ("identity", "", "gzip", "x-gzip"):
        raise Refused("The answer is packed in a way that was not asked for.")
    raw = response.read(most + 1)
    if response.length:
        raise http.client.IncompleteRead(raw, response.length) if len(raw) <= most else Refused(_too_long(most))
    if packed in ("gzip", "x-gzip") and raw:
        raw = _gunzipped(raw, most)
    if len(raw) > most:
        raise Refused(_too_long(most))
    return raw


def _gunzipped(raw: bytes, most: int) -> bytes:
    """Unpack gzip, and no more than so much of it: a few octets may hold gigabytes.

    Raises:
        Unreachable: it is none, or breaks off.
    """
    unpacker = zlib.decompressobj(31)
    try:
        found = unpacker.decompress(raw, most + 1)
    except zlib.error as error:
        raise Unreachable("The answer says that it is gzip, and is not.") from error
    if not unpacker.eof and len(found) <= most:
        raise Unreachable("The answer broke off.")
    return found


def _too_long(most: int) -> str:
    return f"The answer has more than {most:,} bytes, which is the most that is read."


def _answer(response: http.client.HTTPResponse, address: str, body: bytes, now: datetime) -> Answer:
    return Answer(
        status=response.status,
        address=address,
        body=body,
        tag=response.getheader("ETag", "")[:1_000],
        modified=response.getheader("Last-Modified", "")[:100],
        wait=_wait(response.getheader("Retry-After", ""), now) or _fresh(response.getheader("Cache-Control", "")),
    )


def _wait(said: str, now: datetime) -> timedelta | None:
    said = said.strip()
    if said.isascii() and said.isdigit() and len(said) < 9:
        return timedelta(seconds=int(said))
    try:
        moment = parsedate_to_datetime(said)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    until = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(until - now, timedelta()) or None


def _fresh(said: str) -> timedelta | None:
    """Return for how long the host says that nothing will change."""
    for part in said.lower().split(","):
        name, _, value = part.strip().partition("=")
        if name == "max-age" and value.isascii() and value.isdigit() and len(value) < 9:
            return min(timedelta(seconds=int(value)), timedelta(minutes=5)) or None
    return None
