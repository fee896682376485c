"""Whom to ring when a warning is not answered: person after person, and the last one again until someone takes it on."""

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id

DAY_S = 24 * 3_600


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """One step: whom to ring, how many seconds after the one before."""

    to: Id
    after_s: int


class Ladder(msgspec.Struct, frozen=True, kw_only=True):
    """The steps in order, and after how many seconds the last is rung again."""

    rungs: tuple[Rung, ...] = ()
    repeat_s: int = DAY_S

    def whom(self, step: int) -> Id:
        """Return who is rung at a step, counted from 0."""
        return self.rungs[min(step, len(self.rungs) - 1)].to

    def wait_s(self, step: int) -> int:
        """Return how many seconds to wait before a step."""
        return self.rungs[step].after_s if step < len(self.rungs) else self.repeat_s

    def at_once(self) -> "Ladder":
        """Return the same ladder with its first step now: for what cannot wait, such as a denial."""
        if not self.rungs:
            return self
        first = msgspec.structs.replace(self.rungs[0], after_s=0)
        return msgspec.structs.replace(self, rungs=(first, *self.rungs[1:]))


def refuse_nobody_to_ring(warning: Id, ladder: Ladder) -> None:
    """Stop a warning about whose silence, denial, end or failure nobody would hear.

    Raises:
        Refused: its ladder has no rung, or it would ring without pause.
    """
    if not ladder.rungs:
        raise Refused(f"Warning {warning} names nobody to ring when it is not answered or does not arrive. Name one.")
    if ladder.repeat_s <= 0:
        raise Refused(f"The ladder of warning {warning} must wait before it rings the last person again.")
