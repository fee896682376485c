"""Posts octets to where a witness listens and returns the answer as it stands. What it means is left to the record."""

import http.client

import msgspec

from tocsin.basis.errors import Unreachable
from tocsin.channels.hosts import LOST, Connection, Line, split
from tocsin.channels.wire import Reach, allow, tls

ANSWER_LIMIT = 1 << 16  # octets of a body; a cosignature has some 150, or 3,400 post-quantum
_OCTETS = ANSWER_LIMIT + 131_072  # with the head, and what the buffer reads ahead


class WitnessSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How far requests to witnesses may go, and how long one may take.

    timeout_s: for connecting, and again for the whole exchange.
    allow_private: let them reach private and loopback networks, where a witness of one's own may run.
    ca_file: whom to trust besides the machine's own list.
    """

    timeout_s: float = 10.0
    allow_private: bool = False
    ca_file: str | None = None


class Reply(msgspec.Struct, frozen=True):
    """What a host answered, word for word and not to be trusted.

    content_type: as it stood in the head, or nothing. body: at most ANSWER_LIMIT octets.
    """

    status: int
    content_type: str
    body: bytes


class WitnessWire:
    """Speaks to witnesses. It keeps nothing between requests, so threads may share it."""

    def __init__(self, settings: WitnessSettings, *, loopback_only: bool) -> None:
        """Make it ready; nothing is connected before something is posted.

        loopback_only: refuse any host but this machine. A replay or sandbox says True.

        Raises:
            Refused: a setting cannot be right.
        """
        far = Reach.ANYWHERE if settings.allow_private else Reach.PUBLIC
        reach = Reach.LOOPBACK if loopback_only else far
        self._line = Line(reach, settings.timeout_s, tls(settings.ca_file))

    def post(self, url: str, body: bytes) -> Reply:
        """Post, and return what came back, whatever its status. A redirect is not followed.

        Raises:
            Refused: the address is none, or lies beyond reach.
            Unreachable: no answer came in time, or none that is HTTP, or one that is too long.
        """
        origin, target = split(url)
        connection = self._line.connect(origin)
        try:
            return _exchange(connection, target, body)
        except LOST as error:
            raise Unreachable("The witness gave no answer, or none that is HTTP and short enough.") from error
        finally:
            connection.close()


def _exchange(connection: Connection, target: str, body: bytes) -> Reply:
    allow(connection.sock, connection.patience_s, _OCTETS)
    headers = {"Content-Type": "text/plain; charset=utf-8", "User-Agent": "Tocsin", "Connection": "close"}
    connection.request("POST", target, body, headers)
    response = connection.getresponse()
    answer = response.read(ANSWER_LIMIT + 1)
    if len(answer) > ANSWER_LIMIT or response.length:
        raise http.client.HTTPException("The answer is too long, or broke off.")
    return Reply(response.status, response.getheader("Content-Type", ""), answer)
