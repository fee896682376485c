"""What is heard back: a line of echoes that wait, and how they enter the result log behind what came of sending.

An echo is made durable as it comes, before anybody is thanked for it. Which delivery it is about is found out later.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from tocsin.basis.ids import Id
from tocsin.delivery.echo import HEARD_FOR, Echo, What, wait_for_own
from tocsin.delivery.facts import EchoesTaken
from tocsin.delivery.state import ARRIVED, Batch, DeliveryStands
from tocsin.people.state import Person
from tocsin.store.columns import moment_text
from tocsin.store.sums import root_over
from tocsin.store.tables import echoes, leases, notes, recipients, results, state_table

IN_ONE_TAKING = 500


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """An echo that waits, with its number in the line."""

    seq: int
    echo: Echo


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that something was heard back of, as it stands now. attempt: the number of its last try."""

    batch: Id
    position: int
    person: Id
    contact: Id
    planned_at: datetime
    stands: DeliveryStands | None
    attempt: int
    in_hand: bool
    forgotten: bool


class Entered(msgspec.Struct, frozen=True, kw_only=True):
    """An echo that takes effect on a delivery."""

    heard: Heard
    echo: Echo

    @property
    def stands(self) -> DeliveryStands:
        """Return how the delivery stands by it."""
        return DeliveryStands(self.echo.said)

    @property
    def arrives(self) -> bool:
        """Say whether it had not arrived, as far as stood here, and has now."""
        return self.stands in ARRIVED and self.heard.stands not in ARRIVED


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of some echoes. entered: they took effect. unknown: they name no message of ours. waiting: for our own part."""

    entered: int = 0
    unknown: int = 0
    waiting: int = 0
    nothing_new: int = 0

    @property
    def count(self) -> int:
        """Return how many were looked at."""
        return self.entered + self.unknown + self.waiting + self.nothing_new


class Taking(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done with some echoes. over: their numbers, to be struck out. later: numbers, and when to look again."""

    entered: tuple[Entered, ...]
    over: tuple[int, ...]
    later: tuple[tuple[int, datetime], ...]
    told: Taken


def append(connection: sa.Connection, heard: Sequence[Echo]) -> None:
    """Write down echoes as they came."""
    connection.execute(
        echoes.insert(),
        [
            {
                "channel": one.channel,
                "message": one.message,
                "said": one.said,
                "for_good": one.for_good,
                "detail": one.detail,
                "at": one.at,
                "due": one.at,
            }
            for one in heard
        ],
    )


def waiting(connection: sa.Connection) -> int:
    """Return how many echoes wait."""
    return int(connection.execute(sa.select(sa.func.count()).select_from(echoes)).scalar_one())


def due(connection: sa.Connection, now: datetime) -> list[Waiting]:
    """Return some echoes that may be taken in now, oldest first."""
    found = connection.execute(
        sa.select(echoes).where(echoes.c.due <= now).order_by(echoes.c.due, echoes.c.seq).limit(IN_ONE_TAKING)
    )
    return [
        Waiting(
            seq=row.seq,
            echo=Echo(
                channel=row.channel,
                message=row.message,
                said=row.said,
                for_good=row.for_good,
                detail=row.detail,
                at=row.at,
            ),
        )
        for row in found
    ]


def strike(connection: sa.Connection, seqs: Sequence[int]) -> None:
    """Let echoes go from the line."""
    connection.execute(echoes.delete().where(echoes.c.seq.in_(seqs)))


def put_off(connection: sa.Connection, until: Sequence[tuple[int, datetime]]) -> None:
    """Look at echoes again at a moment each."""
    for seq, moment in until:
        connection.execute(echoes.update().where(echoes.c.seq == seq).values(due=moment))


def delivery(connection: sa.Connection, row: int) -> Heard | None:
    """Return the delivery to the recipient of that row."""
    found = connection.exec_driver_sql(_PLACE, (row,)).one_or_none()
    if found is None:
        return None
    batch, position, person, contact, planned_at, forgotten, owner = found
    came = connection.exec_driver_sql(_LAST, (batch, position)).fetchall()
    return Heard(
        batch=batch,
        position=position,
        person=person,
        contact=contact,
        planned_at=datetime.fromisoformat(planned_at),
        stands=DeliveryStands(came[-1][0]) if came else None,
        attempt=max((attempt for _, attempt in came), default=0),
        in_hand=owner is not None,
        forgotten=bool(forgotten),
    )


