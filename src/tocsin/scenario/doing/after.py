"""What the steps that follow a warning do: what was heard and said, and what came of it."""

from functools import singledispatch

from tocsin.answer.facts import AnswerKind, AnswerRecorded, Heard
from tocsin.flow.answer import hear
from tocsin.flow.outcome import judge
from tocsin.flow.threat import weigh
from tocsin.flow.warning import open as opening
from tocsin.flow.warning import statement
from tocsin.outcome.facts import Course, EventStruck, OutcomeJudged, Verdict
from tocsin.outcome.state import Outcome
from tocsin.scenario.doing.by_link import read_by_link
from tocsin.scenario.doing.doing import Doing
from tocsin.scenario.doing.institutions import attach
from tocsin.scenario.doing.taking_on import take_on
from tocsin.scenario.steps.after import (
    AcceptStep,
    AccusedStep,
    EndorseStep,
    EventStep,
    HeardStep,
    NoIndicationStep,
    OpenStep,
    OutcomeStep,
    ReadStep,
    StatementStep,
    UnendorseStep,
)
from tocsin.scenario.steps.step import Step
from tocsin.threat.facts import NoIndicationStated, PartyAccused
from tocsin.threat.state import Threat
from tocsin.warning.statement.facts import StatementDrafted, StatementKind
from tocsin.warning.statement.state import Statement


@singledispatch
def follow(step: Step, at: Doing) -> None:  # noqa: ARG001
    """Do what a step says that follows a warning.

    Raises:
        Refused: the story does not allow it.
    """
    raise TypeError(type(step).__name__)


# ---- what is heard


@follow.register
def _(step: HeardStep, at: Doing) -> None:
    if step.report is not None and attach(step, at):
        return
    answer = AnswerRecorded(
        subject=at.id(step.id),
        occurred_at=step.said_at,
        warning=at.id(step.warning),
        recipient=at.id(step.recipient),
        answer=AnswerKind(step.kind),
        heard=Heard(step.how),
        speaker=step.speaker,
        words=step.public,
        ordered=step.ordered,
        source=next(iter(step.known.where), ""),
        recorder=at.by,
    )
    hear.record_answer(at.house, answer, **at.said)


@follow.register
def _(step: AcceptStep, at: Doing) -> None:
    take_on(step, at)


@follow.register
def _(step: ReadStep, at: Doing) -> None:
    read_by_link(at.house, at.id(step.warning), at.by, command=at.command(), now=step.at)


@follow.register
def _(step: AccusedStep, at: Doing) -> None:
    accused = PartyAccused(
        subject=at.id(step.threat), occurred_at=step.at, party=step.party, accuser=step.accuser, words=step.words
    )
    weigh.note_attribution(at.house, accused, **at.said)


@follow.register
def _(step: NoIndicationStep, at: Doing) -> None:
    nothing = NoIndicationStated(
        subject=at.id(step.threat),
        occurred_at=step.at,
        party=step.party,
        as_of=step.as_of,
        speaker=step.speaker,
        words=step.words,
    )
    weigh.note_attribution(at.house, nothing, **at.said)


# ---- what is said


@follow.register
def _(step: StatementStep, at: Doing) -> None:
    id, corrected = at.id(step.id), at.id_or_none(step.corrects)
    with at.house.store.look() as look:
        stands = look.find(Statement, id)
    written = StatementDrafted(
        subject=id,
        occurred_at=step.at,
        statement_kind=StatementKind(step.kind),
        title=step.title,
        text=step.text,
        author=at.by,
        edition=1 + (stands.edition if stands is not None else 0),
        change=step.change or ("The scenario does not say what was wrong." if stands is not None else ""),
        about=corrected if corrected not in (id, None) else at.id_or_none(step.warning),
        language=step.language,
        threat=at.id_or_none(step.threat),
        exercise=True,
    )
    statement.draft_statement(at.house, written, **at.said_by(at.by, "draft"))
    statement.approve_statement(at.house, id, **at.said_by(at.id(step.approved_by)))


@follow.register
def _(step: EndorseStep, at: Doing) -> None:
    statement.endorse(at.house, at.id(step.statement), step.name, **at.said)


@follow.register
def _(step: UnendorseStep, at: Doing) -> None:
    statement.withdraw_endorsement(at.house, at.id(step.statement), step.name, **at.said)


@follow.register
def _(step: OpenStep, at: Doing) -> None:
    house, id = at.house, at.id(step.notice)
    opening.propose_opening(house, id, step.fields, step.why, **at.said_by(at.by, "propose"))
    for number, (originator, words) in enumerate(step.agreed):
        opening.consent_to_opening(house, id, originator, words, **at.said_by(at.by, f"consent-{number}"))
    opening.open_notice(house, id, step.fields, **at.said_by(at.id(step.approved_by)))


# ---- what came of it


@follow.register
def _(step: EventStep, at: Doing) -> None:
    event = EventStruck(
        subject=at.id(step.threat),
        occurred_at=step.happened,
        what=step.what,
        place=step.place.name if step.place else "",
        point=step.place.point if step.place else None,
    )
    judge.note_event(at.house, event, **at.said)


@follow.register
def _(step: OutcomeStep, at: Doing) -> None:
    _note_the_blow(step, at)
    outcome = OutcomeJudged(
        subject=at.id(step.threat),
        occurred_at=step.at,
        course=Course(step.course),
        time=Verdict(step.time),
        place=Verdict(step.place_axis),
        target=Verdict(step.target),
        actor=Verdict(step.actor),
        judge=at.by,
        why=step.why,
        struck_at=step.struck_at,
    )
    judge.judge_outcome(at.house, outcome, **at.said)


def _note_the_blow(step: OutcomeStep, at: Doing) -> None:
    """Note when and where it struck, if no event of the case has said so."""
    if step.course != Course.CARRIED_OUT.value or step.struck_at is None or step.place is None:
        return
    with at.house.store.look() as look:
        threat = look.get(Threat, at.id(step.threat))
        said = look.find(Outcome, threat.id) is not None
    if said:
        return
    struck = EventStruck(
        subject=threat.id,
        occurred_at=step.struck_at,
        what=threat.title,
        place=step.place.name,
        point=step.place.point,
    )
    judge.note_event(at.house, struck, **at.said_by(at.by, "event"))
