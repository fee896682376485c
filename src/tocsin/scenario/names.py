"""A scenario's own names and the ids they have in the store: the same whenever it is played in that directory."""

from collections.abc import Iterator

from tocsin.basis.ids import Id, keyed_id
from tocsin.scenario.model import Scenario
from tocsin.scenario.steps.after import StatementStep
from tocsin.scenario.steps.step import Step


class Names:
    """Turns the scenario's names into ids, and back."""

    def __init__(self, scenario: Scenario, key: bytes) -> None:
        """Know every name of this scenario.

        key: the directory's own, so that an id can be neither guessed nor recognised elsewhere.
        """
        self._scenario = scenario
        self._key = key
        self._editions = _editions(scenario)
        self._names = {self.id(name): name for name in self._all() if name not in self._editions}

    def id(self, name: str) -> Id:
        """Return the id that a name has in the store. A corrected statement keeps the id of its first edition."""
        return keyed_id(self._key, "scenario", self._scenario.id, self._editions.get(name, name))

    def ids(self, names: tuple[str, ...]) -> tuple[Id, ...]:
        """Return the ids of some names."""
        return tuple(self.id(name) for name in names)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return the steps of the scenario."""
        return self._scenario.steps

    def name(self, id: Id) -> str:
        """Return the name behind an id; an id that the scenario did not give stays as it is."""
        return self._names.get(id, id)

    def _all(self) -> Iterator[str]:
        for group in self._scenario.groups:
            yield from group.members()
        for part in (*self._scenario.sources, *self._scenario.actors, *self._scenario.people, *self._scenario.groups):
            yield part.id
        for step in self._scenario.steps:
            yield step.id


def _editions(scenario: Scenario) -> dict[str, str]:
    first: dict[str, str] = {}
    statements = {step.id for step in scenario.steps if isinstance(step, StatementStep)}
    for step in scenario.steps:
        if isinstance(step, StatementStep) and step.corrects in statements:
            first[step.id] = first.get(str(step.corrects), str(step.corrects))
    return first
