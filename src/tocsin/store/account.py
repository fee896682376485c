"""The account of one warning: what came of each delivery, and every answer, by link or through an officer.

It asks nothing of who reads; only the read door (door.py) calls it, for a warning that its reader may read.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from tocsin.answer.facts import AnswerKind, Heard
from tocsin.answer.state import Answer
from tocsin.basis.fact import Personal
from tocsin.basis.ids import Id
from tocsin.delivery.facts import Errand
from tocsin.delivery.state import ARRIVED, Batch, DeliveryStands
from tocsin.people.state import Person
from tocsin.store.institutions import stands_for, stands_for_each
from tocsin.store.keys import Keys
from tocsin.store.look import Look
from tocsin.store.rows import in_parts
from tocsin.store.tables import answer_log, answers_by_link, leases, recipients, results, state_table


class HeardAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer, by whatever way it came. speaker: who spoke for an institution; empty for one given by its own link.

    giver: the contact of an institution by whose link it was given.
    """

    person: Id
    answer: AnswerKind
    at: datetime
    heard: Heard
    speaker: str = ""
    words: Personal = ""
    ordered: str = ""
    source: str = ""
    giver: Id | None = None


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One warning to one person over one channel, and how far it came. detail: of the last attempt."""

    person: Id
    channel: str
    stands: DeliveryStands
    ready_at: datetime
    accepted_at: datetime | None = None
    delivered_at: datetime | None = None
    answered_at: datetime | None = None
    attempts: int = 0
    detail: str = ""


def answers(
    look: Look, keys: Keys, warning: Id, most: int | None = None, unsourced: Collection[Id] = ()
) -> list[HeardAnswer]:
    """Return every answer to a warning, oldest first. most: only so many of those by link and message, the latest.

    unsourced: of what officers recorded, that of which it is not told where it stood.
    """
    asked = _answers_by_link() if most is None else _answers_by_link().limit(most)
    by_link = look.connection.execute(asked, {"its_warning": warning}).all()[::-1]
    contacts = stands_for(look, warning)
    names = look.some(Person, sorted(contacts))
    found = [one for row in by_link for one in _of_institutions(_by_link(row, keys), contacts, names)]
    found += [
        HeardAnswer(
            person=one.recipient,
            answer=one.answer,
            at=one.said_at,
            heard=one.heard,
            speaker=one.speaker or _said(one.own_speaker),
            words=one.words or _said(one.own_words),
            ordered=one.ordered,
            source="" if one.id in unsourced else one.source,
        )
        for one in look.answers(warning)
    ]
    return sorted(found, key=lambda one: one.at)


# What each row of a list asks of its warning is put together once: to do that takes longer than to answer it.
@cache
def _answers_by_link() -> sa.Select[Any]:
    joined = answers_by_link.join(answer_log, answer_log.c.seq == answers_by_link.c.log_seq)
    return (
        sa.select(answers_by_link, answer_log.c.words, answer_log.c.recipient_row, answer_log.c.heard)
        .select_from(joined)
        .where(answers_by_link.c.warning == sa.bindparam("its_warning"))
        .order_by(answers_by_link.c.log_seq.desc())
    )


def heard_of_each(look: Look, keys: Keys, warnings: Sequence[Id]) -> dict[Id, list[HeardAnswer]]:
    """Return who answered each of some warnings what, and when, oldest first: without the words, and who spoke them."""
    found: dict[Id, list[HeardAnswer]] = {one: [] for one in warnings}
    contacts = stands_for_each(look, warnings)
    for some in in_parts(warnings):
        asked = sa.select(answers_by_link, sa.literal("").label("words"), answer_log.c.heard).select_from(
            answers_by_link.join(answer_log, answer_log.c.seq == answers_by_link.c.log_seq)
        )
        by_link = asked.where(answers_by_link.c.warning.in_(some)).order_by(answers_by_link.c.log_seq)
        for row in look.connection.execute(by_link):
            found[row.warning] += _of_institutions(_by_link(row, keys), contacts[row.warning], {})
    for one in look.which(Answer, "warning", warnings):
        found[one.warning].append(HeardAnswer(person=one.recipient, answer=one.answer, at=one.said_at, heard=one.heard))
    return {warning: sorted(heard, key=lambda one: one.at) for warning, heard in found.items()}


def _said(own: Personal) -> str:
    return own if isinstance(own, str) else ""


def _by_link(row: Any, keys: Keys) -> HeardAnswer:
    words = keys.open(row.person, row.words, f"answer.{row.recipient_row}") if row.words else ""
    return HeardAnswer(person=row.person, answer=AnswerKind(row.answer), at=row.at, heard=Heard(row.heard), words=words)


def _of_institutions(
    answer: HeardAnswer, contacts: Mapping[Id, tuple[Id, ...]], names: Mapping[Id, Person]
) -> list[HeardAnswer]:
    """Return an answer that a contact gave as that of each institution for which they were told."""
    if answer.person not in contacts:
        return [answer]
    speaker = str(names[answer.person].name) if answer.person in names else ""
    stands = contacts[answer.person]
    return [msgspec.structs.replace(answer, person=of, giver=answer.person, speaker=speaker) for of in stands]


def deliveries(
    look: Look, warning: Id, when: Callable[[list[Id]], Mapping[Id, datetime]], after: int, most: int
) -> list[Delivery]:
    """Return how some deliveries of a warning stand, in their order. Calls to our own people are none of them.

    when: tells when people first answered. One who has answered counts as answered, whatever the channel said.
    after: how many to leave out at the beginning.
    """
    rows = look.connection.execute(
        sa.select(recipients)
        .where(recipients.c.batch.in_(_batches_of([warning])))
        .order_by(recipients.c.row)
        .offset(after)
        .limit(most)
    ).all()
    batches = look.some(Batch, sorted({row.batch for row in rows}))
    tried = _tried(look, rows)
    held = set(look.connection.execute(sa.select(leases.c.batch).where(leases.c.owner.is_not(None))).scalars())
    answered = when([row.person for row in rows])
    return [
        _delivery(
            batches[row.batch],
            row.person,
            tried.get((row.batch, row.position), ()),
            answered,
            leased=row.batch in held,
        )
        for row in rows
    ]


def _tried(look: Look, rows: Sequence[Any]) -> dict[tuple[Id, int], list[Any]]:
    tried: dict[tuple[Id, int], list[Any]] = {}
    for batch in {row.batch for row in rows}:
        positions = [row.position for row in rows if row.batch == batch]
        within = results.c.position.between(min(positions), max(positions))
        for one in look.connection.execute(
            sa.select(results).where(results.c.batch == batch, within).order_by(results.c.seq)
        ):
            tried.setdefault((one.batch, one.position), []).append(one)
    return tried


def _delivery(
    batch: Batch, person: Id, tries: Sequence[Any], answered: Mapping[Id, datetime], *, leased: bool
) -> Delivery:
    stands = DeliveryStands.LEASED if leased else DeliveryStands.READY
    if tries:
        stands = DeliveryStands(tries[-1].stands)
    if person in answered:
        stands = DeliveryStands.ANSWERED
    return Delivery(
        person=person,
        channel=batch.channel,
        stands=stands,
        ready_at=batch.planned_at,
        accepted_at=next((t.at for t in tries if t.stands in ARRIVED), None),
        delivered_at=next((t.at for t in tries if t.stands == DeliveryStands.DELIVERED), None),
        answered_at=answered.get(person),
        attempts=max((t.attempt for t in tries), default=0),
        detail=tries[-1].detail if tries else "",
    )


def addressed(look: Look, warning: Id) -> set[Id]:
    """Return everyone for whom a delivery was planned."""
    found = sa.select(recipients.c.person).where(recipients.c.batch.in_(_batches_of([warning])))
    return set(look.connection.execute(found).scalars())


def _batches_of(warnings: Sequence[Id]) -> sa.Select[Any]:
    table = state_table(Batch)
    return sa.select(table.c.id).where(table.c.warning.in_(tuple(warnings)), table.c.errand == Errand.WARNING.value)


def first_arrival(look: Look, warnings: Sequence[Id]) -> datetime | None:
    """Return when the first of these warnings reached its first recipient, or None."""
    if not warnings:
        return None
    found: datetime | None = look.connection.execute(_first_arrival(), {"warnings": list(warnings)}).scalar_one()
    return found


@cache
def _first_arrival() -> sa.Select[Any]:
    table = state_table(Batch)
    of = table.c.warning.in_(sa.bindparam("warnings", expanding=True))
    batches = sa.select(table.c.id).where(of, table.c.errand == Errand.WARNING.value)
    arrived = results.c.stands.in_([one.value for one in ARRIVED])
    return sa.select(sa.func.min(results.c.at)).where(results.c.batch.in_(batches), arrived)


def first_arrivals(look: Look, warnings: Sequence[Id]) -> dict[Id, datetime]:
    """Return when each of these warnings reached its first recipient; one that has reached nobody is left out."""
    table = state_table(Batch)
    found: dict[Id, datetime] = {}
    for some in in_parts(warnings):
        asked = (
            sa.select(table.c.warning, sa.func.min(results.c.at))
            .join(results, results.c.batch == table.c.id)
            .where(
                table.c.warning.in_(some),
                table.c.errand == Errand.WARNING.value,
                results.c.stands.in_([one.value for one in ARRIVED]),
            )
            .group_by(table.c.warning)
        )
        found |= {row[0]: row[1] for row in look.connection.execute(asked)}
    return found


def given_up(look: Look, warning: Id) -> set[Id]:
    """Return whom a warning will not reach any more: the last attempt for them was the last one."""
    found = set(look.connection.execute(_given_up(), {"its_warning": warning}).scalars())
    contacts = stands_for(look, warning)
    reached = {of for person in contacts.keys() - found for of in contacts[person]}
    return found | {of for person in contacts.keys() & found for of in contacts[person]} - reached


@cache
def _given_up() -> sa.Select[Any]:
    table = state_table(Batch)
    of = (table.c.warning == sa.bindparam("its_warning"), table.c.errand == Errand.WARNING.value)
    # Where max() is asked for, SQLite takes the other columns from that very row.
    last = (
        sa.select(results.c.batch, results.c.position, results.c.stands, sa.func.max(results.c.seq))
        .where(results.c.batch.in_(sa.select(table.c.id).where(*of)))
        .group_by(results.c.batch, results.c.position)
        .subquery()
    )
    lost = (DeliveryStands.DEAD.value, DeliveryStands.EXPIRED.value)
    at_last = (recipients.c.batch == last.c.batch) & (recipients.c.position == last.c.position)
    return sa.select(recipients.c.person).join(last, at_last).where(last.c.stands.in_(lost))


def arrivals(look: Look, warning: Id, persons: Collection[Id]) -> dict[Id, datetime]:
    """Return which of these people a warning has reached, over any channel, and when first."""
    at_place = (recipients.c.batch == results.c.batch) & (recipients.c.position == results.c.position)
    question = (
        sa.select(recipients.c.person, sa.func.min(results.c.at))
        .join(results, at_place)
        .where(
            recipients.c.batch.in_(_batches_of([warning])),
            recipients.c.person.in_(sorted(persons)),
            results.c.stands.in_([one.value for one in ARRIVED]),
        )
        .group_by(recipients.c.person)
    )
    return {row[0]: row[1] for row in look.connection.execute(question)}
