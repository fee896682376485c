"""Reconciling: fold the whole journal again and compare it with the rows, the record and the bulk logs.

Event-sourced in the tests, plain tables in production; this is what shows that the two agree.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from tocsin.answer.facts import AnswersTaken
from tocsin.basis.errors import Broken, TocsinError
from tocsin.basis.fact import Noted, State
from tocsin.basis.ids import Id
from tocsin.delivery.facts import BatchPlanned, BatchSettled
from tocsin.delivery.plan import Address
from tocsin.record import Frontier, commitment, leaf_hash, root_of
from tocsin.store import journal, ledger, log, rows
from tocsin.store.keys import Keys
from tocsin.store.kinds import FOLDING_OF, PUBLIC, STATES
from tocsin.store.store import Store
from tocsin.store.tables import (
    answers_by_link,
    commands,
    commitments,
    entries,
    leases,
    outbox,
    seals,
    state_table,
    tree,
    versions,
)
from tocsin.warning.advisory.facts import AdvisoryIssued
from tocsin.warning.alert.facts import AlertIssued
from tocsin.warning.notice.facts import NoticeSent

HASH = 32  # bytes

Folded = dict[tuple[type[State], Id], State]


def reconcile(store: Store) -> list[str]:
    """Return what does not fit, one sentence each; nothing when everything does."""
    with store.look() as look:
        connection = look.connection
        folded: Folded = {}
        noted: list[Noted] = []
        return [
            *_read("The journal", _fold_all(connection, store.keys, folded, noted)),
            *_read("The rows", _rows_differ(connection, folded, store.keys)),
            *_read("The versions", _versions_differ(connection, noted)),
            *_read("The record", _record_differs(connection)),
            *_read("The record's seals", _seals_differ(connection)),
            *_read("The logs", _logs_differ(connection, noted)),
            *_read("The work to do", _work_is_lost(connection, noted)),
        ]


def _read(what: str, problems: Iterator[str]) -> Iterator[str]:
    """Pass problems on; what was altered beyond reading is one more, and no reason to look no further."""
    try:
        yield from problems
    except (Broken, ValueError, TypeError, LookupError, msgspec.MsgspecError) as error:
        yield f"{what} cannot be read to the end: {error}"


def _fold_all(connection: sa.Connection, keys: Keys, folded: Folded, noted: list[Noted]) -> Iterator[str]:
    """Fold the journal into `folded` and `noted`, and hold each row against its entry or commitment."""
    noting = Noting(connection)
    last = 0
    for row in journal.walk(connection):
        if row.seq != last + 1:
            yield f"Journal row {last + 1} is missing; the next one is {row.seq}."
        last = row.seq
        yield from _entry_differs(noting, row)
        try:
            one = journal.decode(row, keys)
            folding = FOLDING_OF[one.kind]
            place = (folding.state, one.subject)
            folded[place] = folding.fold(folded.get(place), one.fact)
        except (TocsinError, TypeError, ValueError) as error:
            yield f"Journal row {row.seq} cannot be folded: {error}"
            continue
        noted.append(one)
        entry = noting.entries.get(row.seq)
        if entry is not None and entry != ledger.public_entry(one.fact, journal.fact_hash(_payload(row))):
            yield f"The entry of journal row {row.seq} ({row.kind}) does not say what that fact says."
    for seq in sorted(seq for seq in (*noting.entries, *noting.commitments) if seq > last):
        yield f"Journal row {seq} is missing, of which the record knows."


class Noting:
    """What the record keeps of each fact, read once."""

    def __init__(self, connection: sa.Connection) -> None:
        """Read it."""
        public = connection.execute(
            sa.select(entries.c.fact_seq, entries.c.entry).where(entries.c.fact_seq.is_not(None))
        )
        self.entries: dict[int, bytes] = {row.fact_seq: row.entry for row in public}
        self.commitments = {row.fact_seq: row for row in connection.execute(sa.select(commitments))}


def _payload(row: sa.Row[Any]) -> bytes:
    return journal.payload(dict(row._mapping))


def _entry_differs(noting: Noting, row: sa.Row[Any]) -> Iterator[str]:
    payload = _payload(row)
    if row.kind in PUBLIC:
        entry = noting.entries.get(row.seq)
        if entry is None:
            yield f"Journal row {row.seq} ({row.kind}) is public and has no entry in the record."
        elif _said(entry).get("fact_sha256") != journal.fact_hash(payload).hex():
            yield f"Journal row {row.seq} ({row.kind}) is not what its entry in the record was made from."
        return
    held = noting.commitments.get(row.seq)
    if held is None:
        yield f"Journal row {row.seq} ({row.kind}) has no commitment."
    elif commitment(held.salt, payload) != held.commitment:
        yield f"Journal row {row.seq} ({row.kind}) is not what its commitment was made from."


def _said(entry: bytes) -> dict[str, Any]:
    """Return what an entry says; nothing, if it cannot be read any more."""
    try:
        found = msgspec.json.decode(entry)
    except msgspec.MsgspecError:
        return {}
    return found if isinstance(found, dict) else {}


def _rows_differ(connection: sa.Connection, folded: Folded, keys: Keys) -> Iterator[str]:
    for kind in STATES:
        kept = {}
        unread = set()
        for row in rows.each(connection, kind):
            try:
                kept[row.id] = rows.decode(kind, row, keys)
            except Broken as error:
                unread.add(row.id)
                yield str(error)
        expected = {id: state for (of, id), state in folded.items() if of is kind}
        name = state_table(kind).name
        for id in sorted(kept.keys() - expected.keys()):
            yield f"{name} holds {id}, of which the journal knows nothing."
        for id in sorted(expected.keys() - kept.keys() - unread):
            yield f"{name} lacks {id}, which the journal tells of."
        for id in sorted(kept.keys() & expected.keys()):
            if kept[id] != expected[id]:
                fields = [f for f in kind.__struct_fields__ if getattr(kept[id], f) != getattr(expected[id], f)]
                yield f"{name} {id} differs from the journal in {', '.join(fields)}."


def _versions_differ(connection: sa.Connection, noted: list[Noted]) -> Iterator[str]:
    expected = Counter(one.subject for one in noted)
    kept = {row.subject: row.version for row in connection.execute(sa.select(versions))}
    for subject in sorted(expected.keys() | kept.keys()):
        if kept.get(subject, 0) != expected[subject]:
            yield f"{subject} stands at version {kept.get(subject, 0)}; the journal has {expected[subject]} facts of it."


def _record_differs(connection: sa.Connection) -> Iterator[str]:
    frontier = Frontier()
    for expected, row in enumerate(connection.execute(sa.select(entries).order_by(entries.c.number))):
        if row.number != expected:
            yield f"Entry {expected} of the record is missing; the next one is {row.number}."
            return
        if not isinstance(row.entry, bytes) or leaf_hash(row.entry) != row.leaf:
            yield f"Entry {row.number} of the record was altered: it no longer has its hash."
        frontier = frontier.append(row.leaf)
    size = connection.execute(sa.select(tree.c.size)).scalar_one()
    if ledger.stand(connection).frontier != frontier or size != frontier.size:
        yield f"The tree does not follow from the record's {frontier.size} entries."


def _seals_differ(connection: sa.Connection) -> Iterator[str]:
    joined = seals.join(entries, entries.c.number == seals.c.entry)
    under: dict[int, set[bytes]] = {}
    for row in connection.execute(
        sa.select(seals.c.entry, seals.c.leaves, entries.c.entry.label("text")).select_from(joined)
    ):
        leaves = [row.leaves[start : start + HASH] for start in range(0, len(row.leaves), HASH)]
        under[row.entry] = set(leaves)
        if root_of([leaf_hash(leaf) for leaf in leaves]).hex() != _said(row.text).get("root"):
            yield f"The seal of entry {row.entry} does not have the root that the entry states."
    for row in connection.execute(sa.select(commitments).where(commitments.c.entry.is_not(None))):
        if row.commitment not in under.get(row.entry, set()):
            yield f"The commitment of journal row {row.fact_seq} is not under the seal of entry {row.entry}."


def _logs_differ(connection: sa.Connection, noted: list[Noted]) -> Iterator[str]:
    for one in noted:
        match one.fact:
            case BatchPlanned() as planned:
                who = [
                    Address(person=r.person, contact=r.contact, channel="")
                    for r in log.of_batch(connection, one.subject)
                ]
                if len(who) != planned.count or log.recipients_root(who) != planned.root:
                    yield f"The recipients of batch {one.subject} are not those it was planned with."
            case BatchSettled() as settled:
                if log.settled(connection, one.subject) != (settled.counts, settled.root):
                    yield f"The results of batch {one.subject} are not those it was settled with."
            case AnswersTaken() as taken:
                yield from _answers_differ(connection, taken)
    last = max((one.fact.last for one in noted if isinstance(one.fact, AnswersTaken)), default=0)
    logged = [(row.seq, row.warning, row.person, row.answer, row.at) for row in log.untaken(connection, 0, last)]
    found = connection.execute(sa.select(answers_by_link).order_by(answers_by_link.c.log_seq))
    if [(row.log_seq, row.warning, row.person, row.answer, row.at) for row in found] != logged:
        yield "The answers taken in are not those of the answer log."


def _answers_differ(connection: sa.Connection, taken: AnswersTaken) -> Iterator[str]:
    stretch = log.untaken(connection, taken.first - 1, taken.last - taken.first + 1)
    counts = dict(Counter(row.answer for row in stretch))
    if log.answers_root(stretch) != taken.root or counts != taken.counts:
        yield f"Rows {taken.first} to {taken.last} of the answer log are not those that were taken in."


def _work_is_lost(connection: sa.Connection, noted: list[Noted]) -> Iterator[str]:
    """Name each warning that nobody will send or stand by for any more, though it went out.

    Every batch without an end has a lease that is due or in hand; whatever went out has been planned, and watched where
    that is called for, or the errand to do so still waits.
    """
    done = set(connection.execute(sa.select(commands.c.command)).scalars())
    waiting = {(row.errand, row.subject) for row in connection.execute(sa.select(outbox.c.errand, outbox.c.subject))}
    found = connection.execute(sa.select(leases.c.batch, leases.c.due, leases.c.owner))
    leased = {row.batch for row in found if row.due is not None or row.owner is not None}
    settled = {one.subject for one in noted if isinstance(one.fact, BatchSettled)}
    for one in noted:
        match one.fact:
            case BatchPlanned() if one.subject not in settled and one.subject not in leased:
                yield f"Batch {one.subject} has no end, and nobody will take it in hand."
            case AlertIssued() | NoticeSent() | AdvisoryIssued():
                errands = ("plan",) if isinstance(one.fact, AdvisoryIssued) else ("plan", "watch")
                for errand in errands:
                    if f"{errand}:{one.subject}" not in done and (errand, one.subject) not in waiting:
                        yield f"Warning {one.subject} went out, and the errand to {errand} for it is gone."
