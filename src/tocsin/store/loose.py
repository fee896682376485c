"""Loose ends: what went out, or should ring somebody, and nobody will carry on. Asked of the rows themselves.

It shares no code with what sends (log.py), with what looks for work (look.py) or with reconciling, so that one mistake
does not hide in both. Each question names what does not hold; no answer is the good one.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
import sqlalchemy as sa

from tocsin.basis.foreign import read_json
from tocsin.basis.ids import Id

LATE = timedelta(minutes=5)
"""How long a timer or an errand may be overdue, and a lease be in hand or due without anything coming of it."""

DANGER_WITHIN = timedelta(minutes=15)
"""Within which an alert of immediate danger has been accepted once on each channel.

Source: GOV.UK's email-alert-api, which checks so every 15 minutes.
"""

PROVEN_FOR = timedelta(days=1)  # what was settled longer ago was proven then
MOST_PROVEN = 2_000  # batches in one check: a million people take a second or two, and the next check goes on

_ENDS = "'accepted', 'delivered', 'opened', 'answered', 'expired', 'withdrawn', 'suppressed', 'dead'"
_ARRIVED = "'accepted', 'delivered', 'opened', 'answered'"


class Kind(StrEnum):
    """What does not hold."""

    NO_LEASE = "no_lease"  # a batch without an end, which no sender will take
    NO_END = "no_end"  # a settled batch in which somebody has no end
    NOT_PLANNED = "not_planned"  # a warning that went out, for whom nobody will be written down
    NOT_WATCHED = "not_watched"  # the same, and nobody will stand by for its answers
    LEFT_OUT = "left_out"  # somebody to whom it goes has no delivery, or no contact and nobody is rung about that
    NOT_TAKEN_BACK = "not_taken_back"  # a false alarm that somebody got, who will not be told so
    WINDOW_UNTIMED = "window_untimed"  # an open window that would lapse in silence
    WINDOW_LATE = "window_late"
    WATCH_UNTIMED = "watch_untimed"  # nobody would be rung any more
    WATCH_LATE = "watch_late"
    DUTY_UNTIMED = "duty_untimed"  # a duty to warn to which nothing would come back
    DUTY_LATE = "duty_late"
    TURN_LATE = "turn_late"  # the next contact of a silent institution, who should have been told by now
    ERRAND_LATE = "errand_late"
    STUCK = "stuck"  # a batch in hand of which nothing comes
    STILL = "still"  # batches that are due on a channel over which nobody sends
    NOT_ACCEPTED = "not_accepted"  # an immediate danger of which nothing was accepted on a channel
    THREAD_DEAD = "thread_dead"  # a thread of the engine


class LooseEnd(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that does not hold. subject: a batch, a warning, a watch, an errand's number, a channel or a thread.

    warning: which it is about, as far as that is known. since: from when on. said_of: the channel or the errand.
    """

    kind: Kind
    subject: str
    warning: Id | None = None
    since: datetime | None = None
    said_of: str = ""


class Memory(msgspec.Struct, kw_only=True):
    """What one check leaves to the next: what was proven, and since when each batch has been seen in hand."""

    proven: dict[Id, datetime] = msgspec.field(default_factory=dict)
    held: dict[tuple[Id, str], datetime] = msgspec.field(default_factory=dict)


def loose_ends(connection: sa.Connection, now: datetime, memory: Memory) -> list[LooseEnd]:
    """Return what does not hold now."""
    late = _text(now - LATE)
    return [
        *_batches(connection),
        *_settled(connection, now, memory),
        *_warnings(connection, now, memory),
        *_retractions(connection, now, memory),
        *_windows(connection, late),
        *_watches(connection, late),
        *_duties(connection, late),
        *_turns(connection, late),
        *_errands(connection, late),
        *_in_hand(connection, now, memory),
        *_still(connection, late),
        *_dangers(connection, now),
    ]


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _all(connection: sa.Connection, question: str, *values: Any) -> list[Any]:
    return list(connection.exec_driver_sql(question, values))


