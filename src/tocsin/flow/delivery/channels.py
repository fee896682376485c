"""The channels, as whoever looks after them sees them: their accounts, what they did today, and whether they are well."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from tocsin.basis.errors import Refused, Unreachable
from tocsin.flow.delivery.carrier import CallsBack, Signs
from tocsin.flow.house import House
from tocsin.people.address import fitting
from tocsin.store.look import Look
from tocsin.store.today import Done, done_since, left

DAY = timedelta(days=1)


class AccountStands(msgspec.Struct, frozen=True, kw_only=True):
    """One limit of an account. per_s: on average. burst: at once. left: what it may send at once now."""

    account: str
    per_s: float
    burst: int
    left: int

    @property
    def a_day(self) -> int | None:
        """Return how many it may send in a day, where that is what limits it."""
        per_day = round(self.per_s * DAY.total_seconds())
        return per_day if self.account.endswith(":day") else None


class ChannelStands(msgspec.Struct, frozen=True, kw_only=True):
    """One channel. accounts: its limits; none: it is as fast as it can. avoided: see House. calls_back: its provider does.

    undated: what it calls back bears no moment, and can be said again by whoever overheard it.
    """

    name: str
    accounts: tuple[AccountStands, ...]
    avoided: bool
    calls_back: bool
    undated: bool
    done: Done


def channels(house: House, look: Look, zone: str, now: datetime) -> tuple[ChannelStands, ...]:
    """Return how the channels stand. zone: IANA, in which today began."""
    today = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    done = done_since(look.connection, today)
    return tuple(
        ChannelStands(
            name=name,
            accounts=tuple(
                AccountStands(
                    account=one.account, per_s=one.per_s, burst=one.burst, left=left(look.connection, one, now)
                )
                for one in carrier.limits
            ),
            avoided=name in house.avoid,
            calls_back=isinstance(carrier, CallsBack),
            undated=isinstance(carrier, CallsBack) and carrier.undated,
            done=done.get(name, Done()),
        )
        for name, carrier in house.carriers.items()
    )


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking after a channel's account. sentence: for a person's screen."""

    channel: str
    well: bool
    sentence: str


def check_channel(house: House, name: str) -> Checked:
    """Ask after a channel's account; nothing is sent. It may take a minute, and belongs in no event loop.

    Raises:
        Refused: there is no such channel.
    """
    carrier = house.carriers.get(name)
    if carrier is None:
        raise Refused(f"There is no channel of that name. There are: {', '.join(house.carriers)}.")
    try:
        return Checked(channel=name, well=True, sentence=carrier.check())
    except (Refused, Unreachable) as error:
        return Checked(channel=name, well=False, sentence=str(error))


def receiver_secrets(house: House, address: str) -> tuple[str, ...]:
    """Return with which secrets webhooks to an address are signed, and to no other; the newest first.

    Raises:
        Refused: it is no web address, or no receiver has a secret of its own here.
    """
    own = fitting("webhook", address)
    found = [one for carrier in house.carriers.values() if isinstance(carrier, Signs) for one in carrier.secrets(own)]
    if not found:
        raise Refused("No receiver has a secret of its own yet. Set TOCSIN_WEBHOOK_MASTER: openssl rand -base64 32")
    return tuple(found)
