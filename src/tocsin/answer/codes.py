"""Codes by a second way: what only its reader may see is shown once they have named what came to them elsewhere.

The code itself is no fact, and stands nowhere: it follows from the installation's key and the number drawn for it.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.basis.ids import Id

DIGITS = 8
LASTS = timedelta(minutes=10)
TRIES = 5
MOST_IN_AN_HOUR = 5  # codes for one link


class CodeAsked(Fact, frozen=True, kw_only=True):
    """Somebody with a link asked for its code. row: of the recipient whose link it is. drawn: what the code follows from.

    contact: the other contact point to which it is sent; None: they have none, and an officer reads it to them.
    """

    warning: Id
    person: Id
    row: int
    contact: Id | None
    drawn: str
    expires: datetime


class CodeMissed(Fact, frozen=True, kw_only=True):
    """A code was named that is not this one."""


class CodeNamed(Fact, frozen=True, kw_only=True):
    """The code was named, and what it opens was shown."""


class AccessCode(State, frozen=True, kw_only=True):
    """How a code stands. tries: how often a wrong one was named."""

    warning: Id
    person: Id
    row: int
    contact: Id | None
    drawn: str
    asked_at: datetime
    expires: datetime
    tries: int = 0
    named_at: datetime | None = None


def fold_code(state: AccessCode | None, fact: Fact) -> AccessCode:
    """Return how the code stands after the fact."""
    if isinstance(fact, CodeAsked):
        return AccessCode(
            id=fact.subject,
            warning=fact.warning,
            person=fact.person,
            row=fact.row,
            contact=fact.contact,
            drawn=fact.drawn,
            asked_at=fact.occurred_at,
            expires=fact.expires,
        )
    code = standing(state, fact)
    match fact:
        case CodeMissed():
            return replace(code, tries=code.tries + 1)
        case CodeNamed():
            return replace(code, named_at=fact.occurred_at)
    raise TypeError(fact.kind())


FOLDINGS = (Folding(AccessCode, (CodeAsked, CodeMissed, CodeNamed), fold_code),)


def stands(code: AccessCode, now: datetime) -> bool:
    """Say whether a code still opens what it was drawn for. One that was named opens nothing more."""
    return now < code.expires and code.tries < TRIES and code.named_at is None


def refuse_too_many(codes: list[AccessCode], now: datetime) -> None:
    """Stop a link from having codes sent without end.

    Raises:
        Refused: there were enough for this hour.
    """
    if sum(now - one.asked_at < timedelta(hours=1) for one in codes) >= MOST_IN_AN_HOUR:
        raise Refused("Enough codes were asked for in this hour. Use the latest, call us, or try again later.")
