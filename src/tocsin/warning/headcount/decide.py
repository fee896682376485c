"""Deciding about a headcount: asking, printing a warden's list, and who is looked after first."""

import re
from collections.abc import Collection
from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.warning import window as windows
from tocsin.warning.audience import refuse_unclear_parts
from tocsin.warning.drawn import refuse_undrawable
from tocsin.warning.headcount.facts import (
    HeadcountBegun,
    HeadcountClosed,
    HeadcountEnded,
    HeadcountExtended,
    HeadcountRanOut,
    HeadcountWindowAsked,
    HeadcountWithdrawn,
    SheetPrinted,
)
from tocsin.warning.headcount.state import Headcount
from tocsin.warning.ladder import refuse_ladder

MAY_ASK = frozenset({Role.DUTY_OFFICER, Role.WATCH_OFFICER})

# Words that tell of a life in danger now, in the languages we know best. They order a list and hide nobody from it.
_GRAVE = re.compile(
    r"bleed|blood|unconscious|breath|trapped|shot|stab|fire|burn|dying|dead|heart|pregnan|child|baby|"
    r"blut|bewusstlos|atme|eingeschlossen|verletz|feuer|kind|"
    r"sang|inconscient|respir|bloqu|bless|enfant|"
    r"sangr|inconsciente|atrapad|herid|niñ|"
    r"кров|без созн|дыш|ранен|ребен|дет|"
    r"نزيف|جرح|طفل|محاصر",
    re.IGNORECASE,
)


def ask_headcount(asked: HeadcountBegun, roles: Collection[Role]) -> HeadcountBegun:
    """Let a headcount begin. One officer's word suffices: it says nothing that could be false, and cannot wait.

    Raises:
        Refused: this person may not, nobody is asked, nobody would be rung, it ends before it begins, or nobody could
            make out whom it is for.
    """
    if not MAY_ASK & set(roles):
        raise Refused(f"Headcount {asked.subject} is for an officer to ask; {asked.author} is none.")
    if not (asked.groups or asked.persons or asked.audience or asked.follows):
        raise Refused(
            f"Headcount {asked.subject} asks nobody. Name a group, people, an area, or an alert that it follows."
        )
    refuse_ladder(asked.subject, asked.ladder)
    refuse_unclear_parts(asked.subject, asked.audience)
    refuse_undrawable(asked.subject, asked.audience, ())
    windows.open_window(asked.occurred_at, asked.ends, asked.ask_ahead_s)
    return asked


def print_sheet(
    headcount: Headcount, warden: Id, count: int, by: Id, roles: Collection[Role], now: datetime
) -> SheetPrinted:
    """Write down that a warden's list goes on paper.

    Raises:
        Refused: this person may not, or nobody is on it.
    """
    if not MAY_ASK & set(roles):
        raise Refused("A list of names and places is printed by an officer, and by nobody else.")
    if count == 0:
        raise Refused(f"Nobody whom headcount {headcount.id} asks is on the list of that warden.")
    return SheetPrinted(subject=headcount.id, occurred_at=now, warden=warden, printed_by=by, count=count)


def is_grave(words: str) -> bool:
    """Say whether somebody's words tell of a life in danger now, as far as words can. Whoever reads them judges."""
    return bool(_GRAVE.search(words))


WINDOW_FACTS = windows.WindowFacts(
    HeadcountWindowAsked, HeadcountExtended, HeadcountWithdrawn, HeadcountEnded, HeadcountRanOut, HeadcountClosed
)
