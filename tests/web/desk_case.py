"""A compact case told by the flow's own verbs, for the tests of the read door and of the desk's pages.

It follows the Moscow case in our own words: reports and a relay, two incidents, a RED notice and a public alert on one
day, silence, a window that runs out, a dismissal, the attack just outside the area, the judgement.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tocsin.answer.facts import AnswerKind, AnswerRecorded, Heard, Why
from tocsin.answer.state import Watch
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Reader, Role
from tocsin.channels.channel import Limit, Parcel, Result, accepted, refused
from tocsin.flow.answer import hear
from tocsin.flow.delivery.carrier import Message, Pack
from tocsin.flow.house import House
from tocsin.flow.outcome import judge
from tocsin.flow.record.publish import Publisher
from tocsin.flow.report import receive
from tocsin.flow.threat import weigh
from tocsin.flow.warning import advisory, statement, tear_line, warn
from tocsin.flow.work import next_due, reactions, work
from tocsin.outcome.facts import Course, EventStruck, OutcomeJudged, Verdict
from tocsin.people.facts import ContactAdded, GroupNamed, MemberAdded, PersonAdded, PersonKind
from tocsin.places import circle_ring
from tocsin.report.facts import IncidentNoted, Reliability, ReportReceived, SourceListed
from tocsin.store.folder import Folder
from tocsin.store.log import LinkAnswer
from tocsin.store.store import Store
from tocsin.threat.facts import (
    ActorListed,
    Bearing,
    Confidence,
    NoIndicationStated,
    PartyAccused,
    ThreatOpened,
)
from tocsin.warning.advisory.facts import AdvisoryDrafted
from tocsin.warning.advisory.risk import Indicator, Risk
from tocsin.warning.alert.facts import AlertDrafted, Area, Wording
from tocsin.warning.ladder import Ladder, Rung
from tocsin.warning.notice.facts import DutyTest, NoticeDrafted, TearLine
from tocsin.warning.notice.state import Notice
from tocsin.warning.stated import Stated
from tocsin.warning.statement.facts import StatementDrafted, StatementKind

HOUR = 3_600
CITY = circle_ring((55.7558, 37.6173), 14.0)
HALL = (55.8257, 37.3903)
STAFF = 6  # one of them without an address


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment of March 2024, in UTC."""
    return datetime(2024, 3, day, hour, minute, tzinfo=UTC)


class Takes:
    """A carrier to which everything is welcome, but for one address."""

    limits: tuple[Limit, ...] = ()

    def check(self) -> str:
        return "All is well; nothing was sent."

    def layout(self, message: Message, not_after: datetime) -> Pack:
        return lambda parcel_id, address, *_: Parcel(
            id=parcel_id, address=address, content=b"", not_after=not_after, exercise=message.exercise
        )

    def send(
        self, parcels: Iterable[Parcel], now: Callable[[], datetime], *, in_flight: int = 1
    ) -> Iterator[list[Result]]:
        for parcel in parcels:
            gone = parcel.address.startswith("gone")
            yield [refused(parcel, "No such mailbox.") if gone else accepted(parcel, "Taken.")]


class Desk:
    """A store in a directory, a clock that is set by hand, and people who work here."""

    def __init__(self, data: Path) -> None:
        self.moment = at(3, 6)
        self.store = Store(data, os.urandom, self.moment, reactions)
        self.publisher = Publisher(self.store, Folder(data / "record"))
        self.house = House(
            store=self.store,
            carriers={"mail": Takes()},
            base_url="http://127.0.0.1:1",
            organisation="Embassy watch desk (exercise)",
            jitter=lambda: 0.0,
        )
        self.said = 0

    def now(self) -> datetime:
        return self.moment

    def until(self, moment: datetime) -> None:
        """Let time pass, and do what falls due on the way."""
        while (due := next_due(self.house)) is not None and due <= moment:
            self.moment = max(self.moment, due)
            work(self.house, self)
        self.moment = moment
        work(self.house, self)

    def do(self, step: Callable[..., None], *args: Any, by: Id = "vale", **named: Any) -> None:
        """Take one step of the flow now, under a command of its own."""
        self.said += 1
        step(self.house, *args, by=by, command=f"said:{self.said}", now=self.moment, **named)
        work(self.house, self)

    def checkpoint(self) -> bytes:
        """Publish the record as it stands, and return its checkpoint."""
        self.publisher.publish(self.moment)
        return self.publisher.folder.checkpoint() or b""

    def reader(self, name: Id) -> Reader:
        return READERS[name]

    def answer_by_link(self, warning: Id, person: Id, kind: AnswerKind, words: str = "") -> None:
        with self.store.look() as look:
            row = look.rows_of(warning)[person]
        sealed = self.store.seal_words(row, person, words)
        self.store.add_answers([LinkAnswer(row=row, answer=kind.value, at=self.moment, words=sealed)])
        work(self.house, self)

    def accept(self, warning: Id, why: Why, by: Id, words: str) -> None:
        with self.store.look() as look:
            open_still = [w for w in look.all(Watch, warning=warning, why=why.value) if w.accepted_by is None]
        for watch in open_still:
            if watch.settled_at is None:
                self.do(hear.accept_watch, watch.id, words=words, by=by)


