"""The record as the desk sees it: where it holds a warning, how certain that is, and what waits for the next seal.

What of the waiting may be counted is for the read door (door.py) to say, which alone calls this.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.fact import State
from tocsin.basis.ids import Id
from tocsin.record import RecordWitness, cosigned_at
from tocsin.report.state import Incident, Report
from tocsin.store import ledger, sealing, signing
from tocsin.store.kinds import FOLDING_OF, HOLDS
from tocsin.store.latest import Line, latest
from tocsin.store.look import Look
from tocsin.store.said_of import NAMES, named_by
from tocsin.store.tables import checkpoints, commitments, entries, journal, seals
from tocsin.threat.hypotheses.state import Matrix

LATEST = 40
COUNTED = 500  # of what waits for the next seal; nobody needs to know how many more there are
AT_ONCE = 250


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A witness that is asked, and when it saw a checkpoint; None if it has not."""

    name: str
    at: datetime | None = None


class RecordPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where the record holds a warning, and how certain that is by now.

    entry: None while its commitment waits for a seal. leaf: in hexadecimal. sealed_at, open_by: of the seal; the date is
    that of the latest entry that keeps it. integrated: it is in the tree. published_at: when a checkpoint that covers it
    was signed and published. seen: who has seen such a checkpoint. witnessed: whether those are enough. opened: the entry
    that says it was opened.
    """

    entry: int | None
    leaf: str
    sealed: bool
    sealed_at: datetime | None = None
    open_by: datetime | None = None
    opened: int | None = None
    integrated: bool = False
    published_at: datetime | None = None
    seen: tuple[Seen, ...] = ()
    witnessed: bool = False


class RecordStand(msgspec.Struct, frozen=True, kw_only=True):
    """How the record stands: how many entries have their number, are in the tree, are published, have been witnessed.

    root: of the tree. published_at: when the latest published checkpoint was signed. witnesses: who is asked, and when
    they saw that one. opened: what was sealed and then opened. overdue: places past their date that have not been dealt
    with, real and empty alike. pending: commitments that wait for the next seal, of facts this reader may read, so many of them
    as are counted at most; more: there may be more.
    """

    sequenced: int
    integrated: int
    published: int
    witnessed: int
    root: str
    published_at: datetime | None
    witnesses: tuple[Seen, ...]
    next_seal: datetime
    pending: int
    more: bool
    opened: int
    overdue: int
    entries: tuple[Line, ...]


# ---- where the record holds one thing


def place_of(look: Look, told: Id) -> RecordPlace | None:
    """Return where the record holds the latest going out of a warning, or the decision that it shall not go out."""
    seq = look.connection.execute(
        sa.select(sa.func.max(journal.c.seq)).where(
            journal.c.subject == told, journal.c.kind.in_([kind.kind() for kind in HOLDS])
        )
    ).scalar_one()
    plain = look.connection.execute(sa.select(entries).where(entries.c.fact_seq == seq)).one_or_none()
    if plain is not None:
        return _certain(look, RecordPlace(entry=plain.number, leaf=plain.leaf.hex(), sealed=False))
    held = look.connection.execute(sa.select(commitments).where(commitments.c.fact_seq == seq)).one_or_none()
    if held is None:
        return None
    place = RecordPlace(entry=held.entry, leaf=held.commitment.hex(), sealed=True, opened=held.opening)
    return place if held.entry is None else _certain(look, _sealed(look, place, held.held))


def _sealed(look: Look, place: RecordPlace, held: int) -> RecordPlace:
    dates = {
        row.entry: row
        for row in look.connection.execute(sa.select(seals).where(seals.c.entry.in_([place.entry, held])))
    }
    first, last = dates.get(place.entry), dates.get(held)
    return replace(place, sealed_at=first.at if first else None, open_by=last.open_by if last else None)


def _certain(look: Look, place: RecordPlace) -> RecordPlace:
    """Say of an entry how far it has come."""
    covering = sa.select(checkpoints).where(checkpoints.c.size > place.entry).order_by(checkpoints.c.size).limit(1)
    published = look.connection.execute(covering.where(checkpoints.c.published)).one_or_none()
    witnessed = look.connection.execute(covering.where(checkpoints.c.witnessed)).one_or_none()
    last = signing.latest(look.connection, published=True)
    note = witnessed.note if witnessed else last.note if published and last else None
    return replace(
        place,
        integrated=place.entry is not None and place.entry < look.tree().frontier.size,
        published_at=published.at if published else None,
        seen=_seen(look, note),
        witnessed=witnessed is not None,
    )


def _seen(look: Look, note: bytes | None) -> tuple[Seen, ...]:
    asked = [one for one in look.all(RecordWitness, order="added_at") if one.removed_at is None]
    return tuple(Seen(name=one.name, at=None if note is None else _cosigned_at(note, one.vkey)) for one in asked)


def _cosigned_at(note: bytes, vkey: str) -> datetime | None:
    try:
        return cosigned_at(note, vkey)
    except Refused:
        return None


# ---- how the whole stands


def stand(look: Look, now: datetime, is_open: Callable[[State], bool]) -> RecordStand:
    """Return how the record stands, with its latest entries. is_open: whether the reader may read a state."""
    tree, published = look.tree(), signing.latest(look.connection, published=True)
    witnessed = sa.select(sa.func.max(checkpoints.c.size)).where(checkpoints.c.witnessed)
    pending = _pending(look, is_open)
    opened = sa.select(sa.func.count()).select_from(commitments).where(commitments.c.opening.is_not(None))
    return RecordStand(
        sequenced=ledger.sequenced(look.connection),
        integrated=tree.frontier.size,
        published=published.size if published else 0,
        witnessed=look.connection.execute(witnessed).scalar_one() or 0,
        root=tree.frontier.root().hex(),
        published_at=published.at if published else None,
        witnesses=_seen(look, published.note if published else None),
        next_seal=tree.next_seal,
        pending=pending,
        more=pending >= COUNTED,
        opened=look.connection.execute(opened).scalar_one(),
        overdue=sealing.overdue(look.connection, now),
        entries=latest(look.connection, LATEST),
    )


def _pending(look: Look, is_open: Callable[[State], bool]) -> int:
    """Count what waits for the next seal, of what may be read: the whole number would tell of a RED notice."""
    found, waits = 0, _waiting(look)
    while found < COUNTED and (some := list(islice(waits, AT_ONCE))):
        found += _readable(look, some, is_open)
    return min(found, COUNTED)


def _waiting(look: Look) -> Iterator[Any]:
    """Yield the facts whose commitments wait, the latest first."""
    question = (
        sa.select(journal.c.seq, journal.c.kind, journal.c.subject, journal.c.body)
        .select_from(commitments.join(journal, journal.c.seq == commitments.c.fact_seq))
        .where(commitments.c.entry.is_(None))
        .order_by(commitments.c.fact_seq.desc())
        .limit(AT_ONCE)
    )
    some = look.connection.execute(question).all()
    while some:
        yield from some
        some = look.connection.execute(question.where(commitments.c.fact_seq < some[-1].seq)).all()


def _readable(look: Look, waiting: Sequence[Any], is_open: Callable[[State], bool]) -> int:
    """Count those of these facts that may be read."""
    about: dict[type[State], set[Id]] = {}
    for row in waiting:
        about.setdefault(FOLDING_OF[row.kind].state, set()).add(row.subject)
    seen = {kind: _open(look, kind, ids, is_open) for kind, ids in about.items()}
    may = [row for row in waiting if row.subject in seen[FOLDING_OF[row.kind].state]]
    naming = [row for row in may if row.kind in NAMES]
    return len(may) - len(naming) + _links_open(look, naming, is_open)


def _open(look: Look, kind: type[State], ids: Collection[Id], is_open: Callable[[State], bool]) -> set[Id]:
    return {id for id, state in look.some(kind, sorted(ids)).items() if is_open(state)}


def _links_open(look: Look, naming: Sequence[Any], is_open: Callable[[State], bool]) -> int:
    """Count those of these facts of which that may be read which they name; somebody's own words name nothing."""
    items = [_item(look, row) for row in naming]
    wanted = {one for one in items if one}
    seen = {one for kind in (Report, Incident) for one in _open(look, kind, wanted, is_open)}
    return sum(item is None or item in seen for item in items)


def _item(look: Look, row: Any) -> Id | None:
    """Return which report or incident a fact names; None: it holds somebody's own words."""
    item = named_by(row)
    if NAMES[row.kind] != "row":
        return item or ""
    entry = look.get(Matrix, row.subject).row(item or "")
    return None if entry is None else entry.item
