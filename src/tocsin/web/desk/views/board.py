"""The watch board: what waits for a person, soonest first."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from tocsin.web.desk.views.duty import RotaEnd
from tocsin.web.desk.views.lists import CaseRow
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import Action, Chip, View


class UrgentWhy(StrEnum):
    """Why something stands at the top of the board."""

    UNANSWERED = "unanswered"
    DISPUTED = "disputed"
    DISMISSED = "dismissed"
    RUNNING_OUT = "running_out"
    UNDECIDED = "undecided"  # a window ran out and nobody has said anything
    FAILED = "failed"
    NEED_HELP = "need_help"
    DUTY = "duty"  # a duty to warn: something is owed
    UNREAD = "unread"  # replies that say no answer for sure
    CODE = "code"  # a recipient waits for a code to be read out
    HANDING = "handing"  # an institution's contact asks for a warning to be handed on
    JUDGE_AGAIN = "judge_again"  # an indicator of a case was newly met
    MUST_WARN = "must_warn"  # nobody has asked whom to warn of a case
    STEP_DUE = "step_due"  # the next step about a case


class Key(View, frozen=True, kw_only=True):
    """What one key does. letter: that key. method: "get" leads somewhere, "post" does it at once."""

    letter: str
    label: str
    href: str
    method: Literal["get", "post"]


class UrgentRow(View, frozen=True, kw_only=True):
    """Something that waits for a person.

    since: from when it has waited. until: when the time runs out, or ran out. escalated_to: who was called last. next_to,
    next_at: who is called next, and when; held: quiet hours are kept until then. note: what somebody wrote down last.
    keys: what one key does, where the row has the focus. went_out: when an alert did that tells them, where nobody has decided it.
    """

    why: UrgentWhy
    title: str
    href: str
    case: str
    since: datetime
    until: datetime | None = None
    who: str = ""
    chips: tuple[Chip, ...] = ()
    escalations: int = 0
    escalated_to: str = ""
    taken_by: str = ""
    action: Action | None = None
    next_to: str = ""
    next_at: datetime | None = None
    held: bool = False
    note: str = ""
    keys: tuple[Key, ...] = ()
    went_out: datetime | None = None


class UrgentGroup(View, frozen=True, kw_only=True):
    """Rows that are of one sort. name: of the sort; see web.wording.URGENT_GROUPS."""

    name: str
    rows: tuple[UrgentRow, ...]


GROUPS = (
    ("need_help", (UrgentWhy.NEED_HELP,)),
    ("duty", (UrgentWhy.DUTY,)),
    ("unread", (UrgentWhy.UNREAD,)),
    ("code", (UrgentWhy.CODE,)),
    ("handing", (UrgentWhy.HANDING,)),
    ("unanswered", (UrgentWhy.UNANSWERED,)),
    ("disputed", (UrgentWhy.DISPUTED,)),
    ("dismissed", (UrgentWhy.DISMISSED,)),
    ("window", (UrgentWhy.RUNNING_OUT, UrgentWhy.UNDECIDED)),
    ("failed", (UrgentWhy.FAILED,)),
    ("cases", (UrgentWhy.MUST_WARN, UrgentWhy.JUDGE_AGAIN, UrgentWhy.STEP_DUE)),
)
TAKEN = "taken"


class WordRow(View, frozen=True, kw_only=True):
    """Something that waits for our word. who: whose question, reply or denial it is. href: where it is dealt with."""

    who: str
    title: str
    href: str
    since: datetime


class WordGroup(View, frozen=True, kw_only=True):
    """What waits for our word, of one sort, oldest first. name: of the sort; see web.wording.WORD_GROUPS. count: of all of them."""

    name: str
    count: int
    rows: tuple[WordRow, ...]
    href: str = ""  # where all of them stand, if there is such a page


class WatchBoard(View, frozen=True, kw_only=True):
    """The first page: what waits, soonest first, then what waits for our word, then the cases.

    deaf: who was rung about what waits, and has no contact point by which anything could have rung.
    """

    shell: Shell
    urgent: tuple[UrgentRow, ...] = ()
    deaf: tuple[str, ...] = ()
    words: tuple[WordGroup, ...] = ()
    ending: tuple[RotaEnd, ...] = ()
    cases: tuple[CaseRow, ...] = ()
    public_href: str = "/"

    @property
    def groups(self) -> tuple[UrgentGroup, ...]:
        """Return what waits by its sort: the silent, those who dispute it and those who dismiss it apart; what is taken last."""
        waits = [row for row in self.urgent if not row.taken_by]
        found = [(name, tuple(row for row in waits if row.why in whys)) for name, whys in GROUPS]
        found.append((TAKEN, tuple(row for row in self.urgent if row.taken_by)))
        return tuple(UrgentGroup(name=name, rows=rows) for name, rows in found if rows)


class WayRow(View, frozen=True, kw_only=True):
    """One way to reach somebody. href: by which a telephone or a mail program opens it; nothing where none does."""

    channel: str
    address: str
    href: str = ""
    failed: bool = False


class SilentRow(View, frozen=True, kw_only=True):
    """Somebody who is waited for, and how to reach them. voice_first: a text is nothing for them."""

    name: str
    ways: tuple[WayRow, ...]
    voice_first: bool = False


class StepRow(View, frozen=True, kw_only=True):
    """What was done about it, or will be. at: when. done: it was. to: whom. how: over which channels. by: who did it."""

    at: datetime
    done: bool
    what: str
    words: str = ""


class PolicyChoice(View, frozen=True, kw_only=True):
    """A policy by which it can go on."""

    id: str
    name: str


class WatchPage(View, frozen=True, kw_only=True):
    """One thing that waits for a person: how to reach whom it waits for, what was done, what comes next.

    row: as the board shows it. more: of how many who are waited for no row is shown. steps: what was done, then what follows.
    """

    shell: Shell
    id: str
    row: UrgentRow
    silent: tuple[SilentRow, ...] = ()
    more: int = 0
    steps: tuple[StepRow, ...] = ()
    policies: tuple[PolicyChoice, ...] = ()
    may_act: bool = False
    may_send_again: bool = False
    answer_href: str = ""
