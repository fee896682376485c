"""What each step does: it is turned into the same commands of flow that a person at the desk would give."""

from tocsin.basis.errors import Refused, TocsinError
from tocsin.flow.house import House
from tocsin.scenario.doing.after import follow
from tocsin.scenario.doing.casework import look_after
from tocsin.scenario.doing.consent import agree
from tocsin.scenario.doing.doing import Doing, command_of
from tocsin.scenario.doing.duty import owe
from tocsin.scenario.doing.gather import gather
from tocsin.scenario.doing.headcounts import count
from tocsin.scenario.doing.hypotheses import hold_against
from tocsin.scenario.doing.institutions import deal
from tocsin.scenario.doing.warn import give
from tocsin.scenario.model import Scenario
from tocsin.scenario.names import Names
from tocsin.scenario.steps.step import Step

DOES = {
    kind: does
    for does in (gather, look_after, hold_against, owe, give, agree, deal, count, follow)
    for kind in does.registry
    if kind is not object
}


class Acts:
    """Performs the steps of one scenario in one house."""

    def __init__(self, scenario: Scenario, names: Names, house: House) -> None:
        """Be ready to act."""
        self._scenario = scenario
        self._names = names
        self._house = house

    def command(self, step: Step) -> str:
        """Return the command id of a step."""
        return command_of(self._scenario, step)

    def act(self, step: Step) -> None:
        """Do what a step says.

        Raises:
            Refused: the story does not allow it; the message names the step and its line.
        """
        try:
            DOES[type(step)](step, Doing(step, self._scenario, self._names, self._house))
        except Refused as error:
            where = f"{self._scenario.file.name}:{step.line}: step {step.id!r}"
            raise Refused(f"{where} cannot be played. {self._said(error)}") from error

    def _said(self, error: TocsinError) -> str:
        # Ids mean nothing to whoever wrote the scenario; their own names do.
        words = str(error).split(" ")
        return " ".join(self._names.name(word.strip(".,;")) + word[len(word.rstrip(".,;")) :] for word in words)