# ---- each recipient has an end, or somebody will try


def _batches(connection: sa.Connection) -> Iterator[LooseEnd]:
    """A batch without an end is in hand, or due."""
    question = (
        "SELECT b.id, b.warning, b.planned_at, b.channel FROM batch_states b LEFT JOIN leases l ON l.batch = b.id "
        "WHERE b.settled_at IS NULL AND l.due IS NULL AND l.owner IS NULL"
    )
    for batch, warning, since, channel in _all(connection, question):
        yield LooseEnd(kind=Kind.NO_LEASE, subject=batch, warning=warning, since=_moment(since), said_of=channel)


def _settled(connection: sa.Connection, now: datetime, memory: Memory) -> Iterator[LooseEnd]:
    """In a settled batch each recipient has an end. Nothing in the logs is ever changed, so once is enough."""
    question = (
        "SELECT id, warning, count, settled_at, channel FROM batch_states WHERE settled_at > ? ORDER BY settled_at"
    )
    ended = (
        "SELECT (SELECT count(*) FROM recipients WHERE batch = ?), count(*) FROM "
        f"(SELECT stands, max(seq) FROM results WHERE batch = ? GROUP BY position) WHERE stands IN ({_ENDS})"
    )
    _forget(memory, now)
    fresh = [one for one in _all(connection, question, _text(now - PROVEN_FOR)) if one[0] not in memory.proven]
    for batch, warning, count, since, channel in fresh[:MOST_PROVEN]:
        if tuple(_all(connection, ended, batch, batch)[0]) == (count, count):
            memory.proven[batch] = now
        else:
            yield LooseEnd(kind=Kind.NO_END, subject=batch, warning=warning, since=_moment(since), said_of=channel)


def _forget(memory: Memory, now: datetime) -> None:
    memory.proven = {id: at for id, at in memory.proven.items() if now - at < 2 * PROVEN_FOR}


# ---- each warning that went out has been planned, and somebody stands by


_OUT = (
    ("alert_states", "issued_at", "persons", "groups", ("plan", "watch")),
    ("notice_states", "sent_at", "recipients", "NULL", ("plan", "watch")),
    ("advisory_states", "issued_at", "persons", "groups", ("plan",)),
)


def _warnings(connection: sa.Connection, now: datetime, memory: Memory) -> Iterator[LooseEnd]:
    for table, went, persons, groups, errands in _OUT:
        for errand in errands:
            question = (
                f"SELECT id, {went} FROM {table} w WHERE {went} IS NOT NULL "
                f"AND NOT EXISTS (SELECT 1 FROM commands WHERE command = '{errand}:' || w.id) "
                f"AND NOT EXISTS (SELECT 1 FROM outbox WHERE errand = '{errand}' AND subject = w.id)"
            )
            kind = Kind.NOT_PLANNED if errand == "plan" else Kind.NOT_WATCHED
            for warning, since in _all(connection, question):
                yield LooseEnd(kind=kind, subject=warning, warning=warning, since=_moment(since))
        yield from _left_out(
            connection, now, memory, (table, went, persons, '"groups"' if groups == "groups" else groups)
        )


def _left_out(connection: sa.Connection, now: datetime, memory: Memory, names: tuple[str, ...]) -> Iterator[LooseEnd]:
    """Everyone whom a planned warning was found to go to is written down; the others were counted, and somebody rung.

    Who was addressed is told in numbers: whoever has no contact, or was left out for a reason, may not be written down.
    """
    table, went, persons, groups = names
    question = (
        f"SELECT w.id, {went}, {persons}, {groups}, a.counts FROM {table} w "
        f"LEFT JOIN audience_states a ON a.warning = w.id WHERE {went} > ? "
        "AND EXISTS (SELECT 1 FROM commands WHERE command = 'plan:' || w.id)"
    )
    for warning, since, named, by_group, counts in _all(connection, question, _text(now - PROVEN_FOR)):
        if warning in memory.proven:
            continue
        is_addressed = any(part not in (None, "[]") for part in (named, by_group))
        if _is_whole(connection, warning, named, read_json(counts or "{}", _Counts), is_addressed=is_addressed):
            memory.proven[warning] = now
        else:
            yield LooseEnd(kind=Kind.LEFT_OUT, subject=warning, warning=warning, since=_moment(since))


