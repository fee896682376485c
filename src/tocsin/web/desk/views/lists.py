"""The lists of all cases and of all warnings."""

from datetime import datetime

from tocsin.basis.marking import Mark
from tocsin.web.desk.views.rows import LikelihoodView, WarningKind
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import Chip, View, WindowView


class WarningRow(View, frozen=True, kw_only=True):
    """One warning in a list. issued_at is None for a draft; told says to whom ("the public", "1 institution")."""

    title: str
    kind: WarningKind
    mark: Mark
    href: str
    chips: tuple[Chip, ...] = ()
    issued_at: datetime | None = None
    level: int | None = None
    window: WindowView | None = None
    told: str = ""


class CaseRow(View, frozen=True, kw_only=True):
    """One case in the list."""

    id: str
    title: str
    href: str
    place: str
    mark: Mark
    owner: str
    changed_at: datetime
    chips: tuple[Chip, ...] = ()
    likelihood: LikelihoodView | None = None
    warnings: int = 0
    reports: int = 0


class CasesPage(View, frozen=True, kw_only=True):
    """A page of the list of all cases. further_href: where the next is. is_further: whether it is not the first."""

    shell: Shell
    cases: tuple[CaseRow, ...] = ()
    new_href: str = ""
    further_href: str = ""
    is_further: bool = False


class WarningsPage(View, frozen=True, kw_only=True):
    """A page of the list of all warnings. further_href, is_further: as of the cases."""

    shell: Shell
    warnings: tuple[WarningRow, ...] = ()
    further_href: str = ""
    is_further: bool = False
