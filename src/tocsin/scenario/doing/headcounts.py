"""What the steps of headcounts do: the same commands of flow that an officer would give."""

from functools import singledispatch

from tocsin.answer.facts import AnswerKind
from tocsin.flow.answer import headcount
from tocsin.flow.delivery import again
from tocsin.scenario.doing.doing import Doing
from tocsin.scenario.steps.headcounts import (
    AskAgainStep,
    CloseHeadcountStep,
    HandInStep,
    HeadcountStep,
    RelieveStep,
    WardenStep,
)
from tocsin.scenario.steps.step import Step
from tocsin.warning.headcount.facts import HeadcountBegun, Question


@singledispatch
def count(step: Step, at: Doing) -> None:  # noqa: ARG001
    """Do what a step of a headcount says.

    Raises:
        Refused: the story does not allow it.
    """
    raise TypeError(type(step).__name__)


@count.register
def _(step: HeadcountStep, at: Doing) -> None:
    asked = HeadcountBegun(
        subject=at.id(step.id),
        occurred_at=step.at,
        threat=at.id_or_none(step.threat),
        author=at.by,
        ends=step.ends,
        questions=(Question(language=step.language, words=step.words),) if step.words else (),
        ladder=at.ladder(step.policy),
        groups=at.names.ids(step.audience.groups),
        persons=at.names.ids(step.audience.people),
        audience=at.parts(step.audience),
        follows=at.id_or_none(step.follows),
        exercise=True,
    )
    headcount.begin(at.house, asked, **at.said)


@count.register
def _(step: AskAgainStep, at: Doing) -> None:
    id = at.id(step.headcount)
    again.send_again(at.house, id, **at.said)


@count.register
def _(step: WardenStep, at: Doing) -> None:
    headcount.name_warden(
        at.house,
        at.id(step.who),
        group=at.id(step.group) if step.group is not None else None,
        persons=at.names.ids(step.persons),
        wardenship=at.id(step.id),
        **at.said,
    )


@count.register
def _(step: RelieveStep, at: Doing) -> None:
    headcount.relieve_warden(at.house, at.id(step.warden), **at.said)


@count.register
def _(step: HandInStep, at: Doing) -> None:
    id, warden = at.id(step.headcount), at.id(step.warden)
    ticked = {at.id(one): headcount.Ticked(answer=AnswerKind.SAFE) for one in step.safe}
    in_need = headcount.Ticked(answer=AnswerKind.NEED_HELP, words=step.words)
    ticked |= {at.id(one): in_need for one in step.need_help}
    headcount.enter_sheet(at.house, id, warden, ticked, at=step.gone_round, **at.said)


@count.register
def _(step: CloseHeadcountStep, at: Doing) -> None:
    id = at.id(step.headcount)
    headcount.decide(at.house, id, step.decision, why=step.why, ends=step.until, **at.said)
