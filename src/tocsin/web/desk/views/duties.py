"""The pages of the duty to warn: what is owed, by when; a case's duties and the form; and which policy holds."""

from datetime import datetime

from tocsin.warning.duty.facts import Distrust, Ended
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import Stage
from tocsin.warning.duty.test import Said
from tocsin.web.desk.views.board import UrgentGroup, UrgentRow
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import View


class GroundRow(View, frozen=True, kw_only=True):
    """A ground not to warn, as the policy pack has it. words, source: as translated. read: how well it is known to stand there."""

    name: str
    words: str
    source: str = ""
    read: str = ""
    sides: tuple[str, ...] = ()


class HoursRow(View, frozen=True, kw_only=True):
    """One row of the table of deadlines, in seconds. under_s: None in the last."""

    under_s: int | None
    decide_s: int
    deliver_s: int


class ChoiceRow(View, frozen=True, kw_only=True):
    """That a policy was chosen."""

    at: datetime
    by: str
    title: str
    why: str


class PackRow(View, frozen=True, kw_only=True):
    """A policy pack that can be chosen."""

    name: str
    title: str
    says: str
    grounds: tuple[GroundRow, ...]
    chosen: bool = False


class DutiesPage(View, frozen=True, kw_only=True):
    """What is owed in every case, what has the least time left first; and by which policy. choose_href: for administrators.

    seen: how often it had been chosen.
    """

    shell: Shell
    rows: tuple[UrgentRow, ...] = ()
    packs: tuple[PackRow, ...] = ()
    hours: tuple[HoursRow, ...] = ()
    chosen: tuple[ChoiceRow, ...] = ()
    choose_href: str = ""
    seen: int = 0

    @property
    def urgent(self) -> tuple[UrgentRow, ...]:
        """Return all rows, as the board draws them."""
        return self.rows

    @property
    def groups(self) -> tuple[UrgentGroup, ...]:
        """Return the rows by what is owed."""
        return (UrgentGroup(name="duty", rows=self.rows),) if self.rows else ()


class AnsweredRow(View, frozen=True, kw_only=True):
    """One question of the test, and how it was answered."""

    question: str
    said: Said = Said.UNKNOWN
    ground: str = ""


class TestedRow(View, frozen=True, kw_only=True):
    """How the questions had been answered before. why: what was new then, where they had been answered before that."""

    at: datetime
    by: str
    test: tuple[AnsweredRow, ...]
    why: str = ""


class DutyLine(View, frozen=True, kw_only=True):
    """A duty in one line, as the page of its case has it."""

    who: str
    href: str
    stage: Stage
    owed: str = ""
    owed_by: datetime | None = None
    late: bool = False


class WentOut(View, frozen=True, kw_only=True):
    """A warning that tells them and went out before it was decided whether they are warned. title: as translated."""

    title: str
    href: str
    at: datetime


class RefusalRow(View, frozen=True, kw_only=True):
    """That somebody proposed not to warn, and what a second person said. upheld: None while nobody has.

    ends: what is proposed is to end it before they were told. takes_back: it had been decided that they are warned.
    """

    at: datetime
    proposer: str
    ground: str
    pack: str
    why: str
    upheld: bool | None = None
    reviewer: str = ""
    reviewed_at: datetime | None = None
    reviewed_why: str = ""
    ends: bool = False
    takes_back: bool = False


class PartRow(View, frozen=True, kw_only=True):
    """One of those to whom a duty is owed. key: their id, or who they are in words, where nobody here is called so.

    people: how many that is; reached: how many of them a warning has reached, the last at that moment; told: how many have had its
    words, which may be behind a code. how: by which other way they were told, says by. answered: how many of them did; answer: the
    gravest of what they said; early: of what they said before they had the words.
    """

    key: str
    who: str
    in_words: bool = False
    people: int = 1
    reached: int = 0
    at: datetime | None = None
    told: int = 0
    told_at: datetime | None = None
    behind_a_code: bool = False
    how: str = ""
    by: str = ""
    answered: int = 0
    answer: str = ""
    early: str = ""

    @property
    def left(self) -> bool:
        """Say whether they can still be told by another way."""
        return not self.by


