"""Looking at the store: states by id, by what they hold, by when they are due. A look changes nothing and sees one moment."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from tocsin.answer.facts import AnswerKind
from tocsin.answer.institution.state import Knock
from tocsin.answer.replies import Reply
from tocsin.answer.state import Answer, AnswerIntake, Watch
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact, Personal, State
from tocsin.basis.foreign import read_json
from tocsin.basis.ids import Id
from tocsin.basis.moment import STEADY
from tocsin.delivery.facts import Errand
from tocsin.delivery.plan import Address
from tocsin.delivery.state import Batch, DeliveryStands
from tocsin.outcome.state import Outcome
from tocsin.people.listed import Need
from tocsin.people.state import Contact, ContactStands, Needs, Person
from tocsin.report.state import Incident
from tocsin.store import called, issued, ledger, levels, log, members, rows, said_of, sealing, unread
from tocsin.store.counting import Counting
from tocsin.store.headcounts import HeadcountCount
from tocsin.store.issued import Held
from tocsin.store.journal import about as facts_about
from tocsin.store.keys import Keys
from tocsin.store.kinds import FOLDING_OF
from tocsin.store.open_cases import OpenCases
from tocsin.store.place import Place
from tocsin.store.roll import Roll, Rolls
from tocsin.store.silences import Silences, Speakers
from tocsin.store.summary import Summaries
from tocsin.store.tables import (
    answer_log,
    answers_by_link,
    echoes,
    journal,
    leases,
    notes,
    outbox,
    state_table,
    tree,
    versions,
)
from tocsin.threat.called import Names
from tocsin.threat.fits import Sought, Told
from tocsin.threat.state import Threat
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.deadline.state import Deadline
from tocsin.warning.duty.state import Duty
from tocsin.warning.ladder import Suffices
from tocsin.warning.notice.state import Notice

S = TypeVar("S", bound=State)

FAILED_LAST = 1_000_000  # behind whatever order anybody gave a contact point

_VERSION = f"SELECT version FROM {versions.name} WHERE subject = ?"

# An audience passes here, in one piece: between two rows the driver would let other threads have their turn.
# Where nothing arrives is tried last, and never given up: whoever has no other way may have mended it.
_ADDRESSES = (
    f'SELECT json_group_array(json_array("order" + {FAILED_LAST} * (failed_at IS NOT NULL), json_array(person, id, channel))) '
    f"FROM {state_table(Contact).name} WHERE stands = ? AND person IN (SELECT value FROM json_each(?))"
)


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """When each sort of work is next due, and whether answers have come in that were not taken in yet."""

    timer: datetime | None
    errand: datetime | None
    batch: datetime | None
    seal: datetime | None
    answers: bool
    echo: datetime | None = None

    @property
    def soonest(self) -> datetime | None:
        """Return when the clock next has something to do."""
        return min((moment for moment in (self.others, self.batch) if moment is not None), default=None)

    @property
    def others(self) -> datetime | None:
        """Return when the clock next has something to do besides sending."""
        moments = (self.timer, self.errand, self.seal, self.echo)
        return min((moment for moment in moments if moment is not None), default=None)


class FailedContact(msgspec.Struct, frozen=True, kw_only=True):
    """A contact point at which nothing arrives: whose, over which channel, and since when."""

    name: Personal
    channel: str
    failed_at: datetime

    def __repr__(self) -> str:
        return f"FailedContact(channel={self.channel!r})"


class FailedContacts(msgspec.Struct, frozen=True, kw_only=True):
    """The contact points at which nothing arrives. count: of all. latest: some of them."""

    count: int
    latest: tuple[FailedContact, ...]


@cache
def _what_waits(kinds: tuple[type[State], ...]) -> sa.Select[Any]:
    """Return one question for everything that the clock may bring: it is asked before each step of time."""
    taken = state_table(AnswerIntake)
    return sa.select(
        sa.select(sa.func.min(outbox.c.due)).scalar_subquery(),
        sa.select(sa.func.min(leases.c.due)).where(leases.c.owner.is_(None)).scalar_subquery(),
        sa.select(tree.c.next_seal).scalar_subquery(),
        sa.select(sa.func.max(answer_log.c.seq)).scalar_subquery(),
        sa.select(sa.func.max(taken.c.last)).scalar_subquery(),
        sa.select(sa.func.min(echoes.c.due)).scalar_subquery(),
        *(sa.select(sa.func.min(state_table(kind).c.due)).scalar_subquery() for kind in kinds),
    )


@cache
def _undated_cases() -> sa.Select[Any]:
    """Return what is asked every hour, also when nothing has happened: which open cases lack a date of a kind."""
    threat, deadline, outcome = state_table(Threat), state_table(Deadline), state_table(Outcome)
    dated = sa.select(deadline.c.id).where(
        deadline.c.warning == threat.c.id,
        deadline.c.deadline_kind == sa.bindparam("its_kind"),
        deadline.c.met_at.is_(None),
    )
    judged = sa.select(outcome.c.id).where(outcome.c.id == threat.c.id, outcome.c.judged_at.is_not(None))
    return sa.select(threat.c.id).where(threat.c.ended.is_(None), ~dated.exists(), ~judged.exists())


@cache
def _unasked_cases() -> sa.Select[Any]:
    """Return what is asked every hour as well: in which open cases that are likely, or not past, nobody has asked whom to warn."""
    threat, duty, now = (
        state_table(Threat),
        state_table(Duty),
        sa.bindparam("now", type_=state_table(Threat).c.begins.type),
    )
    asked = sa.select(duty.c.id).where(duty.c.threat == threat.c.id)
    low, high = (sa.func.json_extract(threat.c.assessments, f"$[#-1].likelihood[{end}]") for end in (0, 1))
    likely = (low + high) / 2 >= sa.bindparam("likely") - 0.001  # whoever asks looks again, and rounds
    near = sa.or_(threat.c.ends.is_not(None), threat.c.begins.is_not(None), likely)
    return _undated_cases().where(sa.or_(threat.c.ends.is_(None), threat.c.ends > now), near, ~asked.exists())


@cache
def _undated() -> sa.Select[Any]:
    """Return what is asked every hour, too: which notices that were sent have no date of a kind ahead."""
    notice, deadline = state_table(Notice), state_table(Deadline)
    ahead = sa.select(deadline.c.id).where(
        deadline.c.warning == notice.c.id,
        deadline.c.deadline_kind == sa.bindparam("its_kind"),
        deadline.c.due.is_not(None),
    )
    return sa.select(notice.c.id).where(notice.c.sent_at.is_not(None), ~ahead.exists())


# Asked for each answer that calls for somebody, so they are put together once.
_RINGING = (
    f"FROM {state_table(Watch).name} WHERE warning = ? AND why = ? AND settled_at IS NULL AND accepted_at IS NULL "
)
_HOW_MANY_RING = f"SELECT count(*) FROM (SELECT 1 {_RINGING} LIMIT ?)"
_RINGS_ABOUT = f'SELECT 1 {_RINGING} AND "of" = ? LIMIT 1'


class Look:
    """One moment of the store."""

    def __init__(
        self,
        connection: sa.Connection,
        keys: Keys,
        counting: Counting | None = None,
        rolls: Rolls | None = None,
        silences: Silences | None = None,
        open_cases: OpenCases | None = None,
    ) -> None:
        """Look through this connection, and open personal values with these keys. counting: what was counted before.

        rolls, silences, open_cases: where the roll of everyone, who was found silent, and what the open cases are about is
        kept between looks.
        """
        self.connection = connection
        self.counting = counting or Counting()
        self._rolls = rolls or Rolls()
        self._silences = silences or Silences()
        self._open_cases = open_cases or OpenCases()
        self._keys = keys

    # ---- states

    def find(self, kind: type[S], id: Id | None) -> S | None:
        """Return the state of that id, or None."""
        found: S | None = None if id is None else rows.load(self.connection, kind, id, self._keys)
        return found

    def get(self, kind: type[S], id: Id) -> S:
        """Return the state of that id.

        Raises:
            Refused: there is none.
        """
        found = self.find(kind, id)
        if found is None:
            raise Refused(f"There is no {kind.__name__.lower()} {id}.")
        return found

    def refuse_taken(self, kind: type[State], id: Id) -> None:
        """Stop something new from taking the place of what stands there.

        Raises:
            Refused: there is one of that id.
        """
        if self.find(kind, id) is not None:
            raise Refused(f"There is a {kind.__name__.lower()} {id} already. Something new needs an id of its own.")

    def all(self, kind: type[S], *, order: str = "id", **holds: Any) -> list[S]:
        """Return the states of a kind whose columns hold these values, in the order of a column."""
        return rows.holding(self.connection, kind, self._keys, holds, order)

    def some(self, kind: type[S], ids: Sequence[Id]) -> dict[Id, S]:
        """Return the states of these ids, by id; those that do not exist are left out."""
        return rows.some(self.connection, kind, tuple(ids), self._keys)

    def which(self, kind: type[S], column: str, values: Sequence[str]) -> list[S]:
        """Return the states of a kind of which one column holds one of these values, in the order of their ids."""
        return rows.which(self.connection, kind, column, tuple(values), self._keys)

    def naming(self, kind: type[S], column: str, one: Id, **holds: Any) -> list[S]:
        """Return the states of a kind that have this one in a list of theirs, and whose other columns hold these values."""
        return rows.naming(self.connection, kind, self._keys, column, one, holds)

    def judged(self) -> list[Outcome]:
        """Return what became of the cases of which somebody judged it."""
        return rows.select(self.connection, Outcome, self._keys, state_table(Outcome).c.judged_at.is_not(None))

    def stood(self, kind: type[S], ids: Sequence[Id]) -> dict[Id, list[S]]:
        """Return how the states of these ids stood after each fact about them, by id, and as they stand now last."""
        found: dict[Id, list[S]] = {}
        for fact in self.facts(ids):
            folding = FOLDING_OF[fact.kind()]
            if folding.state is kind:  # a case and its outcome have one id
                stood = found.setdefault(fact.subject, [])
                stood.append(folding.fold(stood[-1] if stood else None, fact))  # type: ignore[arg-type]
        return found

    def facts(self, subjects: Sequence[Id], *, but: Collection[type[Fact]] = ()) -> Iterator[Fact]:
        """Yield whatever happened to some subjects, each in its order. but: kinds of facts to leave out."""
        return facts_about(self.connection, subjects, self._keys, but=but)

    def levels(self, at: datetime, country: str = "") -> list[Advisory]:
        """Return the advisories that were in force at a moment, by country and region. country: of one alone."""
        found = self.some(Advisory, list(self.connection.execute(levels.in_force(at, country)).scalars()))
        return sorted(found.values(), key=lambda one: one.place)

    def in_force(self, at: datetime) -> list[Held]:
        """Return our alerts that were in force at a moment, by what had been decided until then, the latest first."""
        return issued.in_force(self.connection, at, self._keys)

    def due(self, kind: type[S], now: datetime) -> list[S]:
        """Return the states of a kind whose time has come, the longest waiting first."""
        return rows.due(self.connection, kind, self._keys, now)

    def said(
        self, subject: Id, kinds: Sequence[type[Fact]] = (), hidden: Collection[Id] = (), marked_anew: int = 0
    ) -> int:
        """Return how often people have said something about a subject: see said_of.count."""
        return said_of.count(self.connection, subject, kinds, hidden, marked_anew)

    def last_word(self, subject: Id, hidden: Collection[Id] = ()) -> tuple[Id, datetime] | None:
        """Return who said something about a subject last, and when: see said_of.last."""
        return said_of.last(self.connection, subject, hidden)

    def asleep(self, kind: type[S], now: datetime) -> list[S]:
        """Return the states of a kind whose time lies ahead, and was set by a clock that was further on than it is now."""
        table = state_table(kind)
        newest = sa.select(journal.c.recorded_at).where(journal.c.subject == table.c.id).order_by(journal.c.seq.desc())
        ahead = newest.limit(1).scalar_subquery() > now + STEADY
        return rows.select(self.connection, kind, self._keys, table.c.due > now, ahead, order="due")

    def version(self, subject: Id) -> int:
        """Return how many facts there are about a subject: what commit expects to find unchanged."""
        found: int | None = self.connection.exec_driver_sql(_VERSION, (subject,)).scalar_one_or_none()
        return found or 0

    def unread(self, warning: Id) -> int:
        """Return how many replies nobody has read that may be about a warning."""
        return unread.count(self.connection, warning)

    def unread_about(self) -> list[Id]:
        """Return which warnings the replies may be about that nobody has read."""
        return unread.about(self.connection)

    def unread_replies(self, hidden: Collection[Id], most: int) -> tuple[list[Reply], int]:
        """Return the replies that nobody has read, the oldest first and so many at most, and how many there are in all.

        hidden: warnings; what may be about one of them is left out.
        """
        return unread.first(self.connection, self._keys, hidden, most), unread.count_all(self.connection, hidden)

    def knocks_due(self) -> list[Knock]:
        """Return the second knocks that were neither sent nor dropped, the oldest first. Those that went out are not read."""
        knocks, notices = state_table(Knock), state_table(Notice)
        sent = sa.select(notices.c.id).where(notices.c.id == knocks.c.notice, notices.c.sent_at.is_not(None)).exists()
        return rows.select(self.connection, Knock, self._keys, knocks.c.dropped_at.is_(None), ~sent, order="since")

    def waiting(self, kinds: Sequence[type[State]]) -> Waiting:
        """Return when each sort of work is next due. kinds: the states that have timers."""
        found = self.connection.execute(_what_waits(tuple(kinds))).one()
        errand, batch, seal, heard, last, echo, *due = found
        return Waiting(
            timer=min((moment for moment in due if moment is not None), default=None),
            errand=errand,
            batch=batch,
            seal=seal,
            answers=(heard or 0) > (last or 0),
            echo=echo,
        )

    def open_cases(self, incident: Told) -> list[Sought]:
        """Return what those open cases are about that an incident can fit."""
        return self._open_cases.candidates(self.connection, self._keys, incident)

    def every_open_case(self) -> list[Sought]:
        """Return what each case is about that nobody has ended."""
        return self._open_cases.every(self.connection, self._keys)

    def actor_names(self) -> Names:
        """Return by what names the actors of the actor book go."""
        return self._open_cases.names(self.connection, self._keys)

    def read_open_cases(self) -> None:
        """Read what the open cases are about, so that whoever asks first after a start need not wait for it."""
        self._open_cases.catch_up(self.connection, self._keys)

    def incidents_since(self, moment: datetime) -> list[Incident]:
        """Return the incidents that happened since a moment and were published, oldest first."""
        table = state_table(Incident)
        where = (table.c.happened_at >= moment, table.c.published_at.is_not(None))
        return rows.select(self.connection, Incident, self._keys, *where, order="happened_at")

    def undated_cases(self, kind: str) -> list[Id]:
        """Return the cases that nobody has ended and that have no date of a kind which is still to be met."""
        return list(self.connection.execute(_undated_cases(), {"its_kind": kind}).scalars())

    def unasked_cases(self, kind: str, likely: float, now: datetime) -> list[Id]:
        """Return those of them that have a window or are as likely as that, are not past, and in which nobody has asked whom to warn."""
        said = {"its_kind": kind, "likely": likely, "now": now}
        return list(self.connection.execute(_unasked_cases(), said).scalars())

    def journal_size(self) -> int:
        """Return how many facts there are."""
        return int(self.connection.execute(sa.select(sa.func.count()).select_from(journal)).scalar_one())

    def last_seq(self) -> int:
        """Return the place in the journal of the latest fact of all; 0 where there is none."""
        return int(self.connection.execute(sa.select(sa.func.max(journal.c.seq))).scalar_one() or 0)

    def last_recorded(self) -> datetime | None:
        """Return the latest moment that was written down: of a fact, a result or an answer."""
        columns = (journal.c.recorded_at, notes.c.at, answer_log.c.at)
        moments = [self.connection.execute(sa.select(sa.func.max(column))).scalar_one() for column in columns]
        return max((moment for moment in moments if moment is not None), default=None)

    # ---- people

    def desk_people(self) -> list[Person]:
        """Return everyone who has a role here."""
        table = state_table(Person)
        return rows.select(self.connection, Person, self._keys, table.c.roles != "[]")

    def called(self, names: Collection[str], *, institutions: bool = False) -> dict[str, list[Id]]:
        """Return who is called so, by each of some names as called.plainly writes them. institutions: find these, too."""
        return called.called(self.connection, self._keys, names, institutions=institutions)

    def mailed(self, addresses: Collection[str]) -> dict[str, list[Id]]:
        """Return who is written to at each of some mail addresses, as called.plainly writes them."""
        return called.mailed(self.connection, self._keys, addresses)

    def members(self, groups: Sequence[Id], at: datetime | None = None) -> list[Id]:
        """Return who belongs to any of these groups, by list or by rule. at: see tocsin.store.members."""
        return members.members(self.connection, groups, self._keys, at)

    def roll(self, *, placed: bool) -> Roll:
        """Return everyone who is known here, by number. placed: with where they are."""
        return self._rolls.at(self.connection, self._keys, placed=placed)

    def paused(self, at: datetime) -> set[Id]:
        """Return who wants to be left alone at a moment."""
        return members.paused(self.connection, at)

    def unsubscribed(self) -> set[Id]:
        """Return who had agreed to be warned, and has taken that back."""
        return members.unsubscribed(self.connection)

    def agreed(self, persons: Sequence[Id]) -> set[Id]:
        """Return who of these people has agreed to be warned."""
        return members.agreed(self.connection, persons)

    def forgotten(self, persons: Sequence[Id]) -> set[Id]:
        """Return who of these people has been forgotten."""
        return members.forgotten(self.connection, persons)

    def was_told(self, warning: Id, person: Id) -> bool:
        """Say whether someone was written down to be told of a warning."""
        return members.was_told(self.connection, warning, person)

    def holders(self, posts: Sequence[Id]) -> list[Id]:
        """Return who holds any of these posts now."""
        return members.holders(self.connection, posts)

    def each_holders(self, posts: Sequence[Id]) -> dict[Id, list[Id]]:
        """Return who holds each of these posts now."""
        return members.each_holders(self.connection, posts)

    def addresses(self, persons: Sequence[Id]) -> list[tuple[int, Address]]:
        """Return the contact points of these people that are used, with their order; the addresses stay sealed."""
        wanted = msgspec.json.encode(list(persons)).decode()
        found = self.connection.exec_driver_sql(_ADDRESSES, (ContactStands.ACTIVE.value, wanted)).scalar_one()
        addresses: list[tuple[int, Address]] = read_json(found, list[tuple[int, Address]])
        return addresses

    def needing(self, persons: Sequence[Id], need: Need) -> frozenset[Id]:
        """Return which of these people have a need."""
        found = self.some(Needs, persons)
        return frozenset(id for id, one in found.items() if isinstance(one.needs, str) and need in one.needs.split())

    def failing(self) -> dict[Id, int]:
        """Return who has contact points at which nothing arrives, and how many each."""
        contact = state_table(Contact)
        is_failed = contact.c.failed_at.is_not(None) & (contact.c.stands != ContactStands.REMOVED.value)
        question = sa.select(contact.c.person, sa.func.count()).where(is_failed).group_by(contact.c.person)
        return {person: count for person, count in self.connection.execute(question)}  # noqa: C416  rows are no pairs

    def failed_contacts(self, most: int) -> FailedContacts:
        """Return whose contact points nothing arrives at, the latest first, and how many these are."""
        contact, person = state_table(Contact), state_table(Person)
        known = contact.c.person.in_(sa.select(person.c.id).where(~person.c.forgotten))
        is_failed = contact.c.failed_at.is_not(None) & (contact.c.stands != ContactStands.REMOVED.value) & known
        count = self.connection.execute(sa.select(sa.func.count()).select_from(contact).where(is_failed)).scalar_one()
        question = sa.select(contact.c.channel, contact.c.person, contact.c.failed_at).where(is_failed)
        found = self.connection.execute(question.order_by(contact.c.failed_at.desc()).limit(most)).all()
        names = self.some(Person, sorted({row.person for row in found}))
        return FailedContacts(
            count=count,
            latest=tuple(
                FailedContact(name=names[row.person].name, channel=row.channel, failed_at=row.failed_at)
                for row in found
            ),
        )

    # ---- delivery and answers

    def unsent(self, batch: Id, now: datetime) -> list[Place]:
        """Return the places of a batch for which something must still be tried."""
        return log.unsent(self.connection, batch, now)

    def stands(self, batch: Id) -> dict[int, DeliveryStands]:
        """Return how each attempted place of a batch stands."""
        return log.standing(self.connection, batch)

    def settled(self, batch: Id) -> tuple[dict[str, int], str]:
        """Return the counts of a batch by state and the root over its results."""
        return log.settled(self.connection, batch)

    def channels_due(self, now: datetime) -> list[str]:
        """Return the channels over which something waits to be sent."""
        return log.channels_due(self.connection, now)

    def was_cut_off(self, batch: Id) -> bool:
        """Say whether a sender failed, or was killed, with a batch in hand."""
        return log.was_cut_off(self.connection, batch)

    def lost(self, batch: Id) -> list[log.Recipient]:
        """Return whom a batch did not reach, and will not."""
        stands = log.standing(self.connection, batch)
        return [one for one in log.of_batch(self.connection, batch) if stands.get(one.position) in log.LOST]

    def tried(self, warning: Id, errand: Errand, persons: Sequence[Id]) -> dict[Id, set[Id]]:
        """Return which of these people's contact points were written down for an errand about a warning."""
        return log.tried(self.connection, warning, errand, persons)

    def passed_on(self, warning: Id, step: int, persons: Sequence[Id]) -> set[Id]:
        """Return for whom of these people a later step of telling them of a warning was written down."""
        return log.passed_on(self.connection, warning, Errand.WARNING, step, persons)

    def may_have_got(self, batch: Id) -> list[Address]:
        """Return the contact points of a batch at which its warning arrived, or may have."""
        return log.may_have_got(self.connection, batch)

    def still_hearing(self, warning: Id, errand: Errand, persons: Sequence[Id]) -> set[Id]:
        """Return who of these people was reached on an errand about a warning, or still may be."""
        return log.still_hearing(self.connection, warning, errand, persons)

    def is_past(self, batch: Id, told: Id, version: int, now: datetime) -> bool:
        """Say whether what a batch tells of has changed since a version, or something waits that goes before it."""
        return self.version(told) != version or log.is_overtaken(self.connection, batch, now)

    def waiting_beside(self, batch: Id) -> int:
        """Return how many are in this batch and those on its channel that do not go after it, while they are not settled."""
        return log.waiting_beside(self.connection, batch)

    def recipients(self, batch: Id) -> list[log.Recipient]:
        """Return who is in a batch."""
        return log.of_batch(self.connection, batch)

    def recipient(self, row: int) -> log.Recipient | None:
        """Return the recipient that an answer link stands for."""
        return log.recipient(self.connection, row)

    def silent(self, warning: Id, unless: Sequence[str] = ()) -> set[Id]:
        """Return who was told of a warning and has never answered it. unless: answers that count; none: any."""
        return log.silent(self.connection, warning, unless)

    def rows_of(self, warning: Id) -> dict[Id, int]:
        """Return the row of each recipient of a warning, from which links are made."""
        return log.rows_of(self.connection, warning)

    def row_at(self, warning: Id, person: Id, contact: Id) -> int | None:
        """Return the first row by which someone was written down to be told of a warning at this contact point of theirs."""
        return log.row_at(self.connection, warning, person, contact)

    def told_at(self, warning: Id) -> list[Contact]:
        """Return the contact points that were written down to be told of a warning."""
        return list(self.some(Contact, log.told_at(self.connection, warning, Errand.WARNING)).values())

    def results_of(self, warning: Id) -> list[Any]:
        """Return every attempt for a warning, oldest first."""
        return log.results_of(self.connection, warning)

    def link_answers(self, warning: Id) -> list[Any]:
        """Return the answers that came by link and have been taken in, oldest first."""
        return log.answers_to(self.connection, warning)

    def is_answered(self, warning: Id, of: Id, suffices: Suffices) -> bool:
        """Say whether enough have answered: a person, of a group all who were told, or of a warning as many as suffice."""
        return self._silences.is_over(self.connection, warning, of, suffices, self._keys)

    def answered_of(
        self, warning: Id, each: Collection[Id], suffices: Suffices, speakers: Speakers | None = None
    ) -> set[Id]:
        """Return of which of these enough have answered: see is_answered. speakers: where so many of all suffice."""
        return self._silences.over(self.connection, warning, each, suffices, self._keys, speakers)

    def ringing(self, warning: Id, why: str, most: int) -> int:
        """Return about how many somebody is being rung for this reason, and nobody has taken it on; and so many at most."""
        return int(self.connection.exec_driver_sql(_HOW_MANY_RING, (warning, why, most)).scalar_one())

    def rings_about(self, warning: Id, why: str, of: Id) -> bool:
        """Say whether somebody is being rung about this one for this reason, and nobody has taken it on."""
        return self.connection.exec_driver_sql(_RINGS_ABOUT, (warning, why, of)).first() is not None

    @property
    def summaries(self) -> Summaries:
        """Return what sums the answers to a warning up without reading any twice."""
        return self._silences.summaries

    def planned_for(self, warning: Id) -> int:
        """Return for how many deliveries of a warning somebody was written down."""
        table = state_table(Batch)
        asked = sa.select(sa.func.sum(table.c.count)).where(
            table.c.warning == warning, table.c.errand == Errand.WARNING.value
        )
        return int(self.connection.execute(asked).scalar_one() or 0)

    def latest_answer(self, warning: Id, person: Id) -> tuple[str, datetime] | None:
        """Return what a person answered last by link or message, and when; None: nothing that has been taken in."""
        return log.latest_answer(self.connection, warning, person)

    def answers_taken(self) -> int:
        """Return how many answers of the log have been taken in."""
        question = sa.select(sa.func.count()).select_from(answers_by_link)
        return int(self.connection.execute(question).scalar_one())

    def batches(self, warning: Id) -> list[Batch]:
        """Return the batches of a warning."""
        return self.all(Batch, warning=warning, order="planned_at")

    def is_sent(self, batch: Batch) -> bool:
        """Say whether everything that was planned for a warning on the same errand is settled."""
        table = state_table(Batch)
        same = (table.c.warning == batch.warning, table.c.errand == batch.errand.value, table.c.settled_at.is_(None))
        return self.connection.execute(sa.select(table.c.id).where(*same).limit(1)).first() is None

    def answers(self, warning: Id) -> list[Answer]:
        """Return the answers to a warning that officers recorded."""
        return self.all(Answer, warning=warning, order="said_at")

    # ---- the record

    def tree(self) -> ledger.Tree:
        """Return how the record stands."""
        return ledger.stand(self.connection)

    def headcount(self, headcount: Id) -> HeadcountCount:
        """Return how a headcount stands, without reading any answer twice."""
        return self.counting.headcounts.count(self.connection, headcount)

    def said_in_headcount(self, headcount: Id, answer: AnswerKind) -> dict[Id, datetime]:
        """Return who said this last in a headcount, and when."""
        return self.counting.headcounts.who(self.connection, headcount, answer)

    def silent_in_headcount(self, headcount: Id, most: int) -> list[Id]:
        """Return who has not answered a headcount, the first of them."""
        return self.counting.headcounts.silent(self.connection, headcount, most)

    def unanswered_in_headcount(self, headcount: Id, among: Collection[Id]) -> int:
        """Return how many of these people have not answered a headcount."""
        return self.counting.headcounts.unanswered(self.connection, headcount, among)

    def each_members(self, groups: Sequence[Id]) -> dict[Id, list[Id]]:
        """Return who belongs to each of these groups."""
        return members.each_members(self.connection, groups, self._keys)

    def told(self, warning: Id) -> dict[Id, None]:
        """Return who was written down to be told of a warning, in that order."""
        return members.told(self.connection, warning)

    def told_among(self, warning: Id, persons: Collection[Id]) -> set[Id]:
        """Return who of these people was written down to be told of a warning."""
        return members.told_among(self.connection, warning, persons)

    def undated(self, deadline_kind: str) -> list[Id]:
        """Return the notices that were sent and have no date of this kind that is still ahead."""
        return list(self.connection.execute(_undated(), {"its_kind": deadline_kind}).scalars())

    def sealed_place(self, kind: type[Fact], subject: Id) -> sealing.Place | None:
        """Return where the latest fact of a kind about a subject is sealed; None while it waits for a seal."""
        return sealing.place_of(self.connection, kind.kind(), subject)

    def last_fact(self, subject: Id, *kinds: type[Fact]) -> int | None:
        """Return the place in the journal of the latest fact of these kinds about a subject."""
        named = [kind.kind() for kind in kinds]
        found: int | None = self.connection.execute(
            sa.select(sa.func.max(journal.c.seq)).where(journal.c.subject == subject, journal.c.kind.in_(named))
        ).scalar_one()
        return found

    def unsealed(self) -> int:
        """Return how many commitments wait for a seal. For the desk alone."""
        return sealing.waiting(self.connection)
