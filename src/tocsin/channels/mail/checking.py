"""What the test button of mail asks: whether each relay answers, knows us, and takes our sender. Nothing is sent."""

import asyncio
import ssl

from tocsin.basis.errors import Refused, Unreachable
from tocsin.channels import dial
from tocsin.channels.mail.letters import is_mailbox
from tocsin.channels.mail.relay import MailSettings, RelaySettings, greet, said
from tocsin.channels.mail.session import Session
from tocsin.channels.wire import Reach, tls


def check_relays(settings: MailSettings, *, loopback_only: bool) -> str:
    """Ask every relay, and return in one sentence that all is well. Not from inside an event loop.

    Raises:
        Refused: a relay does not take us or our sender, and a person must mend it; the sentence says which and why.
        Unreachable: a relay does not answer.
    """
    if not is_mailbox(settings.sender):
        raise Refused("The mail channel's sender is no plain mail address. Write it like desk@example.org.")
    relays = [settings, *settings.others]
    for place, relay in enumerate(relays, 1):
        which = "The mail relay" if len(relays) == 1 else f"Mail relay {place} of {len(relays)}"
        try:
            asyncio.run(_ask(relay, settings, tls(relay.ca_file), loopback_only=loopback_only))
        except (Refused, Unreachable) as error:
            raise type(error)(f"{which}: {error}") from None
        except (OSError, ValueError):
            raise Unreachable(f"{which} cannot be reached or does not answer as a mail server.") from None
    many = "The mail relay answers" if len(relays) == 1 else f"All {len(relays)} mail relays answer"
    take = "takes" if len(relays) == 1 else "take"
    return f"{many} and {take} our sender; nothing was sent."


async def _ask(relay: RelaySettings, settings: MailSettings, secure: ssl.SSLContext, *, loopback_only: bool) -> None:
    reach = Reach.LOOPBACK if loopback_only else Reach.ANYWHERE
    session = Session(_Alone(settings), 0)
    async with asyncio.timeout(2 * settings.timeout_s):
        endpoints = await dial.look_up(relay.host, relay.port, reach)
        wire = await dial.connect(endpoints, settings.timeout_s)
        try:
            await asyncio.get_running_loop().create_connection(lambda: session, sock=wire)
        except BaseException:
            wire.close()
            raise
        try:
            name = settings.sender.rpartition("@")[2]
            await greet(session, relay, secure, name, loopback_only=loopback_only)
            code, text = await session.ask(b"MAIL FROM:<" + settings.sender.encode("ascii") + b">")
            if code // 100 != 2:
                raise Refused(f"It does not take our sender{said(code, text)}.")
            await session.ask(b"RSET")
        finally:
            session.leave()
            await asyncio.sleep(0)  # for the connection to be closed before the loop is


class _Alone:
    """Stands in for the engine of a session that carries no letter."""

    def __init__(self, settings: MailSettings) -> None:
        self.loop = asyncio.get_running_loop()
        self.timeout_s = settings.timeout_s
        self.sender = settings.sender.encode("ascii")
        self.own_returns = settings.own_returns

    def _nothing(self, *_: object, **__: object) -> None:
        """Take no note, and have nothing for it: there is no letter."""

    made = lost = free = next = tell = welcomed = failed = again = turned_away = _nothing
