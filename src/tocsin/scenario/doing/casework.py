"""What the steps by which a case is looked after do: the same commands of flow that an officer would give."""

from functools import singledispatch
from typing import Any

from msgspec.structs import replace

from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.threat import cases, fitting, joining, observing
from tocsin.flow.threat.marking import mark_case
from tocsin.scenario.model import Scenario
from tocsin.scenario.names import Names
from tocsin.scenario.steps.casework import (
    AttributeStep,
    CaseStep,
    ChecklistStep,
    CloseQuestionStep,
    DeclineStep,
    DescribeStep,
    DropActorStep,
    EndStep,
    IndicatorStep,
    MarkStep,
    MergeStep,
    NextStepStep,
    OpenQuestionStep,
    PartStep,
    ReopenStep,
    SplitStep,
    TransferStep,
)
from tocsin.store.look import Look
from tocsin.threat.checklists import CHECKLISTS
from tocsin.threat.facts import Confidence, ThreatOpened
from tocsin.threat.indicators import Basis, Observed
from tocsin.threat.particulars import Particulars, ThreatKind
from tocsin.threat.state import Threat


class Doing:
    """One step as it is done: in which house, by whom, under which command."""

    def __init__(self, step: CaseStep, scenario: Scenario, house: House, names: Names, command: str) -> None:
        """Be ready to do it."""
        self.scenario, self.house, self.names = scenario, house, names
        self.threat: Id = names.id(step.threat)
        self.said: dict[str, Any] = {"by": names.id(step.by), "command": command, "now": step.at}

    def stands(self, look: Look) -> Threat:
        """Return how the case stands."""
        return look.get(Threat, self.threat)


def look_after(step: CaseStep, scenario: Scenario, house: House, names: Names, command: str) -> None:
    """Do what a step about a case says.

    Raises:
        Refused: the story does not allow it.
    """
    _do(step, Doing(step, scenario, house, names, command))


@singledispatch
def _do(step: CaseStep, at: Doing) -> None:  # noqa: ARG001
    raise TypeError(type(step).__name__)


@_do.register
def _(step: DescribeStep, at: Doing) -> None:
    with at.house.store.look() as look:
        threat = at.stands(look)
    given, window = step.given, step.window
    cases.describe_case(
        at.house,
        at.threat,
        title=step.title or threat.title,
        targets=step.targets if "targets" in given else threat.targets,
        host=at.names.id(step.host) if step.host else threat.host,
        begins=window.start if window else threat.begins,
        ends=window.end if window else threat.ends,
        particulars=_particulars(threat.particulars, step.particulars, given),
        why=step.why,
        **at.said,
    )


def _particulars(before: Particulars, said: Particulars, given: frozenset[str]) -> Particulars:
    written = {"kind": "threat_kind", "place": "places"}
    names = {written.get(name, name) for name in given} & set(Particulars.__struct_fields__)
    return replace(before, **{name: getattr(said, name) for name in names})


@_do.register
def _(step: AttributeStep, at: Doing) -> None:
    actor = at.names.id(step.actor)
    cases.attribute(at.house, at.threat, actor, Confidence(step.confidence), step.why, **at.said)


@_do.register
def _(step: DropActorStep, at: Doing) -> None:
    cases.drop_actor(at.house, at.threat, at.names.id(step.actor), step.why, **at.said)


@_do.register
def _(step: OpenQuestionStep, at: Doing) -> None:
    cases.raise_question(at.house, at.threat, at.names.id(step.id), step.words, **at.said)


@_do.register
def _(step: CloseQuestionStep, at: Doing) -> None:
    cases.close_question(at.house, at.threat, at.names.id(step.question), step.answer, **at.said)


@_do.register
def _(step: NextStepStep, at: Doing) -> None:
    owner = at.names.id(step.owner)
    cases.set_next_step(at.house, at.threat, step.what, owner, step.by_when, done=step.done, **at.said)


@_do.register
def _(step: TransferStep, at: Doing) -> None:
    cases.hand_over(at.house, at.threat, at.names.id(step.owner), step.why, **at.said)


@_do.register
def _(step: MarkStep, at: Doing) -> None:
    owner, next_owner = (at.names.id(one) if one else "" for one in (step.owner, step.next_owner))
    mark_case(
        at.house,
        at.threat,
        step.mark,
        at.names.ids(step.readers),
        owner=owner,
        next_owner=next_owner,
        why=step.why,
        **at.said,
    )


@_do.register
def _(step: ChecklistStep, at: Doing) -> None:
    listed = CHECKLISTS[ThreatKind(step.kind)] if step.kind else ()
    observing.put_on_checklist(at.house, at.threat, (*listed, *step.indicators), checklist=step.kind, **at.said)


@_do.register
def _(step: IndicatorStep, at: Doing) -> None:
    basis = tuple(Basis(item=at.names.id(one), claim=step.claim) for one in step.rests_on)
    observing.observe(
        at.house,
        at.threat,
        step.key,
        Observed(step.stands),
        as_of=step.as_of,
        basis=basis,
        words=step.words,
        **at.said,
    )


@_do.register
def _(step: MergeStep, at: Doing) -> None:
    joining.merge_cases(at.house, at.threat, at.names.id(step.into), step.why, **at.said)


@_do.register
def _(step: PartStep, at: Doing) -> None:
    joining.part_cases(at.house, at.threat, step.why, **at.said)


@_do.register
def _(step: SplitStep, at: Doing) -> None:
    off = ThreatOpened(
        subject=at.names.id(step.id),
        occurred_at=step.at,
        title=step.title,
        zone=at.scenario.zone,
        owner=at.names.id(step.owner),
        exercise=True,
    )
    joining.split_case(at.house, at.threat, off, at.names.ids(step.items), step.why, **at.said)


@_do.register
def _(step: DeclineStep, at: Doing) -> None:
    fitting.decline_incident(at.house, at.threat, at.names.id(step.incident), step.why, **at.said)


@_do.register
def _(step: EndStep, at: Doing) -> None:
    cases.close_case(at.house, at.threat, step.why, **at.said)


@_do.register
def _(step: ReopenStep, at: Doing) -> None:
    cases.reopen_case(at.house, at.threat, step.why, by_when=step.by_when, **at.said)
