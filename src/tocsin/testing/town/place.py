"""The place that a town is: a desk on a disc, a clock that is made to pass, and a name for everything."""

from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import msgspec

from tocsin.app import App
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.work import next_due, work
from tocsin.settings import Settings
from tocsin.testing.clock import TownClock
from tocsin.testing.town.lines import Lines


class Memory(msgspec.Struct, frozen=True):
    """What a town calls things, which is kept nowhere else. count: how many names it has made up."""

    ids: dict[str, Id] = {}
    count: int = 0
    case: str = ""


class OnDuty(Protocol):
    """Someone at the desk, as far as others need to know them."""

    id: Id


class Place:
    """A desk of its own, with the town's clock and ways out. Who sits at it may change."""

    watch_officer: OnDuty
    duty_officer: OnDuty
    deputy: OnDuty

    def __init__(self, data: Path, start: datetime, *, memory: Memory | None = None) -> None:
        """Found it in this directory. memory: of the same town, where it comes back from a backup."""
        self.clock = TownClock(start)
        self.lines, self.radio = Lines("mail"), Lines("webhook")
        settings = Settings(data=data, organisation="The town", cap_sender="bell@town.example")
        self.app = App(settings, clock=self.clock, holder="town", base_url="http://town.example", exercise=True)
        self.app.house = House(
            store=self.app.store,
            carriers={line.name: line for line in (self.lines, self.radio)},
            base_url="http://town.example",
            organisation="The town",
            jitter=lambda: 0.0,
        )
        memory = memory or Memory()
        self._ids: dict[str, Id] = dict(memory.ids)
        self._count = memory.count
        self._case = memory.case

    @property
    def house(self) -> House:
        """Return the town's house."""
        return self.app.house

    @property
    def now(self) -> datetime:
        """Return the moment."""
        return self.clock.now()

    def id(self, name: str) -> Id:
        """Return the id behind a name; a name used for the first time gets a fresh one."""
        return self._ids.setdefault(name, self.app.store.new_id())

    @property
    def memory(self) -> Memory:
        """Return what it calls things."""
        return Memory(dict(self._ids), self._count, self._case)

    def name_next(self, kind: str) -> str:
        """Return a name that nothing has yet."""
        self._count += 1
        return f"{kind} {self._count}"

    def named(self, id: Id) -> str:
        """Return the name behind an id."""
        return next((name for name, known in self._ids.items() if known == id), id)

    def work(self) -> None:
        """Do what is due now."""
        work(self.house, self.clock)

    def pass_time(self, *, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Let time pass, doing on the way whatever falls due."""
        until = self.now + timedelta(minutes=minutes, hours=hours, days=days)
        while (due := next_due(self.house)) is not None and due <= until:
            self.clock.set(due)
            self.work()
        self.clock.set(until)
        self.work()

    def close(self) -> None:
        """Close the desk."""
        self.app.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
