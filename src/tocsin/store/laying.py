"""What is laid by, and when: the counts of each warning of which much is new, and each full stretch of its answers.

Killed anywhere, the shelf holds what it held before, or more: whatever lies there is read on from where it ends.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from tocsin.basis.foreign import read_json
from tocsin.basis.ids import Id
from tocsin.delivery.facts import Errand
from tocsin.delivery.state import Batch
from tocsin.store.counting import COUNTS, Counting, laid_as
from tocsin.store.counts import Count
from tocsin.store.shelf import Shelf
from tocsin.store.summary import FORM, laid, lay, next_stretch
from tocsin.store.summary import laid_as as answers_laid_as
from tocsin.store.tables import answers_by_link, notes, state_table

MUCH = 20_000  # deliveries and answers; fewer are counted in no time

UPTO = "looked/1"
"""Under this name lies up to where in the two logs it was looked what is new."""

Laid = tuple[str, int, bytes]
"""What is to be laid by: name, up to where, and what."""

_RESULTS = (
    f"SELECT b.warning, b.errand, sum(json_array_length(n.positions)), max(n.seq) FROM {notes.name} n "
    f"JOIN {state_table(Batch).name} b ON b.id = n.batch WHERE n.seq > ? GROUP BY b.warning, b.errand"
)
_ANSWERS = f"SELECT warning, count(*), max(log_seq) FROM {answers_by_link.name} WHERE log_seq > ? GROUP BY warning"
_COUNTED = frozenset({Errand.WARNING.value, Errand.RETRACTION.value})


class Laying:
    """What is new of each warning since its counts were laid by, as one process knows it. One thread at a time."""

    def __init__(self, shelf: Shelf, counting: Counting) -> None:
        """Know of nothing yet."""
        self._shelf = shelf
        self._counting = counting
        self.forget()

    def forget(self) -> None:
        """Begin with what lies on the shelf: what was to be laid by may not have been."""
        self._upto: list[int] | None = None
        self._news: Counter[tuple[Id, str]] = Counter()
        self._stretches: dict[Id, int] = {}

    def due(self, connection: sa.Connection) -> list[Laid]:
        """Return what is to be laid by."""
        heard = self._look_on(connection)
        found = list(self._counts(connection))
        for warning in heard:
            found += self._full(connection, warning)
        return [*found, (UPTO, 0, msgspec.json.encode(self._upto))] if found else []

    def _look_on(self, connection: sa.Connection) -> set[Id]:
        """Count what is new since the last time; return which warnings have been answered."""
        if self._upto is None:
            laid = next((body for _, body in self._shelf.of(connection, UPTO)), b"[0,0]")
            self._upto = read_json(laid, list[int])
        results, answers = self._upto
        heard: set[Id] = set()
        for warning, errand, many, last in connection.exec_driver_sql(_RESULTS, (results,)).all():
            self._news[warning, errand] += many
            self._upto[0] = max(self._upto[0], last)
        for warning, many, last in connection.exec_driver_sql(_ANSWERS, (answers,)).all():
            self._news[warning, Errand.WARNING.value] += many
            self._upto[1] = max(self._upto[1], last)
            heard.add(warning)
        return heard

    def _counts(self, connection: sa.Connection) -> Iterator[Laid]:
        for warning, errand in [one for one, many in self._news.items() if many >= MUCH and one[1] in _COUNTED]:
            del self._news[warning, errand]
            of = Errand(errand)
            yield laid_as(warning, of), 0, self._counting.laid(connection, warning, of)

    def _full(self, connection: sa.Connection, warning: Id) -> Iterator[Laid]:
        """Return each full stretch of the answers to a warning that is not laid by."""
        after = self._stretches.get(warning)
        if after is None:
            after = max((upto for upto, _ in laid(connection, self._shelf, warning)), default=0)
        while (stretch := next_stretch(connection, warning, after)) is not None:
            upto, is_full, answered = stretch
            if not is_full:
                break
            yield answers_laid_as(warning), upto, lay(answered, after)
            after = upto
        self._stretches[warning] = after


# ---- looking whether it is right

_LATE = datetime(9999, 1, 1, tzinfo=UTC)


def differ(connection: sa.Connection, shelf: Shelf) -> Iterator[str]:
    """Name each sum that was laid by and is not what the logs come to."""
    for name in shelf.unmarked(connection):
        yield f"What was laid by as {name} was altered; nobody goes by it, and it is counted anew. {_REMOVE}"
    for name in shelf.names(connection, COUNTS):
        errand, _, warning = name.removeprefix(COUNTS).partition("/")
        ours, anew = (
            _said(one.of(connection, warning, _LATE, Errand(errand))) for one in (Counting(shelf=shelf), Counting())
        )
        if ours != anew:
            yield f"The counts of {warning} that were laid by are not those of its logs. {_REMOVE}"
    for name in shelf.names(connection, FORM):
        after, warning = 0, name.removeprefix(FORM)
        for upto, answered in laid(connection, shelf, warning):
            stretch = next_stretch(connection, warning, after)
            if stretch is None or stretch[0] != upto or not stretch[2].is_like(answered):
                yield f"The answers to {warning} that were laid by are not those of its log. {_REMOVE}"
                break
            after = upto


_REMOVE = "It is no truth: stop Tocsin, and remove those rows of the table laid_by."


def _said(count: Count) -> Any:
    """Return what must be the same whenever it was looked at. In which second somebody came to an end twice is no such thing."""
    return (
        count.people,
        [sum(many for _, many in curve) for curve in (count.accepted, count.delivered, count.answered)],
        [
            (one.channel, one.planned, one.counts, one.reached, one.landed, one.first, one.last)
            for one in count.channels
        ],
    )