class _Counts(msgspec.Struct):
    """What of warning.audience.Counts is held against the rows."""

    named: int = 0
    known: int = 0
    stale: int = 0
    unknown: int = 0
    no_contact: int = 0
    left_out: dict[str, int] = {}


def _is_whole(connection: sa.Connection, warning: Id, named: str, counts: _Counts, *, is_addressed: bool) -> bool:
    rung = "SELECT 1 FROM watch_states WHERE warning = ? AND why = 'failure' LIMIT 1"
    listed = "SELECT coalesce(sum(count), 0) FROM batch_states WHERE warning = ? AND errand = 'warning' AND step = 0"
    # In the place of an institution with a line stands its contact.
    missing = (
        "SELECT count(*) FROM json_each(?1) WHERE value NOT IN (SELECT person FROM recipients WHERE warning = ?2) "
        """AND value NOT IN (SELECT a."of" FROM approach_states a JOIN recipients r ON r.warning = a.warning """
        "WHERE a.warning = ?2 AND r.person = a.turns ->> '$[0].to')"
    )
    written = _all(connection, listed, warning)[0][0]
    found = counts.named + counts.known + counts.stale + counts.unknown - counts.no_contact
    excused = counts.no_contact + sum(counts.left_out.values())
    is_rung = bool(_all(connection, rung, warning))
    if written < found or ((counts.no_contact or (is_addressed and not written and not excused)) and not is_rung):
        return False
    return bool(_all(connection, missing, named, warning)[0][0] <= excused)


def _retractions(connection: sa.Connection, now: datetime, memory: Memory) -> Iterator[LooseEnd]:
    """Whoever is known to have got a false alarm is written down to be told so, or an errand will see to it.

    A batch that is still being sent is seen to when it is settled.
    """
    at = "json_extract(retraction, '$.at')"
    got = (
        "SELECT count(*) FROM batch_states b JOIN results r ON r.batch = b.id JOIN recipients p ON p.batch = r.batch "
        f"AND p.position = r.position WHERE b.warning = ? AND b.errand = 'warning' AND r.stands IN ({_ARRIVED}) "
        "AND b.settled_at IS NOT NULL AND b.id NOT IN (SELECT subject FROM outbox WHERE errand = 'gather') "
        "AND p.person NOT IN (SELECT q.person FROM recipients q JOIN batch_states c ON c.id = q.batch "
        "WHERE c.warning = ? AND c.errand = 'retraction')"
    )
    open_still = "SELECT 1 FROM batch_states WHERE warning = ? AND errand = 'warning' AND settled_at IS NULL LIMIT 1"
    for table in ("alert_states", "notice_states", "advisory_states"):
        question = (
            f"SELECT id, {at} FROM {table} WHERE unixepoch({at}) > unixepoch(?) "
            "AND id NOT IN (SELECT subject FROM outbox WHERE errand = 'retract')"
        )
        for warning, since in _all(connection, question, _text(now - PROVEN_FOR)):
            proof = f"retraction:{warning}"
            if proof in memory.proven:
                continue
            if _all(connection, got, warning, warning)[0][0]:
                yield LooseEnd(kind=Kind.NOT_TAKEN_BACK, subject=warning, warning=warning, since=_moment(since))
            elif not _all(connection, open_still, warning):
                memory.proven[proof] = now


# ---- each promise of the clock has a timer, and none is late


