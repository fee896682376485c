"""Exchange with others' systems: what of a case would leave at a mark and what would stay, and what became of a file that came."""

from datetime import datetime

from tocsin.basis.marking import Mark
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import View


class ItemRow(View, frozen=True, kw_only=True):
    """One item of a case. mark: None where only that it stays may be said. why: it stays; empty: it leaves.

    words: those of stricter material in it. may_release: somebody may let it go all the same, and say why.
    released_why: somebody did.
    """

    key: str
    kind: str
    title: str
    at: datetime | None
    mark: Mark | None
    why: str
    words: tuple[str, ...] = ()
    may_release: bool = False
    released_why: str = ""


class HandedRow(View, frozen=True, kw_only=True):
    """One time that the case was handed out. within: it stayed within this organisation; None: nobody was asked."""

    at: datetime
    by: str
    whom: str
    mark: Mark
    count: int
    within: bool | None = None


class HandOutPage(View, frozen=True, kw_only=True):
    """A case about to be handed out. mark: the one that is looked at. too_far: why it may not go so far at all.

    asks_within: whoever hands it out says whether it stays within this organisation. within: what they said; otherwise what
    its readers say. to: who is named as its readers, one a line. may: the reader hands out. looked_at: tells what is shown from what
    could leave at another moment.
    """

    shell: Shell
    case_href: str
    case_title: str
    mark: Mark
    marks: tuple[Mark, ...]
    rows: tuple[ItemRow, ...]
    post_to: str
    asks_within: bool = False
    within: bool | None = None
    whom: str = ""
    to: str = ""
    too_far: str = ""
    before: tuple[HandedRow, ...] = ()
    may: bool = True
    looked_at: str = ""


class FateRow(View, frozen=True, kw_only=True):
    """What became of one object, or would. href: where it is noted as an incident. report_href: where the report is that it became."""

    id: str
    kind: str
    became: str
    mark: Mark
    why: str = ""
    href: str = ""
    report_href: str = ""


class ProblemRow(View, frozen=True, kw_only=True):
    """What is wrong with the file."""

    severity: str
    where: str
    message: str


class FileRow(View, frozen=True, kw_only=True):
    """A file that was taken in before."""

    at: datetime
    source: str
    count: int
    mark: Mark


class TakeInPage(View, frozen=True, kw_only=True):
    """Taking a bundle in. looked: the fates below are what would become of it; done: they are what became of it.

    text: the file as it was given, to be taken in after a look. sources: id and name. counts: how many of each fate.
    """

    shell: Shell
    sources: tuple[tuple[str, str], ...]
    marks: tuple[Mark, ...]
    post_to: str
    source: str = ""
    unmarked: Mark = Mark.AMBER
    text: str = ""
    trouble: str = ""
    looked: bool = False
    done: bool = False
    fates: tuple[FateRow, ...] = ()
    more: int = 0
    counts: tuple[tuple[str, int], ...] = ()
    problems: tuple[ProblemRow, ...] = ()
    before: tuple[FileRow, ...] = ()
    may: bool = True
