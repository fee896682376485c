"""The town: a small place with a watch desk, in which stories can be told and time can be made to pass.

    town.report("Water over the Mill Lane bridge")
    town.duty_officer.issues_notice(to="the miller")
    town.pass_time(minutes=15)
    assert town.phone("the deputy").last_call.about == "the miller"

Everything behind it is real: the store on a disc, the outbox, the record, the web site where it is asked for. Only the
clock and the ways out are the town's own.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from tocsin.answer.facts import AnswerKind, AnswerRecorded, Heard
from tocsin.answer.state import Watch
from tocsin.app import App
from tocsin.basis.errors import Broken
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.channels.channel import Parcel, Result, accepted, expired, later, refused
from tocsin.flow import hear, judge, receive, warn, weigh
from tocsin.flow import open as opening
from tocsin.flow.forget import forget
from tocsin.flow.house import House, Message
from tocsin.flow.keys import note_record
from tocsin.flow.work import next_due, work
from tocsin.outcome.facts import Course, EventStruck, OutcomeJudged, Verdict
from tocsin.people.facts import ContactAdded, GroupNamed, MemberAdded, PersonAdded, PersonKind
from tocsin.report.facts import IncidentNoted, Reliability, ReportReceived, SourceListed
from tocsin.settings import Settings
from tocsin.store.kinds import HOLDS
from tocsin.store.ledger import CADENCE
from tocsin.store.log import LinkAnswer
from tocsin.store.prove import Prover
from tocsin.store.reconcile import reconcile
from tocsin.testing.clock import TownClock
from tocsin.threat.facts import Bearing, Confidence, ThreatOpened
from tocsin.warning.advisory.facts import AdvisoryIssued
from tocsin.warning.alert.facts import AlertDrafted, Area, Wording
from tocsin.warning.alert.state import Alert
from tocsin.warning.ladder import Ladder, Rung
from tocsin.warning.notice.facts import DutyTest, NoticeDrafted, NoticeSent, TearLine
from tocsin.warning.notice.state import Notice
from tocsin.warning.statement.facts import StatementEndorsed, StatementKind, StatementPublished

MORNING = datetime(2031, 5, 6, 8, 0, tzinfo=UTC)
SQUARE = ((51.0, 4.0), (51.0, 4.1), (51.1, 4.1), (51.1, 4.0), (51.0, 4.0))


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One message that arrived. id: as it went out; about: the person it was about, where it is a call to one of us."""

    id: str
    to: str
    at: datetime
    message: Message
    about: str = ""


class Lines:
    """The town's way out: it hands over at once, and can be told to fail."""

    name = "mail"

    def __init__(self) -> None:
        """Hand over whatever comes."""
        self.calls: list[Call] = []
        self._waiting: dict[str, Message] = {}
        self._refused: set[str] = set()
        self._down = 0

    def goes_down(self, times: int) -> None:
        """Fail the next so many messages in a way that may pass."""
        self._down = times

    def refuses(self, person: str) -> None:
        """Refuse a person's messages for good."""
        self._refused.add(person)

    def pack(self, parcel_id: str, address: str, message: Message, not_after: datetime) -> Parcel:
        """Make a parcel; in this town a message travels as it is."""
        self._waiting[parcel_id] = message
        return Parcel(
            id=parcel_id,
            address=address,
            content=message.subject.encode(),
            not_after=not_after,
            exercise=message.exercise,
        )

    def send(self, parcels: Sequence[Parcel], now: Callable[[], datetime]) -> Iterator[Result]:
        """Hand each over, or fail as told."""
        for parcel in parcels:
            if parcel.address in self._refused:
                yield refused(parcel, "Nobody of that name.")
            elif self._down:
                self._down -= 1
                yield later(parcel, "The line is down.")
            elif now() > parcel.not_after:
                yield expired(parcel)
            else:
                message = self._waiting[parcel.id]
                self.calls.append(Call(id=parcel.id, to=parcel.address, at=now(), message=message))
                yield accepted(parcel, "Handed over.")