def _windows(connection: sa.Connection, late: str) -> Iterator[LooseEnd]:
    """An open window has a timer, not after its end, unless another warning holds in its place; so has any other date that is ahead."""
    for table, went in (("alert_states", "issued_at"), ("notice_states", "sent_at"), ("headcount_states", "issued_at")):
        question = (
            f"""SELECT id, due, due IS NULL OR unixepoch(due) > unixepoch("window" ->> 'ends'), {went} FROM {table} """
            f"""WHERE {went} IS NOT NULL AND "window" ->> 'stands' IN ('open', 'extended') AND "window" ->> 'followed_at' IS NULL """
            """AND (due IS NULL OR due < ? OR unixepoch(due) > unixepoch("window" ->> 'ends'))"""
        )
        for warning, due, is_untimed, since in _all(connection, question, late):
            kind = Kind.WINDOW_UNTIMED if is_untimed else Kind.WINDOW_LATE
            yield LooseEnd(kind=kind, subject=warning, warning=warning, since=_moment(due or since))
    dates = (
        """SELECT warning, due, "window" ->> 'ends' FROM deadline_states WHERE met_at IS NULL """
        """AND "window" ->> 'stands' IN ('open', 'extended') """
        """AND (due IS NULL OR due < ? OR unixepoch(due) > unixepoch("window" ->> 'ends'))"""
    )
    for warning, due, ends in _all(connection, dates, late):
        kind = Kind.WINDOW_UNTIMED if due is None or due >= late else Kind.WINDOW_LATE
        yield LooseEnd(kind=kind, subject=warning, warning=warning, since=_moment(due or ends))


def _watches(connection: sa.Connection, late: str) -> Iterator[LooseEnd]:
    """A watch that nobody has taken on rings the next person at a given moment."""
    question = (
        "SELECT id, warning, due, opened_at FROM watch_states "
        "WHERE settled_at IS NULL AND accepted_at IS NULL AND (due IS NULL OR due < ?)"
    )
    for watch, warning, due, opened in _all(connection, question, late):
        kind = Kind.WATCH_UNTIMED if due is None else Kind.WATCH_LATE
        yield LooseEnd(kind=kind, subject=watch, warning=warning, since=_moment(due or opened))


def _duties(connection: sa.Connection, late: str) -> Iterator[LooseEnd]:
    """A duty to warn that is not over has a moment at which the clock comes back to it."""
    question = (
        "SELECT id, due, since FROM duty_states WHERE stage NOT IN ('below_threshold', 'refused', 'ended') "
        "AND (due IS NULL OR due < ?)"
    )
    for duty, due, since in _all(connection, question, late):
        kind = Kind.DUTY_UNTIMED if due is None else Kind.DUTY_LATE
        yield LooseEnd(kind=kind, subject=duty, since=_moment(due or since))


def _turns(connection: sa.Connection, late: str) -> Iterator[LooseEnd]:
    """Where an institution is silent, the next of its contacts is told in time."""
    question = "SELECT id, warning, due FROM approach_states WHERE due IS NOT NULL AND due < ?"
    for approach, warning, due in _all(connection, question, late):
        yield LooseEnd(kind=Kind.TURN_LATE, subject=approach, warning=warning, since=_moment(due))


def _errands(connection: sa.Connection, late: str) -> Iterator[LooseEnd]:
    """What a fact called for is soon done."""
    question = (
        "SELECT o.seq, o.errand, o.due, b.warning, w.warning, o.subject IN (SELECT id FROM alert_states "
        "UNION ALL SELECT id FROM notice_states UNION ALL SELECT id FROM advisory_states), o.subject FROM outbox o "
        "LEFT JOIN batch_states b ON b.id = o.subject LEFT JOIN watch_states w ON w.id = o.subject WHERE o.due < ?"
    )
    for seq, errand, due, of_batch, of_watch, is_warning, subject in _all(connection, question, late):
        warning = of_batch or of_watch or (subject if is_warning else None)
        yield LooseEnd(
            kind=Kind.ERRAND_LATE, subject=str(seq), warning=warning, since=_moment(due), said_of=str(errand)
        )


