"""Where the record holds what a reader may read."""

from datetime import datetime

import sqlalchemy as sa

from tocsin.answer.codes import AccessCode
from tocsin.answer.institution.state import Approach, Handing, HandingWish, Knock, Proposal, Question, ReadBack
from tocsin.answer.replies import Reply
from tocsin.answer.state import Answer, AnswerIntake, Watch
from tocsin.basis.fact import Fact, State
from tocsin.delivery.again import SendingAgain
from tocsin.delivery.state import Audience, Batch, EchoIntake, Receipts
from tocsin.outcome.state import Outcome
from tocsin.people.rota import Rota
from tocsin.people.state import (
    Consent,
    Contact,
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
from tocsin.report.foreign import ForeignObject, TakenBundle
from tocsin.report.inlet import Inlet
from tocsin.report.others import OthersAdviceState, OthersReading
from tocsin.report.state import Incident, Report, Source
from tocsin.store.desk_record import RecordPlace, RecordStand, place_of, stand
from tocsin.store.door.gate import Told
from tocsin.store.door.institutions import Institutions
from tocsin.store.door.watches import Watches
from tocsin.store.tables import journal as journal_table
from tocsin.threat.handed_out import HandedOut
from tocsin.threat.hypotheses.state import Matrix
from tocsin.threat.state import Actor, Threat
from tocsin.warning.advisory.state import AdvisoryDraft
from tocsin.warning.alert.writing.state import AlertDraft, AlertTemplate
from tocsin.warning.deadline.state import Deadline
from tocsin.warning.duty.policy import DutyPolicy
from tocsin.warning.duty.state import DistrustedHost, Duty
from tocsin.warning.follow_up import FollowUp
from tocsin.warning.headcount.state import Headcount
from tocsin.warning.made_public import MadePublic
from tocsin.warning.policy import Policy
from tocsin.warning.statement.state import StatementDraft

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
    *(Actor, Policy, DutyPolicy, RecordKey, RecordWitness, OthersAdviceState, OthersReading),
    *(AlertTemplate, Inlet),
)
"""What tells of no warning and no case."""

SHUT: tuple[type[State], ...] = (AnswerIntake, EchoIntake, MadePublic)
"""What takes in from whatever there is, and so tells of all of it; and what tells that a word stands in stricter material."""


class Record(Institutions, Watches):
    """The record, and which of its states may be known of."""

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
        if isinstance(state, Source):
            return bool(self.all_sources(id=state.id))
        if isinstance(state, Duty | DistrustedHost):
            return self._may_owe(state.threat)
        if isinstance(state, Marked):
            return self.may(state)
        return isinstance(state, OPEN)
