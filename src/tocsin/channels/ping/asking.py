"""Asks one address, and says whether it answered that all is well. What is asked tells nothing but that we are alive."""

import msgspec

from tocsin.basis.errors import Refused, Unreachable
from tocsin.channels.hosts import LOST, Line, split
from tocsin.channels.wire import Reach, allow, tls

_OCTETS = 1 << 16  # of an answer, head and all; only its first line matters


class PingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to ask.

    url: whoever knows it can keep the outside service quiet, so it is a secret. timeout_s: for connecting, and again for
    the whole exchange. allow_private: let it be http, and lead to private and loopback networks. ca_file: whom to trust
    besides the machine's own list.
    """

    url: str
    timeout_s: float = 10.0
    allow_private: bool = False
    ca_file: str | None = None

    def __repr__(self) -> str:
        return "PingSettings()"


class Ping:
    """Asks one address, each time over a connection of its own."""

    def __init__(self, settings: PingSettings, *, loopback_only: bool = False) -> None:
        """Make it ready; nothing is connected before it is sent.

        Raises:
            Refused: the address is none, or no https where it must be. The sentence does not quote it.
        """
        self._origin, self._target = split(settings.url)
        if not self._origin.secure and not settings.allow_private:
            raise Refused("The address to ping must begin with https://.")
        far = Reach.ANYWHERE if settings.allow_private else Reach.PUBLIC
        self._line = Line(Reach.LOOPBACK if loopback_only else far, settings.timeout_s, tls(settings.ca_file))

    def send(self) -> None:
        """Ask once. A redirect is not followed.

        Raises:
            Refused: the host lies beyond reach.
            Unreachable: it gave no answer in time, or another than 2xx.
        """
        connection = self._line.connect(self._origin)
        try:
            allow(connection.sock, connection.patience_s, _OCTETS)
            connection.request("GET", self._target, headers={"User-Agent": "Tocsin", "Connection": "close"})
            status = connection.getresponse().status
        except LOST as error:
            raise Unreachable("The host to ping gave no answer in time, or none that is HTTP.") from error
        finally:
            connection.close()
        if not 200 <= status < 300:
            raise Unreachable(f"The host to ping answered {status}; 200 would be right.")