_PLACE = (
    f"SELECT r.batch, r.position, r.person, r.contact, b.planned_at, p.forgotten, l.owner FROM {recipients.name} r "
    f"JOIN {state_table(Batch).name} b ON b.id = r.batch JOIN {state_table(Person).name} p ON p.id = r.person "
    f'LEFT JOIN {leases.name} l ON l.batch = r.batch WHERE r."row" = ?'
)
_LAST = f"SELECT stands, attempt FROM {results.name} WHERE batch = ? AND position = ? ORDER BY seq"
_ENTER = (
    f"INSERT INTO {notes.name} (batch, positions, stands, at, attempt, detail, again, echo) "
    "VALUES (?, json_array(?), ?, ?, ?, ?, NULL, 1)"
)
_ECHOES = (
    f"SELECT seq, batch, position, stands, at, attempt, detail FROM {results.name} "
    "WHERE echo = 1 AND seq BETWEEN ? AND ? ORDER BY seq"
)


def weighed(
    connection: sa.Connection,
    waiting: Sequence[Waiting],
    whose: Mapping[int, int | None],
    weigh: Callable[[Echo, Heard], What],
    now: datetime,
) -> Taking:
    """Say what is to be done with some echoes. whose: by number, the row of the recipient each is about, or None."""
    came: dict[tuple[Id, int], DeliveryStands] = {}  # what echoes of this very stretch have changed
    entered: list[Entered] = []
    over: list[int] = []
    later: list[tuple[int, datetime]] = []
    unknown = 0
    for one in waiting:
        row = whose[one.seq]
        heard = None if row is None else delivery(connection, row)
        if heard is None or now - heard.planned_at > HEARD_FOR:
            over.append(one.seq)
            unknown += 1
            continue
        place = heard.batch, heard.position
        heard = replace(heard, stands=came.get(place, heard.stands))
        what = weigh(one.echo, heard)
        if what == "waits":
            later.append((one.seq, wait_for_own(one.echo.at, now)))
            continue
        over.append(one.seq)
        if what == "takes":
            came[place] = DeliveryStands(one.echo.said)
            entered.append(Entered(heard=heard, echo=one.echo))
    told = Taken(
        entered=len(entered),
        unknown=unknown,
        waiting=len(later),
        nothing_new=len(over) - unknown - len(entered),
    )
    return Taking(entered=tuple(entered), over=tuple(over), later=tuple(later), told=told)


def enter(connection: sa.Connection, entered: Sequence[Entered]) -> tuple[int, int]:
    """Write what was heard back into the result log, a note each; return the first and the last of these rows."""
    last = connection.execute(sa.select(sa.func.max(notes.c.seq))).scalar_one() or 0
    rows = [
        (h.batch, h.position, one.stands.value, moment_text(one.echo.at), h.attempt, one.echo.detail)
        for one in entered
        for h in (one.heard,)
    ]
    connection.exec_driver_sql(_ENTER, rows)
    return last + 1, last + len(rows)


def summed(connection: sa.Connection, first: int, last: int) -> tuple[dict[str, int], str]:
    """Return the counts by state, and the root, of the echoes between two rows of the result log."""
    found = list(connection.exec_driver_sql(_ECHOES, (first, last)))
    counts = Counter(stands for _, _, _, stands, *_ in found)
    return dict(sorted(counts.items())), root_over(found)


def differ(connection: sa.Connection, taken: Sequence[EchoesTaken]) -> Iterator[str]:
    """Name each echo of the result log that no fact tells of, and each fact that tells of others. For reconciling."""
    told = 0
    for one in taken:
        counts, root = summed(connection, one.first, one.last)
        told += sum(counts.values())
        if (counts, root) != (one.counts, one.root):
            yield f"The echoes in rows {one.first} to {one.last} of the result log are not those that were taken in."
    entered = connection.exec_driver_sql(f"SELECT count(*) FROM {results.name} WHERE echo = 1").scalar_one()
    if entered != told:
        yield f"The result log holds {entered} echoes; {told} were taken in."
