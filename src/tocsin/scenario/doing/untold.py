"""Why somebody who answers in a scenario was sent nothing that they could answer by, for whoever writes it."""

from tocsin.basis.moment import spell
from tocsin.scenario.head import Audience
from tocsin.scenario.model import Scenario
from tocsin.scenario.steps.warn import AlertStep, NoticeStep
from tocsin.warning.audience import is_danger_to_life


def why_untold(scenario: Scenario, warning: str, who: str) -> str:
    """Return a sentence about why a person, or most of a group, was not told of a warning; nothing where no rule says so."""
    step = next((one for one in scenario.steps if one.id == warning), None)
    if isinstance(step, AlertStep):
        return _turn(scenario, step.audience, who) or _left_out(scenario, step, who)
    return _turn(scenario, step.recipients, who) if isinstance(step, NoticeStep) else ""


def _turn(scenario: Scenario, audience: Audience, who: str) -> str:
    """Return whose silence an institution's next contact waits for."""
    for institution in (one for one in scenario.people if one.id in audience.people and one.through):
        turns = (*institution.through, institution.id)
        if who in turns[1:]:
            before = turns[turns.index(who) - 1]
            return (
                f" {who!r} of {institution.id!r} is told only once {before!r} has been told and silent for "
                f"{spell(institution.patience)}: let {turns[0]!r} answer, or let it be later."
            )
    return ""


def _left_out(scenario: Scenario, step: AlertStep, who: str) -> str:
    """Return that whoever has not agreed is left out of what is no danger to life."""
    group = who.rpartition("-")[0]
    agreed = any(one.consent for one in scenario.people if one.id == who)
    agreed |= any(one.consent for one in scenario.groups if one.id in (who, group))
    by_group = any({who, group} & {*part.groups} for part in step.audience.parts)
    grave = is_danger_to_life(step.severity, step.urgency)
    if grave or by_group or agreed or not step.audience.parts:
        return ""
    return (
        f" What is {step.severity} and {step.urgency} is no danger to life: whoever has not agreed ('consent') and is found "
        f"by where they are alone is left out of it. Name {who!r} in the audience, write 'consent: true', or let it be "
        "Severe or Extreme, and Expected or Immediate."
    )
