"""The watchdog: proves every minute that nothing which went out has been let fall, and says so to a service outside.

It believes nothing that the engine says of itself: it asks the rows (tocsin.store.loose), and whether the threads live.
While all is well it pings an outside address; when the pings stop coming, that service rings somebody, whatever has become
of this machine. That the check itself is done is checked too: what was last completed too long ago is trouble.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from time import monotonic

import msgspec
import structlog

from tocsin.basis.errors import Broken, TocsinError
from tocsin.basis.moment import rfc3339
from tocsin.store.loose import Kind, LooseEnd, Memory, loose_ends
from tocsin.store.store import Store

EVERY = timedelta(minutes=1)
FIRST_AFTER = timedelta(seconds=20)  # a machine that was off finds much that is due, and does it first
OLD = timedelta(minutes=3)
"""How long ago the last check may have been completed."""

log = structlog.get_logger()


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """One completed check. took_s: seconds."""

    at: datetime
    took_s: float
    ends: tuple[LooseEnd, ...]


class Pinged(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands with the outside address. at: when it last answered. failed: why it did not, the last time."""

    at: datetime | None = None
    failed: str = ""


class Watchdog:
    """What the checks have found. Checks come one after another; any thread may ask how things stand."""

    def __init__(
        self,
        store: Store,
        *,
        threads: Callable[[], Mapping[str, bool]] = dict,
        trouble: Callable[[], str] = str,
        chores: Callable[[], Mapping[str, str]] = dict,
        ping: Callable[[], None] | None = None,
    ) -> None:
        """Be ready. threads: which of them live. trouble: the engine's own. ping: asks the outside address.

        chores: which cannot be done that are done besides, by name, and what keeps each from it.
        """
        self._store = store
        self._threads = threads
        self._trouble = trouble
        self._chores = chores
        self._ping = ping
        self._memory = Memory()
        self._known: frozenset[tuple[str, str]] = frozenset()
        self.since: datetime | None = None
        self.last: Checked | None = None
        self.failed = ""
        self.pinged: Pinged | None = Pinged() if ping else None

    def begin(self, now: datetime) -> None:
        """From now on a check is owed every minute."""
        self.since = now

    def mind(self, now: Callable[[], datetime]) -> None:
        """Check, and ping where all is well. It raises nothing: what goes wrong is kept, and shown."""
        try:
            checked = self.check(now())
        except Exception as error:  # noqa: BLE001  a watchdog that dies of an error is none
            ours = isinstance(error, TocsinError)
            self.failed = str(error) if ours else f"A mistake of Tocsin's own ({type(error).__name__}); look at it."
            log.error("check failed", kind=type(error).__name__, look=isinstance(error, Broken) or not ours)
            return
        self.failed = ""
        if self._ping is not None and not checked.ends and not self._trouble() and not self._chores():
            self._say_so(self._ping, now())

    def check(self, now: datetime) -> Checked:
        """Look for loose ends, and keep what was found."""
        self.last = self._look(now, self._memory)
        self._tell(self.last.ends)
        return self.last

    def check_anew(self, now: datetime) -> Checked:
        """Look for loose ends now, prove again what was proven before, and keep nothing: whoever asks wants to be sure."""
        return self._look(now, Memory(held=dict(self._memory.held)))

    def _look(self, now: datetime, memory: Memory) -> Checked:
        began = monotonic()
        with self._store.look() as look:
            ends = loose_ends(look.connection, now, memory)
        dead = [name for name, lives in sorted(self._threads().items()) if not lives]
        ends += [LooseEnd(kind=Kind.THREAD_DEAD, subject=name) for name in dead]
        return Checked(at=now, took_s=monotonic() - began, ends=tuple(ends))

    def _tell(self, ends: Sequence[LooseEnd]) -> None:
        """Log each loose end once, while it lasts."""
        found = frozenset((one.kind.value, one.subject) for one in ends)
        for kind, subject in sorted(found - self._known):
            log.error("loose end", loose=kind, subject=subject, look=True)
        if self._known and not found:
            log.info("no loose ends any more")
        self._known = found

    def _say_so(self, ping: Callable[[], None], now: datetime) -> None:
        before = self.pinged or Pinged()
        try:
            ping()
        except Exception as error:  # noqa: BLE001  whatever became of the ping, warnings go out
            why = str(error) if isinstance(error, TocsinError) else f"It failed ({type(error).__name__})."
            self.pinged = Pinged(at=before.at, failed=why)
            log.warning("ping failed", kind=type(error).__name__)
        else:
            self.pinged = Pinged(at=now)

    # ---- how things stand

    @property
    def chore_trouble(self) -> str:
        """Return what keeps a chore from being done, such as reading what comes back by mail, or nothing."""
        return next(iter(self._chores().values()), "")

    @property
    def chores_in_trouble(self) -> tuple[str, ...]:
        """Return the names of the chores that cannot be done."""
        return tuple(self._chores())

    def is_old(self, now: datetime) -> bool:
        """Say whether a check is owed that has not been completed."""
        last = self.since if self.last is None else self.last.at
        return self.since is not None and last is not None and now - last > OLD

    def trouble(self, now: datetime) -> str:
        """Return what a person must look at, or nothing. It names no warning: anybody may be told."""
        if self.is_old(now):
            done = "has never been completed" if self.last is None else f"was last completed {rfc3339(self.last.at)}"
            return f"The check of what goes out {done}. {self.failed}".strip()
        if self.failed:
            return f"The check of what goes out failed. {self.failed}"
        if self.last is not None and self.last.ends:
            return "Something that should go out, or ring somebody, has nobody who carries it on."
        return ""
