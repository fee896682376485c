"""Every kind of fact and state there is, gathered from the rooms, and which kinds are public.

A kind on PUBLIC leaves a plain entry in the record; every other fact leaves only a salted commitment.
"""

from tocsin.answer import codes, replies
from tocsin.answer import state as answer
from tocsin.answer.institution import state as institution
from tocsin.basis.fact import Fact, Folding, State
from tocsin.delivery import again
from tocsin.delivery import state as delivery
from tocsin.outcome import state as outcome
from tocsin.people import rota, warden
from tocsin.people import state as people
from tocsin.people.facts import PersonForgotten
from tocsin.record import FOLDINGS as RECORD_FOLDINGS
from tocsin.record import RecordKeyAdded, RecordKeyRetired, WitnessAdded, WitnessRemoved
from tocsin.report import foreign, inlet, others
from tocsin.report import state as report
from tocsin.threat import handed_out
from tocsin.threat import state as threat
from tocsin.threat.hypotheses import state as hypotheses
from tocsin.warning import follow_up, made_public, policy
from tocsin.warning.advisory import state as advisory
from tocsin.warning.advisory.facts import AdvisoryIssued, AdvisoryReviewed, AdvisoryWithdrawn
from tocsin.warning.alert import state as alert
from tocsin.warning.alert.facts import (
    AlertClosed,
    AlertFollowed,
    AlertIssued,
    AlertRetracted,
    AlertStoodDown,
    AlertWindowExtended,
    AlertWindowRanOut,
    AlertWithdrawn,
)
from tocsin.warning.alert.writing import state as writing
from tocsin.warning.deadline import state as deadline
from tocsin.warning.duty import policy as duty_policy
from tocsin.warning.duty import state as duty
from tocsin.warning.duty.facts import DutyTaken, RefusalOverturned, RefusalProposed, RefusalUpheld
from tocsin.warning.duty.policy import DutyPolicyChosen
from tocsin.warning.headcount import state as headcount
from tocsin.warning.notice import state as notice
from tocsin.warning.notice.facts import DutyDecided, NoticeGroundsSaid, NoticeOpened, NoticeSent
from tocsin.warning.statement import state as statement
from tocsin.warning.statement.facts import EndorsementWithdrawn, StatementEndorsed, StatementPublished

FOLDINGS: tuple[Folding, ...] = (
    *people.FOLDINGS,
    *warden.FOLDINGS,
    *rota.FOLDINGS,
    *RECORD_FOLDINGS,
    *report.FOLDINGS,
    *others.FOLDINGS,
    *inlet.FOLDINGS,
    *foreign.FOLDINGS,
    *threat.FOLDINGS,
    *handed_out.FOLDINGS,
    *hypotheses.FOLDINGS,
    *policy.FOLDINGS,
    *alert.FOLDINGS,
    *writing.FOLDINGS,
    *notice.FOLDINGS,
    *advisory.FOLDINGS,
    *statement.FOLDINGS,
    *made_public.FOLDINGS,
    *follow_up.FOLDINGS,
    *deadline.FOLDINGS,
    *headcount.FOLDINGS,
    *duty.FOLDINGS,
    *duty_policy.FOLDINGS,
    *delivery.FOLDINGS,
    *again.FOLDINGS,
    *answer.FOLDINGS,
    *replies.FOLDINGS,
    *codes.FOLDINGS,
    *institution.FOLDINGS,
    *outcome.FOLDINGS,
)

KINDS: dict[str, type[Fact]] = {fact.kind(): fact for folding in FOLDINGS for fact in folding.facts}
FOLDING_OF: dict[str, Folding] = {fact.kind(): folding for folding in FOLDINGS for fact in folding.facts}
STATES: tuple[type[State], ...] = tuple(folding.state for folding in FOLDINGS)

PUBLIC: frozenset[str] = frozenset(
    fact.kind()
    for fact in (
        AlertIssued,
        AlertWindowExtended,
        AlertWithdrawn,
        AlertStoodDown,
        AlertWindowRanOut,
        AlertFollowed,
        AlertClosed,
        AlertRetracted,
        AdvisoryIssued,
        AdvisoryReviewed,
        AdvisoryWithdrawn,
        StatementPublished,
        StatementEndorsed,
        EndorsementWithdrawn,
        DutyPolicyChosen,
        PersonForgotten,
        NoticeOpened,
        RecordKeyAdded,
        RecordKeyRetired,
        WitnessAdded,
        WitnessRemoved,
    )
)

HOLDS: tuple[type[Fact], ...] = (
    AlertIssued,
    NoticeSent,
    AdvisoryIssued,
    StatementPublished,
    DutyDecided,
    NoticeGroundsSaid,
    DutyTaken,
    RefusalProposed,
    RefusalUpheld,
    RefusalOverturned,
)
"""What the record is asked about by a warning's id: its going out, or the decision that it shall not."""
