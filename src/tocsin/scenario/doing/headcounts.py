"""What the steps of headcounts do: the same commands of flow that an officer would give."""

from functools import singledispatch

from tocsin.answer.facts import AnswerKind
from tocsin.flow.answer import headcount
from tocsin.flow.delivery import again
from tocsin.flow.house import House
from tocsin.scenario.names import Names
from tocsin.scenario.steps.headcounts import AskAgainStep, CloseHeadcountStep, HandInStep, RelieveStep, WardenStep
from tocsin.scenario.steps.step import Step


@singledispatch
def count(step: Step, house: House, names: Names, command: str) -> None:  # noqa: ARG001
    """Do what a step of a headcount says. That one begins is told by Acts, which knows audiences and policies.

    Raises:
        Refused: the story does not allow it.
    """
    raise TypeError(type(step).__name__)


@count.register
def _(step: AskAgainStep, house: House, names: Names, command: str) -> None:
    by, id = names.id(step.by), names.id(step.headcount)
    again.send_again(house, id, by=by, command=command, now=step.at)


@count.register
def _(step: WardenStep, house: House, names: Names, command: str) -> None:
    headcount.name_warden(
        house,
        names.id(step.who),
        group=names.id(step.group) if step.group is not None else None,
        persons=names.ids(step.persons),
        wardenship=names.id(step.id),
        by=names.id(step.by),
        command=command,
        now=step.at,
    )


@count.register
def _(step: RelieveStep, house: House, names: Names, command: str) -> None:
    headcount.relieve_warden(house, names.id(step.warden), by=names.id(step.by), command=command, now=step.at)


@count.register
def _(step: HandInStep, house: House, names: Names, command: str) -> None:
    id, warden, by = names.id(step.headcount), names.id(step.warden), names.id(step.by)
    ticked = {names.id(one): headcount.Ticked(answer=AnswerKind.SAFE) for one in step.safe}
    in_need = headcount.Ticked(answer=AnswerKind.NEED_HELP, words=step.words)
    ticked |= {names.id(one): in_need for one in step.need_help}
    headcount.enter_sheet(house, id, warden, ticked, at=step.gone_round, by=by, command=command, now=step.at)


@count.register
def _(step: CloseHeadcountStep, house: House, names: Names, command: str) -> None:
    id, by = names.id(step.headcount), names.id(step.by)
    headcount.decide(house, id, step.decision, why=step.why, ends=step.until, by=by, command=command, now=step.at)
