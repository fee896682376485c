"""Taking answers by link in: one writer thread gathers what comes within a moment and makes it durable in one commit.

A giver is replied to only after that commit. What cannot be kept is told to each giver, so that none is thanked for
an answer that is gone.
"""

import threading
import time
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import cache
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

import msgspec

from tocsin.basis.errors import Broken, Refused, TocsinError, Unreachable
from tocsin.basis.foreign import read_json
from tocsin.basis.ids import Id
from tocsin.delivery.facts import Errand
from tocsin.delivery.state import Batch
from tocsin.people.state import Person
from tocsin.store.log import BY_LINK, LinkAnswer
from tocsin.store.look import Look
from tocsin.store.store import Store
from tocsin.store.tables import recipients, state_table, versions

GATHER_S = (
    0.0015  # while more come within such a moment they are waited for, for a commit costs more. Not for one alone
)
LONGEST_S = 0.012  # for so long at most, whatever comes
MOST = 4_000  # answers in one commit
WAITING = 100_000  # answers that may stand in line; beyond, we say that we are too busy


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer link stands for. version: of the warning, so that what was made of it can be kept till it changes."""

    row: int
    warning: Id
    kind: str
    version: int
    person: Id
    languages: tuple[str, ...]


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as it came in. words: in the clear; they are sealed before they are written."""

    row: int
    answer: str
    at: datetime
    words: str = ""
    heard: str = BY_LINK

    def __repr__(self) -> str:
        return f"Given(row={self.row})"


Fate = Link | TocsinError | None
"""What became of an answer: kept (and whose it is), not kept, or no such link."""

T = TypeVar("T")


@cache
def _languages(text: str) -> tuple[str, ...]:
    try:
        known: tuple[str, ...] = read_json(text, tuple[str, ...])
    except Refused:  # altered; reconcile says so. Nobody's answer must be lost for that
        known = ()
    return known or ("en",)


def links_of(look: Look, rows: Sequence[int]) -> dict[int, Link]:
    """Return what these rows stand for; those that nobody was ever sent a link for are left out.

    A call to one of our own stands in the same list of recipients, and has no link.
    """
    places = _ask(look, _PLACES, rows)
    kinds = dict(_ask(look, _KINDS, {batch for _, batch, _, _, _ in places}))
    stand = dict(_ask(look, _STAND, {warning for _, _, warning, _, _ in places}))
    return {
        row: Link(
            row=row,
            warning=warning,
            kind=kinds[batch],
            version=stand[warning],
            person=person,
            languages=_languages(languages),
        )
        for row, batch, warning, person, languages in places
        if batch in kinds
    }


# Thousands of rows a second pass here: statements that stay prepared, and what all rows share is asked for once.
_AMONG = "IN (SELECT value FROM json_each(?))"
_PLACES = (
    f'SELECT r."row", r.batch, r.warning, r.person, p.languages FROM {recipients.name} r '
    f'JOIN {state_table(Person).name} p ON p.id = r.person WHERE r."row" {_AMONG}'
)
_KINDS = (
    f"SELECT id, warning_kind FROM {state_table(Batch).name} "
    f"WHERE id {_AMONG} AND errand = '{Errand.WARNING.value}' AND warning_kind IN ('alert', 'notice', 'advisory', 'headcount')"
)
_STAND = f"SELECT subject, version FROM {versions.name} WHERE subject {_AMONG}"


def _ask(look: Look, statement: str, among: Collection[int | str]) -> list[tuple[Any, ...]]:
    found = look.connection.exec_driver_sql(statement, (msgspec.json.encode(among).decode(),))
    return [tuple(row) for row in found]


class Intake(Generic[T]):
    """The one line in which answers wait to be written down.

    reply: is told, from the writer's thread, what became of some answers; a ticket says whose each was.
    """

    def __init__(
        self, store: Store, reply: Callable[[Sequence[tuple[T, Fate]]], None], *, gather_s: float = GATHER_S
    ) -> None:
        """Take the store; nothing is written before start."""
        self._store = store
        self._reply = reply
        self._gather_s = gather_s
        self._line: SimpleQueue[tuple[Given, T] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="answers", daemon=True)
        self._closing = False
        self._writes = False  # said by the thread itself: to ask whether it lives takes a lock

    def start(self) -> None:
        """Begin to write."""
        self._writes = True
        self._thread.start()

    def close(self) -> None:
        """Take no more, write what is in line, and stop."""
        self._closing = True
        self._line.put(None)
        if self._thread.is_alive():
            self._thread.join()
        if late := self._drain([]):  # handed in between the last look at the line and now
            self._reply(self._write(late))

    def alive(self) -> bool:
        """Say whether answers are being written."""
        return self._writes and not self._closing

    def hand_in(self, given: Given, ticket: T) -> None:
        """Put an answer in line.

        Raises:
            Unreachable: too many are waiting, or we are stopping; the giver should try again.
        """
        if not self.alive() or self._line.qsize() >= WAITING:
            raise Unreachable("Answers cannot be taken at this moment. Try again in a minute.")
        self._line.put((given, ticket))

    def _run(self) -> None:
        try:
            self._write_on()
        finally:
            self._writes = False

    def _write_on(self) -> None:
        going, crowded = True, False
        while going:
            first = self._line.get()
            if first is not None and crowded:
                self._gather()
            batch = self._drain([] if first is None else [first])
            crowded = len(batch) > 1
            if batch:
                self._reply(self._write(batch))
            going = not (self._closing and self._line.empty())

    def _gather(self) -> None:
        """Let the line grow, as long as it does: where many answer at once, one commit then serves them all."""
        before, until = -1, time.monotonic() + LONGEST_S
        while before < (now := self._line.qsize()) < MOST and time.monotonic() < until:
            before = now
            time.sleep(self._gather_s)

    def _drain(self, batch: list[tuple[Given, T]]) -> list[tuple[Given, T]]:
        while len(batch) < MOST and not self._line.empty():
            one = self._line.get()
            if one is not None:
                batch.append(one)
        return batch

    def _write(self, batch: Sequence[tuple[Given, T]]) -> list[tuple[T, Fate]]:
        try:
            return self._commit(batch)
        except TocsinError as error:
            return [(ticket, error) for _, ticket in batch]
        except Exception as error:  # noqa: BLE001  a thread that dies here would leave every later giver waiting
            broken = Broken(f"Answers could not be written down: {type(error).__name__}.")
            return [(ticket, broken) for _, ticket in batch]

    def _commit(self, batch: Sequence[tuple[Given, T]]) -> list[tuple[T, Fate]]:
        with self._store.look() as look:
            links = links_of(look, list({given.row for given, _ in batch}))
        kept = [self._sealed(given, links[given.row]) for given, _ in batch if given.row in links]
        if kept:
            self._store.add_answers(kept)
        return [(ticket, links.get(given.row)) for given, ticket in batch]

    def _sealed(self, given: Given, link: Link) -> LinkAnswer:
        words = self._store.seal_words(given.row, link.person, given.words) if given.words else ""
        return LinkAnswer(row=given.row, answer=given.answer, at=given.at, words=words, heard=given.heard)
