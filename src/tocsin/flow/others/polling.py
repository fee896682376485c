"""Asking feeds: each in a thread of its own, so that one that hangs keeps no other waiting.

A visit reads the feed if it is due, notes what it lists, and fetches what is not known yet, a few at a time. Each step is
written down before the next, and when something is due is a column: whoever is killed goes on where he was.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol
from urllib.parse import urlsplit

import msgspec
import structlog
from msgspec.structs import replace

from tocsin.basis.errors import Refused, TocsinError, Unreachable
from tocsin.basis.ids import Id
from tocsin.basis.moment import Clock
from tocsin.cap.envelope import Envelope, opened
from tocsin.cap.judge import Verdict
from tocsin.cap.xml import LARGE, StopError
from tocsin.channels.fetch import Answer, Session
from tocsin.flow.others.intake import Came, judged, judged_messages, portions
from tocsin.report.asking import AGAIN, next_asking, next_try
from tocsin.report.inlet import Inlet, InletKind
from tocsin.sources.cap_feeds import links
from tocsin.store import inlets
from tocsin.store.inlets import Fate, InletStands, Intake, Listing, Refusal, Wanted
from tocsin.store.store import Store

log = structlog.get_logger()

ROUND_S = 1.0
MOST_A_VISIT = 500
"""How many alerts are fetched in one visit; what is left follows in the next."""

MOST_ELSEWHERE = 100
"""How many of them from a host that is not the feed's own: no feed shall make us press a stranger."""

PORTION = 100
FEW = 4  # connections to one feed's hosts at a time
LOST_IN_A_ROW = 3
_BUSY = frozenset({429, 503})
_NONE_THERE = frozenset({401, 403, 404, 410})
_TRIES_IF_NONE = 3


class Fetches(Protocol):
    """Makes sessions."""

    def session(self, *, private: bool) -> Session:
        """Return something to ask with, for one thread. private: it may reach private networks, where any may."""
        ...


