"""What the steps of competing hypotheses do: the same commands of flow that an officer would give."""

from functools import singledispatch

from tocsin.basis.ids import Id
from tocsin.flow.threat import hypothesize
from tocsin.scenario.doing.doing import Doing
from tocsin.scenario.steps.hypotheses import HypothesisStep, MatrixStep, SetAsideStep, WeighStep
from tocsin.threat.hypotheses.decide import Said
from tocsin.threat.hypotheses.facts import Asks, Consistency, Weight, matrix_id
from tocsin.threat.hypotheses.state import Matrix


@singledispatch
def hold_against(step: MatrixStep, at: Doing) -> None:  # noqa: ARG001
    """Do what a step about hypotheses says.

    Raises:
        Refused: the story does not allow it.
    """
    raise TypeError(type(step).__name__)


@hold_against.register
def _(step: HypothesisStep, at: Doing) -> None:
    threat, asks = at.id(step.threat), Asks(step.question)
    with at.house.store.look() as look:
        opened = look.find(Matrix, matrix_id(threat, asks)) is not None
    if not opened:
        hypothesize.open_matrix(at.house, threat, asks, **at.said_by(at.by, "matrix"))
    actor = at.id_or_none(step.actor)
    hypothesize.state_hypothesis(at.house, _matrix(step, at), step.id, step.words, actor=actor, **at.said)


@hold_against.register
def _(step: SetAsideStep, at: Doing) -> None:
    hypothesize.set_aside(at.house, _matrix(step, at), step.hypothesis, step.why, **at.said)


@hold_against.register
def _(step: WeighStep, at: Doing) -> None:
    row = step.row or step.id
    if step.row is None:
        hypothesize.enter_row(
            at.house,
            _matrix(step, at),
            row,
            item=at.id_or_none(step.report or step.incident),
            claim=step.claim,
            words=step.words,
            relevance=Weight(step.relevance),
            credibility=None if step.credibility is None else Weight(step.credibility),
            **at.said_by(at.by, "row"),
        )
    judged = [
        Said(
            row=row,
            hypothesis=key,
            consistency=Consistency(one),
            as_of=step.as_of if one == Consistency.NO_INDICATION.value else None,
        )
        for key, one in step.judged.items()
    ]
    hypothesize.judge(at.house, _matrix(step, at), judged, why=step.why, **at.said)


def _matrix(step: MatrixStep, at: Doing) -> Id:
    return matrix_id(at.id(step.threat), Asks(step.question))
