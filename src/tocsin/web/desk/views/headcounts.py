"""The pages of headcounts: how many are safe, who needs help first, who is silent, and the wardens' lists."""

from datetime import datetime

from tocsin.web.desk.views.board import WayRow
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import Action, View, WindowView


class HeadcountRow(View, frozen=True, kw_only=True):
    """One headcount in the list."""

    title: str
    href: str
    at: datetime
    total: int
    safe: int
    need_help: int
    received: int
    silent: int
    window: WindowView | None = None


class HeadcountsPage(View, frozen=True, kw_only=True):
    """All headcounts, and what it takes to ask. groups, policies: (id, name). post_to: for those who may."""

    shell: Shell
    rows: tuple[HeadcountRow, ...] = ()
    groups: tuple[tuple[str, str], ...] = ()
    policies: tuple[tuple[str, str], ...] = ()
    post_to: str = ""


class NeedRow(View, frozen=True, kw_only=True):
    """Someone who needs help. grave: their words tell of a life in danger. ways: how to reach them, the first first.

    voice_first: a text is nothing for them.
    """

    name: str
    since: datetime
    words: str = ""
    told_by: str = ""  # who told it of them, where they did not themselves
    paper: bool = False
    grave: bool = False
    ways: tuple[WayRow, ...] = ()
    voice_first: bool = False
    taken_by: str = ""
    action: Action | None = None


class WardenRow(View, frozen=True, kw_only=True):
    """A warden, and how many they look after. sheet_href: where their list is printed. printed_at: when it last was.

    through: how many of these other wardens go round for them.
    """

    name: str
    count: int
    silent: int
    through: int = 0
    sheet_href: str = ""
    results_href: str = ""
    printed_at: datetime | None = None
    printed_by: str = ""
    looks_after: tuple[
        tuple[str, str], ...
    ] = ()  # by id, each group or number of people, of which they can be relieved


class HeadcountPage(View, frozen=True, kw_only=True):
    """One headcount. silent_names: the first of them. said: how it stands, for whoever hears the page.

    help_waits: of those who need help somebody is rung about whom nobody has taken on. over: nobody is asked any more.
    forgotten: of so many on the list that was just entered nothing was kept.
    """

    shell: Shell
    row: HeadcountRow
    said: str
    live: bool
    words: str = ""
    follows_href: str = ""
    asked_by: str = ""
    need: tuple[NeedRow, ...] = ()
    need_more: int = 0
    silent_names: tuple[str, ...] = ()
    wardens: tuple[WardenRow, ...] = ()
    actions: tuple[Action, ...] = ()
    again_href: str = ""
    decide_href: str = ""
    late: bool = False
    help_waits: bool = False
    over: bool = False
    name_href: str = ""
    relieve_href: str = ""
    forgotten: int = 0
    groups: tuple[tuple[str, str], ...] = ()


class SheetPerson(View, frozen=True, kw_only=True):
    """One line of a warden's list. said: what they have answered already, as translated. through: another warden's name."""

    id: str
    name: str
    place: str = ""
    said: str = ""
    through: str = ""


class SheetPage(View, frozen=True, kw_only=True):
    """A warden's list, to be printed; or, with post_to, the form in which what they bring back is entered."""

    shell: Shell
    title: str
    warden: str
    people: tuple[SheetPerson, ...]
    back_href: str
    post_to: str = ""
    printed_by: str = ""