class DutyView(View, frozen=True, kw_only=True):
    """One duty of a case. base: under which its forms are sent. may_*: what this reader may do about it now.

    may_agree: to what is proposed. seen: how often people had said something about it. covering: warnings that went out before
    it was asked again, and may still tell them: (id, title). said: what was decided or done, newest last: (when, what, words).
    """

    id: str
    base: str
    side: Side
    who: str
    stage: Stage
    owed: str
    opened_at: datetime
    opened_by: str
    owed_by: datetime | None = None
    event_at: datetime | None = None
    late: bool = False
    missed: int = 0
    because_of_own: bool = False
    untold: bool = False
    parts: tuple[PartRow, ...] = ()
    tested_by: str = ""
    tested_at: datetime | None = None
    tested_why: str = ""
    test: tuple[AnsweredRow, ...] = ()
    tested_before: tuple[TestedRow, ...] = ()
    refusals: tuple[RefusalRow, ...] = ()
    said: tuple[tuple[datetime, str, str], ...] = ()
    warning_href: str = ""
    taken_by: str = ""
    grounds: tuple[GroundRow, ...] = ()
    may_test: bool = False
    may_warn: bool = False
    may_refuse: bool = False
    may_take_back: bool = False
    may_review: bool = False
    may_agree: bool = False
    told_meanwhile: bool = False  # while it waits to be agreed that they are not to be
    may_tell: bool = False
    may_name: bool = False
    may_look: bool = False
    may_end: bool = False
    may_reopen: bool = False
    ends: tuple[Ended, ...] = ()
    ends_by_two: bool = False
    seen: int = 0
    covering: tuple[tuple[str, str], ...] = ()
    went_out: tuple[WentOut, ...] = ()
    notice_href: str = ""  # where a notice that tells them is begun
    alert_href: str = ""  # where an alert that tells the public is begun

    @property
    def left(self) -> tuple[PartRow, ...]:
        """Return who can still be told by another way."""
        return tuple(one for one in self.parts if one.left)

    @property
    def unfound(self) -> tuple[PartRow, ...]:
        """Return who is named in words alone, and has not been told."""
        return tuple(one for one in self.parts if one.in_words and one.left)


class TrustedRow(View, frozen=True, kw_only=True):
    """That a host is trusted again in a case that was split off from another, or in that one. case: which."""

    id: str
    case: str
    href: str
    at: datetime
    by: str
    why: str


class KeptRow(View, frozen=True, kw_only=True):
    """That somebody said that a host stays distrusted here."""

    at: datetime
    by: str
    why: str


class DistrustRow(View, frozen=True, kw_only=True):
    """A host that nothing goes through. trust_href: for those who may trust it again. again: where that has been done since.

    kept: who said that it stays distrusted here although it was trusted again elsewhere. told: where it had been decided before that
    to warn it itself, and that is to be done still.
    """

    name: str
    distrust: Distrust
    at: datetime
    by: str
    why: str
    trust_href: str = ""
    told: str = ""
    again: tuple[TrustedRow, ...] = ()
    kept: tuple[KeptRow, ...] = ()


class SideRow(View, frozen=True, kw_only=True):
    """One side that can be asked about. known: who it is, where the case says so."""

    side: Side
    known: str = ""
    grounds: tuple[GroundRow, ...] = ()


class CaseDutiesPage(View, frozen=True, kw_only=True):
    """The duties of a case, and the form by which it is asked whom to warn. may_warn: whoever may decide that.

    deaf: of all who would be called about one of them, nobody has a contact point.
    """

    shell: Shell
    title: str
    case_href: str
    post_to: str = ""
    expected: datetime | None = None
    duties: tuple[DutyView, ...] = ()
    sides: tuple[SideRow, ...] = ()
    pack: str = ""
    hours: tuple[HoursRow, ...] = ()
    distrusted: tuple[DistrustRow, ...] = ()
    distrust_href: str = ""
    institutions: tuple[tuple[str, str], ...] = ()
    time_href: str = ""
    may_warn: bool = False
    deaf: bool = False
