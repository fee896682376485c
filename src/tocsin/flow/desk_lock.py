"""Closing the desk, and opening it again. Warnings go on being sent and answers go on being taken meanwhile.

That it is closed is kept with the house and not in the journal: it is about the desk and about nobody and no warning, it
must hold when a server is started again, and it may be needed where nothing else can be written.
"""

import threading
from datetime import datetime

import msgspec
import structlog

from tocsin.basis.errors import Broken, Refused
from tocsin.basis.foreign import read_json
from tocsin.basis.ids import Id
from tocsin.store.store import Store

NAME = "desk_lock"
LONGEST = 1_000  # characters of a reason

log = structlog.get_logger()

_one_at_a_time = threading.Lock()


class DeskLock(msgspec.Struct, frozen=True, kw_only=True):
    """How the desk stands. era: how often it was closed; a session that began in an earlier one is over.

    closed_at: since when it is closed; None while it is open. why: why it was, in its closer's words.
    """

    era: int = 0
    closed_at: datetime | None = None
    why: str = ""


def desk_lock(store: Store) -> DeskLock:
    """Return how the desk stands.

    Raises:
        Broken: what stands there was altered; the desk shows nothing until it is closed anew.
    """
    kept = store.recall(NAME)
    try:
        found: DeskLock = DeskLock() if kept is None else read_json(kept, DeskLock)
    except Refused as error:
        raise Broken("Whether the desk is open cannot be read. Say `tocsin lock`, and look who altered it.") from error
    return found


def close_desk(store: Store, why: str, now: datetime) -> DeskLock:
    """Close the desk from this moment on and end every session; return how it stands. Closed twice, it stays closed.

    Raises:
        Refused: the reason is longer than a reason is.
    """
    if len(why) > LONGEST:
        raise Refused(f"The reason has {len(why)} characters; {LONGEST} is the most.")
    with _one_at_a_time:
        try:
            stands = desk_lock(store)
        except Broken:
            stands = DeskLock(era=int(now.timestamp()))  # past every era there was
        if stands.closed_at is None:
            stands = DeskLock(era=stands.era + 1, closed_at=now, why=why.strip())
            _keep(store, stands)
            log.warning("desk closed", at=now.isoformat(timespec="seconds"))
    return stands


def open_desk(store: Store, seen: DeskLock, by: Id) -> None:
    """Open the desk again. seen: how it stood when whoever opens it decided to.

    Raises:
        Refused: it was closed anew since.
    """
    with _one_at_a_time:
        stands = desk_lock(store)
        if stands.era != seen.era:
            raise Refused("The desk was closed again meanwhile. Ask why, then decide anew.")
        if stands.closed_at is not None:
            _keep(store, DeskLock(era=stands.era))
            log.warning("desk opened", by=by)


def _keep(store: Store, stands: DeskLock) -> None:
    store.remember(NAME, msgspec.json.encode(stands).decode())
