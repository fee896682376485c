"""The town as a whole: its people, its case, its warnings and its record, with three officers at the desk."""

from datetime import UTC, datetime
from pathlib import Path

from tocsin.basis.marking import Role
from tocsin.testing.town.duty import Duty
from tocsin.testing.town.institutions import Institutions
from tocsin.testing.town.officer import Officer
from tocsin.testing.town.people import People
from tocsin.testing.town.place import Memory
from tocsin.testing.town.proofs import Proofs

MORNING = datetime(2031, 5, 6, 8, 0, tzinfo=UTC)


class Town(People, Duty, Institutions, Proofs):
    """A town with a desk: a watch officer, a duty officer and a deputy."""

    def __init__(self, data: Path, start: datetime = MORNING, *, memory: Memory | None = None) -> None:
        """Found it in this directory. memory: of the same town, where it comes back from a backup."""
        super().__init__(data, start, memory=memory)
        for name, role in (
            ("the watch officer", Role.WATCH_OFFICER),
            ("the duty officer", Role.DUTY_OFFICER),
            ("the deputy", Role.DUTY_OFFICER),
        ):
            self.person(name, roles=(role,))
        self.watch_officer: Officer = Officer(self, "the watch officer")
        self.duty_officer: Officer = Officer(self, "the duty officer")
        self.deputy: Officer = Officer(self, "the deputy")
