"""The one door: facts go in, and rows, outbox, journal and record change with them, in one transaction or not at all."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from tocsin.answer.state import AnswerIntake
from tocsin.basis.errors import Broken, Stale
from tocsin.basis.fact import Fact, State
from tocsin.basis.ids import Id, Randomness
from tocsin.delivery.echo import HEARD_FOR, Echo, What
from tocsin.delivery.facts import BatchPlanned
from tocsin.delivery.plan import Address
from tocsin.delivery.state import Batch, DeliveryStands
from tocsin.people.facts import PersonForgotten
from tocsin.report.inlet import Inlet
from tocsin.store import database, echoes, journal, ledger, log, receipts, rows, sealing
from tocsin.store.bulk import insert_many
from tocsin.store.kinds import FOLDING_OF, PUBLIC
from tocsin.store.look import Look
from tocsin.store.outgoing import Outgoing
from tocsin.store.owners import Owners
from tocsin.store.public import PUBLIC_STATES
from tocsin.store.reached import Reached, is_from
from tocsin.store.receipts import WARNING_DEPTH
from tocsin.store.receiving import Receiving
from tocsin.store.sums import Came, Planted, Tally, over, plant
from tocsin.store.tables import commands, outbox, replies_seen
from tocsin.store.tables import journal as journal_table
from tocsin.store.tables import versions as versions_table

Reactions = Callable[[Fact], Sequence[str]]
"""Which errands of the outbox a fact calls for. Handed in by app, for the store knows no flow."""


FactsOfAnswers = Callable[[Sequence[log.Logged], str, str], Iterable[Fact]]
FactsOfEchoes = Callable[[Sequence[echoes.Entered], int, int, dict[str, int], str], Iterable[Fact]]


REPLIES_KNOWN_FOR = timedelta(days=3_650)
"""How long a reply is known again. Many gateways sign no time: overheard, it could answer another warning years later."""

_COMMAND = sa.select(commands).where(commands.c.command == sa.bindparam("said"))
_VERSIONS = f"SELECT subject, version FROM {versions_table.name} WHERE subject IN (SELECT value FROM json_each(?))"
_LAST = sa.select(sa.func.max(journal_table.c.seq))
_ERRANDS = sa.select(outbox.c.seq, outbox.c.errand, outbox.c.subject).order_by(outbox.c.seq)
_STRUCK_OUT = f"DELETE FROM {outbox.name} WHERE seq = ?"


class Committed(msgspec.Struct, frozen=True, kw_only=True):
    """What a command led to: its facts' places in the journal. repeated: it had been done before."""

    first_seq: int
    last_seq: int
    repeated: bool = False


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a fact calls for, and that has not been done yet."""

    seq: int
    errand: str
    subject: Id


class Store(Receiving):
    """Everything Tocsin keeps, in one data directory. Whoever opens it holds its data lock."""

    def __init__(
        self,
        data: Path,
        randomness: Randomness,
        now: datetime,
        reactions: Reactions,
        *,
        record_keys: Sequence[bytes] = (),
    ) -> None:
        """Open the directory, as Directory says.

        reactions: which errands a fact calls for.
        """
        super().__init__(data, randomness, now, record_keys=record_keys)
        self._reactions = reactions
        self._outgoing = Outgoing()
        self._reached = Reached()
        self._owners = Owners()

    # ---- the door

    def commit(
        self,
        facts: Iterable[Fact],
        *,
        at: datetime,
        by: Id,
        command: str,
        expect: Mapping[Id, int] | None = None,
        still: Callable[[Look], bool] | None = None,
        lists: Mapping[Id, Sequence[Address]] | None = None,
        trees: Mapping[str, Planted] | None = None,
        done: int | None = None,
        settled: Id | None = None,
    ) -> Committed:
        """Make facts true: all of them and all that follows from them, or none.

        command: names the request. Said twice, it is done once, and the first result is returned.
        expect: the version each subject was seen at; somebody faster makes this one stale.
        still: looks once more while nobody else can commit, where what was seen is no one subject; if not, this is stale.
        lists: the recipients of batches planned by these facts. Bulk, and so not facts.
        trees: the receipts whose roots these facts state. Bulk, too.
        done: the errand of the outbox that this finishes.
        settled: the batch in hand of which these facts say that nothing more will be tried; it is given back for good.

        Raises:
            Stale: a subject has changed since it was seen, or what was seen holds no more.
        """
        facts = tuple(facts)
        self.keys.ensure(journal.owner_of(fact) for fact in facts if journal.personal_fields(type(fact)))
        with self._write() as connection:
            before = connection.execute(_COMMAND, {"said": command}).one_or_none()
            if before is None:
                _refuse_stale(connection, expect or {})
                if still is not None:
                    with self.look() as look:
                        _refuse_changed(facts, still(look))
                committed = self._enter(connection, facts, at, by, command)
                for batch, addresses in (lists or {}).items():
                    log.plan(connection, _planned(facts, batch), addresses, at)
                receipts.keep(connection, trees or {})
            else:
                committed = Committed(first_seq=before.first_seq, last_seq=before.last_seq, repeated=True)
            if done is not None:
                connection.exec_driver_sql(_STRUCK_OUT, (done,))
            if settled is not None:
                log.release(connection, settled, None, at)
        self.rolls.let_go([fact.subject for fact in facts if isinstance(fact, PersonForgotten)])
        if any(fact.kind() in PUBLIC or FOLDING_OF[fact.kind()].state in (*PUBLIC_STATES, Inlet) for fact in facts):
            self.public_version += 1  # only now: whoever looked in between knows what was, under the number before
        return committed

    def _enter(self, connection: sa.Connection, facts: Sequence[Fact], at: datetime, by: Id, command: str) -> Committed:
        first = 1 + (connection.execute(_LAST).scalar_one() or 0)
        lines = [self._line(seq, fact, at, by, command) for seq, fact in enumerate(facts, first)]
        if lines:
            insert_many(connection, journal_table, lines)
            self._record(connection, facts, lines)
            self._fold(connection, facts)
            _raise_versions(connection, facts)
            _call_for(connection, [(at, errand, fact.subject) for fact in facts for errand in self._reactions(fact)])
        last = first + len(facts) - 1
        insert_many(connection, commands, [{"command": command, "first_seq": first, "last_seq": last}])
        return Committed(first_seq=first, last_seq=last)

    def _line(self, seq: int, fact: Fact, at: datetime, by: Id, command: str) -> dict[str, Any]:
        fact_id = self.new_id()
        return {
            "seq": seq,
            "id": fact_id,
            "v": fact.version,
            "kind": fact.kind(),
            "subject": fact.subject,
            "occurred_at": fact.occurred_at,
            "recorded_at": at,
            "by": by,
            "command": command,
            "body": journal.encode(fact, fact_id, self.keys),
        }

    def _record(self, connection: sa.Connection, facts: Sequence[Fact], lines: Sequence[dict[str, Any]]) -> None:
        both = list(zip(facts, lines, strict=True))
        public = [
            (line["seq"], fact, journal.fact_hash(journal.payload(line)))
            for fact, line in both
            if line["kind"] in PUBLIC
        ]
        ledger.note_public(connection, public)
        sealed = [(fact, line) for fact, line in both if line["kind"] not in PUBLIC]
        sealing.note_sealed(connection, self._sealings(sealed))

    def _sealings(self, sealed: Sequence[tuple[Fact, dict[str, Any]]]) -> list[sealing.Sealing]:
        """Return what is committed to of facts. Whatever tells of a person stands under a salt of that person's key."""
        owners = [journal.owner_of(fact) if journal.personal_fields(type(fact)) else None for fact, _ in sealed]
        about = [(owner, f"fact:{line['id']}") for owner, (_, line) in zip(owners, sealed, strict=True) if owner]
        salts = iter(self.keys.salts(about))
        found = []
        for owner, (_, line) in zip(owners, sealed, strict=True):
            salt = next(salts) if owner else self.randomness(sealing.SALT)
            if salt is None:
                raise Broken(f"There is no key for person {owner}; nothing can be committed to about them.")
            found.append(sealing.Sealing(seq=line["seq"], fields=journal.fields_of(line), salt=salt, owner=owner))
        return found

    def _fold(self, connection: sa.Connection, facts: Sequence[Fact]) -> None:
        about: dict[type[State], dict[Id, Any]] = {}
        for fact in facts:
            about.setdefault(FOLDING_OF[fact.kind()].state, {})[fact.subject] = None
        for kind, states in about.items():
            before = rows.some(connection, kind, tuple(states), self.keys)
            states.update(before)
            for fact in facts:
                folding = FOLDING_OF[fact.kind()]
                if folding.state is kind:
                    states[fact.subject] = folding.fold(states[fact.subject], fact)
            rows.save(connection, kind, states.values(), before.keys(), self.keys)

    def done(self, command: str) -> bool:
        """Say whether a command has been carried out."""
        with database.ours(), self._reader.begin() as connection:
            return connection.execute(_COMMAND, {"said": command}).first() is not None

    # ---- the outbox and the clock

    def errands(self, *kinds: str) -> tuple[Errand, ...]:
        """Return what facts have called for and nobody has done yet, oldest first, whatever the clock says. kinds: only these."""
        asked = _ERRANDS.where(outbox.c.errand.in_(kinds)) if kinds else _ERRANDS
        with database.ours(), self._reader.begin() as connection:
            return tuple(
                Errand(seq=seq, errand=errand, subject=subject) for seq, errand, subject in connection.execute(asked)
            )

    def finish(self, *errands: int) -> None:
        """Strike errands out that led to nothing more."""
        if not errands:
            return
        with self._write() as connection:
            connection.exec_driver_sql(_STRUCK_OUT, [(errand,) for errand in errands])

    # ---- sending

    def claim(self, now: datetime, owner: str, channel: str) -> Id | None:
        """Take the next batch of a channel in hand."""
        with self._write() as connection:
            return log.claim(connection, now, owner, channel)

    def spend(self, buckets: Sequence[log.Bucket], wanted: int, now: datetime) -> tuple[int, datetime]:
        """Take tokens from what an account may send, as log.spend says."""
        with self._write() as connection:
            return log.spend(connection, buckets, wanted, now)

    def add_results(self, batch: Id, attempts: Sequence[log.Attempt]) -> list[Came]:
        """Make what came of some attempts durable, and return it as it is kept."""
        with self._write() as connection:
            return log.append_results(connection, batch, attempts)

    def release(
        self,
        batch: Id,
        due: datetime | None,
        now: datetime,
        *,
        cut_off: bool = False,
        calls_for: Sequence[str] = (),
    ) -> None:
        """Give a batch back until it is due again; None when nothing more will be tried.

        cut_off: see log.release. calls_for: errands about it that must not wait for the rest of it.
        """
        with self._write() as connection:
            log.release(connection, batch, due, now, cut_off=cut_off)
            _call_for(connection, [(now, errand, batch) for errand in calls_for])

    def release_all(self, owner: str) -> None:
        """Take every batch back from a sender that failed with it in hand. Only the one who sends may say this."""
        with self._write() as connection:
            log.release_all(connection, owner)

    def wake_batches(self, now: datetime) -> None:
        """Set right when batches are taken up that a clock which was ahead had put off, as log.wake says."""
        with self._write() as connection:
            log.wake(connection, now)

    def tally(self, batch: Batch, known: tuple[list[Id], Mapping[Id, bytes], list[Came]] | None = None) -> Tally:
        """Return all that it takes to sum up a batch for which nothing more will be tried.

        known: everyone in the batch, in order, their keys, and everything that came of it, where that is at hand.
        """
        if known is None:
            with self.look() as look:
                persons, came = log.persons(look.connection, batch.id), log.came(look.connection, batch.id)
            known = persons, self.keys.some(persons), came
        persons, keys, came = known
        return Tally(
            batch=batch.id,
            warning=batch.warning,
            channel=batch.channel,
            about=self.about(batch),
            step=batch.step,
            persons=persons,
            keys=[keys.get(person) for person in persons],
            came=came,
        )

    def gather(self, batches: Sequence[Batch]) -> Planted:
        """Return the receipts of several batches under one root."""
        return over([bytes.fromhex(batch.receipts_root) for batch in batches], WARNING_DEPTH, self.randomness)

    # ---- hearing back

    def add_echoes(self, heard: Sequence[Echo]) -> None:
        """Make durable what was heard back, all in one commit. Whoever said it may be thanked when this returns."""
        with self._write() as connection:
            echoes.append(connection, heard)

    def echoes_waiting(self) -> int:
        """Return how many echoes wait to be taken in."""
        with self.look() as look:
            return echoes.waiting(look.connection)

    def take_echoes(
        self, intake: Id, now: datetime, weigh: Callable[[Echo, echoes.Heard], What], facts_of: FactsOfEchoes
    ) -> echoes.Taken:
        """Take in some of what was heard back: what takes effect enters the result log, and facts say so.

        weigh: what an echo does to its delivery. facts_of: which facts follow from those that take effect, with the rows
        of the result log in which they stand, their counts and their root. Of whatever did not arrive after all, the next
        way is tried.
        """
        with self.look() as look:
            waiting = echoes.due(look.connection, now)
            whose = {one.seq: self._sent_as(look, one.echo, now) for one in waiting}
        with self._write() as connection:
            taking = echoes.weighed(connection, waiting, whose, weigh, now)
            echoes.strike(connection, taking.over)
            echoes.put_off(connection, taking.later)
            if taking.entered:
                first, last = echoes.enter(connection, taking.entered)
                counts, root = echoes.summed(connection, first, last)
                facts = tuple(facts_of(taking.entered, first, last, counts, root))
                self._enter(connection, facts, now, "tocsin", f"{intake}:{first}")
                lost = {one.heard.batch: None for one in taking.entered if one.stands is DeliveryStands.DEAD}
                _call_for(connection, [(now, "fall_back", batch) for batch in lost])
                came = {one.heard.batch: None for one in taking.entered if one.arrives}
                _call_for(connection, [(now, "take_in", batch) for batch in came])
        return taking.told

    def _sent_as(self, look: Look, echo: Echo, now: datetime) -> int | None:
        return self.sent_as(look, echo.channel, echo.message, now)

    def sent_as(self, look: Look, channel: str, message: str, now: datetime) -> int | None:
        """Return the row of the recipient to whom a message went out over a channel under an id, or None."""

        def numbers_of(batch: Id) -> Callable[[Id], int]:
            return self.delivery_number(look.get(Batch, batch))

        for row in self._outgoing.rows(look.connection, message, numbers_of, now, HEARD_FOR):
            one = look.recipient(row)
            batch = None if one is None else look.get(Batch, one.batch)
            if one is None or batch is None or batch.channel != channel:
                continue
            if self.delivery_id(batch)(one.person) == message:
                return row
        return None

    # ---- replies

    def sent_to(self, look: Look, channel: str, address: str, now: datetime) -> list[int]:
        """Return the rows of the recipients whose warning went to this address within the last month."""
        return self._reached.rows(look.connection, self.keys, channel, address, now, HEARD_FOR)

    def whose(self, look: Look, channel: str, address: str) -> list[tuple[Id, Id]]:
        """Return whose an address is: people, each with the contact point. What nobody has confirmed yet is nobody's."""
        return self._owners.of(look.connection, self.keys, channel, address)

    def open_addresses(self, now: datetime) -> None:
        """Open the addresses to which something has gone since the last time, so that no reply has to wait for it."""
        while True:
            with self.look() as look:
                if not self._reached.catch_up(look.connection, self.keys, now, HEARD_FOR):
                    return

    def is_from(self, look: Look, row: int, channel: str, address: str) -> bool:
        """Say whether a recipient was told at this very address."""
        return is_from(look.connection, self.keys, row, channel, address)

    def take_reply(
        self, message: str, at: datetime, answers: Sequence[log.LinkAnswer] = (), facts: Sequence[Fact] = ()
    ) -> bool:
        """Make what a reply says durable, once; say whether it is new. message: names it, and says nothing of it."""
        with self._write() as connection:
            if connection.execute(sa.select(replies_seen).where(replies_seen.c.message == message)).first():
                return False
            connection.execute(replies_seen.delete().where(replies_seen.c.at < at - REPLIES_KNOWN_FOR))
            connection.execute(replies_seen.insert().values(message=message, at=at))
            if answers:
                log.append_answers(connection, answers)
            if facts:
                self._enter(connection, facts, at, "tocsin", f"reply:{message}")
        return True

    # ---- answers by link

    def add_answers(self, answers: Sequence[log.LinkAnswer]) -> None:
        """Make answers durable, all in one commit. Their givers may be thanked when this returns."""
        with self._write() as connection:
            log.append_answers(connection, answers)

    def seal_words(self, row: int, person: Id, words: str) -> str:
        """Return what someone wrote in an answer, under their own key; nothing when they are forgotten."""
        return self.keys.seal(person, words, f"answer.{row}") if words and self.keys.holds(person) else ""

    def answers_end(self) -> int:
        """Return the number of the latest answer in the log."""
        with self.look() as look:
            return log.answers_end(look.connection)

    def take_answers(self, intake: Id, at: datetime, facts_of: FactsOfAnswers) -> int:
        """Take answers in, once each, and commit what follows from them in the same transaction.

        Returns up to which number of the log that has been done; 0: there was nothing to take in.
        facts_of: which facts a stretch of the log leads to, with the root over it and the root over its receipts. intake:
            the one state that counts how far we are.
        """
        with self.look() as look:
            before = look.find(AnswerIntake, intake)
            found = log.untaken(look.connection, before.last if before else 0, most=1_000)
        if not found:
            return 0
        # What was logged changes no more: nobody who answers meanwhile has to wait until it is summed up.
        root, tree = log.answers_root(found), self._receipts_of(found)
        with self._write() as connection:
            if rows.load(connection, AnswerIntake, intake, self.keys) == before:  # else somebody was faster
                facts = tuple(facts_of(found, root, tree.root.hex()))
                self._enter(connection, facts, at, "tocsin", f"answers:{found[0].seq}")
                log.take(connection, found)
                warnings = dict.fromkeys(one.warning for one in found)
                _call_for(connection, [(at, errand, one) for errand in ("settle", "take_in") for one in warnings])
                receipts.keep(connection, {f"answers:{found[0].seq}": tree})
        return found[-1].seq

    def _receipts_of(self, found: Sequence[log.Logged]) -> Planted:
        said = receipts.of_answers(found, self.keys)
        return plant(said, self.keys.salts([(one.person, one.about) for one in said]), self.randomness)