READERS = {
    # a named reader of the notice and the owner of the case
    "vale": Reader(person="vale", roles=frozenset({Role.WATCH_OFFICER}), cleared_to=Mark.AMBER_STRICT),
    "brandt": Reader(person="brandt", roles=frozenset({Role.DUTY_OFFICER}), cleared_to=Mark.AMBER_STRICT),
    # on the notice's ladder, and not otherwise named
    "marsh": Reader(person="marsh", roles=frozenset({Role.DUTY_OFFICER}), cleared_to=Mark.AMBER_STRICT),
    # cleared as far as anyone, and named nowhere
    "lindqvist": Reader(person="lindqvist", roles=frozenset({Role.WATCH_OFFICER}), cleared_to=Mark.RED),
    "adeyemi": Reader(person="adeyemi", roles=frozenset({Role.AUDITOR}), cleared_to=Mark.RED),
    "sorel": Reader(person="sorel", roles=frozenset({Role.ADMINISTRATOR}), cleared_to=Mark.RED),
    # cleared for little
    "temp": Reader(person="temp", roles=frozenset({Role.WATCH_OFFICER}), cleared_to=Mark.GREEN),
    # a recipient, who does not work here
    "staff-1": Reader(person="staff-1", cleared_to=Mark.CLEAR),
}


def people(desk: Desk) -> None:
    """Enter everyone."""
    facts: list[Any] = [
        PersonAdded(
            subject=name,
            occurred_at=desk.moment,
            person_kind=PersonKind.PERSON,
            name=f"{name.title()} of the desk",
            roles=tuple(reader.roles),
            cleared_to=reader.cleared_to,
        )
        for name, reader in READERS.items()
        if reader.roles
    ]
    facts += [_contact(desk, name, f"{name}@example.invalid") for name, reader in READERS.items() if reader.roles]
    facts.append(
        PersonAdded(
            subject="host", occurred_at=desk.moment, person_kind=PersonKind.ORGANISATION, name="The host's authorities"
        )
    )
    facts.append(_contact(desk, "host", "host@example.invalid"))
    facts.append(GroupNamed(subject="staff", occurred_at=desk.moment, name="Staff and families"))
    for n in range(1, STAFF + 1):
        person = f"staff-{n}"
        facts.append(
            PersonAdded(subject=person, occurred_at=desk.moment, person_kind=PersonKind.PERSON, name=f"Person {n}")
        )
        facts.append(MemberAdded(subject=f"m{n}", occurred_at=desk.moment, group="staff", person=person))
        if n < STAFF:
            where = "gone" if n == STAFF - 1 else person
            facts.append(_contact(desk, person, f"{where}@example.invalid"))
    desk.do(receive.add_people, tuple(facts))


def _contact(desk: Desk, person: Id, address: str) -> ContactAdded:
    return ContactAdded(subject=f"c-{person}", occurred_at=desk.moment, person=person, channel="mail", address=address)


def sources(desk: Desk) -> None:
    """Enter the sources and the group."""
    for id, name, reliability in (
        ("partner", "A partner service", Reliability.B),
        ("host-news", "The host's own news", Reliability.A),
        ("press", "The press", Reliability.C),
    ):
        listed = SourceListed(
            subject=id, occurred_at=desk.moment, name=name, source_kind="press", reliability=reliability
        )
        desk.do(receive.list_source, listed)
    desk.do(weigh.list_actor, ActorListed(subject="group", occurred_at=desk.moment, name="The group"))


def report(desk: Desk, id: Id, source: Id, title: str, **more: Any) -> None:
    """Take in a report now."""
    fact = ReportReceived(subject=id, occurred_at=desk.moment, source=source, title=title, text=title, **more)
    desk.do(receive.receive_report, fact)