class Phone:
    """What reached one person."""

    def __init__(self, calls: list[Call]) -> None:
        """Hold these."""
        self.calls = calls

    @property
    def last_call(self) -> Call:
        """Return the latest that came in."""
        return self.calls[-1]


class Officer:
    """Someone at the town's desk."""

    def __init__(self, town: "Town", name: str) -> None:
        """Be this person."""
        self._town = town
        self.name = name
        self.id = town.id(name)

    def issues_notice(
        self,
        to: str,
        *,
        what: str = "The bridge may fall",
        mark: Mark = Mark.AMBER,
        hours: float | None = 48,
        patience: timedelta = timedelta(minutes=15),
        originators: Sequence[str] = (),
    ) -> str:
        """Decide to tell someone, have it written, approve it and send it; return the notice's name."""
        town, now = self._town, self._town.now
        name = town.name_next("notice")
        id = town.id(name)
        warn.decide_duty(
            town.house,
            id,
            town.id(town.case()),
            tell=True,
            test=DutyTest(),
            why="They live beside it.",
            by=self.id,
            command=f"{name}:decide",
            now=now,
        )
        draft = NoticeDrafted(
            subject=id,
            occurred_at=now,
            threat=town.id(town.case()),
            author=town.watch_officer.id,
            recipients=(town.id(to),),
            tear_line=TearLine(what=what, action="Keep off the bridge"),
            mark=mark,
            readers=(),
            begins=now,
            ends=None if hours is None else now + timedelta(hours=hours),
            ladder=town.ladder(patience),
            originators=tuple(originators),
            exercise=True,
        )
        warn.draft_notice(town.house, draft, by=town.watch_officer.id, command=f"{name}:draft", now=now)
        warn.approve_notice(town.house, id, by=self.id, command=f"{name}:approve", now=now)
        warn.send_notice(town.house, id, by=self.id, command=name, now=now)
        town.work()
        return name

    def issues_alert(
        self,
        *,
        to: Sequence[str] = (),
        groups: Sequence[str] = (),
        hours: float | None = 48,
        headline: str = "Keep off the bridge",
        patience: timedelta = timedelta(minutes=15),
        follows: str | None = None,
    ) -> str:
        """Have an alert written, approve it and issue it; return its name."""
        name = self._town.drafts_alert(
            to=to, groups=groups, hours=hours, headline=headline, patience=patience, follows=follows
        )
        self.approves(name)
        self.issues(name)
        return name

    def proposes_opening(self, notice: str, *fields: str, why: str = "They say that they were never told") -> None:
        """Propose to open a notice."""
        town = self._town
        opening.propose_opening(
            town.house, town.id(notice), fields, why, by=self.id, command=town.name_next("propose"), now=town.now
        )

    def records_consent(self, notice: str, originator: str, words: str = "By letter of this morning") -> None:
        """Record that an originator agrees to an opening."""
        town = self._town
        opening.consent_to_opening(
            town.house, town.id(notice), originator, words, by=self.id, command=town.name_next("consent"), now=town.now
        )

    def opens(self, notice: str) -> None:
        """Open what another has proposed."""
        town = self._town
        fields = town.notice(notice).opening.fields
        opening.open_notice(
            town.house, town.id(notice), fields, by=self.id, command=town.name_next("open"), now=town.now
        )

    def approves(self, alert: str, *, break_glass: bool = False) -> None:
        """Approve an alert."""
        town = self._town
        warn.approve_alert(
            town.house,
            town.id(alert),
            break_glass=break_glass,
            by=self.id,
            command=f"{alert}:approve:{self.name}",
            now=town.now,
        )

    def issues(self, alert: str) -> None:
        """Issue an approved alert."""
        town = self._town
        warn.issue_alert(town.house, town.id(alert), by=self.id, command=f"{alert}:issue", now=town.now)
        town.work()

    def decides(self, warning: str, decision: str, *, hours: float | None = None) -> None:
        """Decide what becomes of a warning's window."""
        town = self._town
        warn.decide_window(
            town.house,
            town.id(warning),
            decision,
            why="So we think.",
            ends=None if hours is None else town.now + timedelta(hours=hours),
            by=self.id,
            command=town.name_next("decision"),
            now=town.now,
        )
        town.work()

    def takes_on(self, warning: str, why: str = "silence") -> None:
        """Take on whatever rings about a warning for this reason."""
        town = self._town
        for watch in town.watches(warning, why):
            if watch.accepted_by is None and watch.settled_at is None:
                hear.accept_watch(town.house, watch.id, by=self.id, command=town.name_next("accept"), now=town.now)
        town.work()


