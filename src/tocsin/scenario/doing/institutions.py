"""What the steps of institutions do: the same commands of flow that an officer would give."""

from collections.abc import Sequence
from functools import singledispatch

from tocsin.answer.facts import AnswerKind, Heard
from tocsin.answer.institution.facts import HandedOn, QuestionAsked, ReadBackGiven
from tocsin.answer.institution.rebuttal import Held
from tocsin.answer.institution.state import Knock, Proposal, ProposalStands
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.flow.answer import handing, institution
from tocsin.flow.answer.knocked import open_knocks
from tocsin.flow.warning import second_knock
from tocsin.flow.warning.tear_line import door_of
from tocsin.report.state import Report, Source
from tocsin.scenario.doing.doing import Doing
from tocsin.scenario.doing.releasing import let_stay, let_stay_too
from tocsin.scenario.steps.after import HeardStep
from tocsin.scenario.steps.institutions import (
    CompareStep,
    HandOnStep,
    NoAnswerStep,
    QuestionStep,
    ReadBackStep,
    ReplyStep,
    SecondKnockStep,
)
from tocsin.scenario.steps.step import Step


@singledispatch
def deal(step: Step, at: Doing) -> None:  # noqa: ARG001
    """Do what a step of an institution says.

    Raises:
        Refused: the story does not allow it.
    """
    raise TypeError(type(step).__name__)


def attach(step: HeardStep, at: Doing) -> bool:
    """Attach what was proposed as an answer; say whether that is done, or somebody must take it down by hand.

    Raises:
        Refused: nothing was proposed, and it is no publication of the recipient either.
    """
    if at.house.store.done(at.command()):
        return True
    if not _was_proposed(step, at) and _is_own_word(step, at):
        return False
    institution.attach_answer(
        at.house,
        _proposed(at, step.warning, step.report or "").id,
        AnswerKind(step.kind),
        speaker=step.speaker,
        words=step.public,
        ordered=step.ordered,
        said_at=step.said_at,
        **at.said,
    )
    return True


def _was_proposed(step: HeardStep, at: Doing) -> bool:
    with at.house.store.look() as look:
        return bool(look.all(Proposal, warning=at.id(step.warning), report=at.id(step.report or "")))


def _is_own_word(step: HeardStep, at: Doing) -> bool:
    """Say whether a report is a publication of whoever is said to have spoken."""
    with at.house.store.look() as look:
        source = look.find(Source, look.get(Report, at.id(step.report or "")).source)
    return source is not None and source.organisation == at.id(step.recipient)


def _why_not(at: Doing, found: Sequence[Proposal], report: str) -> str:
    if found:
        return "somebody has said of it already whether it is one"
    with at.house.store.look() as look:
        source = look.get(Source, look.get(Report, at.id(report)).source)
    if source.organisation is None:
        return f"its source {at.names.name(source.id)!r} is 'of' no organisation"
    return (
        f"its source is 'of' {at.names.name(source.organisation)!r}, and the warning did not go to it by name, or the report is older "
        "than the warning, or has no word of denial and was not linked to the case"
    )


def _proposed(at: Doing, warning: str, report: str) -> Proposal:
    with at.house.store.look() as look:
        found = look.all(Proposal, warning=at.id(warning), report=at.id(report))
    waiting = [one for one in found if one.stands is ProposalStands.OPEN]
    if not waiting:
        raise Refused(f"Report {report} was not proposed as an answer to {warning}: {_why_not(at, found, report)}.")
    return waiting[0]


@deal.register
def _(step: NoAnswerStep, at: Doing) -> None:
    if not at.house.store.done(at.command()):
        proposal = _proposed(at, step.warning, step.report).id
        institution.refuse_answer(at.house, proposal, step.why, **at.said)


@deal.register
def _(step: ReadBackStep, at: Doing) -> None:
    given = ReadBackGiven(
        subject=at.id(step.id),
        occurred_at=step.at,
        warning=at.id(step.warning),
        recipient=at.id(step.recipient),
        what=step.what,
        where=step.where,
        when=step.when,
        will_do=step.will_do,
        heard=Heard(step.how),
        speaker=step.speaker,
        recorder=at.by,
    )
    institution.take_read_back(at.house, given, **at.said)


@deal.register
def _(step: CompareStep, at: Doing) -> None:
    given = at.id(step.read_back)
    institution.compare_read_back(at.house, given, step.differs, step.words, **at.said)


@deal.register
def _(step: HandOnStep, at: Doing) -> None:
    handed = HandedOn(
        subject=at.id(step.id),
        occurred_at=step.at,
        warning=at.id(step.warning),
        recipient=at.id(step.recipient),
        to=at.id(step.to),
        heard=Heard(step.how),
        speaker=step.speaker,
        words=step.words,
        recorder=at.by,
        told=step.tell,
    )
    handing.hand_on(at.house, handed, **at.said)


@deal.register
def _(step: QuestionStep, at: Doing) -> None:
    asked = QuestionAsked(
        subject=at.id(step.id),
        occurred_at=step.at,
        warning=at.id(step.warning),
        recipient=at.id(step.recipient),
        words=step.words,
        heard=Heard(step.how),
        speaker=step.speaker,
        recorder=at.by,
    )
    institution.take_question(at.house, asked, **at.said)


@deal.register
def _(step: ReplyStep, at: Doing) -> None:
    question = at.id(step.question)
    institution.answer_question(at.house, question, step.words, vouched=True, **at.said)


@deal.register
def _(step: SecondKnockStep, at: Doing) -> None:
    if at.house.store.done(at.command()):
        return
    id = at.id(step.id)
    knock = _waiting(step, at)
    if not at.house.store.done(at.command("draft")):
        chosen = _agreed(step, at, knock)
        second_knock.draft_knock(
            at.house,
            knock.id,
            id,
            at.id(step.through),
            [(item, "") for item in chosen],
            action=step.action,
            **at.said_by(at.by, "draft"),
        )
    approver = at.id(step.approved_by)
    let_stay(at.house, None, id, at.by, at.command("release"), step.at)
    let_stay_too(at.house, id, approver, at.command("agree"), step.at)
    second_knock.send_knock(at.house, knock.id, break_glass=step.break_glass, **at.said_by(approver))


def _waiting(step: SecondKnockStep, at: Doing) -> Knock:
    with at.house.store.look() as look:
        found = open_knocks(look, at.id(step.warning), at.id(step.recipient))
    if not found:
        raise Refused(
            f"{step.recipient} has neither disputed nor dismissed {step.warning}, nor been silent until somebody was told of "
            "it; there is nothing to knock again for."
        )
    return found[0]


def _agreed(step: SecondKnockStep, at: Doing, knock: Knock) -> list[Id]:
    """Return what is quoted, once it is recorded how those agreed who had to."""
    with at.house.store.look() as look:
        built = second_knock.borne_out(door_of(look, at.by), knock, step.at)
    if step.quote is None:
        return [one.item for one in built if not one.earlier and one.held is None]
    wanted = list(at.names.ids(step.quote))
    asked = [report for one in built if one.item in wanted and one.held is Held.CONSENT for report in one.asked]
    if step.agreed:
        for report in dict.fromkeys(asked):
            second_knock.consent_to_quote(
                at.house, knock.id, report, step.agreed, **at.said_by(at.by, f"agreed:{report}")
            )
    return wanted
