"""The public's duty that opens by itself, because our own people are told: which step of a scenario stands for it."""

from tocsin.basis.ids import Id
from tocsin.scenario.names import Names
from tocsin.scenario.steps.duty import DutyStep
from tocsin.store.look import Look
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import Duty


def opened_by_itself(look: Look, names: Names, step: DutyStep) -> Id | None:
    """Return which duty a step that asks about the public finds open; None: nobody has asked, and the step opens one."""
    if step.side != Side.PUBLIC or step.who or step.whom.people or step.whom.groups:
        return None
    theirs = look.all(Duty, threat=names.id(step.threat))
    return next((one.id for one in theirs if one.side is Side.PUBLIC and one.because_of is not None), None)


def duty_of(look: Look, names: Names, name: str) -> Id:
    """Return which duty a step of this name stands for."""
    own = names.id(name)
    if look.find(Duty, own) is not None:
        return own
    found = (opened_by_itself(look, names, step) for step in _asking(names) if step.id == name)
    return next(found, None) or own


def name_of(look: Look, names: Names, duty: Duty) -> str:
    """Return the step that stands for a duty; the step because of which it opened, and '-public', where none does."""
    if duty.because_of is None:
        return names.name(duty.id)
    found = (step.id for step in _asking(names) if duty_of(look, names, step.id) == duty.id)
    return next(found, f"{names.name(duty.because_of)}-public")


def _asking(names: Names) -> list[DutyStep]:
    return [step for step in names.steps if isinstance(step, DutyStep)]