def _planned(facts: Sequence[Fact], batch: Id) -> BatchPlanned:
    return next(fact for fact in facts if isinstance(fact, BatchPlanned) and fact.subject == batch)


def _refuse_stale(connection: sa.Connection, expect: Mapping[Id, int]) -> None:
    if not expect:
        return
    among = msgspec.json.encode(list(expect)).decode()  # they may be more than a statement takes one by one
    stand: dict[Id, int] = {row[0]: row[1] for row in connection.exec_driver_sql(_VERSIONS, (among,))}
    for subject, seen in expect.items():
        if stand.get(subject, 0) != seen:
            raise Stale(f"{subject} has changed since you read it. Look again, then decide.")


def _refuse_changed(facts: Sequence[Fact], still: bool) -> None:
    if not still:
        raise Stale(f"What {facts[0].subject} was decided on has changed meanwhile. Look again, then decide.")


def _call_for(connection: sa.Connection, errands: Sequence[tuple[datetime, str, Id]]) -> None:
    insert_many(connection, outbox, [{"due": d, "errand": e, "subject": s} for d, e, s in errands])


def _raise_versions(connection: sa.Connection, facts: Sequence[Fact]) -> None:
    counts: dict[Id, int] = {}
    for fact in facts:
        counts[fact.subject] = counts.get(fact.subject, 0) + 1
    insert_many(
        connection,
        versions_table,
        [{"subject": subject, "version": count} for subject, count in counts.items()],
        or_else="ON CONFLICT (subject) DO UPDATE SET version = versions.version + excluded.version",
    )
