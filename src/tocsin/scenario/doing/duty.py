"""What the steps of the duty to warn do: the same commands of flow that an officer would give."""

from functools import singledispatch
from typing import Any

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.flow.duty import must_warn
from tocsin.outcome.state import Outcome
from tocsin.scenario.doing.doing import Doing
from tocsin.scenario.doing.opened import duty_of, opened_by_itself
from tocsin.scenario.reading.duty import LATER, WARN
from tocsin.scenario.steps.duty import (
    DecideDutyStep,
    DistrustStep,
    DutyStep,
    EndDutyStep,
    LookAgainStep,
    OwedStep,
    ReopenDutyStep,
    RetimeStep,
    ReviewDutyStep,
    ToldOtherwiseStep,
    TrustStep,
)
from tocsin.warning.duty.facts import Distrust, Ended
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import DistrustedHost, Duty
from tocsin.warning.duty.test import QUESTIONS, Answered, Said, Test


@singledispatch
def owe(step: OwedStep, at: Doing) -> None:  # noqa: ARG001
    """Do what a step of a duty to warn says.

    Raises:
        Refused: the story does not allow it.
    """
    raise TypeError(type(step).__name__)


@owe.register
def _(step: DutyStep, at: Doing) -> None:
    with at.house.store.look() as look:
        opened = opened_by_itself(look, at.names, step)
        event_at = None if opened is None else look.get(Duty, opened).event_at
    if opened is not None and step.expected not in (None, event_at):
        since = "at no hour that is known" if event_at is None else f"on {event_at:%Y-%m-%d %H:%M} UTC"
        raise Refused(
            f"The public's duty opened by itself, and is expected {since}, as the case has it. Leave out 'expected'; "
            "if it comes sooner, write 'retime'."
        )
    if opened is not None:
        if step.decide == LATER:
            return
        _decide(at, opened, step.decide, step.why, step.test)
        return
    asked = must_warn.Asked(
        side=Side(step.side),
        who=step.who,
        whom=at.names.ids((*step.whom.people, *step.whom.groups)),
        warn=step.decide == WARN,
        ground="" if step.decide in (WARN, LATER) else step.decide,
        why=step.why,
    )
    must_warn.ask(
        at.house,
        at.id(step.threat),
        [asked],
        _test(step.test, step.why),
        event_at=step.expected,
        ids=[at.id(step.id)],
        **at.said,
    )


def _test(said: dict[str, str], why: str) -> Test:
    ground = why or "As the scenario has it."
    return Test(**{name: Answered(said=Said(word), ground=ground) for name, word in said.items()})


@owe.register
def _(step: DecideDutyStep, at: Doing) -> None:
    id = _duty(step, at)
    _decide(at, id, step.decide, step.why, step.test)


def _duty(step: Any, at: Doing) -> Id:
    with at.house.store.look() as look:
        return duty_of(look, at.names, step.duty)


def _decide(at: Doing, id: Id, what: str, why: str, said: dict[str, str] | None) -> None:
    with at.house.store.look() as look:
        duty = look.get(Duty, id)
    warns = what == WARN
    asked = must_warn.Asked(side=duty.side, warn=warns, ground="" if warns else what, why=why)
    said = said or (dict.fromkeys(QUESTIONS, Said.YES.value) if duty.test is None else None)
    test = None if said is None else _test(said, why)
    must_warn.decide_one(at.house, id, asked, test, **at.said)


@owe.register
def _(step: ReviewDutyStep, at: Doing) -> None:
    id = _duty(step, at)
    must_warn.review(at.house, id, agree=step.agree, why=step.why, **at.said)


@owe.register
def _(step: ToldOtherwiseStep, at: Doing) -> None:
    id = _duty(step, at)
    must_warn.told_otherwise(at.house, id, step.how, at=step.told_at, **at.said)


@owe.register
def _(step: LookAgainStep, at: Doing) -> None:
    id = _duty(step, at)
    must_warn.look_again(at.house, id, step.until, why=step.why, **at.said)


@owe.register
def _(step: EndDutyStep, at: Doing) -> None:
    id = _duty(step, at)
    with at.house.store.look() as look:
        before, judged = look.get(Duty, id), look.find(Outcome, look.get(Duty, id).threat)
    # An outcome has ended it so already: a script that says both says the same twice.
    if judged is not None and before.ended_at == judged.judged_at and before.ended_how == step.how:
        return
    # Or it has proposed to: that waits for another's review_duty, and may have had it.
    proposed = before.refusal if before.ends_untold and step.how == Ended.DISRUPTED else None
    if judged is not None and proposed is not None and proposed.at == judged.judged_at:
        return
    must_warn.end(at.house, id, Ended(step.how), why=step.why, **at.said)


@owe.register
def _(step: ReopenDutyStep, at: Doing) -> None:
    id = _duty(step, at)
    must_warn.reopen(at.house, id, step.expected, why=step.why, **at.said)


@owe.register
def _(step: RetimeStep, at: Doing) -> None:
    id = at.id(step.threat)
    must_warn.retime(at.house, id, step.expected, why=step.why, **at.said)


@owe.register
def _(step: DistrustStep, at: Doing) -> None:
    threat, host = at.id(step.threat), at.id(step.host)
    must_warn.distrust(at.house, threat, host, Distrust(step.because), why=step.why, **at.said)


@owe.register
def _(step: TrustStep, at: Doing) -> None:
    threat, host = at.id(step.threat), at.id(step.host)
    with at.house.store.look() as look:
        held = [one.id for one in look.all(DistrustedHost, threat=threat) if one.host == host]
    if not held:
        raise Refused(f"The host {host} is not distrusted in the case {threat}.")
    must_warn.trust(at.house, held[-1], why=step.why, **at.said)
