"""What each channel did since a moment, and what its accounts have left. It reads settled batches, and nothing of their rows."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from tocsin.delivery.state import Batch
from tocsin.store.columns import moment_text
from tocsin.store.log import Bucket, tokens
from tocsin.store.tables import results, state_table


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What one channel did. sent: handed over. failed: given up. arrived, lost: what was heard back of it since."""

    sent: int = 0
    failed: int = 0
    arrived: int = 0
    lost: int = 0


_SETTLED = f"SELECT channel, counts FROM {state_table(Batch).name} WHERE settled_at >= ?"
_GOING = (
    f"SELECT b.channel, r.stands, count(*) FROM {state_table(Batch).name} b JOIN {results.name} r ON r.batch = b.id "
    "WHERE b.settled_at IS NULL AND r.at >= ? AND NOT r.echo GROUP BY b.channel, r.stands"
)
_HEARD = (
    f"SELECT b.channel, r.stands, count(*) FROM {results.name} r JOIN {state_table(Batch).name} b ON b.id = r.batch "
    "WHERE r.echo = 1 AND r.at >= ? GROUP BY b.channel, r.stands"
)
_COUNTED = {"accepted": "sent", "delivered": "sent", "dead": "failed", "expired": "failed"}
_HEARD_AS = {"delivered": "arrived", "dead": "lost"}


def done_since(connection: sa.Connection, since: datetime) -> dict[str, Done]:
    """Return what each channel did since a moment; those that did nothing are left out."""
    found: dict[str, dict[str, int]] = {}
    moment = (moment_text(since),)

    def add(channel: str, what: str | None, count: int) -> None:
        if what is not None:
            counts = found.setdefault(channel, {})
            counts[what] = counts.get(what, 0) + count

    for channel, counts in connection.exec_driver_sql(_SETTLED, moment):
        for stands, count in msgspec.json.decode(counts).items():
            add(channel, _COUNTED.get(stands), count)
    for channel, stands, count in connection.exec_driver_sql(_GOING, moment):
        add(channel, _COUNTED.get(stands), count)
    for channel, stands, count in connection.exec_driver_sql(_HEARD, moment):
        add(channel, _HEARD_AS.get(stands), count)
    return {channel: Done(**counts) for channel, counts in found.items()}


def left(connection: sa.Connection, bucket: Bucket, now: datetime) -> int:
    """Return how many an account may send at once now."""
    return int(tokens(connection, bucket, now)[0])
