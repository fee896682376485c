"""What can happen to a headcount. Nothing of it is public: it says who is asked, and who is silent."""

from datetime import datetime

import msgspec

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.warning.audience import Part
from tocsin.warning.ladder import Ladder
from tocsin.warning.window import (
    WindowAsked,
    WindowClosed,
    WindowExtended,
    WindowRanOut,
    WindowStoodDown,
    WindowWithdrawn,
)


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked besides "are you safe?", in one language (BCP 47): why, and what to do."""

    language: str
    words: str


class HeadcountBegun(Fact, frozen=True, kw_only=True):
    """Someone asks who is safe. follows: the alert whose recipients are asked. ends: until when answers are waited for.

    groups, persons, audience: who is asked besides them.
    """

    threat: Id | None
    author: Id
    ends: datetime
    questions: tuple[Question, ...] = ()
    ladder: Ladder = Ladder()
    groups: tuple[Id, ...] = ()
    persons: tuple[Id, ...] = ()
    audience: tuple[Part, ...] = ()
    follows: Id | None = None
    ask_ahead_s: int | None = None
    exercise: bool = False


class HeadcountWindowAsked(WindowAsked, frozen=True, kw_only=True):
    """The owner was asked what becomes of a headcount that is about to end."""


class HeadcountExtended(WindowExtended, frozen=True, kw_only=True):
    """Answers are waited for longer."""


class HeadcountWithdrawn(WindowWithdrawn, frozen=True, kw_only=True):
    """It is not asked any more."""


class HeadcountEnded(WindowStoodDown, frozen=True, kw_only=True):
    """Someone decided that everyone is accounted for, or that the rest is looked for by other ways."""


class HeadcountRanOut(WindowRanOut, frozen=True, kw_only=True):
    """The end came, and nobody had decided."""


class HeadcountClosed(WindowClosed, frozen=True, kw_only=True):
    """Someone decided about a headcount after it had run out."""


class SheetPrinted(Fact, frozen=True, kw_only=True):
    """The list of a warden was shown for printing: names and places of so many people are on paper now."""

    warden: Id
    printed_by: Id
    count: int