def incident(desk: Desk, id: Id, what: str, happened: datetime, told_by: Id, **more: Any) -> None:
    """Note an incident and link it to the case."""
    fact = IncidentNoted(
        subject=id,
        occurred_at=happened,
        what=what,
        where="Somewhere",
        reports=(told_by,),
        published_by_host=True,
        **more,
    )
    desk.do(receive.note_incident, fact)
    desk.do(weigh.link_evidence, "case", id, Bearing.FOR)


def assessed(desk: Desk, low: float, high: float, grounds: str, by: Id = "vale") -> None:
    """Judge the case anew."""
    desk.do(
        weigh.assess_threat,
        "case",
        likelihood=(low, high),
        confidence=Confidence.MODERATE,
        grounds=grounds,
        why="Asked again",
        reports=(),
        by=by,
    )


def open_case(desk: Desk, mark: Mark = Mark.AMBER, owner: Id = "vale") -> None:
    """Gather the first reports and open the case."""
    desk.moment = at(4, 8)
    report(desk, "first", "partner", "A plan against a crowd", credibility=3, mark=Mark.AMBER)
    desk.do(
        weigh.open_threat,
        ThreatOpened(
            subject="case",
            occurred_at=desk.moment,
            title="Attack on a large gathering",
            zone="Europe/Moscow",
            owner=owner,
            actors=("group",),
            targets=("Concerts",),
            place="The city",
            host="host",
            mark=mark,
        ),
    )
    desk.do(weigh.link_evidence, "case", "first", Bearing.FOR)
    assessed(desk, 0.2, 0.45, "One voice")
    desk.until(at(5))
    report(desk, "again", "press", "The same, told again", credibility=3, relays="first")
    desk.do(weigh.link_evidence, "case", "again", Bearing.FOR)
    report(desk, "raid-told", "host-news", "A cell is stopped", credibility=2, published_at=at(5, 7))
    incident(desk, "raid", "A cell is stopped", at(5, 6), "raid-told", point=(54.5, 36.2))
    desk.until(at(7, 12))
    assessed(desk, 0.55, 0.8, "Two origins")


LADDER = Ladder(rungs=(Rung(to="brandt", after_s=24 * HOUR), Rung(to="marsh", after_s=24 * HOUR)), repeat_s=48 * HOUR)


def notice(
    desk: Desk, *, id: Id = "notice", word: str = "", mark: Mark = Mark.RED, ends: datetime | None = None
) -> None:
    """Tell the host in confidence. word: stands in every field that holds words."""
    desk.do(
        warn.decide_duty,
        id,
        "case",
        tell=True,
        test=DutyTest(),
        why=f"Lives are in danger. {word}",
        ground_not_to=f"None applies. {word}",
        by="brandt",
    )
    told = TearLine(**{name: f"{name} is told {word}" for name in TearLine.__struct_fields__})
    desk.do(
        warn.draft_notice,
        NoticeDrafted(
            subject=id,
            occurred_at=desk.moment,
            threat="case",
            author="vale",
            recipients=("host",),
            tear_line=told,
            mark=mark,
            readers=("vale", "brandt"),
            begins=desk.moment,
            ends=ends,
            stated=Stated(
                what=f"An attack {word}", where=f"The city {word}", when=f"Soon {word}", who=f"The group {word}"
            ),
            ladder=LADDER,
            exercise=True,
        ),
    )
    with desk.store.look() as look:
        keys = {one.key for one in tear_line.flags_in(look, look.get(Notice, id))}
    if keys:
        desk.do(tear_line.release_words, id, keys, why="They agreed", vouched=True, by="brandt")
    desk.do(warn.approve_notice, id, by="brandt")
    desk.do(warn.send_notice, id, by="vale")


def alert(desk: Desk) -> None:
    """Tell the public, and the staff by name."""
    draft_alert(desk)
    issue_alert(desk)


def issue_alert(desk: Desk) -> None:
    """Let the alert out."""
    desk.do(warn.approve_alert, "alert", by="brandt")
    desk.do(warn.issue_alert, "alert", by="vale")


def draft_alert(desk: Desk) -> None:
    """Write the alert."""
    desk.do(
        warn.draft_alert,
        AlertDrafted(
            subject="alert",
            occurred_at=desk.moment,
            threat="case",
            author="vale",
            sender="desk@example.invalid",
            sender_name="The desk",
            wordings=(
                Wording(
                    language="en",
                    headline="Keep away from crowds for 48 hours",
                    event="Security alert",
                    description="An attack may be near.",
                    instruction="Do not go to concerts.",
                ),
            ),
            areas=(Area(name="The city", polygon=CITY),),
            begins=desk.moment,
            ends=desk.moment + timedelta(hours=48),
            stated=Stated(what="An attack on a crowd", where="The city", when="Within 48 hours"),
            ladder=Ladder(rungs=(Rung(to="vale", after_s=12 * HOUR),), repeat_s=96 * HOUR),
            groups=("staff",),
            exercise=True,
        ),
    )


