"""What the steps of the duty to warn do: the same commands of flow that an officer would give."""

from datetime import datetime
from functools import singledispatch
from typing import Any

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.flow.duty import must_warn
from tocsin.flow.house import House
from tocsin.outcome.state import Outcome
from tocsin.scenario.doing.opened import duty_of, opened_by_itself
from tocsin.scenario.names import Names
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
def owe(step: OwedStep, house: House, names: Names, command: str) -> None:  # noqa: ARG001
    """Do what a step of a duty to warn says.

    Raises:
        Refused: the story does not allow it.
    """
    raise TypeError(type(step).__name__)


@owe.register
def _(step: DutyStep, house: House, names: Names, command: str) -> None:
    with house.store.look() as look:
        opened = opened_by_itself(look, names, step)
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
        _decide(house, opened, step.decide, step.why, step.test, by=names.id(step.by), command=command, now=step.at)
        return
    asked = must_warn.Asked(
        side=Side(step.side),
        who=step.who,
        whom=names.ids((*step.whom.people, *step.whom.groups)),
        warn=step.decide == WARN,
        ground="" if step.decide in (WARN, LATER) else step.decide,
        why=step.why,
    )
    must_warn.ask(
        house,
        names.id(step.threat),
        [asked],
        _test(step.test, step.why),
        event_at=step.expected,
        ids=[names.id(step.id)],
        by=names.id(step.by),
        command=command,
        now=step.at,
    )


def _test(said: dict[str, str], why: str) -> Test:
    ground = why or "As the scenario has it."
    return Test(**{name: Answered(said=Said(word), ground=ground) for name, word in said.items()})


@owe.register
def _(step: DecideDutyStep, house: House, names: Names, command: str) -> None:
    id, by = _duty(house, names, step), names.id(step.by)
    _decide(house, id, step.decide, step.why, step.test, by=by, command=command, now=step.at)


def _duty(house: House, names: Names, step: Any) -> Id:
    with house.store.look() as look:
        return duty_of(look, names, step.duty)


def _decide(
    house: House, id: Id, what: str, why: str, said: dict[str, str] | None, *, by: Id, command: str, now: datetime
) -> None:
    with house.store.look() as look:
        duty = look.get(Duty, id)
    warns = what == WARN
    asked = must_warn.Asked(side=duty.side, warn=warns, ground="" if warns else what, why=why)
    said = said or (dict.fromkeys(QUESTIONS, Said.YES.value) if duty.test is None else None)
    test = None if said is None else _test(said, why)
    must_warn.decide_one(house, id, asked, test, by=by, command=command, now=now)


@owe.register
def _(step: ReviewDutyStep, house: House, names: Names, command: str) -> None:
    id, by = _duty(house, names, step), names.id(step.by)
    must_warn.review(house, id, agree=step.agree, why=step.why, by=by, command=command, now=step.at)


@owe.register
def _(step: ToldOtherwiseStep, house: House, names: Names, command: str) -> None:
    id, by = _duty(house, names, step), names.id(step.by)
    must_warn.told_otherwise(house, id, step.how, at=step.told_at, by=by, command=command, now=step.at)


@owe.register
def _(step: LookAgainStep, house: House, names: Names, command: str) -> None:
    id, by = _duty(house, names, step), names.id(step.by)
    must_warn.look_again(house, id, step.until, why=step.why, by=by, command=command, now=step.at)


@owe.register
def _(step: EndDutyStep, house: House, names: Names, command: str) -> None:
    id, by = _duty(house, names, step), names.id(step.by)
    with house.store.look() as look:
        before, judged = look.get(Duty, id), look.find(Outcome, look.get(Duty, id).threat)
    # An outcome has ended it so already: a script that says both says the same twice.
    if judged is not None and before.ended_at == judged.judged_at and before.ended_how == step.how:
        return
    # Or it has proposed to: that waits for another's review_duty, and may have had it.
    proposed = before.refusal if before.ends_untold and step.how == Ended.DISRUPTED else None
    if judged is not None and proposed is not None and proposed.at == judged.judged_at:
        return
    must_warn.end(house, id, Ended(step.how), why=step.why, by=by, command=command, now=step.at)


@owe.register
def _(step: ReopenDutyStep, house: House, names: Names, command: str) -> None:
    id, by = _duty(house, names, step), names.id(step.by)
    must_warn.reopen(house, id, step.expected, why=step.why, by=by, command=command, now=step.at)


@owe.register
def _(step: RetimeStep, house: House, names: Names, command: str) -> None:
    id, by = names.id(step.threat), names.id(step.by)
    must_warn.retime(house, id, step.expected, why=step.why, by=by, command=command, now=step.at)


@owe.register
def _(step: DistrustStep, house: House, names: Names, command: str) -> None:
    threat, host, by = names.id(step.threat), names.id(step.host), names.id(step.by)
    must_warn.distrust(house, threat, host, Distrust(step.because), why=step.why, by=by, command=command, now=step.at)


@owe.register
def _(step: TrustStep, house: House, names: Names, command: str) -> None:
    threat, host = names.id(step.threat), names.id(step.host)
    with house.store.look() as look:
        held = [one.id for one in look.all(DistrustedHost, threat=threat) if one.host == host]
    if not held:
        raise Refused(f"The host {host} is not distrusted in the case {threat}.")
    must_warn.trust(house, held[-1], why=step.why, by=names.id(step.by), command=command, now=step.at)
