"""The record as the desk sees it: where it holds a warning, how it stands, and what waits for the next seal.

What of the waiting may be counted is for the read door (door.py) to say, which alone calls this.
"""

from collections.abc import Callable, Collection
from datetime import datetime

import msgspec
import sqlalchemy as sa

from tocsin.basis.fact import State
from tocsin.basis.ids import Id
from tocsin.report.state import Incident, Report
from tocsin.store.kinds import FOLDING_OF
from tocsin.store.look import Look
from tocsin.store.tables import commitments, entries, journal
from tocsin.threat.facts import EvidenceLinked
from tocsin.warning.advisory.facts import AdvisoryIssued
from tocsin.warning.alert.facts import AlertIssued
from tocsin.warning.notice.facts import DutyDecided, NoticeSent
from tocsin.warning.statement.facts import StatementPublished

LATEST = 50
HOLDS = tuple(kind.kind() for kind in (AlertIssued, NoticeSent, AdvisoryIssued, StatementPublished, DutyDecided))


class RecordPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where the record holds a warning. entry: None while its commitment waits for a seal. leaf: in hexadecimal."""

    entry: int | None
    leaf: str
    sealed: bool


class RecordEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the public record."""

    index: int
    kind: str
    at: datetime
    leaf: str


class RecordStand(msgspec.Struct, frozen=True, kw_only=True):
    """How the record stands. pending: commitments that wait for the next seal, of facts this reader may read."""

    size: int
    root: str
    next_seal: datetime
    pending: int
    entries: tuple[RecordEntry, ...]


def place_of(look: Look, told: Id) -> RecordPlace | None:
    """Return where the record holds the latest going out of a warning, or the decision that it shall not go out."""
    seq = look.connection.execute(
        sa.select(sa.func.max(journal.c.seq)).where(journal.c.subject == told, journal.c.kind.in_(HOLDS))
    ).scalar_one()
    plain = look.connection.execute(sa.select(entries).where(entries.c.fact_seq == seq)).one_or_none()
    if plain is not None:
        return RecordPlace(entry=plain.number, leaf=plain.leaf.hex(), sealed=False)
    held = look.connection.execute(sa.select(commitments).where(commitments.c.fact_seq == seq)).one_or_none()
    return None if held is None else RecordPlace(entry=held.entry, leaf=held.commitment.hex(), sealed=True)


def stand(look: Look, is_open: Callable[[State], bool]) -> RecordStand:
    """Return how the record stands, with its latest entries. is_open: whether the reader may read a state."""
    tree = look.tree()
    latest = look.connection.execute(sa.select(entries).order_by(entries.c.number.desc()).limit(LATEST))
    return RecordStand(
        size=tree.frontier.size,
        root=tree.frontier.root().hex(),
        next_seal=tree.next_seal,
        pending=_pending(look, is_open),
        entries=tuple(_entry(row.number, row.entry, row.leaf) for row in latest),
    )


def _entry(number: int, raw: bytes, leaf: bytes) -> RecordEntry:
    said = msgspec.json.decode(raw)
    return RecordEntry(index=number, kind=said["kind"], at=datetime.fromisoformat(said["at"]), leaf=leaf.hex())


def _pending(look: Look, is_open: Callable[[State], bool]) -> int:
    """Count what waits for the next seal, of what may be read: the whole number would tell of a RED notice."""
    joined = commitments.join(journal, journal.c.seq == commitments.c.fact_seq)
    waiting = look.connection.execute(
        sa.select(journal.c.kind, journal.c.subject, journal.c.body)
        .select_from(joined)
        .where(commitments.c.entry.is_(None))
    ).all()
    about: dict[type[State], set[Id]] = {}
    for row in waiting:
        about.setdefault(FOLDING_OF[row.kind].state, set()).add(row.subject)
    seen = {kind: _open(look, kind, ids, is_open) for kind, ids in about.items()}
    return sum(
        row.subject in seen[FOLDING_OF[row.kind].state]
        and (row.kind != EvidenceLinked.kind() or _links_open(look, row.body, is_open))
        for row in waiting
    )


def _open(look: Look, kind: type[State], ids: Collection[Id], is_open: Callable[[State], bool]) -> set[Id]:
    return {id for id, state in look.some(kind, sorted(ids)).items() if is_open(state)}


def _links_open(look: Look, body: bytes, is_open: Callable[[State], bool]) -> bool:
    item = msgspec.json.decode(body)["item"]
    found = look.find(Report, item) or look.find(Incident, item)
    return found is not None and is_open(found)
