"""What the faces are handed of an installation, so that they can be shown and tested without the rest of it."""

from typing import Protocol

from tocsin.basis.moment import Clock
from tocsin.basis.words import Words
from tocsin.flow.house import House
from tocsin.flow.record.publish import Publisher
from tocsin.flow.watchdog import Watchdog
from tocsin.settings import Settings
from tocsin.store.public import PublicDoor
from tocsin.store.store import Store


class Installation(Protocol):
    """One installation, as the web sees it. The app is one; a test may hand in something small.

    exercise_note: what this exercise is, for the desk's band. sign_ins: (name, role) that a demonstration offers.
    trouble: what keeps the engine from working, or what it has let fall, or nothing. watchdog: what finds that out.
    """

    @property
    def house(self) -> House: ...  # noqa: D102
    @property
    def store(self) -> Store: ...  # noqa: D102
    @property
    def public(self) -> PublicDoor: ...  # noqa: D102
    @property
    def publisher(self) -> Publisher: ...  # noqa: D102
    @property
    def watchdog(self) -> Watchdog: ...  # noqa: D102
    @property
    def clock(self) -> Clock: ...  # noqa: D102
    @property
    def settings(self) -> Settings: ...  # noqa: D102
    @property
    def exercise(self) -> bool: ...  # noqa: D102
    @property
    def exercise_note(self) -> str: ...  # noqa: D102
    @property
    def sign_ins(self) -> tuple[tuple[str, str], ...]: ...  # noqa: D102
    @property
    def trouble(self) -> str: ...  # noqa: D102

    def language(self, tag: str, /) -> Words:
        """Return the Words of a language."""
        ...

    def wake(self) -> None:
        """Tell the engine that there is something to do."""
        ...
