"""Reconciling: fold the whole journal again and compare it with the rows, the record and the bulk logs.

Event-sourced in the tests, plain tables in production; this is what shows that the two agree.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from tocsin.answer.facts import AnswersTaken
from tocsin.basis.errors import Broken, Refused, TocsinError
from tocsin.basis.fact import Noted, State
from tocsin.basis.foreign import read_json
from tocsin.basis.ids import Id
from tocsin.delivery.facts import BatchPlanned, BatchSettled, EchoesTaken, Errand, ReceiptsGathered
from tocsin.delivery.plan import Address
from tocsin.delivery.state import Batch
from tocsin.record import (
    KEPT_DEPTH,
    SEAL_DEPTH,
    Frontier,
    commit_fields,
    leaf_hash,
    read_seal,
    root_again,
    unpack_dummies,
)
from tocsin.store import echoes, journal, laying, ledger, log, receipts, rows
from tocsin.store.adopting import adopted
from tocsin.store.keys import Keys
from tocsin.store.kinds import FOLDING_OF, PUBLIC, STATES
from tocsin.store.store import Store
from tocsin.store.tables import (
    answers_by_link,
    checkpoints,
    commands,
    commitments,
    entries,
    keeps,
    leases,
    outbox,
    seals,
    state_table,
    tree,
    versions,
)
from tocsin.warning.advisory.facts import AdvisoryIssued
from tocsin.warning.alert.facts import AlertIssued
from tocsin.warning.follow_up import NEAR, FollowUpDue
from tocsin.warning.notice.facts import NoticeSent
from tocsin.warning.retraction import WarningRetracted

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
            *_read("The record's entries", _strangers(connection)),
            *_read("The checkpoints", _checkpoints_differ(connection)),
            *_read("The logs", _logs_differ(connection, noted)),
            *_read("The receipts", _receipts_differ(store, connection, noted)),
            *_read("The work to do", _work_is_lost(connection, noted)),
            *_read("What was counted", laying.differ(connection, store.shelf)),
        ]


def _read(what: str, problems: Iterator[str]) -> Iterator[str]:
    """Pass problems on; what was altered beyond reading is one more, and no reason to look no further."""
    try:
        yield from problems
    except (TocsinError, ValueError, TypeError, LookupError) as error:
        yield f"{what} cannot be read to the end: {error}"
    except sa.exc.DBAPIError:  # its own words would quote what stands there
        yield f"{what} cannot be read to the end: the database holds what it cannot give."


def _fold_all(connection: sa.Connection, keys: Keys, folded: Folded, noted: list[Noted]) -> Iterator[str]:
    """Fold the journal into `folded` and `noted`, and hold each row against its entry or commitment."""
    noting = Noting(connection)
    last = 0
    for row in journal.walk(connection):
        if row.seq != last + 1:
            yield f"Journal row {last + 1} is missing; the next one is {row.seq}."
        last = row.seq
        yield from _entry_differs(noting, row, keys)
        try:
            one = journal.decode(row, keys)
            folding = FOLDING_OF[one.kind]
            place = (folding.state, one.subject)
            folded[place] = folding.fold(folded.get(place), one.fact)
        except (TocsinError, TypeError, ValueError) as error:
            yield f"Journal row {row.seq} cannot be folded: {error}"
            continue
        noted.append(one)
        if more := journal.made_up(dict(row._mapping)):
            yield (
                f"Journal row {row.seq} ({row.kind}) was committed to with fields that its kind does not have: {more} of them. "
                "Each could be shown one day as if it had been said; look who wrote it."
            )
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


def _entry_differs(noting: Noting, row: sa.Row[Any], keys: Keys) -> Iterator[str]:
    if row.kind in PUBLIC:
        entry = noting.entries.get(row.seq)
        if entry is None:
            yield f"Journal row {row.seq} ({row.kind}) is public and has no entry in the record."
        elif _said(entry).get("fact_sha256") != journal.fact_hash(_payload(row)).hex():
            yield f"Journal row {row.seq} ({row.kind}) is not what its entry in the record was made from."
        return
    held = noting.commitments.get(row.seq)
    if held is None:
        yield f"Journal row {row.seq} ({row.kind}) has no commitment."
        return
    salt = keys.salts([(held.owner, f"fact:{row.id}")])[0] if held.owner else held.salt
    if salt is None:
        return  # of someone who was forgotten: the salt is gone with their key, and the commitment says nothing any more
    if _committed(salt, row) != held.commitment:
        yield f"Journal row {row.seq} ({row.kind}) is not what its commitment was made from."


def _committed(salt: bytes, row: sa.Row[Any]) -> bytes:
    """Return the commitment to a journal row as it stands; nothing, if it cannot be read any more."""
    try:
        return commit_fields(salt, journal.fields_of(dict(row._mapping)))
    except (TocsinError, ValueError):
        return b""


def _said(entry: bytes) -> dict[str, Any]:
    """Return what an entry says; nothing, if it cannot be read any more."""
    try:
        found: dict[str, Any] = read_json(entry, dict[str, Any])
    except Refused:
        return {}
    return found


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
    integrated = ledger.stand(connection).frontier
    at_size = frontier if integrated.size == 0 else None
    for expected, row in enumerate(connection.execute(sa.select(entries).order_by(entries.c.number))):
        if row.number != expected:
            yield f"Entry {expected} of the record is missing; the next one is {row.number}."
            return
        if not isinstance(row.entry, bytes) or leaf_hash(row.entry) != row.leaf:
            yield f"Entry {row.number} of the record was altered: it no longer has its hash."
        frontier = frontier.append(row.leaf)
        if frontier.size == integrated.size:
            at_size = frontier
    size = connection.execute(sa.select(tree.c.size)).scalar_one()
    if at_size != integrated or size != integrated.size:
        yield f"The tree does not follow from the record's {frontier.size} entries."


def _seals_differ(connection: sa.Connection) -> Iterator[str]:
    sealed = _placed(connection, commitments.c.entry, commitments.c.place, commitments)
    kept = _placed(
        connection, keeps.c.entry, keeps.c.place, keeps.join(commitments, keeps.c.fact_seq == commitments.c.fact_seq)
    )
    known = set()
    taken_over = adopted(connection)
    joined = seals.join(entries, entries.c.number == seals.c.entry)
    for row in connection.execute(sa.select(seals, entries.c.entry.label("text")).select_from(joined)):
        known.add(row.entry)
        said = read_seal(_said(row.text))
        if any(row.entry in one for one in taken_over):  # what it took up is not known here
            if row.dummies or row.kept_dummies or row.entry in {*sealed, *kept}:
                yield f"The seal of entry {row.entry} was adopted, and claims to hold something of ours."
        elif root_again(sealed.get(row.entry, {}), unpack_dummies(row.dummies), SEAL_DEPTH) != said.root:
            yield f"The seal of entry {row.entry} does not have the root that the entry states."
        elif root_again(kept.get(row.entry, {}), unpack_dummies(row.kept_dummies), KEPT_DEPTH) != said.kept:
            yield f"What entry {row.entry} keeps does not have the root that the entry states."
        if (said.at, said.open_by) != (row.at, row.open_by):
            yield f"The dates of the seal of entry {row.entry} are not those that the entry states."
    for number in sorted({*sealed, *kept} - known):
        yield f"The seal of entry {number} is missing."


def _strangers(connection: sa.Connection) -> Iterator[str]:
    """Name each entry that stands for no fact and no seal of ours, unless it was adopted; and the other way round."""
    taken_over = adopted(connection)
    question = sa.select(entries.c.number, entries.c.fact_seq, seals.c.entry).select_from(
        entries.outerjoin(seals, seals.c.entry == entries.c.number)
    )
    for number, fact, seal in connection.execute(question.order_by(entries.c.number)):
        is_taken_over = any(number in one for one in taken_over)
        if fact is not None and (is_taken_over or seal is not None):
            yield f"Entry {number} of the record claims to stand for journal row {fact}, and is no entry of ours."
        elif fact is None and seal is None and not is_taken_over:
            yield f"Entry {number} of the record stands for no fact and no seal. Who entered it?"


def _placed(
    connection: sa.Connection, entry: sa.Column[Any], place: sa.Column[Any], source: sa.FromClause
) -> dict[int, dict[int, bytes]]:
    """Return which commitment stands at which place of which sealed entry."""
    found: dict[int, dict[int, bytes]] = {}
    question = sa.select(entry, place, commitments.c.commitment).select_from(source).where(entry.is_not(None))
    for number, where, one in connection.execute(question):
        found.setdefault(number, {})[where] = one
    return found


def _checkpoints_differ(connection: sa.Connection) -> Iterator[str]:
    """Name each checkpoint that was signed and is not of this tree."""
    frontier = Frontier()
    for row in connection.execute(sa.select(checkpoints).order_by(checkpoints.c.size)):
        between = (entries.c.number >= frontier.size) & (entries.c.number < row.size)
        leaves = connection.execute(sa.select(entries.c.leaf).where(between).order_by(entries.c.number)).scalars()
        frontier = frontier.extend(leaves)
        if (frontier.size, frontier.root()) != (row.size, row.root):
            yield f"The checkpoint of size {row.size} is not of this record."
            return


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
    yield from echoes.differ(connection, [one.fact for one in noted if isinstance(one.fact, EchoesTaken)])
    last = max((one.fact.last for one in noted if isinstance(one.fact, AnswersTaken)), default=0)
    logged = [(row.seq, row.warning, row.person, row.answer, row.at) for row in log.untaken(connection, 0, last)]
    taken_in = f"SELECT log_seq, warning, person, answer, at FROM {answers_by_link.name} ORDER BY log_seq"
    if [tuple(row) for row in connection.exec_driver_sql(taken_in)] != logged:
        yield "The answers taken in are not those of the answer log."


def _receipts_differ(store: Store, connection: sa.Connection, noted: list[Noted]) -> Iterator[str]:
    """Name each tree of receipts that is not the one a fact speaks of, or that says something else than the logs."""
    for one in noted:
        match one.fact:
            case BatchSettled() if one.fact.receipts:
                batch = rows.load(connection, Batch, one.subject, store.keys)
                said = receipts.of_batch(connection, batch, store.delivery_id(batch))
                if not receipts.holds(connection, one.subject, one.fact.receipts, said, store.keys):
                    yield f"The receipts of batch {one.subject} are not those it was settled with."
            case ReceiptsGathered():
                if not receipts.stands(connection, one.subject, one.fact.receipts, receipts.WARNING_DEPTH):
                    yield f"The receipts gathered of warning {one.fact.warning} are not those that were committed to."
            case AnswersTaken() if one.fact.receipts:
                stretch = log.untaken(connection, one.fact.first - 1, one.fact.last - one.fact.first + 1)
                said = receipts.of_answers(stretch, store.keys)
                if not receipts.holds(connection, f"answers:{one.fact.first}", one.fact.receipts, said, store.keys):
                    yield f"The receipts of rows {one.fact.first} to {one.fact.last} of the answer log differ from it."


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
    planned = _planned(noted)
    for one in noted:
        match one.fact:
            case BatchPlanned() if one.subject not in settled and one.subject not in leased:
                yield f"Batch {one.subject} has no end, and nobody will take it in hand."
            case AlertIssued() | NoticeSent() | AdvisoryIssued():
                errands = ("plan",) if isinstance(one.fact, AdvisoryIssued) else ("plan", "watch")
                for errand in errands:
                    if f"{errand}:{one.subject}" not in done and (errand, one.subject) not in waiting:
                        yield f"Warning {one.subject} went out, and the errand to {errand} for it is gone."
            case WarningRetracted() if ("retract", one.subject) not in waiting:
                for batch, count in _not_told(connection, Told(), planned.get(one.subject, ()), settled, waiting):
                    yield (
                        f"Warning {one.subject} was taken back, and {count} who may have got it by batch {batch} "
                        "will not be told."
                    )
    yield from _not_followed_up(connection, noted, planned, settled, waiting)


def _planned(noted: list[Noted]) -> dict[Id, list[BatchPlanned]]:
    """Return the batches by which each warning was told."""
    found: dict[Id, list[BatchPlanned]] = {}
    for one in noted:
        if isinstance(one.fact, BatchPlanned) and one.fact.errand is Errand.WARNING:
            found.setdefault(one.fact.warning, []).append(one.fact)
    return found


class Told(NamedTuple):
    """How it is told what became of a warning. about: the follow-up; "": the warning itself. before: of what was planned by then."""

    errand: Errand = Errand.RETRACTION
    about: Id = ""
    before: datetime | None = None


def _not_followed_up(
    connection: sa.Connection,
    noted: list[Noted],
    planned: Mapping[Id, Sequence[BatchPlanned]],
    settled: set[Id],
    waiting: set[tuple[str, Id]],
) -> Iterator[str]:
    """Name each batch of a warning that was extended or ended, of which someone will not be told so.

    Of several decisions the latest counts, and of what is taken back that alone is told.
    """
    latest = {one.fact.warning: one.fact for one in noted if isinstance(one.fact, FollowUpDue)}
    taken_back = {one.subject for one in noted if isinstance(one.fact, WarningRetracted)}
    for warning, fact in latest.items():
        if warning in taken_back or ("follow_up", fact.subject) in waiting:
            continue
        told = Told(Errand.FOLLOW_UP, fact.subject, fact.occurred_at + NEAR)
        for batch, count in _not_told(connection, told, planned.get(warning, ()), settled, waiting):
            yield f"Warning {warning} was extended or ended, and {count} who may have got it by batch {batch} will not be told."


def _not_told(
    connection: sa.Connection,
    told: Told,
    planned: Sequence[BatchPlanned],
    settled: set[Id],
    waiting: set[tuple[str, Id]],
) -> Iterator[tuple[Id, int]]:
    """Return each batch of a warning of which some who may have got it will not be told what became of it, and how many."""
    for one in planned:
        if one.subject not in settled or ("gather", one.subject) in waiting:
            continue
        if told.before is not None and one.occurred_at > told.before:
            continue
        got = log.may_have_got(connection, one.subject)
        heard = log.tried(connection, told.about or one.warning, told.errand, [address.person for address in got])
        missed = [address for address in got if address.contact not in heard.get(address.person, ())]
        if missed:
            yield one.subject, len(missed)
