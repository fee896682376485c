"""The one case that a town has: what is heard, what is made of it, and what became of it."""

from collections.abc import Sequence
from datetime import datetime

from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.flow.answer.institution import link_source
from tocsin.flow.outcome import judge
from tocsin.flow.report import receive
from tocsin.flow.threat import weigh
from tocsin.outcome.facts import Course, EventStruck, OutcomeJudged, Verdict
from tocsin.report.facts import IncidentNoted, Reliability, ReportReceived, SourceListed
from tocsin.testing.town.place import Place
from tocsin.threat.facts import Bearing, Confidence, ThreatOpened


class Casework(Place):
    """What the watch officer hears and judges. owner: of its one case; the duty officer, where nobody else is named."""

    owner: Id | None = None

    def source(self, name: str) -> str:
        """Let there be someone who says things."""
        listed = SourceListed(
            subject=self.id(name), occurred_at=self.now, name=name, source_kind="neighbour", reliability=Reliability.B
        )
        receive.list_source(self.house, listed, by=self.watch_officer.id, command=f"source:{name}", now=self.now)
        return name

    def speaks_for(self, source: str, institution: str) -> str:
        """Let an officer find that a source's publications are an institution's word."""
        link_source(
            self.house,
            self.id(self.source(source)),
            self.id(institution),
            "It says so on its first page",
            by=self.watch_officer.id,
            command=self.name_next("speaks for"),
            now=self.now,
        )
        return source

    def report(
        self,
        words: str,
        *,
        by: str = "the ferryman",
        relays: str | None = None,
        mark: Mark = Mark.CLEAR,
        published_at: datetime | None = None,
        readers: tuple[str, ...] = (),
    ) -> str:
        """Hear something; return the report's name, which is its words."""
        received = ReportReceived(
            subject=self.id(words),
            occurred_at=self.now,
            source=self.id(self.source(by)),
            title=words,
            text=words,
            credibility=2,
            mark=mark,
            published_at=published_at,
            readers=tuple(self.id(reader) for reader in readers),
            relays=None if relays is None else self.id(relays),
            exercise=True,
        )
        receive.receive_report(self.house, received, by=self.watch_officer.id, command=f"report:{words}", now=self.now)
        return words

    def incident(
        self, words: str, *, published_by_host: bool = False, told_by: Sequence[str] = (), mark: Mark = Mark.CLEAR
    ) -> str:
        """Let something have happened that bears on the case."""
        noted = IncidentNoted(
            subject=self.id(words),
            occurred_at=self.now,
            what=words,
            where="the town",
            published_at=self.now,
            published_by_host=published_by_host,
            reports=tuple(self.id(report) for report in told_by),
            mark=mark,
        )
        by = self.watch_officer.id
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

    def bears_on_the_case(self, item: str, bearing: str = "for") -> None:
        """Have it noted that a report or an incident bears on the case."""
        weigh.link_evidence(
            self.house,
            self.id(self.case()),
            self.id(item),
            Bearing(bearing),
            by=self.watch_officer.id,
            command=self.name_next("bears"),
            now=self.now,
        )

    def case(self) -> str:
        """Return the one case that this town has, opened when it is first spoken of."""
        if not self._case:
            self._case = "the bridge"
            opened = ThreatOpened(
                subject=self.id(self._case),
                occurred_at=self.now,
                title="The bridge",
                zone="Europe/Brussels",
                owner=self.owner or self.duty_officer.id,
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
