"""How a headcount stands, and the only rules by which facts change that."""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.basis.ids import Id
from tocsin.warning import window as windows
from tocsin.warning.audience import Part
from tocsin.warning.headcount.facts import (
    HeadcountBegun,
    HeadcountClosed,
    HeadcountEnded,
    HeadcountExtended,
    HeadcountRanOut,
    HeadcountWindowAsked,
    HeadcountWithdrawn,
    Question,
    SheetPrinted,
)
from tocsin.warning.ladder import Ladder
from tocsin.warning.retraction import Retraction
from tocsin.warning.window import Window


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """That the list of a warden was printed."""

    at: datetime
    warden: Id
    printed_by: Id


class Headcount(State, frozen=True, kw_only=True):
    """A headcount. due: when its window next needs something. retraction: never one; a question is not false."""

    threat: Id | None
    author: Id
    issued_at: datetime
    window: Window | None
    questions: tuple[Question, ...]
    ladder: Ladder
    groups: tuple[Id, ...]
    persons: tuple[Id, ...]
    audience: tuple[Part, ...]
    follows: Id | None
    exercise: bool
    due: datetime | None
    sheets: tuple[Sheet, ...] = ()
    retraction: Retraction | None = None


def fold_headcount(state: Headcount | None, fact: Fact) -> Headcount:
    """Return how the headcount stands after the fact."""
    if isinstance(fact, HeadcountBegun):
        window = windows.open_window(fact.occurred_at, fact.ends, fact.ask_ahead_s)
        return Headcount(
            id=fact.subject,
            threat=fact.threat,
            author=fact.author,
            issued_at=fact.occurred_at,
            window=window,
            questions=fact.questions,
            ladder=fact.ladder,
            groups=fact.groups,
            persons=fact.persons,
            audience=fact.audience,
            follows=fact.follows,
            exercise=fact.exercise,
            due=windows.due(window),
        )
    headcount = standing(state, fact)
    if isinstance(fact, SheetPrinted):
        sheet = Sheet(at=fact.occurred_at, warden=fact.warden, printed_by=fact.printed_by)
        return replace(headcount, sheets=(*headcount.sheets, sheet))
    if headcount.window is None:
        raise TypeError(fact.kind())
    window = windows.fold_window(headcount.window, fact)
    return replace(headcount, window=window, due=windows.due(window))


FOLDINGS = (
    Folding(
        Headcount,
        (
            HeadcountBegun,
            HeadcountWindowAsked,
            HeadcountExtended,
            HeadcountWithdrawn,
            HeadcountEnded,
            HeadcountRanOut,
            HeadcountClosed,
            SheetPrinted,
        ),
        fold_headcount,
    ),
)
