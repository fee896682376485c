"""Counting a headcount while it is answered: what is newer than the last look is folded in, and nothing is read twice.

A process keeps what each person said last. Answers by link or message are read from where the last look ended; those that
officers recorded, which are fewer, are read again when there are more of them. The rows stay the truth.
"""

import threading
from collections import Counter, OrderedDict
from datetime import datetime

import msgspec
import sqlalchemy as sa

from tocsin.answer.facts import AnswerKind
from tocsin.answer.state import Answer
from tocsin.basis.ids import Id
from tocsin.delivery.facts import Errand
from tocsin.delivery.state import Batch
from tocsin.store.tables import answers_by_link, recipients, state_table

MOST = 64  # headcounts

_TOLD = (
    f"SELECT count(DISTINCT r.person) FROM {recipients.name} r JOIN {state_table(Batch).name} b ON b.id = r.batch "
    f"AND b.errand = '{Errand.WARNING.value}' WHERE r.warning = ?"
)
_LAST_ROW = f'SELECT coalesce(max("row"), 0) FROM {recipients.name} WHERE warning = ?'
_BY_LINK = (
    f"SELECT log_seq, person, answer, at FROM {answers_by_link.name} WHERE warning = ? AND log_seq > ? ORDER BY log_seq"
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
        self.said: dict[Id, tuple[str, str]] = {}  # person: (when, what), as texts that sort
        self.counts: Counter[str] = Counter()

    def note(self, person: Id, answer: str, at: str) -> None:
        before = self.said.get(person)
        if before is not None and before[0] > at:
            return
        if before is not None:
            self.counts[before[1]] -= 1
        self.said[person] = at, answer
        self.counts[answer] += 1


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
        """Return who said this last, and when."""
        kept = self._caught_up(connection, headcount)
        with kept.lock:
            return {one: datetime.fromisoformat(at) for one, (at, said) in kept.said.items() if said == answer.value}

    def _caught_up(self, connection: sa.Connection, headcount: Id) -> _Kept:
        with self._lock:
            kept = self._kept.setdefault(headcount, _Kept())
            self._kept.move_to_end(headcount)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        with kept.lock:
            _catch_up(connection, headcount, kept)
        return kept


def _catch_up(connection: sa.Connection, headcount: Id, kept: _Kept) -> None:
    last_row = connection.exec_driver_sql(_LAST_ROW, (headcount,)).scalar_one()
    if last_row != kept.last_row:
        kept.total = connection.exec_driver_sql(_TOLD, (headcount,)).scalar_one()
        kept.last_row = last_row
    for seq, person, answer, at in connection.exec_driver_sql(_BY_LINK, (headcount, kept.last_seq)):
        kept.note(person, answer, at)
        kept.last_seq = seq
    recorded = connection.exec_driver_sql(_HOW_MANY, (headcount,)).scalar_one()
    if recorded != kept.recorded:
        for _id, person, answer, at in connection.exec_driver_sql(_RECORDED, (headcount,)):
            kept.note(person, answer, at)
        kept.recorded = recorded