class Memory(msgspec.Struct, frozen=True):
    """What a town calls things, which is kept nowhere else. count: how many names it has made up."""

    ids: dict[str, Id] = {}
    count: int = 0
    case: str = ""


class Town:
    """A town with a desk: a watch officer, a duty officer and a deputy."""

    def __init__(self, data: Path, start: datetime = MORNING, *, memory: Memory | None = None) -> None:
        """Found it in this directory. memory: of the same town, where it comes back from a backup."""
        self.clock = TownClock(start)
        self.lines = Lines()
        settings = Settings(data=data, organisation="The town", cap_sender="bell@town.example")
        self.app = App(settings, clock=self.clock, holder="town", base_url="http://town.example", exercise=True)
        self.app.house = House(
            store=self.app.store,
            carriers={"mail": self.lines},
            base_url="http://town.example",
            organisation="The town",
            jitter=lambda: 0.0,
        )
        memory = memory or Memory()
        self._ids: dict[str, Id] = dict(memory.ids)
        self._count = memory.count
        self._case = memory.case
        self._drafts: dict[str, AlertDrafted] = {}
        for name, role in (
            ("the watch officer", Role.WATCH_OFFICER),
            ("the duty officer", Role.DUTY_OFFICER),
            ("the deputy", Role.DUTY_OFFICER),
        ):
            self.person(name, roles=(role,))
        self.watch_officer = Officer(self, "the watch officer")
        self.duty_officer = Officer(self, "the duty officer")
        self.deputy = Officer(self, "the deputy")

    @property
    def house(self) -> House:
        """Return the town's house."""
        return self.app.house

    @property
    def now(self) -> datetime:
        """Return the moment."""
        return self.clock.now()

    def id(self, name: str) -> Id:
        """Return the id behind a name; a name used for the first time gets a fresh one."""
        return self._ids.setdefault(name, self.app.store.new_id())

    @property
    def memory(self) -> Memory:
        """Return what it calls things."""
        return Memory(dict(self._ids), self._count, self._case)

    def name_next(self, kind: str) -> str:
        """Return a name that nothing has yet."""
        self._count += 1
        return f"{kind} {self._count}"

    def named(self, id: Id) -> str:
        """Return the name behind an id."""
        return next((name for name, known in self._ids.items() if known == id), id)

    # ---- people

    def forgets(self, person: str) -> None:
        """Forget someone."""
        forget(
            self.house, self.id(person), why="They asked", by="console", command=self.name_next("forget"), now=self.now
        )

    def person(self, name: str, *, roles: tuple[Role, ...] = (), reached: bool = True) -> str:
        """Let someone live here. reached: they have a telephone."""
        facts: list[Any] = [
            PersonAdded(
                subject=self.id(name),
                occurred_at=self.now,
                person_kind=PersonKind.PERSON,
                name=name,
                roles=roles,
                cleared_to=Mark.AMBER_STRICT if roles else Mark.CLEAR,
                exercise=True,
            )
        ]
        if reached:
            facts.append(
                ContactAdded(
                    subject=self.id(f"{name}'s telephone"),
                    occurred_at=self.now,
                    person=self.id(name),
                    channel="mail",
                    address=name,
                )
            )
        receive.add_people(self.house, tuple(facts), by="town", command=f"person:{name}", now=self.now)
        return name

    def group(self, name: str, members: Sequence[str]) -> str:
        """Let some people belong together."""
        facts = [GroupNamed(subject=self.id(name), occurred_at=self.now, name=name)]
        more = [
            MemberAdded(
                subject=self.id(f"{name}/{member}"),
                occurred_at=self.now,
                group=self.id(name),
                person=self.id(self.person(member)),
            )
            for member in members
        ]
        receive.add_people(self.house, (*facts, *more), by="town", command=f"group:{name}", now=self.now)
        return name

    def joins(self, person: str, group: str) -> None:
        """Let someone new belong to a group."""
        joined = MemberAdded(
            subject=self.id(f"{group}/{person}"),
            occurred_at=self.now,
            group=self.id(group),
            person=self.id(self.person(person)),
        )
        receive.add_people(self.house, (joined,), by="town", command=f"joins:{group}/{person}", now=self.now)

    def ladder(self, patience: timedelta) -> Ladder:
        """Return whom to ring: the deputy, then the duty officer, and again after as long."""
        seconds = int(patience.total_seconds())
        rungs = (Rung(to=self.deputy.id, after_s=seconds), Rung(to=self.duty_officer.id, after_s=seconds))
        return Ladder(rungs=rungs, repeat_s=seconds)

    # ---- what is heard and made of it

    def source(self, name: str) -> str:
        """Let there be someone who says things."""
        listed = SourceListed(
            subject=self.id(name), occurred_at=self.now, name=name, source_kind="neighbour", reliability=Reliability.B
        )
        receive.list_source(self.house, listed, by=self.id("the watch officer"), command=f"source:{name}", now=self.now)
        return name

    def report(self, words: str, *, by: str = "the ferryman", relays: str | None = None) -> str:
        """Hear something; return the report's name, which is its words."""
        received = ReportReceived(
            subject=self.id(words),
            occurred_at=self.now,
            source=self.id(self.source(by)),
            title=words,
            text=words,
            credibility=2,
            relays=None if relays is None else self.id(relays),
            exercise=True,
        )
        receive.receive_report(
            self.house, received, by=self.id("the watch officer"), command=f"report:{words}", now=self.now
        )
        return words

    def incident(self, words: str, *, published_by_host: bool = False) -> str:
        """Let something have happened that bears on the case."""
        noted = IncidentNoted(
            subject=self.id(words),
            occurred_at=self.now,
            what=words,
            where="the town",
            published_at=self.now,
            published_by_host=published_by_host,
        )
        by = self.id("the watch officer")
        receive.note_incident(self.house, noted, by=by, command=f"incident:{words}", now=self.now)
        weigh.link_evidence(
            self.house,
            self.id(self.case()),
            self.id(words),
            Bearing.FOR,
            by=by,
            command=f"link:{words}",
            now=self.now,
        )
        return words

    def case(self) -> str:
        """Return the one case that this town has, opened when it is first spoken of."""
        if not self._case:
            self._case = "the bridge"
            opened = ThreatOpened(
                subject=self.id(self._case),
                occurred_at=self.now,
                title="The bridge",
                zone="Europe/Brussels",
                owner=self.duty_officer.id,
                exercise=True,
            )
            weigh.open_threat(self.house, opened, by=self.watch_officer.id, command="case", now=self.now)
        return self._case

    def judges_likelihood(self, low: float, high: float, *, why: str = "More water") -> None:
        """Have the watch officer judge the case again."""
        weigh.assess_threat(
            self.house,
            self.id(self.case()),
            likelihood=(low, high),
            confidence=Confidence.MODERATE,
            grounds="What the ferryman saw.",
            why=why,
            reports=(),
            by=self.watch_officer.id,
            command=self.name_next("assessment"),
            now=self.now,
        )

    def drafts_alert(
        self,
        *,
        to: Sequence[str] = (),
        groups: Sequence[str] = (),
        hours: float | None = 48,
        headline: str = "Keep off the bridge",
        patience: timedelta = timedelta(minutes=15),
        follows: str | None = None,
    ) -> str:
        """Have the watch officer write an alert; return its name."""
        name = self.name_next("alert")
        draft = AlertDrafted(
            subject=self.id(name),
            occurred_at=self.now,
            threat=self.id(self.case()),
            author=self.watch_officer.id,
            sender="bell@town.example",
            sender_name="The town",
            wordings=(
                Wording(
                    language="en",
                    headline=headline,
                    event="Bridge",
                    description="It may fall.",
                    instruction="Go round by the ford.",
                ),
            ),
            areas=(Area(name="The town", polygon=SQUARE),),
            begins=self.now,
            ends=None if hours is None else self.now + timedelta(hours=hours),
            ladder=self.ladder(patience),
            groups=tuple(self.id(group) for group in groups),
            persons=tuple(self.id(person) for person in to),
            follows=None if follows is None else self.id(follows),
            reaffirms=follows is not None,
            exercise=True,
        )
        warn.draft_alert(self.house, draft, by=self.watch_officer.id, command=f"{name}:draft", now=self.now)
        self._drafts[name] = draft
        return name

    def draft_of(self, alert: str) -> AlertDrafted:
        """Return an alert as it was written."""
        return self._drafts[alert]

    def sets_level(self, country: str, level: int) -> str:
        """Have the duty officer set a country's level."""
        name = self.name_next("advisory")
        draft = AdvisoryIssued(
            subject=self.id(name),
            occurred_at=self.now,
            country=country,
            level=level,
            title=f"{country}: level {level}",
            text="Because of the water.",
            reasons=("disaster",),
            author=self.watch_officer.id,
            approver=self.duty_officer.id,
            review_at=self.now + timedelta(days=182),
            ladder=self.ladder(timedelta(minutes=15)),
            exercise=True,
        )
        warn.set_advisory(self.house, draft, by=self.duty_officer.id, command=name, now=self.now)
        self.work()
        return name

    def states(self, title: str, *, joined_by: Sequence[str] = ()) -> str:
        """Have the duty officer publish a statement, and others join it."""
        published = StatementPublished(
            subject=self.id(title),
            occurred_at=self.now,
            statement_kind=StatementKind.CONDOLENCE,
            title=title,
            text="We mourn with them.",
            author=self.watch_officer.id,
            approver=self.duty_officer.id,
            threat=self.id(self.case()),
            exercise=True,
        )
        warn.publish(self.house, published, by=self.duty_officer.id, command=title, now=self.now)
        for name in joined_by:
            joined = StatementEndorsed(subject=self.id(title), occurred_at=self.now, endorser=name)
            warn.endorse(self.house, joined, by=self.watch_officer.id, command=f"{title}:{name}", now=self.now)
        self.work()
        return title

    # ---- answers

    def answers(self, person: str, warning: str, kind: str) -> None:
        """Let someone answer by the link that was sent to them."""
        with self.app.store.look() as look:
            row = look.rows_of(self.id(warning))[self.id(person)]
        self.app.store.add_answers([LinkAnswer(row=row, answer=AnswerKind(kind).value, at=self.now)])
        self.work()

    def says_in_public(self, person: str, warning: str, kind: str, words: str, *, ordered: str = "") -> None:
        """Let someone answer in public, and the watch officer attach it."""
        answer = AnswerRecorded(
            subject=self.app.store.new_id(),
            occurred_at=self.now,
            warning=self.id(warning),
            recipient=self.id(person),
            answer=AnswerKind(kind),
            heard=Heard.PUBLIC_STATEMENT,
            speaker=person,
            words=words,
            ordered=ordered,
            recorder=self.watch_officer.id,
        )
        hear.record_answer(self.house, answer, by=self.watch_officer.id, command=self.name_next("answer"), now=self.now)
        self.work()

    # ---- the end

    def strikes(self, what: str) -> None:
        """Let it happen."""
        struck = EventStruck(
            subject=self.id(self.case()), occurred_at=self.now, what=what, place="the bridge", point=(51.05, 4.05)
        )
        judge.note_event(self.house, struck, by=self.watch_officer.id, command=f"struck:{what}", now=self.now)

    def is_judged(self, course: str = "carried_out", *, time: str = "match", place: str = "match") -> None:
        """Have the duty officer judge what became of it."""
        judged = OutcomeJudged(
            subject=self.id(self.case()),
            occurred_at=self.now,
            course=Course(course),
            time=Verdict(time),
            place=Verdict(place),
            target=Verdict.MATCH,
            actor=Verdict.UNKNOWN,
            judge=self.duty_officer.id,
            why="It fell.",
        )
        judge.judge_outcome(self.house, judged, by=self.duty_officer.id, command="judged", now=self.now)

    # ---- time, and looking

    def work(self) -> None:
        """Do what is due now."""
        work(self.house, self.clock)

    def pass_time(self, *, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Let time pass, doing on the way whatever falls due."""
        until = self.now + timedelta(minutes=minutes, hours=hours, days=days)
        while (due := next_due(self.house)) is not None and due <= until:
            self.clock.set(due)
            self.work()
        self.clock.set(until)
        self.work()

    def phone(self, person: str) -> Phone:
        """Return what reached a person."""
        return Phone([self._told(call) for call in self.lines.calls if call.to == person])

    def _told(self, call: Call) -> Call:
        if call.message.kind != "call":
            return call
        with self.app.store.look() as look:
            about = look.get(Watch, call.message.about).of
        return msgspec.structs.replace(call, about=self.named(about))

    def watches(self, warning: str, why: str | None = None) -> list[Watch]:
        """Return who stands by about a warning."""
        with self.app.store.look() as look:
            found = look.all(Watch, warning=self.id(warning), order="opened_at")
        return [watch for watch in found if why in (None, watch.why.value)]

    def alert(self, name: str) -> Alert:
        """Return an alert as it stands."""
        with self.app.store.look() as look:
            return look.get(Alert, self.id(name))

    def notice(self, name: str) -> Notice:
        """Return a notice as it stands."""
        with self.app.store.look() as look:
            return look.get(Notice, self.id(name))

    @property
    def policy(self) -> bytes:
        """Return the policy of whoever believes this town's record and no other."""
        return "".join(f"log {vkey}\n" for vkey in self.app.store.vkeys()).encode() + b"quorum none\n"

    def proof_of(self, warning: str, *fields: str) -> bytes:
        """Return the proof of a warning; of an opened notice with these of its fields, or with all that was opened."""
        self.publish()
        with self.app.store.look() as look:
            id = self.id(warning)
            notice = look.find(Notice, id)
            opened = notice is not None and bool(notice.opening.opened or fields)
            shown = opening.shown_fields(look, id, fields) if opened else []
            seq = look.last_fact(id, *((NoticeSent,) if opened else HOLDS))
            return Prover(self.app.store, look, self.app.publisher.folder).fact(seq or 0, shown)

    def receipt_of(self, person: str, warning: str) -> bytes:
        """Return the proof of what came of a warning to someone."""
        self.publish()
        with self.app.store.look() as look:
            return Prover(self.app.store, look, self.app.publisher.folder).receipt(self.id(warning), self.id(person))

    def answer_proof_of(self, person: str, warning: str) -> bytes:
        """Return the proof of what someone answered by link."""
        self.publish()
        with self.app.store.look() as look:
            return Prover(self.app.store, look, self.app.publisher.folder).answer(self.id(warning), self.id(person))

    def rotates_key(self) -> None:
        """Let the record's next key sign beside the present one."""
        self.app.store.begin_rotation()
        note_record(self.house, None, self.now)

    def retires_key(self) -> None:
        """Let the record's next key sign alone."""
        self.app.store.end_rotation()
        note_record(self.house, None, self.now)

    def publish(self) -> None:
        """Publish the record as it stands."""
        self.app.publisher.publish(self.now)

    def reconcile(self) -> None:
        """Make sure that journal, rows and record agree, and that the published record holds to whoever has only that.

        Raises:
            Broken: they do not.
        """
        self.publish()
        published = self.app.publisher.folder.audit(self.app.store.vkeys(), cadence=CADENCE)
        problems = [*reconcile(self.app.store), *published.problems]
        if problems:
            raise Broken("\n".join(problems))

    def close(self) -> None:
        """Close the desk."""
        self.app.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