# ---- whoever has a batch in hand sends it


def _in_hand(connection: sa.Connection, now: datetime, memory: Memory) -> Iterator[LooseEnd]:
    """Of a batch in hand something comes. A slow one may take its time, as long as it gets on.

    Since when it is in hand, the rows do not say; it is counted from when a check saw it first.
    """
    question = (
        "SELECT l.batch, l.owner, b.warning, l.channel, (SELECT at FROM results WHERE batch = l.batch "
        "ORDER BY seq DESC LIMIT 1) FROM leases l JOIN batch_states b ON b.id = l.batch WHERE l.owner IS NOT NULL"
    )
    held: dict[tuple[Id, str], datetime] = {}
    for batch, owner, warning, channel, at in _all(connection, question):
        since = held[batch, owner] = memory.held.get((batch, owner), now)
        quiet = max(since, _moment(at) or since)
        if now - quiet > LATE:
            yield LooseEnd(kind=Kind.STUCK, subject=batch, warning=warning, since=quiet, said_of=channel)
    memory.held = held


def _still(connection: sa.Connection, late: str) -> Iterator[LooseEnd]:
    """What is due on a channel is taken, or others of that channel are: a queue may be long, and it moves."""
    question = (
        "SELECT l.channel, min(l.due), max((SELECT at FROM results WHERE batch = l.batch ORDER BY seq DESC LIMIT 1)), "
        "count(l.owner) FROM leases l WHERE l.due IS NOT NULL GROUP BY l.channel"
    )
    settled = "SELECT max(settled_at) FROM batch_states WHERE channel = ? AND settled_at >= ?"
    for channel, due, at, in_hand in _all(connection, question):
        if due >= late or in_hand or (at or "") >= late:
            continue
        if _all(connection, settled, channel, late)[0][0] is None:
            yield LooseEnd(kind=Kind.STILL, subject=channel, since=_moment(due), said_of=channel)


# ---- an immediate danger reaches somebody on each channel


def _dangers(connection: sa.Connection, now: datetime) -> Iterator[LooseEnd]:
    """Of an alert of immediate danger that holds, something is accepted on each of its channels within 15 minutes.

    Where everything was forgotten or withdrawn there is nothing to be accepted.
    """
    question = (
        "SELECT a.id, b.channel, min(b.planned_at) AS planned FROM alert_states a JOIN batch_states b ON b.warning = a.id "
        "AND b.errand = 'warning' WHERE a.urgency = 'Immediate' AND a.issued_at IS NOT NULL "
        "AND (a.\"window\" IS NULL OR a.\"window\" = 'null' OR a.\"window\" ->> 'stands' IN ('open', 'extended')) "
        "GROUP BY a.id, b.channel HAVING planned < ?"
    )
    arrived = (
        "SELECT 1 FROM batch_states b JOIN results r ON r.batch = b.id WHERE b.warning = ? AND b.channel = ? "
        f"AND b.errand = 'warning' AND r.stands IN ({_ARRIVED}) LIMIT 1"
    )
    wanted = (
        "SELECT 1 FROM batch_states b WHERE b.warning = ? AND b.channel = ? AND b.errand = 'warning' AND b.count > "
        "(SELECT count(*) FROM results r WHERE r.batch = b.id AND r.stands IN ('withdrawn', 'suppressed')) LIMIT 1"
    )
    for warning, channel, since in _all(connection, question, _text(now - DANGER_WITHIN)):
        if not _all(connection, arrived, warning, channel) and _all(connection, wanted, warning, channel):
            moment = (_moment(since) or now) + DANGER_WITHIN
            yield LooseEnd(kind=Kind.NOT_ACCEPTED, subject=warning, warning=warning, since=moment, said_of=channel)