def denied(desk: Desk, word: str = "", ago: timedelta = timedelta(hours=2)) -> None:
    """Record what the host said in public, so long ago, and what it ordered."""
    desk.do(
        hear.record_answer,
        AnswerRecorded(
            subject=f"dismissal-{desk.said}",
            occurred_at=desk.moment - ago,
            warning="notice",
            recipient="host",
            answer=AnswerKind.DISMISSED,
            heard=Heard.PUBLIC_STATEMENT,
            speaker=f"The president {word}".strip(),
            words=f"These warnings are pressure. {word}".strip(),
            ordered=f"Do more against terrorism. {word}".strip(),
            source=f"state news {word}".strip(),
            recorder="vale",
        ),
        by="vale",
    )


def through_march(desk: Desk) -> None:
    """Tell the whole story, from the first report to the judged outcome."""
    people(desk)
    sources(desk)
    open_case(desk)
    desk.until(at(7, 15))
    notice(desk)
    desk.until(at(7, 17))
    alert(desk)
    desk.until(at(7, 17, 22))
    desk.answer_by_link("alert", "staff-1", AnswerKind.SAFE)
    desk.until(at(7, 17, 40))
    desk.answer_by_link("alert", "staff-2", AnswerKind.NEED_HELP, "I am in a hall with two children")
    desk.accept("alert", Why.HELP, "vale", "I have them on the telephone")
    desk.until(at(7, 18, 30))
    desk.answer_by_link("alert", "staff-2", AnswerKind.SAFE)
    desk.answer_by_link("alert", "staff-3", AnswerKind.RECEIVED)
    desk.until(at(12))
    desk.accept("alert", Why.WINDOW, "brandt", "Nobody had decided")
    desk.accept("notice", Why.SILENCE, "marsh", "I have asked for a meeting")
    desk.until(at(19, 11))
    denied(desk)
    desk.until(at(20, 10))
    report(desk, "held-told", "host-news", "A commander is held", credibility=2, published_at=at(20, 9))
    incident(desk, "held", "A commander is held", at(20, 5), "held-told")
    assessed(desk, 0.8, 0.95, "A third origin")
    desk.do(
        statement.draft_statement,
        StatementDrafted(
            subject="stands",
            occurred_at=desk.moment,
            statement_kind=StatementKind.REAFFIRMATION,
            title="Our advice stands",
            text="Keep away from large gatherings.",
            author="vale",
            threat="case",
        ),
        by="vale",
    )
    desk.do(statement.approve_statement, "stands", by="brandt")
    desk.until(at(22, 18))
    aftermath(desk)


def aftermath(desk: Desk) -> None:
    """Tell of the attack, of who was blamed, and of what was judged."""
    desk.do(
        judge.note_event,
        EventStruck(subject="case", occurred_at=at(22, 17), what="Attack on a concert", place="A hall", point=HALL),
    )
    desk.do(
        weigh.note_attribution,
        NoIndicationStated(
            subject="case",
            occurred_at=desk.moment,
            party="A neighbour",
            as_of=desk.moment,
            speaker="A spokesperson",
            words="Nothing points to them.",
        ),
    )
    desk.do(
        weigh.note_attribution,
        PartyAccused(
            subject="case", occurred_at=desk.moment, party="A neighbour", accuser="The host", words="They hint at it."
        ),
    )
    desk.do(
        advisory.draft_advisory,
        AdvisoryDrafted(
            subject="level",
            occurred_at=desk.moment,
            country="RU",
            level=4,
            title="Do not travel",
            text="Do not travel there.",
            risks=(Risk(indicator=Indicator.TERRORISM),),
            author="vale",
            review_at=at(22) + timedelta(days=180),
            threat="case",
            ladder=LADDER,
        ),
        by="vale",
    )
    desk.do(advisory.approve_advisory, "level", by="brandt")
    desk.until(at(25))
    desk.do(
        judge.judge_outcome,
        OutcomeJudged(
            subject="case",
            occurred_at=desk.moment,
            course=Course.CARRIED_OUT,
            time=Verdict.MISS,
            place=Verdict.NEAR,
            target=Verdict.MATCH,
            actor=Verdict.MATCH,
            judge="brandt",
            why="Late, and just outside.",
        ),
        by="brandt",
    )
