"""Competing hypotheses at the desk: one matrix, what it comes to, and on whom the order hangs."""

from datetime import datetime

from tocsin.basis.marking import Mark
from tocsin.threat.hypotheses.facts import Asks, Consistency, Weight
from tocsin.threat.hypotheses.score import Amount, Removed
from tocsin.web.desk.views.duty import Choice
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import View


class HypothesisRow(View, frozen=True, kw_only=True):
    """One hypothesis. letter: its column. words: empty for deception. place: None: not tested yet. bar: its score, of 100.

    amount: how much speaks against it. origins: from how many. open: rows by which nobody has judged it. actor: whom it is about.
    """

    key: str
    letter: str
    words: str
    place: int | None
    amount: Amount
    inconsistency: float
    bar: int
    origins: int
    open: int
    actor: str = ""


class AsideRow(View, frozen=True, kw_only=True):
    """A hypothesis that is weighed no more."""

    key: str
    words: str
    by: str
    at: datetime
    why: str


class CellView(View, frozen=True, kw_only=True):
    """Where a row and a hypothesis meet. field: its name in the form. judged: None: by nobody."""

    letter: str
    field: str
    judged: Consistency | None = None
    as_of: datetime | None = None
    by: str = ""
    at: datetime | None = None


class MatrixRowView(View, frozen=True, kw_only=True):
    """One row. tells: its diagnosticity; None: too few have been judged. taken_back: by its source; it is weighed no more."""

    key: str
    title: str
    href: str = ""
    claim: str
    note: str
    source: str
    grade: str
    credibility: Weight
    relevance: Weight
    origin: str
    tells: int | None
    taken_back: bool
    cells: tuple[CellView, ...]


class RemovalRow(View, frozen=True, kw_only=True):
    """What the order would be without one origin or source: letters, those that share a place together."""

    removed: Removed
    name: str
    order: tuple[str, ...]
    first: bool


class JudgedRow(View, frozen=True, kw_only=True):
    """One judgement that was made."""

    at: datetime
    by: str
    row: str
    letter: str
    judged: Consistency
    as_of: datetime | None
    why: str


class HypothesesPage(View, frozen=True, kw_only=True):
    """One matrix of a case. hidden: rows that this reader may not read. offers: what bears on the case and is not in it yet.

    seen: how often rows had been weighed anew. actors: of the actor book, those of the case first.
    """

    shell: Shell
    title: str
    case_href: str
    mark: Mark
    asks: Asks
    href: str
    other_href: str
    is_open: bool
    may_change: bool
    seen: int = 0
    hypotheses: tuple[HypothesisRow, ...] = ()
    aside: tuple[AsideRow, ...] = ()
    rows: tuple[MatrixRowView, ...] = ()
    removals: tuple[RemovalRow, ...] = ()
    tried: int = 0
    judged: tuple[JudgedRow, ...] = ()
    offers: tuple[Choice, ...] = ()
    actors: tuple[Choice, ...] = ()
    hidden: int = 0
