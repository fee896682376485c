"""The read door: what the people at the desk may read of the store, and the only place where marks are checked.

What a reader may not read is to them as if it did not exist: it is None, and it is missing from every list and count.
Pages are filled through a Door and never through a Look.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from heapq import nsmallest
from itertools import islice
from typing import TypeVar

import msgspec
import sqlalchemy as sa

from tocsin.answer.codes import AccessCode
from tocsin.answer.facts import AnswerKind, Why
from tocsin.answer.institution.state import Approach, Handing, HandingWish, Knock, Proposal, Question, ReadBack
from tocsin.answer.replies import Reply
from tocsin.answer.state import Answer, AnswerIntake, Watch
from tocsin.basis.fact import Fact, State
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Reader, Role, may_read
from tocsin.delivery.again import SendingAgain
from tocsin.delivery.facts import Errand
from tocsin.delivery.state import Audience, Batch, DeliveryStands, EchoIntake, Receipts
from tocsin.outcome.state import Outcome
from tocsin.people.facts import PersonKind
from tocsin.people.listed import Need
from tocsin.people.rota import Rota, ending
from tocsin.people.state import (
    Consent,
    Contact,
    ContactStands,
    Group,
    Line,
    Membership,
    Needs,
    Person,
    Place,
    Post,
    Tenure,
)
from tocsin.people.warden import Wardenship
from tocsin.record import RecordKey, RecordWitness
from tocsin.report.corroborate import origin_of
from tocsin.report.foreign import ForeignObject, TakenBundle
from tocsin.report.inlet import Inlet
from tocsin.report.others import OthersAdviceState, OthersReading
from tocsin.report.state import Incident, Report, Source
from tocsin.store import account, exported
from tocsin.store.called import plainly
from tocsin.store.counts import ChannelCount, Count
from tocsin.store.desk_record import RecordPlace, RecordStand, place_of, stand
from tocsin.store.headcounts import HeadcountCount, Wrote, words_of
from tocsin.store.institutions import Dealings, contacts_of, dealings, stands_for, waiting_about
from tocsin.store.look import Look
from tocsin.store.summary import Summed
from tocsin.store.tables import journal as journal_table
from tocsin.store.tables import state_table
from tocsin.store.taken_back import telling_afterwards
from tocsin.threat.handed_out import HandedOut
from tocsin.threat.hypotheses.grounds import Known
from tocsin.threat.hypotheses.state import Matrix
from tocsin.threat.meets import Met
from tocsin.threat.state import Actor, Threat
from tocsin.warning.advisory.state import Advisory, AdvisoryDraft
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.alert.writing.state import AlertDraft, AlertTemplate
from tocsin.warning.deadline.state import Deadline
from tocsin.warning.duty.policy import POLICY, UNCHOSEN, DutyPolicy
from tocsin.warning.duty.state import DistrustedHost, Duty
from tocsin.warning.follow_up import FollowUp
from tocsin.warning.headcount.state import Headcount
from tocsin.warning.ladder import Kind
from tocsin.warning.notice.state import Notice, NoticeStage
from tocsin.warning.policy import Policy
from tocsin.warning.statement.state import Statement, StatementDraft

T = TypeVar("T")
D = TypeVar("D", AdvisoryDraft, StatementDraft, AlertDraft)
Told = Alert | Notice | Advisory | Statement
"""The three kinds of warning, and the statement, which warns of nothing."""

TOLD: tuple[type[Told], ...] = (Alert, Notice, Advisory, Statement)


AboutWarning = (
    Watch
    | Batch
    | Answer
    | Receipts
    | Audience
    | SendingAgain
    | Deadline
    | FollowUp
    | AccessCode
    | Approach
    | Handing
    | HandingWish
    | Question
    | ReadBack
    | Knock
)
"""What tells of a warning, and is known of by whoever may read that."""

Marked = (
    Threat
    | Matrix
    | HandedOut
    | Report
    | ForeignObject
    | TakenBundle
    | Incident
    | Outcome
    | Told
    | AdvisoryDraft
    | StatementDraft
    | AlertDraft
)
"""What has a mark of its own, or a case's; see Door.may."""

OPEN: tuple[type[State], ...] = (
    *(Person, Contact, Needs, Place, Consent, Post, Tenure, Line, Group, Membership, Wardenship, Rota),
    *(Source, Actor, Policy, DutyPolicy, RecordKey, RecordWitness, OthersAdviceState, OthersReading),
    *(AlertTemplate, Inlet),
)
"""What tells of no warning and no case."""

SHUT: tuple[type[State], ...] = (AnswerIntake, EchoIntake)
"""What takes in from whatever there is, and so tells of all of it."""


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A person or organisation by name; "[erased]" once they are forgotten."""

    id: Id
    name: str
    roles: tuple[Role, ...] = ()
    organisation: bool = False


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody was rung about something they may not read: only that it waits, and since when."""

    watch: Id
    since: datetime
    taken: bool
    exercise: bool


def told_at(told: Told) -> datetime:
    """Return when something went out, or, before that, when it was begun."""
    match told:
        case Alert():
            return told.issued_at or told.drafted_at
        case Notice():
            return told.sent_at or told.decided_at
        case Advisory():
            return told.issued_at
    return told.published_at