class _Got(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking for one alert."""

    wanted: Wanted
    answer: Answer | None = None
    trouble: str = ""
    for_good: bool = False


class Poller:
    """Asks the feeds that are due."""

    def __init__(self, store: Store, clock: Clock, fetches: Fetches, chance: Callable[[], float]) -> None:
        """Be ready. chance: 0 to 1, so that not all come back at one moment."""
        self._store = store
        self._clock = clock
        self._fetches = fetches
        self._chance = chance
        self._busy: dict[Id, threading.Thread] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def round(self) -> float:
        """Begin a visit to each feed that is due and is not being visited; return when to look again."""
        for inlet in self._due():
            with self._lock:
                if inlet.id not in self._busy and not self._stopping.is_set():
                    thread = threading.Thread(target=self._guarded, args=(inlet,), name="visit", daemon=True)
                    self._busy[inlet.id] = thread
                    thread.start()
        return ROUND_S

    def visit_due(self) -> None:
        """Visit each feed that is due, here and now."""
        for inlet in self._due():
            self.visit(inlet)

    def ask_now(self, inlet: Inlet) -> None:
        """Ask a feed here and now, though it is not due yet."""
        while True:
            with self._lock:
                visiting = self._busy.setdefault(inlet.id, threading.current_thread())
            if visiting is threading.current_thread():
                break
            visiting.join()
        try:
            self._store.note_asking(replace(self._stands(inlet), due=self._clock.now()))
            self.visit(inlet)
        finally:
            with self._lock:
                self._busy.pop(inlet.id, None)

    def stop(self, patience_s: float = 5.0) -> None:
        """Begin nothing more. A visit that hangs is left: what it has not written down is fetched again."""
        self._stopping.set()
        for thread in list(self._busy.values()):
            thread.join(patience_s)

    def _due(self) -> list[Inlet]:
        with self._store.look() as look:
            due = inlets.due(look.connection, self._clock.now())
            found = [look.find(Inlet, id) for id in sorted(due)]
        return [one for one in found if one is not None and one.is_on and one.kind is InletKind.FEED]

    def _guarded(self, inlet: Inlet) -> None:
        try:
            self.visit(inlet)
        except Exception as error:  # noqa: BLE001  it is visited again; a stranger's own words may quote anything
            if not self._stopping.is_set():
                ours = isinstance(error, TocsinError)
                log.error("a feed could not be taken in", kind=type(error).__name__, look=not ours)
                self._put_off(inlet)
        finally:
            with self._lock:
                self._busy.pop(inlet.id, None)

    def _put_off(self, inlet: Inlet) -> None:
        """Do not fall over the same thing once a second."""
        try:
            stands, now = self._stands(inlet), self._clock.now()
            said = "Something of it could not be taken in, which is a fault of Tocsin's or of its disc."
            self._note(inlet, replace(stands, asked_at=now, failures=stands.failures + 1, trouble=said), None, None)
        except Exception as error:  # noqa: BLE001  the disc, most likely
            log.error("a feed could not be put off", kind=type(error).__name__, look=True)
            self._stopping.wait(10)

    def visit(self, inlet: Inlet) -> None:
        """Read a feed if it is due, then fetch what it links to and is not known."""
        stands, now = self._stands(inlet), self._clock.now()
        with self._fetches.session(private=inlet.private) as session:
            if stands.due is None or stands.due <= now:
                self._read(inlet, stands, session, now)
        self._fetch(inlet)

    def _stands(self, inlet: Inlet) -> InletStands:
        with self._store.look() as look:
            return inlets.stands(look.connection, inlet.id)

    # ---- the feed

    def _read(self, inlet: Inlet, stands: InletStands, session: Session, now: datetime) -> None:
        asked, wait = replace(stands, asked_at=now), None
        try:
            answer = session.get(inlet.address, now, most=LARGE.bytes, tag=stands.tag, modified=stands.modified)
            wait = answer.wait
            self._heard(inlet, asked, answer, now)
        except (Refused, Unreachable) as error:
            self._note(inlet, replace(asked, failures=asked.failures + 1, trouble=str(error)), None, wait)

    def _heard(self, inlet: Inlet, asked: InletStands, answer: Answer, now: datetime) -> None:
        """Note what a feed says. An answer that cannot be read leaves everything as it was.

        Raises:
            Refused: it is neither a feed nor CAP.
            Unreachable: the host answered something else.
        """
        if answer.status not in (200, 304):
            raise Unreachable(_said(answer.status))
        well = replace(asked, heard_at=now, failures=0, trouble="")
        digest = sha256(answer.body).digest()
        if answer.status == 304 or (digest == asked.digest and asked.digest):
            tag, modified = answer.tag or asked.tag, answer.modified or asked.modified
            self._note(inlet, replace(well, quiet=asked.quiet + 1, tag=tag, modified=modified), None, answer.wait)
            return
        listed, within = links(answer.body, answer.address), _within(answer.body)
        messages = {sha256(raw).digest(): raw for raw in within.messages}
        if within.kind == "alert":
            _refuse_other(inlet, answer)
        listing = Listing(links=[(one.address, one.stamp) for one in listed], within=list(messages))
        read = replace(well, round=asked.round + 1, quiet=0)
        with self._store.look() as look:
            done = inlets.settled(look.connection, inlet.id, messages)
        left = [raw for digest, raw in messages.items() if digest not in done]
        if left:  # only when all of it is kept may the host say that nothing has changed
            self._note(inlet, replace(read, tag="", modified="", digest=b"", due=now), listing, None, due=now)
            self._take_within(inlet, left, now)
        told = replace(read, tag=answer.tag, modified=answer.modified, digest=digest)
        self._note(inlet, told, listing, answer.wait)

    def _take_within(self, inlet: Inlet, messages: Sequence[bytes], now: datetime) -> None:
        for some in portions(messages):
            found = judged_messages(inlet, some, inlet.address)
            fates = [
                Fate(item=inlets.within_item(bytes.fromhex(one.sha256)), digest=bytes.fromhex(one.sha256), why=one.why)
                for one in found.taken
            ]
            self._store.take_in([replace(found.intake(inlet, now), fates=fates)])

    def _note(
        self,
        inlet: Inlet,
        stands: InletStands,
        listing: Listing | None,
        wait: timedelta | None,
        *,
        due: datetime | None = None,
    ) -> None:
        every = timedelta(seconds=inlet.every_s)
        after = next_asking(
            every, failures=stands.failures, quiet=stands.quiet, asked_to_wait=wait, chance=self._chance()
        )
        asked_at = stands.asked_at or self._clock.now()
        self._store.note_asking(
            replace(stands, due=due or asked_at + after), listing, asked_at + after if stands.failures else None
        )

    # ---- what it links to

    def _fetch(self, inlet: Inlet) -> None:
        now = self._clock.now()
        with self._store.look() as look:
            wanted = inlets.wanted(look.connection, inlet.id, now, MOST_A_VISIT)
        wanted, elsewhere = _not_too_many(wanted, inlet.address)
        if elsewhere:
            later = [Fate(item=one.item, due=now + AGAIN, tries=one.tries) for one in elsewhere]
            self._store.take_in([Intake(inlet=inlet.id, at=now, fates=later)])
        for start in range(0, len(wanted), PORTION):
            got = self._get_some(inlet, wanted[start : start + PORTION])
            self._store.take_in([self._taken(inlet, got)])
            busy = [one.answer for one in got if one.answer is not None and one.answer.status in _BUSY]
            if busy or self._stopping.is_set():
                waits = [one.wait for one in busy if one.wait]
                wait = next_try(1, asked_to_wait=max(waits, default=None), chance=self._chance())
                if busy and wait:
                    self._store.put_items_off(inlet.id, self._clock.now() + wait)
                return

    def _get_some(self, inlet: Inlet, wanted: Sequence[Wanted]) -> list[_Got]:
        """Fetch some alerts over a few connections. Once the host is busy or gone, no more are asked for."""
        left, got, lock, lost = iter(wanted), list[_Got](), threading.Lock(), [0]

        def work() -> None:
            with self._fetches.session(private=inlet.private) as session:
                while True:
                    with lock:
                        one = None if lost[0] >= LOST_IN_A_ROW or self._stopping.is_set() else next(left, None)
                    if one is None:
                        return
                    found = self._get(inlet, session, one)
                    with lock:
                        got.append(found)
                        is_busy = found.answer is not None and found.answer.status in _BUSY
                        is_lost = found.answer is None and not found.for_good
                        lost[0] = LOST_IN_A_ROW if is_busy else lost[0] + 1 if is_lost else 0

        threads = [threading.Thread(target=work, name="fetching", daemon=True) for _ in wanted[:FEW]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return got

    def _get(self, inlet: Inlet, session: Session, one: Wanted) -> _Got:
        try:
            _refuse_downgrade(inlet, one.item)
            return _Got(wanted=one, answer=session.get(one.item, self._clock.now(), most=LARGE.bytes))
        except Refused as error:
            return _Got(wanted=one, trouble=str(error), for_good=True)
        except Unreachable as error:
            return _Got(wanted=one, trouble=str(error))
        except Exception as error:  # noqa: BLE001  whatever a stranger's host makes of us, the others are asked for
            log.error("an alert could not be fetched", kind=type(error).__name__, look=True)
            return _Got(wanted=one, trouble="It could not be fetched, which is a fault of Tocsin's.", for_good=True)

    def _taken(self, inlet: Inlet, got: Sequence[_Got]) -> Intake:
        messages, refusals, fates = list[tuple[bytes, Verdict]](), list[Refusal](), list[Fate]()
        for one in got:
            if one.answer is None or one.answer.status != 200:
                refused, fate = self._not_had(one)
                refusals += refused
            else:
                found = judged(inlet, Came(raw=one.answer.body, what=one.wanted.item))
                messages += found.kept
                refusals += found.refusals
                kept = [each.sha256 for each in found.taken if not each.why]
                why = found.taken[0].why if found.taken and not kept else ""
                fate = Fate(item=one.wanted.item, digest=bytes.fromhex(kept[0]) if kept else b"", why=why)
            fates.append(fate)
        return Intake(inlet=inlet.id, at=self._clock.now(), messages=messages, refusals=refusals, fates=fates)

    def _not_had(self, one: _Got) -> tuple[list[Refusal], Fate]:
        """Say what becomes of an alert that could not be had: it is tried again later, or given up, and that is noted."""
        tries, status = one.wanted.tries + 1, one.answer.status if one.answer else 0
        why = one.trouble or _said(status)
        is_over = one.for_good or (status in _NONE_THERE and tries >= _TRIES_IF_NONE)
        wait = None if is_over else next_try(tries, asked_to_wait=None, chance=self._chance())
        if wait is not None:
            return [], Fate(item=one.wanted.item, due=self._clock.now() + wait, tries=tries)
        refusal = Refusal(what=one.wanted.item, sha256=b"", why=why)
        return [refusal], Fate(item=one.wanted.item, tries=tries, why=why)


def _said(status: int) -> str:
    if status in _BUSY:
        return f"The host answered {status}: it wants to be asked less often."
    return f"The host answered {status}; 200 would be right."


def _refuse_downgrade(inlet: Inlet, address: str) -> None:
    """Refuse an alert that anybody on the way could have written, in a feed that nobody on the way could.

    Raises:
        Refused: so it is, and the inlet does not allow it.
    """
    if inlet.address.startswith("https:") and not address.startswith("https:") and not inlet.plain:
        raise Refused("The feed links from https to an address without. `tocsin inlet change --plain` allows it.")


def _within(body: bytes) -> Envelope:
    try:
        return opened(body)
    except StopError as stop:
        raise Refused(f"It cannot be read: {stop.problem.message}.") from stop


def _refuse_other(inlet: Inlet, answer: Answer) -> None:
    """Refuse an answer that is no feed, and no alert either: a page that says sorry lists nothing, and empties no feed.

    Raises:
        Refused: so it is.
    """
    found = judged(inlet, Came(raw=answer.body, what=inlet.address))
    if all(one.sender is None and one.identifier is None for one in found.taken):
        raise Refused(f"It is neither a feed nor an alert. {found.taken[0].why}.")


def _not_too_many(wanted: Sequence[Wanted], feed: str) -> tuple[list[Wanted], list[Wanted]]:
    """Return what is fetched now, and what is left for later: it would press a host that is not the feed's own."""
    own, counts = _host(feed), dict[str, int]()
    now, later = list[Wanted](), list[Wanted]()
    for one in wanted:
        host = _host(one.item)
        counts[host] = counts.get(host, 0) + 1
        (now if host == own or counts[host] <= MOST_ELSEWHERE else later).append(one)
    return now, later


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""
