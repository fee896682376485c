"""Hearing back: what a provider, or a bounce, says of a message after it was taken, and what that changes. Pure.

Echoes come late, twice, and overtake each other. A delivery only gets on by them: what was delivered stays so.
"""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from tocsin.delivery.state import DeliveryStands

HEARD_FOR = timedelta(days=30)
"""How long after its batch was planned a message is still recognised by the id under which it went out."""

SOON = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=10)

Said = Literal["delivered", "dead"]


class Echo(msgspec.Struct, frozen=True, kw_only=True):
    """What came back about one message.

    channel, message: over which channel and under which id it went out. said: that it arrived, or will not. for_good:
    the address itself is wrong, so that nothing sent there arrives. detail: one sentence for a person's screen; nobody
    else's words. at: when it came to us.
    """

    channel: str
    message: str
    said: Said
    for_good: bool
    detail: str
    at: datetime

    # An id is an address's secret until its message arrives.
    def __repr__(self) -> str:
        return f"Echo(channel={self.channel!r}, said={self.said!r})"


What = Literal["takes", "waits", "says nothing"]


def weigh_echo(said: Said, stands: DeliveryStands | None, *, tried: bool, in_hand: bool, for_good: bool) -> What:
    """Say what an echo does to a delivery: it takes effect, it waits until we know our own part, or it says nothing new.

    stands: what came of the delivery last; None: nothing is noted yet, though a provider has it, for it can be faster than
    our own note. tried: it was handed over at least once. in_hand: its batch is being sent now.
    """
    match stands:
        case None:
            return "waits"
        case DeliveryStands.FAILED if in_hand:
            return "waits"
        case DeliveryStands.FAILED:
            # Another try follows; it can do without only where it would be useless.
            return "takes" if said == "delivered" or for_good else "says nothing"
        case DeliveryStands.ACCEPTED:
            return "takes"
        case DeliveryStands.DEAD:
            return "takes" if said == "delivered" else "says nothing"
        case DeliveryStands.EXPIRED if tried and said == "delivered":
            return "takes"
    return "says nothing"


def wait_for_own(came: datetime, now: datetime) -> datetime:
    """Return when to look again whether our own part of it is noted: soon, and less and less often."""
    return now + min(max(now - came, SOON), LONGEST_WAIT)