class Door:
    """One moment of the store, as far as one reader may read it."""

    def __init__(self, look: Look, reader: Reader) -> None:
        """Look for this reader."""
        self._look = look
        self._keys = look._keys  # noqa: SLF001  the words of an answer are sealed outside the rows that a look opens
        self.reader = reader
        # Who was warned, what they answered and who is rung is for those who work here, whatever the mark.
        self.at_desk = reader.person is not None and bool(reader.roles)

    # ---- the rule

    def may(self, state: State) -> bool:
        """Say whether the reader may read a threat, a report, an incident, an outcome or something told."""
        match state:
            case Threat():
                return may_read(self.reader, state.mark, frozenset({state.owner, *state.readers}))
            case Report() | ForeignObject() | TakenBundle():
                return may_read(self.reader, state.mark, frozenset(state.readers))
            case HandedOut():
                return self._may_read_handed_out(state)
            case Incident():
                return may_read(self.reader, state.mark)
            case Outcome():
                return self.threat(state.id) is not None
            case Matrix():
                return self.threat(state.threat) is not None
            case Notice():
                return self._may_read_notice(state)
            case Alert():
                return may_read(self.reader, self.mark(state), self._drafters(state))
            case AdvisoryDraft() | StatementDraft() | AlertDraft():
                return self._may_read_draft(state.threat)
        return True  # an advisory or a statement is public from its first moment

    def _may_read_handed_out(self, state: HandedOut) -> bool:
        """Say whether the reader may know what of a case went where: of RED things, whoever handed them out."""
        red = state.mark is Mark.RED and self.reader.person != state.by
        return self.at_desk and not red and self.threat(state.threat) is not None

    def _may_read_notice(self, notice: Notice) -> bool:
        """Say whether the reader may read a notice. One that has not gone out goes no further than its case, save to its readers."""
        if not may_read(self.reader, notice.mark, frozenset({*notice.readers, *notice.ladder.persons()})):
            return False
        # What was still to be struck from it stands in it.
        unsent = notice.stage not in (NoticeStage.SENT, NoticeStage.WAIVED)
        return not unsent or self.reader.person in notice.readers or self.threat(notice.threat) is not None

    def _may_read_draft(self, threat: Id | None) -> bool:
        """Say whether the reader may read a draft: who works here, and no further than its case goes."""
        return self.at_desk and (threat is None or self.threat(threat) is not None)

    def mark(self, told: Told) -> Mark:
        """Return how far something may travel. A draft of an alert goes no further than its case."""
        match told:
            case Notice():
                return told.mark
            case Alert() if told.stage is not AlertStage.ISSUED:
                threat = self._look.find(Threat, told.threat)
                return threat.mark if threat else Mark.AMBER
        return Mark.CLEAR

    def _drafters(self, alert: Alert) -> frozenset[Id]:
        threat = self._look.find(Threat, alert.threat)
        return frozenset(
            {alert.author, *([alert.approver] if alert.approver else []), *([threat.owner] if threat else [])}
        )

    # ---- threats, and what bears on them

    def threats(self) -> list[Threat]:
        """Return all cases, the latest opened first."""
        return [threat for threat in self._look.all(Threat, order="opened_at")[::-1] if self.may(threat)]

    def threat(self, id: Id | None) -> Threat | None:
        """Return a case."""
        found = self._look.find(Threat, id)
        return found if found is not None and self.may(found) else None

    def outcome(self, threat: Id) -> Outcome | None:
        """Return what became of a case."""
        found = self._look.find(Outcome, threat)
        return found if found is not None and self.may(found) else None

    def actors(self, ids: Iterable[Id]) -> list[Actor]:
        """Return these groups of the actor book."""
        return list(self._look.some(Actor, tuple(ids)).values())

    def every_actor(self) -> list[Actor]:
        """Return the actor book, by name."""
        return self._look.all(Actor, order="name") if self.at_desk else []

    def incidents(self, ids: Iterable[Id]) -> dict[Id, Incident]:
        """Return these incidents, by id."""
        return {one.id: one for one in self._look.some(Incident, tuple(ids)).values() if self.may(one)}

    def officers(self) -> list[Named]:
        """Return who may look after a case, by name."""
        if not self.at_desk:
            return []
        wanted = {Role.WATCH_OFFICER, Role.DUTY_OFFICER}
        found = [one for one in self._look.desk_people() if wanted & set(one.roles) and not one.forgotten]
        return sorted(self.people(one.id for one in found).values(), key=lambda one: one.name)

    def incidents_about(self, threat: Threat) -> list[Incident]:
        """Return the incidents that were found to bear on a case, oldest first."""
        ids = [one.item for one in threat.evidence if one.item_kind == "incident"]
        found = [one for one in self._look.some(Incident, ids).values() if self.may(one)]
        return sorted(found, key=lambda one: (one.happened_at, one.id))

    def reports_about(self, threat: Threat) -> dict[Id, Report]:
        """Return the reports that bear on a case, that its incidents rest on, and those that these repeat."""
        wanted = {one.item for one in threat.evidence if one.item_kind == "report"}
        wanted |= {report for judged in threat.assessments for report in judged.reports}
        wanted |= {report for incident in self.incidents_about(threat) for report in incident.reports}
        found: dict[Id, Report] = {}
        while wanted:
            fresh = [one for one in self._look.some(Report, sorted(wanted)).values() if self.may(one)]
            found.update((one.id, one) for one in fresh)
            back = {id for one in fresh for id in (one.relays, one.origin) if id is not None}
            wanted = back - found.keys() - wanted
        return found

    def origins(self, reports: Collection[Id]) -> dict[Id, Id]:
        """Return where each of these reports starts. That tells of a report that may not be read its id alone.

        Without it, two who repeat what may not be read would count as two who corroborate each other.
        """
        chain: dict[Id, Report] = {}
        wanted = set(reports)
        while wanted:
            found = self._look.some(Report, sorted(wanted))
            chain |= found
            wanted = {id for one in found.values() for id in (one.relays, one.origin) if id is not None} - chain.keys()
        return {id: origin_of(id, chain) for id in reports}

    def handed_out(self, threat: Threat) -> list[HandedOut]:
        """Return how often a case was handed out to others, the latest first."""
        return [one for one in self._look.all(HandedOut, threat=threat.id, order="at")[::-1] if self.may(one)]

    def taken_bundles(self, most: int = 20) -> list[TakenBundle]:
        """Return the files that were taken in, the latest first, so many at most."""
        return [one for one in self._look.all(TakenBundle, order="taken_at")[::-1] if self.may(one)][:most]

    def listed_sources(self) -> list[Source]:
        """Return everyone who says things."""
        return self._look.all(Source)

    def matrices(self, threat: Id) -> list[Matrix]:
        """Return the matrices of a case."""
        return [one for one in self._look.all(Matrix, threat=threat) if self.may(one)]

    def known_of(self, matrix: Matrix) -> Known:
        """Return what the reader may read of all that the rows of a matrix rest on."""
        items = sorted({row.item for row in matrix.entries if row.item is not None})
        incidents = {one.id: one for one in self._look.some(Incident, items).values() if self.may(one)}
        named = {*items, *(report for one in incidents.values() for report in one.reports)}
        reports = self._readable_reports(named)
        origins = self.origins(reports)
        # Where a readable one started is named with its source, if that may be read too.
        reports |= self._readable_reports(set(origins.values()) - reports.keys())
        return Known(
            reports=reports,
            incidents=incidents,
            sources=self.sources(one.source for one in reports.values()),
            origins=origins,
        )

    def _readable_reports(self, ids: Collection[Id]) -> dict[Id, Report]:
        return {one.id: one for one in self._look.some(Report, sorted(ids)).values() if self.may(one)}

    def sources(self, ids: Iterable[Id]) -> dict[Id, Source]:
        """Return these sources, by id."""
        return self._look.some(Source, sorted(set(ids)))

    def said(self, subject: Id, kinds: Sequence[type[Fact]] = ()) -> int:
        """Return how often people have said something about what the reader may read: see Look.said."""
        return self._look.said(subject, kinds)

    # ---- warnings

    def warnings(self) -> list[Told]:
        """Return everything that was told, drafted or decided not to be told, the latest first."""
        return self._readable([one for kind in TOLD for one in self._look.all(kind)])[::-1]

    def warnings_about(self, threat: Id) -> list[Told]:
        """Return what was told, drafted or decided not to be told about a case, oldest first."""
        return self._readable([one for kind in TOLD for one in self._look.all(kind, threat=threat)])

    def warning(self, id: Id | None) -> Told | None:
        """Return an alert, a notice, an advisory or a statement."""
        found = next((one for kind in TOLD if (one := self._look.find(kind, id)) is not None), None)
        return found if found is not None and self.may(found) else None

    def _readable(self, told: Iterable[Told]) -> list[Told]:
        return sorted((one for one in told if self.may(one)), key=lambda one: (told_at(one), one.id))

    def deadline(self, told: Told) -> Deadline | None:
        """Return the date about a warning that is not settled: the one that was missed before one that is ahead."""
        if not self.at_desk or not self.may(told):
            return None
        held = self._look.all(Deadline, warning=told.id, met_at=None)
        return min(held, key=lambda one: one.window.ends, default=None)

    def levels(self, at: datetime) -> list[Advisory]:
        """Return the advisories that were in force at a moment, by country and region."""
        return self._look.levels(at)

    def advisory(self, id: Id | None) -> Advisory | None:
        """Return an advisory that went out."""
        return self._look.find(Advisory, id)

    def advisories(self, country: str) -> list[Advisory]:
        """Return every advisory about a country, the latest first."""
        return self._look.all(Advisory, country=country, order="issued_at")[::-1]

    def statement(self, id: Id | None) -> Statement | None:
        """Return a statement that was published."""
        return self._look.find(Statement, id)

    def statements(self) -> list[Statement]:
        """Return every statement, the latest first."""
        return self._look.all(Statement, order="published_at")[::-1]

    def drafts(self, kind: type[D]) -> list[D]:
        """Return the drafts of alerts, advisories or statements that the reader may read, the latest first."""
        return [one for one in self._look.all(kind, order="drafted_at") if self.may(one)][::-1]

    def draft(self, kind: type[D], id: Id) -> D | None:
        """Return a draft of an alert, an advisory or a statement."""
        found = self._look.find(kind, id)
        return found if found is not None and self.may(found) else None

    def others(self, *, latest: bool = True) -> list[OthersAdviceState]:
        """Return what other governments advise, by publisher and place. latest: and no longer what they said before."""
        if not self.at_desk:
            return []
        kind = OthersAdviceState
        found = self._look.all(kind, until=None, gone=False) if latest else self._look.all(kind)
        return sorted(found, key=lambda one: (one.publisher, one.place, one.region, one.seen_at))

    def why_level(self, advisory: Advisory) -> str:
        """Return why a level was decided, as it was written for the desk alone."""
        draft = self._look.find(AdvisoryDraft, advisory.id)
        return draft.why if draft is not None and self.may(draft) else ""

    def followers(self, told: Told) -> list[Told]:
        """Return the warnings that follow another, drafts too, oldest first."""
        return self._readable([*self._look.all(Alert, follows=told.id), *self._look.all(Notice, follows=told.id)])

    def audience(self, told: Told) -> list[Id]:
        """Return everyone who is addressed by a warning, each once; by where they are, those for whom it was planned."""
        if not self._may_follow(told) or isinstance(told, Statement):
            return []
        if isinstance(told, Notice):
            return list(told.recipients)
        found = account.addressed(self._look, told.id) if told.audience else ()
        return list(dict.fromkeys([*told.persons, *self._look.members(told.groups), *sorted(found)]))

    def resolved(self, told: Told) -> Audience | None:
        """Return who was addressed by a warning when it went out, in numbers."""
        found = self._look.all(Audience, warning=told.id) if self._may_follow(told) else []
        return found[0] if found else None

    def asking(self, told: Told, ask: Callable[[Look], T]) -> T | None:
        """Return what somebody asks of the store about a warning that the reader may follow; None of any other."""
        return ask(self._look) if self._may_follow(told) else None

    def rotas_ending(self, now: datetime, ahead: timedelta) -> list[tuple[Rota, datetime]]:
        """Return the rotas that run out within some time, or have, and when."""
        return ending(self._look.all(Rota, dropped_at=None), now, ahead) if self.at_desk else []

    def on_duty(self, ask: Callable[[Look], T]) -> T | None:
        """Return what somebody asks of the store about rotas, policies and who works here; None for who does not."""
        return ask(self._look) if self.at_desk else None

    def _may_follow(self, told: Told) -> bool:
        return self.at_desk and self.may(told)

    # ---- who was told, and what came of it

    def deliveries(self, told: Told, *, after: int = 0, most: int = 1_000) -> list[account.Delivery]:
        """Return how some deliveries of a warning stand, in their order."""
        if not self._may_follow(told):
            return []
        people = self._look.summaries
        return account.deliveries(
            self._look, told.id, lambda persons: people.first_of(self._look.connection, told.id, persons), after, most
        )

    def account_rows(self, told: Told, *, after: int, most: int) -> list[exported.Told]:
        """Return the next rows of a warning's account: what came of it at each contact of each person."""
        if not self._may_follow(told):
            return []
        answers = self._look.summaries.answered(self._look.connection, told.id)
        return exported.told(self._look.connection, told.id, answers, after, most)

    def count(self, told: Told, now: datetime, errand: Errand = Errand.WARNING) -> Count | None:
        """Return how the deliveries of a warning stand, or those of its retraction, without reading any twice."""
        if not self._may_follow(told):
            return None
        return self._look.counting.of(self._look.connection, told.id, now, errand)

    def count_since(self, told: Told, now: datetime) -> tuple[FollowUp, Count] | None:
        """Return what was decided last about a warning's window, and how they stand who are told so."""
        found = self._look.all(FollowUp, warning=told.id, order="number") if self._may_follow(told) else []
        if not found:
            return None
        return found[-1], self._look.counting.of(self._look.connection, found[-1].id, now, Errand.FOLLOW_UP)

    def tallies(self, told: Told, now: datetime) -> tuple[ChannelCount, ...]:
        """Count the deliveries of a warning by channel and state."""
        count = self.count(told, now)
        return count.channels if count else ()

    def taking_back(self, told: Told) -> dict[DeliveryStands, int]:
        """Count how those stand who are told that a warning is taken back."""
        return telling_afterwards(self._look, told.id, Errand.RETRACTION) if self._may_follow(told) else {}

    def following_up(self, told: Told) -> list[tuple[FollowUp, dict[DeliveryStands, int]]]:
        """Return what whoever got a warning was told of its window, and how far each has come, the first one first."""
        if not self._may_follow(told):
            return []
        found = self._look.all(FollowUp, warning=told.id, order="number")
        return [(one, telling_afterwards(self._look, one.id, Errand.FOLLOW_UP)) for one in found]

    def missed(self, told: Told) -> tuple[Id, ...]:
        """Return who is addressed by a warning that was planned, and has no address that we can use."""
        if not self._may_follow(told):
            return ()
        resolved = self.resolved(told)
        if resolved is not None and not resolved.counts.no_contact:
            return ()  # it was counted when they were written down; to find out anew, all of them would be listed
        return self._look.counting.missed(self._look.connection, told.id, lambda: self._left_out(told))

    def _left_out(self, told: Told) -> Iterator[Id]:
        planned = account.addressed(self._look, told.id) | {
            of for stands in stands_for(self._look, told.id).values() for of in stands
        }
        resolved = self.resolved(told)
        if resolved is not None and not resolved.ground:
            # They have an address, and were left out for another reason; the audience's page tells for which.
            planned |= self._look.paused(resolved.resolved_at) | self._look.unsubscribed()
        return (person for person in self.audience(told) if person not in planned)

    def given_up(self, told: Told) -> set[Id]:
        """Return whom a warning will not reach any more."""
        return account.given_up(self._look, told.id) if self._may_follow(told) else set()

    def answers(self, told: Told, most: int | None = None) -> list[account.HeardAnswer]:
        """Return every answer to a warning, oldest first. most: see account.answers."""
        return account.answers(self._look, self._keys, told.id, most) if self._may_follow(told) else []

    def summed(self, told: Told) -> Summed | None:
        """Return what everyone has answered, summed up without reading any twice."""
        return self._look.summaries.of(self._look.connection, told.id) if self._may_follow(told) else None

    def answered_since(self, told: Told, moment: datetime) -> Counter[AnswerKind]:
        """Return how many have said something since a moment, by what each said last."""
        may = self._may_follow(told)
        return self._look.summaries.since(self._look.connection, told.id, moment) if may else Counter()

    def planned_for(self, told: Told) -> int:
        """Return for how many deliveries of a warning somebody was written down."""
        return self._look.planned_for(told.id) if self._may_follow(told) else 0

    def proposed(self, proposal: Proposal) -> bool:
        """Say whether the reader may read a proposed answer: both the warning, and the report that may be its answer."""
        report = self._look.find(Report, proposal.report)
        return self.warning(proposal.warning) is not None and report is not None and self.may(report)

    def report(self, id: Id) -> Report | None:
        """Return a report."""
        found = self._look.find(Report, id)
        return found if found is not None and self.may(found) else None

    def latest_reports(self, most: int) -> list[Report]:
        """Return of the latest reports, so many at most, those that may be read; the latest first."""
        return [one for one in self._look.latest(Report, "received_at", most) if self.may(one)] if self.at_desk else []

    def speakers(self, organisation: Id) -> list[Source]:
        """Return the sources that speak for an organisation."""
        return self._look.all(Source, organisation=organisation, order="name") if self.at_desk else []

    def all_sources(self) -> list[Source]:
        """Return every source, by name."""
        return self._look.all(Source, order="name") if self.at_desk else []

    def organisations(self, most: int = 200) -> list[Named]:
        """Return the organisations that are known here, by name."""
        if not self.at_desk:
            return []
        table = state_table(Person)
        wanted = sa.select(table.c.id).where(table.c.person_kind == PersonKind.ORGANISATION.value).limit(most)
        found = self.people(self._look.connection.execute(wanted).scalars())
        return sorted(found.values(), key=lambda one: one.name)

    def people_at(self, organisation: Id) -> list[Id]:
        """Return who can be told at an organisation: its line, and whoever holds a post there."""
        if not self.at_desk:
            return []
        return list(contacts_of(self._look, organisation))

    def knock_delays(self) -> list[timedelta]:
        """Return how long it took from each denial, or silence due, to the second knock, of notices that the reader may read."""
        found = []
        for knock in self._look.all(Knock) if self.at_desk else ():
            notice = self.warning(knock.notice)
            if isinstance(notice, Notice) and notice.sent_at is not None:
                found.append(notice.sent_at - knock.since)
        return found

    def waiting_about(self) -> list[tuple[Question | HandingWish | Knock, Told]]:
        """Return what institutions wait for, or are to be told again, with its warning: of open cases, as far as they may be read."""
        if not self.at_desk:
            return []
        waits = waiting_about(self._look)
        every: list[Question | HandingWish | Knock] = [*waits.questions, *waits.wishes, *waits.knocks]
        about = {id: self.warning(id) for id in {one.warning for one in every}}
        closed = {id for id, told in about.items() if told is not None and self._is_closed(told)}
        return [(one, told) for one in every if (told := about[one.warning]) is not None and told.id not in closed]

    def _is_closed(self, told: Told) -> bool:
        outcome = self._look.find(Outcome, told.threat) if told.threat else None
        return outcome is not None and outcome.judged_at is not None

    def told_before(self, told: Alert | Notice, among: Sequence[Id]) -> set[Id]:
        """Return who of these people was told of a warning, or is named by it."""
        if not self._may_follow(told):
            return set()
        named = told.recipients if isinstance(told, Notice) else told.persons
        return {*named} & {*among} | self._look.told_among(told.id, among)

    def contact_of(self, told: Told, wish: HandingWish) -> Contact | None:
        """Return where somebody would be told to whom a warning is to be handed on, for who may confirm that."""
        may = self._may_follow(told) and wish.warning == told.id and self.may_reach
        return self._look.find(Contact, wish.contact) if may and wish.contact else None

    def told_answer(self, told: Told, question: Question) -> Batch | None:
        """Return what tells whoever asked that their question was answered, the latest; None: nothing does."""
        about = question.warning == told.id and self._may_follow(told)
        return next(iter(self._look.batches(question.id)[::-1]), None) if about else None

    def dealings(self, told: Told) -> Dealings | None:
        """Return everything between a warning and the institutions it went to."""
        return dealings(self._look, told.id) if self._may_follow(told) else None

    def said_last(self, told: Told, person: Id) -> AnswerKind | None:
        """Return what someone answered last to a warning, by whatever way; None: nothing yet."""
        if not self._may_follow(told):
            return None
        by_link = self._look.latest_answer(told.id, person)
        said = [(at, kind) for kind, at in ([by_link] if by_link else [])]
        said += [(one.said_at, one.answer.value) for one in self._look.all(Answer, warning=told.id, recipient=person)]
        return AnswerKind(max(said)[1]) if said else None

    def silent(self, told: Told, of: Id, most: int) -> tuple[list[Id], int]:
        """Return some of those who are waited for and have not answered, and how many they are. of: see Watch."""
        if not self._may_follow(told):
            return [], 0
        if self._look.find(Group, of) is None and of != told.id:
            return ([of], 1) if self.said_last(told, of) is None else ([], 0)
        found = self._look.silent(told.id)
        if of != told.id:
            found &= set(self._look.members([of]))
        return nsmallest(most, found), len(found)

    def ways_to(self, told: Told, persons: Sequence[Id]) -> dict[Id, list[Contact]]:
        """Return how these people can be reached, in their order: of those alone who are waited for by a warning."""
        if not self._may_follow(told):
            return {}
        found: dict[Id, list[Contact]] = {}
        for person in persons:
            contacts = self._look.all(Contact, person=person, stands=ContactStands.ACTIVE.value, order="order")
            found[person] = contacts
        return found

    def watch(self, id: Id) -> tuple[Watch, Told] | None:
        """Return a watch with its warning, if the reader may follow that."""
        found = self._look.find(Watch, id)
        told = self.warning(found.warning) if found else None
        return (found, told) if found and told and self._may_follow(told) else None

    def headcount_watch(self, id: Id) -> tuple[Watch, Headcount] | None:
        """Return a watch with its headcount: who works here follows all of them."""
        found = self._look.find(Watch, id)
        asked = self.headcount(found.warning) if found else None
        return (found, asked) if found and asked else None

    # ---- cases

    def case_watch(self, id: Id) -> tuple[Watch, Threat] | None:
        """Return a watch with the case that it is about, if the reader may read that."""
        found = self._look.find(Watch, id) if self.at_desk else None
        threat = self.threat(found.warning) if found else None
        return (found, threat) if found and threat else None

    def unsettled_cases(self) -> list[tuple[Watch, Threat]]:
        """Return the watches over cases that are not settled, each with its case, oldest first."""
        if not self.at_desk:
            return []
        watches = self._look.all(Watch, why=Why.CASE.value, settled_at=None, order="opened_at")
        about = {id: self.threat(id) for id in {watch.warning for watch in watches}}
        return [(watch, threat) for watch in watches if (threat := about[watch.warning]) is not None]

    def case_date(self, watch: Watch) -> Deadline | None:
        """Return the date that a watch over a case is about."""
        found = self._look.find(Deadline, watch.of) if self.at_desk else None
        return found if found is not None and self.threat(found.warning) is not None else None

    # ---- duties to warn

    def duty(self, id: Id | None) -> Duty | None:
        """Return a duty to warn, for those who work here and may read its case."""
        found = self._look.find(Duty, id)
        return found if found is not None and self._may_owe(found.threat) else None

    def duties_of(self, threat: Id) -> list[Duty]:
        """Return the duties to warn of a case, the oldest first; of one that others became part of, theirs too."""
        case = self.threat(threat)
        if case is None or not self.at_desk:
            return []
        found = [duty for one in self._with_it(case) for duty in self._look.all(Duty, threat=one.id)]
        return sorted(found, key=lambda one: (one.opened_at, one.id))

    def _with_it(self, case: Threat) -> list[Threat]:
        """Return a case and those that became part of it, over how many steps, which this reader may read."""
        found, left = {case.id: case}, list(case.joined.took_in)
        while left:
            one = self.threat(left.pop())
            if one is not None and one.id not in found:
                found[one.id] = one
                left += one.joined.took_in
        return list(found.values())

    def open_duties(self, until: datetime) -> list[Duty]:
        """Return the duties at which something is owed whose next moment comes before this one."""
        return [one for one in self._look.due(Duty, until) if self._may_owe(one.threat)]

    def distrusted_in(self, threat: Id) -> list[DistrustedHost]:
        """Return the hosts that nothing about a case goes through."""
        return self._look.all(DistrustedHost, threat=threat, trusted_at=None) if self._may_owe(threat) else []

    def duty_policy(self) -> DutyPolicy:
        """Return by which policy it is decided who is warned. Everyone may know."""
        return self._look.find(DutyPolicy, POLICY) or UNCHOSEN

    def duty_watch(self, id: Id) -> tuple[Watch, Duty] | None:
        """Return a watch with the duty to warn that it rings about."""
        found = self._look.find(Watch, id)
        owed = self.duty(found.warning) if found else None
        return (found, owed) if found and owed else None

    def unsettled_duties(self) -> list[tuple[Watch, Duty]]:
        """Return the watches over duties to warn that are not settled and have rung, the oldest first."""
        if not self.at_desk:
            return []
        watches = self._look.all(Watch, why=Why.DUTY.value, settled_at=None, order="opened_at")
        pairs = [(one, self.duty(one.warning)) for one in watches if one.rings or one.accepted_by is not None]
        return [(watch, owed) for watch, owed in pairs if owed is not None]

    # ---- pleas

    def plea_watch(self, id: Id) -> tuple[Watch, Reply] | None:
        """Return a watch with the plea that it rings about."""
        found = self._look.find(Watch, id)
        plea = self.reply(found.warning) if found else None
        return (found, plea) if found and plea else None

    def unsettled_pleas(self) -> list[tuple[Watch, Reply]]:
        """Return the watches over pleas that are about no warning and that nobody has read, the oldest first."""
        if not self.at_desk:
            return []
        watches = self._look.all(Watch, why=Why.PLEA.value, settled_at=None, order="opened_at")
        pairs = [(watch, self.reply(watch.warning)) for watch in watches]
        return [(watch, plea) for watch, plea in pairs if plea is not None]

    def ways_back(self, plea: Reply) -> dict[Id, list[Contact]]:
        """Return how whoever may have written a plea is reached, over a contact point that nobody has confirmed too."""
        if not self.may_reach:
            return {}
        stands = (ContactStands.ACTIVE, ContactStands.PENDING)
        known = {one: self._look.all(Contact, person=one, order="order") for one in (plea.person, *plea.others)}
        return {one: [way for way in ways if way.stands in stands] for one, ways in known.items()}

    def _may_owe(self, threat: Id) -> bool:
        return self.at_desk and self.threat(threat) is not None

    # ---- headcounts

    def headcounts(self) -> list[Headcount]:
        """Return all headcounts, the latest first."""
        return self._look.all(Headcount, order="issued_at")[::-1] if self.at_desk else []

    def headcount(self, id: Id) -> Headcount | None:
        """Return a headcount: who is asked and who is silent is for those who work here."""
        return self._look.find(Headcount, id) if self.at_desk else None

    def headcount_of(self, headcount: Headcount) -> HeadcountCount:
        """Return how a headcount stands."""
        return self._look.headcount(headcount.id)

    def said_in(self, headcount: Headcount, answer: AnswerKind) -> dict[Id, datetime]:
        """Return who said this last in a headcount, and since when they have."""
        return self._look.said_in_headcount(headcount.id, answer) if self.at_desk else {}

    def silent_in(self, headcount: Headcount, most: int) -> list[Id]:
        """Return who has not answered a headcount, the first of them."""
        return self._look.silent_in_headcount(headcount.id, most) if self.at_desk else []

    def unanswered_in(self, headcount: Headcount, among: Sequence[Id]) -> int:
        """Return how many of these people have not answered a headcount."""
        return self._look.unanswered_in_headcount(headcount.id, among) if self.at_desk else 0

    def words_in(self, headcount: Headcount, persons: Sequence[Id]) -> dict[Id, Wrote]:
        """Return what these people wrote last in a headcount."""
        return words_of(self._look.connection, self._keys, headcount.id, persons) if self.may_reach else {}

    @property
    def may_reach(self) -> bool:
        """Say whether the reader may see how people in danger are reached, and where they are: officers may."""
        return self.at_desk and bool({Role.DUTY_OFFICER, Role.WATCH_OFFICER} & self.reader.roles)

    def who_is_there(self, ask: Callable[[Look], T]) -> T | None:
        """Return what somebody asks of the store about who would be asked whether they are safe; None for who may not see it."""
        return ask(self._look) if self.may_reach else None

    def cases_met(self, ask: Callable[[Look], Met], most: int) -> tuple[list[Threat], list[Threat]]:
        """Return the cases that somebody finds in an area, and perhaps there, as far as the reader may read them: so many of each at most."""
        found = ask(self._look) if self.at_desk else Met()
        there, perhaps = (
            (one for id in ids if (one := self.threat(id)) is not None) for ids in (found.there, found.perhaps)
        )
        return list(islice(there, most)), list(islice(perhaps, most))

    def reached_by(self, persons: Sequence[Id]) -> dict[Id, list[Contact]]:
        """Return how these people are reached, in their order."""
        if not self.may_reach:
            return {}
        active = ContactStands.ACTIVE.value
        return {one: self._look.all(Contact, person=one, stands=active, order="order") for one in persons}

    def need_a_voice(self, persons: Sequence[Id]) -> frozenset[Id]:
        """Return which of these people a voice must reach before a text."""
        return self._look.needing(persons, Need.VOICE_FIRST) if self.may_reach else frozenset()

    def places_of(self, persons: Sequence[Id]) -> dict[Id, list[Place]]:
        """Return where these people are, as far as they said so."""
        return {one: self._look.all(Place, person=one, removed_at=None) for one in persons} if self.may_reach else {}

    def looked_after(self, ask: Callable[[Look], dict[Id, dict[Id, Id]]]) -> dict[Id, dict[Id, Id]]:
        """Return by each warden whom they look after, and on whose list each stands."""
        return ask(self._look) if self.at_desk else {}

    def wardenships(self) -> list[Wardenship]:
        """Return who looks after whom."""
        return self._look.all(Wardenship, held=True) if self.at_desk else []

    def called(self, names: Collection[str]) -> dict[str, list[Id]]:
        """Return who is meant by each of some names, mail addresses or ids, as they are written, for who may reach people."""
        if not self.may_reach:
            return {}
        plain = {one: plainly(one) for one in names}
        by_name, by_mail = self._look.called(plain.values()), self._look.mailed(plain.values())
        by_id = self._look.some(Person, tuple(plain))
        return {
            one: [one]
            if one in by_id and not by_id[one].forgotten
            else list(dict.fromkeys((*by_name[so], *by_mail[so])))
            for one, so in plain.items()
        }

    def forgotten_among(self, persons: Collection[Id]) -> int:
        """Return how many of these people have been forgotten."""
        return sum(one.forgotten for one in self._look.some(Person, tuple(persons)).values()) if self.at_desk else 0

    def named_so(self, name: str, group: Id) -> list[Id]:
        """Return who of the desk and of a group has this name, or this id."""
        if not self.may_reach:
            return []
        people = {one.id: one for one in self._look.desk_people()}
        people |= self._look.some(Person, tuple(self._look.members([group])) if group else ())
        people |= self._look.some(Person, (name,))
        wanted = name.casefold()
        return [one.id for one in people.values() if not one.forgotten and wanted in (one.id, str(one.name).casefold())]

    def every_group(self) -> list[Group]:
        """Return the groups that can be asked."""
        return self._look.all(Group, order="name") if self.at_desk else []

    def every_post(self) -> list[tuple[Id, str]]:
        """Return the posts at organisations, with the name of each and of its organisation."""
        posts = self._look.all(Post, order="name") if self.at_desk else []
        at = self._look.some(Person, sorted({one.organisation for one in posts}))
        return [(one.id, f"{one.name}, {at[one.organisation].name}") for one in posts if one.organisation in at]

    def watches_of(self, headcount: Headcount) -> list[Watch]:
        """Return the watches over a headcount, oldest first."""
        return self._look.all(Watch, warning=headcount.id, order="opened_at") if self.at_desk else []

    def unsettled_headcounts(self) -> list[tuple[Watch, Headcount]]:
        """Return the watches over headcounts that are not settled."""
        table = state_table(Watch)
        open_about = sa.select(table.c.warning).where(table.c.settled_at.is_(None)).distinct()
        about = self._look.connection.execute(open_about).scalars().all() if self.at_desk else []
        counted = self._look.some(Headcount, sorted(about))
        found = [one for id in counted for one in self._look.all(Watch, warning=id, settled_at=None)]
        return [(one, counted[one.warning]) for one in sorted(found, key=lambda one: (one.opened_at, one.id))]

    def policies(self) -> list[Policy]:
        """Return the policies that can be chosen."""
        return self._look.all(Policy, dropped_at=None, order="name") if self.at_desk else []

    def first_arrival(self, told: Collection[Told]) -> datetime | None:
        """Return when the first of these warnings reached its first recipient, or None."""
        return account.first_arrival(self._look, [one.id for one in told if self.may(one)])

    def watches(self, told: Told) -> list[Watch]:
        """Return the watches over a warning, oldest first."""
        return self._look.all(Watch, warning=told.id, order="opened_at") if self._may_follow(told) else []

    def replies(self, most: int) -> tuple[list[Reply], int]:
        """Return the replies that nobody has read yet, oldest first, about warnings that the reader may all read.

        most: how many at most. With them comes how many there are in all.
        """
        if not self.at_desk:
            return [], 0
        hidden = [one for one in self._look.unread_about() if not self._may_read_replies(one)]
        return self._look.unread_replies(hidden, most)

    def reply(self, id: Id) -> Reply | None:
        """Return a reply, read or not, about warnings that the reader may all read."""
        found = self._look.find(Reply, id) if self.at_desk else None
        return found if found is not None and all(map(self._may_read_replies, found.warnings)) else None

    def _may_read_replies(self, warning: Id) -> bool:
        # What somebody in danger writes says where they are.
        return self.warning(warning) is not None or (self.may_reach and self.headcount(warning) is not None)

    def unsettled(self) -> list[tuple[Watch, Told]]:
        """Return the watches that are not settled, each with its warning, oldest first."""
        if not self.at_desk:
            return []
        watches = self._look.all(Watch, settled_at=None, order="opened_at")
        about = {id: self.warning(id) for id in {watch.warning for watch in watches}}
        return [(watch, told) for watch in watches if (told := about[watch.warning]) is not None]

    def untaken(self) -> int:
        """Count what waits and has nobody yet, about warnings that the reader may read; of several about one thing, one."""
        if not self.at_desk:
            return 0
        table = state_table(Watch)
        one = sa.select(table.c.warning, table.c.of, table.c.why).distinct()
        waits = one.where(table.c.settled_at.is_(None), table.c.accepted_by.is_(None)).subquery()
        by_warning = sa.select(waits.c.warning, sa.func.count()).group_by(waits.c.warning)
        found = self._look.connection.execute(by_warning).all()
        return sum(many for warning, many in found if self.warning(warning) is not None)

    def calls(self) -> list[Call]:
        """Return what the reader was rung about and may not read."""
        if not self.reader.person:
            return []
        table = state_table(Watch)
        open_about = sa.select(table.c.warning).where(table.c.settled_at.is_(None)).distinct()
        about = self._look.connection.execute(open_about).scalars().all()
        unread = [one for one in about if not self._tells_of(one)]
        watches = [one for id in unread for one in self._look.all(Watch, warning=id, settled_at=None)]
        return [
            Call(watch=watch.id, since=rung[0], taken=watch.accepted_by is not None, exercise=watch.exercise)
            for watch in sorted(watches, key=lambda one: (one.opened_at, one.id))
            if (rung := [ring.at for ring in watch.rings if ring.to == self.reader.person])
        ]

    def may_take_on(self, watch: Id) -> bool:
        """Say whether the reader may take a watch on: they read its warning, or were rung about it."""
        found = self._look.find(Watch, watch)
        if found is None or not self.at_desk:
            return False
        return self._tells_of(found.warning) or any(ring.to == self.reader.person for ring in found.rings)

    # ---- names

    def people(self, ids: Iterable[Id]) -> dict[Id, Named]:
        """Return these people by id. Hand in only ids that stand in something the reader may read."""
        if not self.at_desk:
            return {}
        found = self._look.some(Person, sorted(set(ids)))
        return {
            one.id: Named(
                id=one.id,
                name=str(one.name),
                roles=one.roles,
                organisation=one.person_kind is PersonKind.ORGANISATION,
            )
            for one in found.values()
        }

    def groups(self, ids: Iterable[Id]) -> dict[Id, str]:
        """Return the names of these groups."""
        return {one.id: one.name for one in self._look.some(Group, sorted(set(ids))).values()} if self.at_desk else {}

    def named(self, kind: Kind, id: Id) -> str:
        """Return what a rota or a post that a ladder names is called."""
        if not self.at_desk:
            return ""
        found = self._look.find(Rota, id) if kind is Kind.ROTA else self._look.find(Post, id)
        return found.name if found else ""

    def members(self, group: Id) -> list[Id]:
        """Return who belongs to a group."""
        return self._look.members([group]) if self.at_desk else []

    def groups_among(self, persons: Collection[Id]) -> dict[Id, list[Id]]:
        """Return the groups all of whose members are among these people, with those members."""
        if not self.at_desk:
            return {}
        table = state_table(Membership)
        touched = set(
            self._look.connection.execute(
                sa.select(table.c.group).where(table.c.person.in_(sorted(persons)[:1_000])).distinct()
            ).scalars()
        )
        whole = {group: self._look.members([group]) for group in sorted(touched)}
        return {group: members for group, members in whole.items() if set(members) <= set(persons)}

    # ---- the record

    def occurred(self, kind: type[Fact], told: Told) -> datetime | None:
        """Return when a fact of this kind about a warning occurred, the last time."""
        if not self.may(told):
            return None
        found: datetime | None = self._look.connection.execute(
            sa.select(sa.func.max(journal_table.c.occurred_at)).where(
                journal_table.c.subject == told.id, journal_table.c.kind == kind.kind()
            )
        ).scalar_one()
        return found

    def record_place(self, told: Told) -> RecordPlace | None:
        """Return where the record holds a warning, from its going out; a refusal to warn, from its decision."""
        return place_of(self._look, told.id) if self.may(told) else None

    def record(self, now: datetime) -> RecordStand:
        """Return how the record stands, with its latest entries."""
        return stand(self._look, now, self._is_open)

    def _is_open(self, state: State) -> bool:
        """Say whether the reader may know of a state at all. What is not listed tells of nothing, so that nothing new leaks."""
        if isinstance(state, Proposal):
            return self.proposed(state)
        if isinstance(state, Reply):
            return all(self._tells_of(id) for id in state.warnings)
        if isinstance(state, AboutWarning):
            return self._tells_of(state.warning)
        if isinstance(state, Headcount):
            return self.at_desk
        if isinstance(state, Duty | DistrustedHost):
            return self._may_owe(state.threat)
        if isinstance(state, Marked):
            return self.may(state)
        return isinstance(state, OPEN)

    def _tells_of(self, warning: Id) -> bool:
        ways = (self.warning, self.headcount, self.threat, self.duty, self.reply)
        return any(find(warning) is not None for find in ways)
