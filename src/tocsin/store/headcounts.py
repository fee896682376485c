"""Counting a headcount while it is answered: what is newer than the last look is folded in, and nothing is read twice.

A process keeps what each person said last. Answers by link or message are read from where the last look ended; those that
officers recorded, which are fewer, are read again when there are more of them. The rows stay the truth.
"""

import threading
from collections import Counter, OrderedDict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from tocsin.answer.facts import AnswerKind, Heard
from tocsin.answer.state import Answer
from tocsin.basis.fact import Personal
from tocsin.basis.ids import Id
from tocsin.delivery.facts import Errand
from tocsin.delivery.state import Batch
from tocsin.store import rows
from tocsin.store.columns import moment_text
from tocsin.store.keys import Keys
from tocsin.store.tables import answer_log, answers_by_link, recipients, state_table

MOST = 64  # headcounts
AT_ONCE = 5_000  # rows

_TOLD = (
    f"SELECT count(DISTINCT r.person) FROM {recipients.name} r JOIN {state_table(Batch).name} b ON b.id = r.batch "
    f"AND b.errand = '{Errand.WARNING.value}' WHERE r.warning = ?"
)
_LAST_ROW = f'SELECT coalesce(max("row"), 0) FROM {recipients.name} WHERE warning = ?'
_BY_LINK = (
    f"SELECT log_seq, person, answer, at FROM {answers_by_link.name} WHERE warning = ? AND log_seq > ? ORDER BY log_seq"
)
_ASKED = (
    f'SELECT r."row", r.person FROM {recipients.name} r JOIN {state_table(Batch).name} b ON b.id = r.batch '
    f'AND b.errand = \'{Errand.WARNING.value}\' WHERE r.warning = ? AND r."row" > ? ORDER BY r."row"'
)
_RECORDED = (
    f"SELECT id, recipient, answer, said_at FROM {state_table(Answer).name} WHERE warning = ? ORDER BY said_at, id"
)
_HOW_MANY = f"SELECT count(*) FROM {state_table(Answer).name} WHERE warning = ?"


class HeadcountCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many were asked, and how many said last that they are safe, need help, or have only received it; the rest is silent."""

    total: int
    safe: int
    need_help: int
    received: int

    @property
    def silent(self) -> int:
        """Return how many have not answered."""
        return max(self.total - self.safe - self.need_help - self.received, 0)


class _Kept:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.last_row = self.last_seq = self.total = self.recorded = 0
        self.all_answered_to = 0  # whoever was asked up to that row has answered, and does not fall silent again
        self.said: dict[
            Id, tuple[str, str, str]
        ] = {}  # person: (when, what, since when so), moments as texts that sort
        self.counts: Counter[str] = Counter()
        self.in_need: dict[Id, str] = {}  # and since when

    def note(self, person: Id, answer: str, at: str) -> None:
        before = self.said.get(person)
        if before is not None and before[0] > at:
            return
        since = at if before is None or before[1] != answer else before[2]
        if before is not None:
            self.counts[before[1]] -= 1
        self.said[person] = at, answer, since
        self.counts[answer] += 1
        self.in_need.pop(person, None)
        if answer == AnswerKind.NEED_HELP.value:
            self.in_need[person] = since


class Headcounts:
    """What was counted of the headcounts that are looked at. Threads may share it."""

    def __init__(self) -> None:
        """Have counted nothing yet."""
        self._lock = threading.Lock()
        self._kept: OrderedDict[Id, _Kept] = OrderedDict()

    def count(self, connection: sa.Connection, headcount: Id) -> HeadcountCount:
        """Return how a headcount stands."""
        kept = self._caught_up(connection, headcount)
        counts = kept.counts
        return HeadcountCount(
            total=kept.total,
            safe=counts[AnswerKind.SAFE.value],
            need_help=counts[AnswerKind.NEED_HELP.value],
            received=sum(counts.values()) - counts[AnswerKind.SAFE.value] - counts[AnswerKind.NEED_HELP.value],
        )

    def who(self, connection: sa.Connection, headcount: Id, answer: AnswerKind) -> dict[Id, datetime]:
        """Return who said this last, and since when they have."""
        kept = self._caught_up(connection, headcount)
        with kept.lock:
            if answer is AnswerKind.NEED_HELP:
                return {one: datetime.fromisoformat(since) for one, since in kept.in_need.items()}
            return {
                one: datetime.fromisoformat(since)
                for one, (_, said, since) in kept.said.items()
                if said == answer.value
            }

    def silent(self, connection: sa.Connection, headcount: Id, most: int) -> list[Id]:
        """Return who has not answered, the first of them in the order in which they were asked."""
        kept = self._caught_up(connection, headcount)
        found: dict[Id, int] = {}
        with kept.lock:
            after = kept.all_answered_to
            for some in _in_parts(connection, _ASKED, (headcount, after)):
                for row, person in some:
                    if person not in kept.said:
                        found.setdefault(person, row)
                        if len(found) == most:
                            break
                if len(found) == most:
                    break
                after = some[-1][0]
            kept.all_answered_to = min(found.values()) - 1 if found else after
        return list(found)

    def unanswered(self, connection: sa.Connection, headcount: Id, among: Collection[Id]) -> int:
        """Return how many of these have not answered."""
        kept = self._caught_up(connection, headcount)
        with kept.lock:
            return sum(one not in kept.said for one in among)

    def _caught_up(self, connection: sa.Connection, headcount: Id) -> _Kept:
        with self._lock:
            kept = self._kept.setdefault(headcount, _Kept())
            self._kept.move_to_end(headcount)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        with kept.lock:
            _catch_up(connection, headcount, kept)
        return kept


def _in_parts(connection: sa.Connection, question: str, asked: tuple[object, ...]) -> Iterator[Sequence[Any]]:
    """Yield what is found, a few thousand rows at a time, as the driver has them: read one by one they would cost five times as much."""
    cursor = connection.exec_driver_sql(question, asked).cursor
    while some := cursor.fetchmany(AT_ONCE):
        yield some


def _catch_up(connection: sa.Connection, headcount: Id, kept: _Kept) -> None:
    last_row = connection.exec_driver_sql(_LAST_ROW, (headcount,)).scalar_one()
    if last_row != kept.last_row:
        kept.total = connection.exec_driver_sql(_TOLD, (headcount,)).scalar_one()
        kept.last_row = last_row
    for some in _in_parts(connection, _BY_LINK, (headcount, kept.last_seq)):
        for _seq, person, answer, at in some:
            kept.note(person, answer, at)
        kept.last_seq = some[-1][0]
    recorded = connection.exec_driver_sql(_HOW_MANY, (headcount,)).scalar_one()
    if recorded != kept.recorded:
        for some in _in_parts(connection, _RECORDED, (headcount,)):
            for _id, person, answer, at in some:
                kept.note(person, answer, at)
        kept.recorded = recorded


_WORDS = (
    f"SELECT a.person, l.recipient_row, l.words, a.at FROM {answers_by_link.name} a "
    f"JOIN {answer_log.name} l ON l.seq = a.log_seq "
    "WHERE a.warning = ? AND a.person IN (SELECT value FROM json_each(?)) AND l.words <> '' ORDER BY a.log_seq"
)


class Wrote(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wrote last, or what was told of them. by: who told it; nobody: they did themselves. paper: it was ticked."""

    words: Personal = ""
    by: Personal = ""
    paper: bool = False

    def __repr__(self) -> str:
        return "Wrote()"


def words_of(connection: sa.Connection, keys: Keys, headcount: Id, persons: Sequence[Id]) -> dict[Id, Wrote]:
    """Return what these people wrote last, where they wrote anything, or what a warden or an officer recorded of them."""
    among = msgspec.json.encode(list(persons)).decode()
    found: dict[Id, tuple[str, Wrote]] = {}
    for person, row, words, at in connection.exec_driver_sql(_WORDS, (headcount, among)):
        found[person] = at, Wrote(words=keys.open(person, words, f"answer.{row}"))
    table = state_table(Answer)
    asked = sa.select(sa.func.json_each(among).table_valued("value").c.value)
    for one in rows.select(connection, Answer, keys, table.c.warning == headcount, table.c.recipient.in_(asked)):
        if moment_text(one.said_at) >= found.get(one.recipient, ("",))[0]:
            told = Wrote(words=one.own_words, by=one.own_speaker, paper=one.heard is Heard.PAPER)
            found[one.recipient] = moment_text(one.said_at), told
    return {person: wrote for person, (_, wrote) in found.items()}
