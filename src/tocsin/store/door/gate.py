"""The rule by which all is read: what a reader may read, and what they may not."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

import msgspec

from tocsin.basis.fact import State
from tocsin.basis.ids import Id
from tocsin.basis.marking import Bound, Mark, Reader, Role, may_read
from tocsin.outcome.state import Outcome
from tocsin.people.facts import PersonKind
from tocsin.people.state import Person
from tocsin.report.foreign import ForeignObject, TakenBundle
from tocsin.report.state import Incident, Report
from tocsin.store.look import Look
from tocsin.threat.handed_out import HandedOut
from tocsin.threat.hypotheses.state import Matrix
from tocsin.threat.marked import as_read
from tocsin.threat.state import Threat
from tocsin.warning.advisory.state import Advisory, AdvisoryDraft
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.alert.writing.state import AlertDraft
from tocsin.warning.notice.state import Notice, NoticeStage
from tocsin.warning.statement.state import Statement, StatementDraft

T = TypeVar("T")
D = TypeVar("D", AdvisoryDraft, StatementDraft, AlertDraft)
Told = Alert | Notice | Advisory | Statement
"""The three kinds of warning, and the statement, which warns of nothing."""

TOLD: tuple[type[Told], ...] = (Alert, Notice, Advisory, Statement)


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A person or organisation by name; "[erased]" once they are forgotten."""

    id: Id
    name: str
    roles: tuple[Role, ...] = ()
    organisation: bool = False


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


class Gate:
    """One moment of the store, as far as one reader may read it."""

    def __init__(self, look: Look, reader: Reader) -> None:
        """Look for this reader."""
        self._look = look
        self._keys = look._keys  # noqa: SLF001  the words of an answer are sealed outside the rows that a look opens
        self.reader = reader
        # Who was warned, what they answered and who is rung is for those who work here, whatever the mark.
        self.at_desk = reader.person is not None and bool(reader.roles)
        # A page asks for the same case and the same warning over and over, and a look sees one moment.
        self._cases: dict[Id | None, Threat | None] = {}  # whoever may read them
        self._told: dict[Id | None, Told | None] = {}

    def _marks(self) -> list[Mark]:
        """Return the marks that the reader may read without being named."""
        return [one for one in Mark if may_read(self.reader, one)]

    def may(self, state: State) -> bool:
        """Say whether the reader may read a threat, a report, an incident, an outcome or something told."""
        match state:
            case Threat():
                return self._may_read_case(state.mark, state.owner, state.readers)
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
                return self._may_read_alert(state)
            case AdvisoryDraft() | StatementDraft() | AlertDraft():
                return self._may_read_draft(state.threat)
        return True  # an advisory or a statement is public from its first moment

    def _may_read_case(self, mark: Mark, owner: Id, readers: Iterable[Id]) -> bool:
        return may_read(self.reader, mark, frozenset({owner, *readers}))

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
                threat = self._case(told.threat)
                return threat.mark if threat else Mark.AMBER
        return Mark.CLEAR

    def _may_read_alert(self, alert: Alert) -> bool:
        """Say whether the reader may read an alert. One that has not gone out goes no further than its case."""
        if alert.stage is AlertStage.ISSUED:
            return True
        threat = self._case(alert.threat)
        return may_read(self.reader, Mark.AMBER) if threat is None else self.may(threat)

    def threat(self, id: Id | None) -> Threat | None:
        """Return a case, as far as the reader may read it."""
        found = self._case(id)
        return self._as_read(found) if found is not None and self.may(found) else None

    def _as_read(self, threat: Threat) -> Threat:
        """Return a case without what was said of it while it went less far than the reader may read."""
        return as_read(threat, self._may_go)

    def _may_go(self, bound: Bound) -> bool:
        """Say whether something may go to the reader that goes so far."""
        return may_read(self.reader, bound.mark, bound.named)

    def _case(self, id: Id | None) -> Threat | None:
        if id not in self._cases:
            self._cases[id] = self._look.find(Threat, id)
        return self._cases[id]

    def warning(self, id: Id | None) -> Told | None:
        """Return an alert, a notice, an advisory or a statement."""
        if id not in self._told:
            found = next((one for kind in TOLD if (one := self._look.find(kind, id)) is not None), None)
            self._told[id] = found if found is not None and self.may(found) else None
        return self._told[id]

    def _readable(self, told: Iterable[Told]) -> list[Told]:
        return sorted((one for one in told if self.may(one)), key=lambda one: (told_at(one), one.id))

    def _may_follow(self, told: Told) -> bool:
        return self.at_desk and self.may(told)

    @property
    def may_reach(self) -> bool:
        """Say whether the reader may see how people in danger are reached, and where they are: officers may."""
        return self.at_desk and bool({Role.DUTY_OFFICER, Role.WATCH_OFFICER} & self.reader.roles)

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
