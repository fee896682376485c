"""One step of a scenario as it is done: in which house, by whom, under which command; and whom its words mean there."""

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.scenario.head import OWNER, Audience
from tocsin.scenario.model import Scenario
from tocsin.scenario.names import Names
from tocsin.scenario.steps.step import Step
from tocsin.warning.audience import Part
from tocsin.warning.ladder import Kind, Ladder, Rung, Target


def command_of(scenario: Scenario, step: Step, part: str = "") -> str:
    """Return the command id of a step, or of a part of it; given again after a crash, it is not done again."""
    return f"scenario:{scenario.id}:{step.id}{part and f':{part}'}"


class Doing:
    """One step as it is done."""

    def __init__(self, step: Any, scenario: Scenario, names: Names, house: House) -> None:
        """Be ready to do it."""
        self._step = step
        self._now: datetime = step.at
        self.scenario, self.names, self.house = scenario, names, house

    def command(self, part: str = "") -> str:
        """Return the command id of the step, or of a part of it."""
        return command_of(self.scenario, self._step, part)

    @cached_property
    def by(self) -> Id:
        """Return who does it."""
        return self.id(self._step.by)

    @property
    def said(self) -> dict[str, Any]:
        """Return what every command is told beside what it is about."""
        return self.said_by(self.by)

    def said_by(self, who: Id, part: str = "") -> dict[str, Any]:
        """Return the same where somebody else gives it, or where it is one part of the step."""
        return {"by": who, "command": self.command(part), "now": self._now}

    def id(self, name: str) -> Id:
        """Return what a name of the scenario is called in the house."""
        return self.names.id(name)

    def id_or_none(self, name: str | None) -> Id | None:
        """Return the same of a name that may be left out."""
        return None if name is None else self.names.id(name)

    # ---- who is meant

    def everyone(self, audience: Audience) -> tuple[Id, ...]:
        """Return each person of an audience, by themselves or by their group."""
        members = [name for group in audience.groups for name in self.scenario.group(group).members()]
        return self.names.ids((*audience.people, *members))

    def parts(self, audience: Audience) -> tuple[Part, ...]:
        """Return the parts of an audience that are found by where they are."""
        return tuple(
            Part(within=part.within, groups=self.names.ids(part.groups), languages=part.languages)
            for part in audience.parts
        )

    def ladder(self, policy: str) -> Ladder:
        """Return whom a policy of the scenario calls, and when.

        A scenario says when each rung comes after the warning; a ladder, when after the rung before it.
        """
        chosen = self.scenario.policy(policy)
        rungs, before = [], timedelta()
        for rung in chosen.rungs:
            first, *also = [self._target(one) for one in rung.to]
            wait = int((rung.after - before).total_seconds())
            rungs.append(Rung(to=first.to, kind=first.kind, also=tuple(also), after_s=wait))
            before = rung.after
        return Ladder(
            rungs=tuple(rungs),
            repeat_s=int(chosen.repeat_every.total_seconds()),
            from_the_top=chosen.from_the_top,
            suffices=chosen.suffices,
            quiet=chosen.quiet,
        )

    def _target(self, word: str) -> Target:
        if any(rota.id == word for rota in self.scenario.rotas):
            return Target(to=self.id(word), kind=Kind.ROTA)
        if any(person.id == word for person in self.scenario.people):
            return Target(to=self.id(word))
        return Target(to="", kind=Kind.OWNER) if word == OWNER else Target(to=word, kind=Kind.ROLE)
