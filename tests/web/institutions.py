"""An institution that was warned, dismissed the warning in public, read it back and asked: for tests of pages."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from tests.web.installation import Installation
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.flow.answer import institution
from tocsin.flow.report import receive
from tocsin.flow.threat import weigh
from tocsin.flow.warning import warn
from tocsin.people.facts import ContactAdded, LineSet, PersonAdded, PersonKind
from tocsin.report.facts import IncidentNoted, Reliability, ReportReceived, SourceListed
from tocsin.threat.facts import Bearing
from tocsin.warning.notice.facts import DutyTest, NoticeDrafted, TearLine

FIRST, SECOND = "The pier is cracked", "Divers find a second crack"
TOLD = TearLine(what="The bridge may fall", where="Mill Lane", when="Within two days", action="Close the bridge")


class Board:
    """The waterways board of an installation, and a notice to it."""

    def __init__(self, town: Installation, *, mark: Mark = Mark.AMBER) -> None:
        """Warn it."""
        self.town = town
        self.deputy = town.person("Deputy Dunn", Role.DUTY_OFFICER, cleared_to=Mark.AMBER_STRICT)
        self.rees = town.person("Rees")
        self.abbot = town.person("Abbot Ames")
        self.board = self._organisation("The waterways board")
        self.abbey = self._organisation("The abbey")
        town.commit(LineSet(subject=self.board, occurred_at=town.clock.now(), places=(self.rees,), patience_s=3_600))
        self.notice = self._warned(mark)

    def _organisation(self, name: str) -> Id:
        town, now = self.town, self.town.clock.now()
        id = town.store.new_id()
        town.commit(
            PersonAdded(subject=id, occurred_at=now, person_kind=PersonKind.ORGANISATION, name=name),
            ContactAdded(subject=town.store.new_id(), occurred_at=now, person=id, channel="paper", address=name),
        )
        return id

    def _warned(self, mark: Mark) -> Id:
        town, now = self.town, self.town.clock.now()
        id = town.store.new_id()
        warn.decide_duty(
            town.house, id, town.threat, tell=True, test=DutyTest(), why="They can close it.", by=town.duty_officer,
            command=town.command(), now=now,
        )  # fmt: skip
        draft = NoticeDrafted(
            subject=id, occurred_at=now, threat=town.threat, author=town.watch_officer, recipients=(self.board,),
            tear_line=TOLD, mark=mark, readers=(town.duty_officer, self.deputy), begins=now, ladder=town.ladder,
        )  # fmt: skip
        warn.draft_notice(town.house, draft, by=town.watch_officer, command=town.command(), now=now)
        town.release_words(id)
        warn.approve_notice(town.house, id, by=town.duty_officer, command=town.command(), now=now)
        warn.send_notice(town.house, id, by=town.duty_officer, command=town.command(), now=now)
        town.work()
        return id

    @cached_property
    def gazette(self) -> Id:
        """Return its own paper, which an officer has found to speak for it."""
        id = self.source("The Waterways Gazette")
        town = self.town
        institution.link_source(
            town.house,
            id,
            self.board,
            "It says so",
            by=town.watch_officer,
            command=town.command(),
            now=town.clock.now(),
        )
        return id

    def source(self, name: str) -> Id:
        """Let there be someone who says things."""
        town = self.town
        id = town.store.new_id()
        listed = SourceListed(
            subject=id, occurred_at=town.clock.now(), name=name, source_kind="press", reliability=Reliability.C
        )
        receive.list_source(town.house, listed, by=town.watch_officer, command=town.command(), now=town.clock.now())
        return id

    def report(self, text: str, source: Id, **more: Any) -> Id:
        """Let a source say something."""
        town = self.town
        id = town.store.new_id()
        report = ReportReceived(subject=id, occurred_at=town.clock.now(), source=source, title=text, text=text, **more)
        receive.receive_report(town.house, report, by=town.watch_officer, command=town.command(), now=town.clock.now())
        return id

    def incident(self, what: str, report: Id) -> Id:
        """Let something bear the warning out."""
        town, now = self.town, self.town.clock.now()
        id = town.store.new_id()
        noted = IncidentNoted(subject=id, occurred_at=now, what=what, where="Mill Lane", reports=(report,))
        receive.note_incident(town.house, noted, by=town.watch_officer, command=town.command(), now=now)
        weigh.link_evidence(
            town.house, town.threat, id, Bearing.FOR, by=town.watch_officer, command=town.command(), now=now
        )
        return id

    def passes(self, **time: float) -> None:
        """Let time pass."""
        self.town.clock.advance(timedelta(**time))
        self.town.work()
