"""What the steps by which a case is looked after do: the same commands of flow that an officer would give."""

from functools import singledispatch

from msgspec.structs import replace

from tocsin.flow.threat import cases, fitting, joining, observing
from tocsin.flow.threat.marking import mark_case
from tocsin.scenario.doing.doing import Doing
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
from tocsin.threat.checklists import CHECKLISTS
from tocsin.threat.facts import Confidence, ThreatOpened
from tocsin.threat.indicators import Basis, Observed
from tocsin.threat.particulars import Particulars, ThreatKind
from tocsin.threat.state import Threat


@singledispatch
def look_after(step: CaseStep, at: Doing) -> None:  # noqa: ARG001
    """Do what a step about a case says.

    Raises:
        Refused: the story does not allow it.
    """
    raise TypeError(type(step).__name__)


@look_after.register
def _(step: DescribeStep, at: Doing) -> None:
    with at.house.store.look() as look:
        threat = look.get(Threat, at.id(step.threat))
    given, window = step.given, step.window
    cases.describe_case(
        at.house,
        at.id(step.threat),
        title=step.title or threat.title,
        targets=step.targets if "targets" in given else threat.targets,
        host=at.id(step.host) if step.host else threat.host,
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


@look_after.register
def _(step: AttributeStep, at: Doing) -> None:
    actor = at.id(step.actor)
    cases.attribute(at.house, at.id(step.threat), actor, Confidence(step.confidence), step.why, **at.said)


@look_after.register
def _(step: DropActorStep, at: Doing) -> None:
    cases.drop_actor(at.house, at.id(step.threat), at.id(step.actor), step.why, **at.said)


@look_after.register
def _(step: OpenQuestionStep, at: Doing) -> None:
    cases.raise_question(at.house, at.id(step.threat), at.id(step.id), step.words, **at.said)


@look_after.register
def _(step: CloseQuestionStep, at: Doing) -> None:
    cases.close_question(at.house, at.id(step.threat), at.id(step.question), step.answer, **at.said)


@look_after.register
def _(step: NextStepStep, at: Doing) -> None:
    owner = at.id(step.owner)
    cases.set_next_step(at.house, at.id(step.threat), step.what, owner, step.by_when, done=step.done, **at.said)


@look_after.register
def _(step: TransferStep, at: Doing) -> None:
    cases.hand_over(at.house, at.id(step.threat), at.id(step.owner), step.why, **at.said)


@look_after.register
def _(step: MarkStep, at: Doing) -> None:
    owner, next_owner = (at.id(one) if one else "" for one in (step.owner, step.next_owner))
    mark_case(
        at.house,
        at.id(step.threat),
        step.mark,
        at.names.ids(step.readers),
        owner=owner,
        next_owner=next_owner,
        why=step.why,
        **at.said,
    )


@look_after.register
def _(step: ChecklistStep, at: Doing) -> None:
    listed = CHECKLISTS[ThreatKind(step.kind)] if step.kind else ()
    observing.put_on_checklist(
        at.house, at.id(step.threat), (*listed, *step.indicators), checklist=step.kind, **at.said
    )


@look_after.register
def _(step: IndicatorStep, at: Doing) -> None:
    basis = tuple(Basis(item=at.id(one), claim=step.claim) for one in step.rests_on)
    observing.observe(
        at.house,
        at.id(step.threat),
        step.key,
        Observed(step.stands),
        as_of=step.as_of,
        basis=basis,
        words=step.words,
        **at.said,
    )


@look_after.register
def _(step: MergeStep, at: Doing) -> None:
    joining.merge_cases(at.house, at.id(step.threat), at.id(step.into), step.why, **at.said)


@look_after.register
def _(step: PartStep, at: Doing) -> None:
    joining.part_cases(at.house, at.id(step.threat), step.why, **at.said)


@look_after.register
def _(step: SplitStep, at: Doing) -> None:
    off = ThreatOpened(
        subject=at.id(step.id),
        occurred_at=step.at,
        title=step.title,
        zone=at.scenario.zone,
        owner=at.id(step.owner),
        exercise=True,
    )
    joining.split_case(at.house, at.id(step.threat), off, at.names.ids(step.items), step.why, **at.said)


@look_after.register
def _(step: DeclineStep, at: Doing) -> None:
    fitting.decline_incident(at.house, at.id(step.threat), at.id(step.incident), step.why, **at.said)


@look_after.register
def _(step: EndStep, at: Doing) -> None:
    cases.close_case(at.house, at.id(step.threat), step.why, **at.said)


@look_after.register
def _(step: ReopenStep, at: Doing) -> None:
    cases.reopen_case(at.house, at.id(step.threat), step.why, by_when=step.by_when, **at.said)
