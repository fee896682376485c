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
from tocsin.flow.house import House
from tocsin.flow.warning import second_knock
from tocsin.flow.warning.tear_line import door_of
from tocsin.report.state import Report, Source
from tocsin.scenario.doing.releasing import let_stay, let_stay_too
from tocsin.scenario.names import Names
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
def deal(step: Step, house: House, names: Names, command: str) -> None:  # noqa: ARG001
    """Do what a step of an institution says.

    Raises:
        Refused: the story does not allow it.
    """
    raise TypeError(type(step).__name__)


def attach(step: HeardStep, house: House, names: Names, command: str) -> bool:
    """Attach what was proposed as an answer; say whether that is done, or somebody must take it down by hand.

    Raises:
        Refused: nothing was proposed, and it is no publication of the recipient either.
    """
    if house.store.done(command):
        return True
    if not _was_proposed(step, house, names) and _is_own_word(step, house, names):
        return False
    institution.attach_answer(
        house,
        _proposed(house, names, step.warning, step.report or "").id,
        AnswerKind(step.kind),
        speaker=step.speaker,
        words=step.public,
        ordered=step.ordered,
        said_at=step.said_at,
        by=names.id(step.by),
        command=command,
        now=step.at,
    )
    return True


def _was_proposed(step: HeardStep, house: House, names: Names) -> bool:
    with house.store.look() as look:
        return bool(look.all(Proposal, warning=names.id(step.warning), report=names.id(step.report or "")))


def _is_own_word(step: HeardStep, house: House, names: Names) -> bool:
    """Say whether a report is a publication of whoever is said to have spoken."""
    with house.store.look() as look:
        source = look.find(Source, look.get(Report, names.id(step.report or "")).source)
    return source is not None and source.organisation == names.id(step.recipient)


def _why_not(house: House, names: Names, found: Sequence[Proposal], report: str) -> str:
    if found:
        return "somebody has said of it already whether it is one"
    with house.store.look() as look:
        source = look.get(Source, look.get(Report, names.id(report)).source)
    if source.organisation is None:
        return f"its source {names.name(source.id)!r} is 'of' no organisation"
    return (
        f"its source is 'of' {names.name(source.organisation)!r}, and the warning did not go to it by name, or the report is older "
        "than the warning, or has no word of denial and was not linked to the case"
    )


def _proposed(house: House, names: Names, warning: str, report: str) -> Proposal:
    with house.store.look() as look:
        found = look.all(Proposal, warning=names.id(warning), report=names.id(report))
    waiting = [one for one in found if one.stands is ProposalStands.OPEN]
    if not waiting:
        raise Refused(
            f"Report {report} was not proposed as an answer to {warning}: {_why_not(house, names, found, report)}."
        )
    return waiting[0]


@deal.register
def _(step: NoAnswerStep, house: House, names: Names, command: str) -> None:
    if not house.store.done(command):
        proposal = _proposed(house, names, step.warning, step.report).id
        institution.refuse_answer(house, proposal, step.why, by=names.id(step.by), command=command, now=step.at)


@deal.register
def _(step: ReadBackStep, house: House, names: Names, command: str) -> None:
    by = names.id(step.by)
    given = ReadBackGiven(
        subject=names.id(step.id),
        occurred_at=step.at,
        warning=names.id(step.warning),
        recipient=names.id(step.recipient),
        what=step.what,
        where=step.where,
        when=step.when,
        will_do=step.will_do,
        heard=Heard(step.how),
        speaker=step.speaker,
        recorder=by,
    )
    institution.take_read_back(house, given, by=by, command=command, now=step.at)


@deal.register
def _(step: CompareStep, house: House, names: Names, command: str) -> None:
    by, given = names.id(step.by), names.id(step.read_back)
    institution.compare_read_back(house, given, step.differs, step.words, by=by, command=command, now=step.at)


@deal.register
def _(step: HandOnStep, house: House, names: Names, command: str) -> None:
    by = names.id(step.by)
    handed = HandedOn(
        subject=names.id(step.id),
        occurred_at=step.at,
        warning=names.id(step.warning),
        recipient=names.id(step.recipient),
        to=names.id(step.to),
        heard=Heard(step.how),
        speaker=step.speaker,
        words=step.words,
        recorder=by,
        told=step.tell,
    )
    handing.hand_on(house, handed, by=by, command=command, now=step.at)


@deal.register
def _(step: QuestionStep, house: House, names: Names, command: str) -> None:
    by = names.id(step.by)
    asked = QuestionAsked(
        subject=names.id(step.id),
        occurred_at=step.at,
        warning=names.id(step.warning),
        recipient=names.id(step.recipient),
        words=step.words,
        heard=Heard(step.how),
        speaker=step.speaker,
        recorder=by,
    )
    institution.take_question(house, asked, by=by, command=command, now=step.at)


@deal.register
def _(step: ReplyStep, house: House, names: Names, command: str) -> None:
    by, question = names.id(step.by), names.id(step.question)
    institution.answer_question(house, question, step.words, vouched=True, by=by, command=command, now=step.at)


@deal.register
def _(step: SecondKnockStep, house: House, names: Names, command: str) -> None:
    if house.store.done(command):
        return
    by, id, now = names.id(step.by), names.id(step.id), step.at
    knock = _waiting(house, names, step)
    if not house.store.done(f"{command}:draft"):
        chosen = _agreed(step, house, names, command, knock)
        second_knock.draft_knock(
            house,
            knock.id,
            id,
            names.id(step.through),
            [(item, "") for item in chosen],
            action=step.action,
            by=by,
            command=f"{command}:draft",
            now=now,
        )
    approver = names.id(step.approved_by)
    let_stay(house, None, id, by, f"{command}:release", now)
    let_stay_too(house, id, approver, f"{command}:agree", now)
    second_knock.send_knock(house, knock.id, break_glass=step.break_glass, by=approver, command=command, now=now)


def _waiting(house: House, names: Names, step: SecondKnockStep) -> Knock:
    with house.store.look() as look:
        found = open_knocks(look, names.id(step.warning), names.id(step.recipient))
    if not found:
        raise Refused(
            f"{step.recipient} has neither disputed nor dismissed {step.warning}, nor been silent until somebody was told of "
            "it; there is nothing to knock again for."
        )
    return found[0]


def _agreed(step: SecondKnockStep, house: House, names: Names, command: str, knock: Knock) -> list[Id]:
    """Return what is quoted, once it is recorded how those agreed who had to."""
    by = names.id(step.by)
    with house.store.look() as look:
        built = second_knock.borne_out(door_of(look, by), knock, step.at)
    if step.quote is None:
        return [one.item for one in built if not one.earlier and one.held is None]
    wanted = list(names.ids(step.quote))
    asked = [report for one in built if one.item in wanted and one.held is Held.CONSENT for report in one.asked]
    if step.agreed:
        for report in dict.fromkeys(asked):
            second_knock.consent_to_quote(
                house, knock.id, report, step.agreed, by=by, command=f"{command}:agreed:{report}", now=step.at
            )
    return wanted
