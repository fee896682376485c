"""Who is on duty, and who is rung when nobody answers: the policies and the rotas, each with its form."""

from collections.abc import Mapping
from datetime import datetime

from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import View

Fields = Mapping[str, str]
"""The fields of a form as they were typed, or as what is kept says."""


class Choice(View, frozen=True, kw_only=True):
    """One thing that can be chosen. label: as translated, or a name."""

    value: str
    label: str


class Choices(View, frozen=True, kw_only=True):
    """Things that can be chosen, under one heading, as translated."""

    label: str
    choices: tuple[Choice, ...]


class RotaRow(View, frozen=True, kw_only=True):
    """A rota in the list. who: is on duty now; nothing: nobody. until: when that changes; None: not within the next weeks."""

    name: str
    href: str
    zone: str
    who: str
    until: datetime | None
    next_who: str = ""


class RotaEnd(View, frozen=True, kw_only=True):
    """That a rota runs out, or has: nobody is on duty by it after that."""

    name: str
    href: str
    ends: datetime


class PolicyRow(View, frozen=True, kw_only=True):
    """A policy in the list. steps: whom each of them rings."""

    name: str
    href: str
    steps: tuple[str, ...]


class DutyPage(View, frozen=True, kw_only=True):
    """The policies and the rotas that are kept."""

    shell: Shell
    rotas: tuple[RotaRow, ...]
    policies: tuple[PolicyRow, ...]
    may_change: bool
    ending: tuple[RotaEnd, ...] = ()


class HappensRow(View, frozen=True, kw_only=True):
    """What would happen at a moment. who: would be rung; nothing: nobody, and the step is passed over at once.

    over: which channels, as translated. held_until: it is quiet until then.
    """

    at: datetime
    step: int
    who: str
    over: str = ""
    held_until: datetime | None = None


class TriedOut(View, frozen=True, kw_only=True):
    """What would happen from a moment on, if nobody answered. beyond: how it goes on after that, as translated."""

    begins: datetime
    rows: tuple[HappensRow, ...]
    beyond: str


class PolicyPage(View, frozen=True, kw_only=True):
    """A policy, and its form. title: its name as it is kept; nothing: it is new.

    steps: how many the form shows. seen: how many facts there were about it when it was opened. mistake: why what was
    typed could not be taken. said: whom each step rings, for those who only look, and where the form cannot show it.
    """

    shell: Shell
    title: str
    href: str
    drop_href: str
    form: Fields
    steps: int
    most_steps: int
    seen: int
    may_change: bool
    said: tuple[str, ...] = ()
    dropped: bool = False
    mistake: str = ""
    whom: tuple[Choices, ...] = ()
    over: tuple[Choice, ...] = ()
    answers: tuple[Choice, ...] = ()
    owners: tuple[Choice, ...] = ()
    tried: TriedOut | None = None


class ShiftRow(View, frozen=True, kw_only=True):
    """Who is on duty from when to when; nobody, in a gap."""

    who: str
    begins: datetime
    ends: datetime


class StandRow(View, frozen=True, kw_only=True):
    """Somebody stands in. who: nothing, nobody does. instead_of: nothing, whoever is on duty."""

    id: str
    who: str
    instead_of: str
    begins: datetime
    ends: datetime


class EventRow(View, frozen=True, kw_only=True):
    """What would become of an event of a calendar: taken, left out, or refused. said: which shifts, or why not."""

    line: int
    said: str
    became: str


class RotaPage(View, frozen=True, kw_only=True):
    """A rota, its next weeks, and its forms. See PolicyPage.

    wrong: which form was mistaken: rota, stand or calendar. places: for how many people the form has a place. from_calendar:
    how many shifts a calendar has given it. events: what would become of each event of the calendar that was handed in.
    """

    shell: Shell
    title: str
    href: str
    form: Fields
    places: int
    seen: int
    may_change: bool
    is_form: bool = True
    dropped: bool = False
    mistake: str = ""
    wrong: str = ""
    zone: str = ""
    now_who: str = ""
    now_until: datetime | None = None
    weeks: tuple[ShiftRow, ...] = ()
    stands: tuple[StandRow, ...] = ()
    people: tuple[Choice, ...] = ()
    taking_turns: tuple[Choice, ...] = ()
    days: tuple[Choice, ...] = ()
    from_calendar: int = 0
    events: tuple[EventRow, ...] = ()
    tried_calendar: bool = False
