"""What the steps of competing hypotheses do: the same commands of flow that an officer would give."""

from typing import Any

from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.threat import hypothesize
from tocsin.scenario.names import Names
from tocsin.scenario.steps.hypotheses import HypothesisStep, MatrixStep, SetAsideStep, WeighStep
from tocsin.threat.hypotheses.decide import Said
from tocsin.threat.hypotheses.facts import Asks, Consistency, Weight, matrix_id
from tocsin.threat.hypotheses.state import Matrix


def hold_against(step: MatrixStep, house: House, names: Names, command: str) -> None:
    """Do what a step about hypotheses says.

    Raises:
        Refused: the story does not allow it.
    """
    threat, asks = names.id(step.threat), Asks(step.question)
    said: dict[str, Any] = {"by": names.id(step.by), "now": step.at}
    matrix = matrix_id(threat, asks)
    match step:
        case HypothesisStep():
            _open(house, threat, asks, command, said)
            actor = None if step.actor is None else names.id(step.actor)
            hypothesize.state_hypothesis(house, matrix, step.id, step.words, actor=actor, command=command, **said)
        case SetAsideStep():
            hypothesize.set_aside(house, matrix, step.hypothesis, step.why, command=command, **said)
        case WeighStep():
            _weigh(step, house, names, matrix, command, said)


def _open(house: House, threat: Id, asks: Asks, command: str, said: dict[str, Any]) -> None:
    with house.store.look() as look:
        opened = look.find(Matrix, matrix_id(threat, asks)) is not None
    if not opened:
        hypothesize.open_matrix(house, threat, asks, command=f"{command}:matrix", **said)


def _weigh(step: WeighStep, house: House, names: Names, matrix: Id, command: str, said: dict[str, Any]) -> None:
    row, item = step.row or step.id, step.report or step.incident
    if step.row is None:
        hypothesize.enter_row(
            house,
            matrix,
            row,
            item=None if item is None else names.id(item),
            claim=step.claim,
            words=step.words,
            relevance=Weight(step.relevance),
            credibility=None if step.credibility is None else Weight(step.credibility),
            command=f"{command}:row",
            **said,
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
    hypothesize.judge(house, matrix, judged, why=step.why, command=command, **said)
